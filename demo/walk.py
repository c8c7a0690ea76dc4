"""A story carried out: every step by the act that a person or the worker would use, each at its moment."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any

from django.utils import timezone
from viewflow.workflow.status import STATUS

from agencies import services as agencies
from agencies.models import Check
from agencies.standing import standing
from cases import services as cases
from cases.errors import NotAllowed
from cases.models import Case, Draft, Ground, Notification, Payment, Priority, Task
from demo import files, texts
from demo.answers import Script
from demo.clock import Agenda, Clock, savepoints
from demo.ministry import Ministry
from demo.people import Applicant
from demo.plan import Plan
from demo.stories import Story
from documents.errors import DocumentError
from offices.models import User
from offices.queries import calendar_of
from offices.roles import Role
from people.models import Person
from visas import rules
from visas.models import VisaClass
from visas.services import Filing, file_application

Act = Callable[[], "Iterable[Event] | None"]
Event = tuple[datetime, Act]
"""What happens, and when. An act may give back what follows from it."""

DOERS = {
    "adjudicate": Role.CHECKS, "authorise": Role.AUTHORISING, "interview": Role.ANALYST, "assess": Role.ANALYST,
    "quality": Role.PRINTING, "deliver": Role.DELIVERY,
}  # fmt: skip
PATIENCE = timedelta(minutes=61)  # of a question that may go unanswered, and one minute
SWEEP = timedelta(seconds=5)  # between two bells of the worker
MAIL_WAITS = timedelta(hours=12)  # younger messages are left to the worker


class Walk:
    """One story on its way."""

    case: Case

    def __init__(
        self, story: Story, *, ministry: Ministry, script: Script, clock: Clock, who: Applicant, visa_class: VisaClass,
        rng: random.Random, acquainted: dict[str, Person],
    ):  # fmt: skip
        self.story, self.ministry, self.script, self.clock = story, ministry, script, clock
        self.who, self.visa_class, self.rng, self.acquainted = who, visa_class, rng, acquainted
        self.office = ministry.offices[story.post]

    def events(self) -> Iterator[Event]:
        """Every act of people with its moment."""
        plan = Plan(self.story, self.visa_class, Agenda(calendar_of(self.office.pk), self.clock.present), self.rng)
        dated = plan.dated()
        for moment, step, result in dated:
            if step == "file":
                yield moment, self.file
                continue
            if step != "leave":  # taken a while before it was done
                yield moment - timedelta(minutes=self.rng.uniform(3, 25)), partial(self.take, step)
            yield moment, partial(getattr(self, step), result)
        yield from self._afterwards(dated[-1][0])

    def _afterwards(self, last: datetime) -> Iterator[Event]:
        """What was done about the step that is open, without finishing it."""
        story = self.story
        later = min(last + timedelta(minutes=self.rng.uniform(20, 90)), self.clock.present - timedelta(minutes=10))
        if story.reassigned_from:
            yield later - timedelta(minutes=5), partial(self.take, story.until, story.reassigned_from)
            yield later, self.reassign
        elif story.owner:
            yield later, partial(self.take, story.until, story.owner)
        if story.barred:
            yield later, self.try_to_decide
        if story.note:
            yield later + timedelta(minutes=3), self.annotate

    # --- who --------------------------------------------------------------------------------------------------------

    def _user(self, step: str) -> User:
        story = self.story
        if step == "interview" and story.barred:
            return self.ministry.holders(Role.CONSUL, story.post)[0]
        if story.owner and step in ("interview", "assess") and story.returned:
            return self.ministry.users[story.owner]
        if step == "decide":
            return self.ministry.holders(Role.CONSUL, story.post)[0]
        if step == "correct":
            return self.registrar
        found = self.ministry.holders(DOERS[step], story.post)
        if step == "authorise":
            found = found[1:] if self.visa_class.family == VisaClass.Family.MINISTRY else found[:1]
        return self._chosen.setdefault(step, self.rng.choice(found))

    @cached_property
    def _chosen(self) -> dict[str, User]:
        return {}

    @cached_property
    def registrar(self) -> User:
        """Who registers: the intake officer, and where there is none the analyst."""
        intake = self.ministry.holders(Role.INTAKE, self.story.post)
        analysts = self.ministry.holders(Role.ANALYST, self.story.post)
        return intake[0] if intake and self.rng.random() < 0.9 else analysts[-1]

    # --- filing -----------------------------------------------------------------------------------------------------

    def file(self) -> Iterable[Event]:
        """Register and file the application with its papers, and let the agencies answer."""
        story, today = self.story, timezone.localdate()
        draft = cases.open_draft(actor=self.registrar, procedure="visa", office=self.office)
        for requirement in rules.checklist(self.visa_class, self.who.birth_date, today):
            if requirement.code not in story.missing:
                cases.attach_file(
                    files.upload(requirement), actor=self.registrar, draft_id=draft.pk, requirement=requirement.code,
                    label=requirement.name,
                )  # fmt: skip
        arrival = today + timedelta(days=self.rng.randint(20, 70))
        who = replace(self.who, expires=arrival + timedelta(days=90)) if story.old_passport else self.who
        self.case = file_application(
            Filing(
                office=self.office,
                visa_class=self.visa_class,
                person=who.person(),
                passport=who.document(),
                journey=self._journey(arrival),
                known_person=self.acquainted.get(story.twin) if story.known else None,
                payment=self._payment(today),
                draft_id=draft.pk,
                priority=Priority.URGENT if story.urgent else None,
            ),
            actor=self.registrar,
        )
        Draft.objects.filter(pk=draft.pk).delete()  # as the registration page does
        if story.twin:
            self.acquainted[story.twin] = self.case.applicant
        return [*self._questions(), *(self._mail() if story.incomplete else ())]

    def _journey(self, arrival: Any) -> dict[str, Any]:
        rng, visa = self.rng, self.story.visa
        stay = rng.randint(8, 40) if visa in ("turista", "negocios") else None
        return {
            "purpose": rng.choice(texts.PURPOSES.get(visa, texts.PURPOSES[""])),
            "arrival": arrival,
            "departure": arrival + timedelta(days=stay) if stay else None,
            "host_address": rng.choice(texts.HOSTS),
            "sponsor": rng.choice(texts.SPONSORS) if visa != "turista" else "",
        }

    def _payment(self, today: Any) -> Payment | None:
        fee = rules.fee(self.story.visa, self.who.nationality)
        if fee is None or not fee.amount:
            return None
        receipt = f"{self.office.code}-{self.rng.randint(10_000, 99_999)}"
        return Payment(receipt=receipt, amount=fee.amount, currency=fee.currency, paid_on=today)

    # --- the agencies -----------------------------------------------------------------------------------------------

    def _questions(self) -> Iterator[Event]:
        """What the worker did about the questions that were put: all of them are answered, except by a silent agency.
        Those of fresh cases are left to the worker, but a silent agency has been asked already."""
        story = self.story
        for check in Check.objects.filter(case_id=self.case.pk).unsettled().select_related("agency"):
            if check.agency.code == story.silent:
                yield self.clock.after(self.rng.uniform(0.1, 0.4)), partial(self.ask_in_vain, check)
            elif not story.fresh or story.silent:
                yield self.clock.after(self.rng.uniform(0.1, 0.4)), partial(self.ask, check)

    def ask(self, check: Check) -> Iterable[Event]:
        """The worker takes a check; the answer comes a moment later. While the agency may not be asked, it waits."""
        leased = agencies.lease_check(check.pk)
        if leased is None:
            return [(self.next_bell(check), partial(self.ask, check))]
        return [(self.clock.after(self.rng.uniform(0.3, 2.5)), partial(self.hear, leased))]

    def next_bell(self, check: Check) -> datetime:
        """When the sweep rings again for a check that could not be asked now."""
        waiting = Check.objects.select_related("agency").get(pk=check.pk)
        shut_until = waiting.agency.retry_at or self.clock.at
        return max(waiting.next_attempt_at or self.clock.at, shut_until, self.clock.at) + SWEEP * self.rng.random()

    def hear(self, leased: Check) -> None:
        agencies.settle_check(leased, answer=self.script.answer(leased))
        if self._step() in ("adjudicate_new", "adjudicate_last"):
            self._confirm()

    def _asked_again(self) -> Iterator[Event]:
        """What the worker does when the agencies are asked again before a desk; all of them answer."""
        for check in Check.objects.filter(case_id=self.case.pk).unsettled().select_related("agency"):
            yield self.clock.after(self.rng.uniform(0.1, 0.4)), partial(self.ask, check)

    def _confirm(self) -> None:
        """The hit of the filing has come up again: the same officers confirm what they decided."""
        step = self._step()
        for officer in self._officers():
            hits = Check.objects.filter(case_id=self.case.pk).open_hits()
            if hits:
                cases.take_task(self._open(step), actor=officer)
                self._do(step, decisions=[(hit.pk, agencies.CONFIRM, "") for hit in hits])

    def _officers(self) -> list[User]:
        """Who settles a hit: the analyst whose turn it was, and the other one."""
        found = self.ministry.holders(Role.CHECKS, self.story.post)
        first = self._user("adjudicate")
        return [first, *(each for each in found if each != first)][:2]

    def ask_in_vain(self, check: Check) -> Iterable[Event]:
        """The worker takes a check of an agency that is down. When its patience is over the case goes on with a flag,
        or the agency is there again."""
        over = check.created + PATIENCE
        leased = agencies.lease_check(check.pk)
        if leased is not None:
            return [(self.clock.after(2), partial(self.hear_nothing, leased, over))]
        return [(self.next_bell(check), partial(self.ask_in_vain, check))]

    def hear_nothing(self, leased: Check, over: datetime) -> Iterable[Event]:
        held = agencies.postpone_check(leased, fault="timeout", transport=True)
        if held.next_attempt_at < over:
            return [(held.next_attempt_at, partial(self.ask_in_vain, held))]
        if self.story.late:
            return [(held.next_attempt_at, partial(self.ask, held))]
        return [(over, partial(self.give_up, held))]

    def give_up(self, check: Check) -> None:
        agencies.give_up_check(check)

    # --- what people do ---------------------------------------------------------------------------------------------

    def _open(self, step: str) -> Task:
        task = Task.objects.get(process_id=self.case.pk, finished__isnull=True)
        if task.flow_task.name != step:
            raise RuntimeError(f"{self.case.number} is at {task.flow_task.name}, not at {step}: {self.story}")
        return task

    def _step(self) -> str:
        """The name of the open step."""
        return Task.objects.get(process_id=self.case.pk, finished__isnull=True).flow_task.name

    def _do(self, step: str, **values: Any) -> None:
        """Complete a step that was taken; at a desk whose answers are too old, have the agencies asked again first."""
        task = self._open(step)
        moment = getattr(task.flow_task, "moment", "")
        if moment and standing(self.case).to_ask_again(moment, timezone.now()):
            cases.complete_task(task, actor=self.ministry.user(task.owner_id), values={"ask_again": True})
            for check in Check.objects.filter(case_id=self.case.pk).unsettled():
                self.hear(agencies.lease_check(check.pk))
            task = self._open(step)
        self.case = cases.complete_task(task, actor=self.ministry.user(task.owner_id), values=values)

    def take(self, step: str, username: str = "") -> None:
        """Somebody takes a step, unless it came back to whoever did it before."""
        task = self._open(step)
        if task.owner_id is None:
            actor = self.ministry.users[username] if username else self._user(step)
            cases.take_task(task, actor=actor)

    def reassign(self) -> None:
        task = self._open(self.story.until)
        supervisor = self.ministry.users["orey"]
        to = self.ministry.users[self.story.owner]
        cases.reassign_task(task, actor=supervisor, to=to, reason=texts.REASSIGNED)

    def try_to_decide(self) -> None:
        """Who held the interview wants to decide, and is told that someone else has to."""
        try:
            with savepoints(wanted=True):  # what is refused is undone, and all else stays
                cases.take_task(self._open("decide"), actor=self._user("decide"))
        except NotAllowed:
            return
        raise RuntimeError("four-eyes let the interviewer decide")

    def annotate(self) -> None:
        cases.add_note(self.case, actor=self.registrar, text=self.story.note)

    def correct(self, result: str) -> Iterable[Event]:
        story = self.story
        values: dict[str, Any] = {
            "result": result, "ground": None, "reason": texts.MISSING_ANSWER, "files": [], "passport_number": "",
            "passport_expires": None, "fee": None, "receipt": "", "paid_on": None,
        }  # fmt: skip
        if result == "not_filed":
            values |= {"ground": ground("not_filed", "no-subsano"), "reason": ""}
        else:
            wanted = rules.checklist(self.visa_class, self.who.birth_date, timezone.localdate())
            values["files"] = [(item, files.upload(item)) for item in wanted if item.code in story.missing]
            values["passport_expires"] = self.who.expires if story.old_passport else None
        self._do("correct", **values)
        return self._questions()

    def adjudicate(self, decision: str) -> None:
        for officer in self._officers():
            hits = Check.objects.filter(case_id=self.case.pk).open_hits()
            if not hits:
                return
            task = self._open("adjudicate")
            if task.owner_id is None:
                cases.take_task(task, actor=officer)
            self._do("adjudicate", decisions=[(hit.pk, decision, texts.ADJUDICATED[decision]) for hit in hits])

    def authorise(self, _result: str) -> None:
        source, document_type = texts.AUTHORITIES[self.visa_class.family]
        self._do(
            "authorise", granted=self.story.authorised, source=source, document_type=document_type,
            number=f"{self.rng.randint(100, 9_999):04d}-{timezone.localdate().year}", dated=timezone.localdate(),
            remarks="",
        )  # fmt: skip

    def interview(self, _result: str) -> None:
        refused = self.story.until == "denied"
        purpose, ties, funds, summary = texts.BAD_INTERVIEW if refused else self.rng.choice(texts.INTERVIEWS)
        self._do(
            "interview", held_on=timezone.localdate(), channel=self.rng.choice(("in_person", "in_person", "video")),
            language=self.who.language, interpreter="", purpose=purpose, ties=ties, funds=funds, summary=summary,
        )  # fmt: skip

    def _grounds(self, result: str) -> list[Ground]:
        return [ground("deny", self.story.ground)] if result == "deny" else []

    def assess(self, result: str) -> Iterable[Event]:
        text = texts.BAD if result == "deny" else self.rng.choice(texts.GOOD)
        self._do("assess", result=result, grounds=self._grounds(result), text=text)
        return self._asked_again()

    def decide(self, result: str) -> Iterable[Event]:
        text = {"deny": texts.REFUSED, "return": texts.RETURNED}.get(result) or self.rng.choice(texts.APPROVED)
        if not text and standing(self.case).flags:
            text = texts.WEIGHED
        self._do("decide", result=result, grounds=self._grounds(result), text=text)
        follows = {"deny": "refuse", "grant": "assign"}.get(result)
        return [self._machine(follows)] if follows else []

    def quality(self, result: str) -> Iterable[Event]:
        spoilt = result == "spoilt"
        self._do(
            "quality", result=result, ground=ground("spoilt", "zona-ilegible") if spoilt else None,
            text=texts.SPOILT if spoilt else "", photo=files.spoilt() if spoilt else None,
        )  # fmt: skip
        return [self._machine("assign")] if spoilt else [*self._mail(), *self._asked_again()]

    def deliver(self, _result: str) -> None:
        self._do("deliver", receiver=self.case.applicant_name, receiver_document=self.who.passport, remarks="")

    def leave(self, outcome: str) -> None:
        """Withdrawal, abandonment or voiding."""
        actor = self.ministry.holders(Role.ANALYST, self.story.post)[0]
        code = self.story.exit[1]
        self.case = cases.close_case(
            self.case, actor=actor, outcome=outcome, ground=ground(outcome, code), text=texts.SIDE_EXITS[outcome]
        )

    # --- what the worker does ---------------------------------------------------------------------------------------

    def _machine(self, step: str) -> Event:
        return self.clock.after(self.rng.uniform(1, 6)), partial(self.run, step)

    def run(self, step: str) -> Iterable[Event]:
        """The worker does an automatic step, or fails to and tries again later until it gives up."""
        task = self._open(step)
        if not self.story.failed or step != "issue":
            cases.run_step(task)
            if step == "assign":
                return [self._machine("issue")]
            return self._mail() if step == "refuse" else ()
        failed = cases.record_step_failure(task, error=DocumentError("No se pudo componer la página «visa»."))
        return [(failed.scheduled, partial(self.run, step))] if failed.status == STATUS.SCHEDULED else []

    def _mail(self) -> Iterator[Event]:
        """The mail server takes what was written to the applicant; a young message is left to the worker."""
        if self.clock.at < self.clock.present - MAIL_WAITS:
            for message in Notification.objects.filter(case_id=self.case.pk, state=Notification.State.QUEUED):
                message.attempts = 1
                yield self.clock.after(self.rng.uniform(3, 12)), partial(self.send, message)

    def send(self, message: Notification) -> None:
        cases.record_delivery(message)


def ground(kind: str, code: str) -> Ground:
    return Ground.objects.get(procedure="visa", kind=kind, code=code)
