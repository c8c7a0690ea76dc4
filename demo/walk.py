"""A story carried out: every step by the act that a person or the worker would use, each at its moment."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any

from django.utils import timezone

from agencies import services as agencies
from agencies.models import Check
from cases import rules as case_rules
from cases import services as cases
from cases.clocks import Unit
from cases.errors import NotAllowed
from cases.models import Case, Draft, Ground, Notification, Payment, Priority, Task
from demo import files, texts
from demo.answers import Script
from demo.clock import Agenda, Clock
from demo.ministry import Ministry
from demo.people import Applicant
from demo.stories import Story
from documents.errors import DocumentError
from offices.models import User
from offices.queries import calendar_of
from offices.roles import Role
from people.models import Person
from visas import rules
from visas.models import VisaClass
from visas.services import Filing, file_application

Event = tuple[datetime, Callable[[], None]]

# working days that a step usually waits for its act
GAPS = {
    "correct": (1, 2), "adjudicate": (0, 1), "authorise": (2, 9), "interview": (1, 3), "assess": (0, 2),
    "decide": (0, 2), "quality": (0, 1), "deliver": (0, 4), "leave": (0, 2),
}  # fmt: skip
DOERS = {
    "adjudicate": Role.CHECKS, "authorise": Role.AUTHORISING, "interview": Role.ANALYST, "assess": Role.ANALYST,
    "quality": Role.PRINTING, "deliver": Role.DELIVERY,
}  # fmt: skip
EIGHT_WEEKS = 39  # working days
PATIENCE = timedelta(minutes=61)  # of a question that may go unanswered, and one minute
MAIL_WAITS = timedelta(hours=2)  # younger messages are left to the worker


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
        self.agenda = Agenda(calendar_of(self.office.pk), clock.present)

    # --- the plan ---------------------------------------------------------------------------------------------------

    def route(self) -> Iterator[tuple[str, str]]:
        """The steps that people did, in order, each with its result."""
        story = self.story
        refused = story.until == "denied" or story.hit == "same"
        proposal = "deny" if refused else "grant"
        steps = [("file", "")]
        if story.incomplete:
            steps.append(("correct", "not_filed" if story.until == "not_filed" else "corrected"))
        if story.until == "not_filed":
            yield from steps
            return
        if story.hit or (story.scripted and story.until == "adjudicate"):
            steps.append(("adjudicate", story.hit))
        if self.visa_class.needs_authorisation:
            steps.append(("authorise", ""))
        if self.visa_class.interview:
            steps.append(("interview", ""))
        steps.append(("assess", proposal))
        if story.returned:
            steps += [("decide", "return"), ("assess", proposal)]
        steps.append(("decide", proposal))
        if story.spoilt:
            steps.append(("quality", "spoilt"))
        steps += [("quality", "good"), ("deliver", "")]
        last = {"granted": "deliver", "denied": "decide"}.get(story.until)
        for index, (step, result) in enumerate(steps):
            later = [name for name, _result in steps[index + 1 :]]
            if step == story.until and not (story.returned and step in later):
                break
            if story.until in ("checks",) and step != "file":
                break
            if story.until == "issue" and step == "quality":
                break
            yield step, result
            if step == last and step not in later:
                break
        if story.exit[0]:
            yield "leave", story.exit[0]

    def events(self) -> Iterator[Event]:
        """Every act with its moment."""
        story, rng = self.story, self.rng
        if story.fresh:
            yield self.clock.present - timedelta(minutes=story.fresh), self.file
            return
        steps = list(self.route())
        gaps = list(story.gaps) or [rng.randint(*GAPS[step]) for step, _result in steps[1:]]
        if len(gaps) != len(steps) - 1:
            raise ValueError(f"{len(steps)} steps need {len(steps) - 1} gaps: {story}")
        back = min(self._waited(), max(0, EIGHT_WEEKS - sum(gaps)))
        moments = self.agenda.moments(gaps, back, rng)
        yield moments[0], self.file
        if story.silent:
            yield moments[0] + PATIENCE, self.end_silence
        for (step, result), moment in zip(steps[1:], moments[1:], strict=True):
            yield moment, partial(getattr(self, step), result)
        yield from self._afterwards(moments[-1])

    def _waited(self) -> int:
        """How many working days the case has waited since its last act."""
        story = self.story
        if story.exit[0] or story.until in ("granted", "denied", "not_filed", "issue"):
            return story.due_in if story.until == "issue" else story.ago
        rule = case_rules.clock_rule("visa", story.visa, story.until)
        term = rule.length if rule is not None and rule.unit == Unit.BUSINESS_DAYS else 1
        return self.agenda.days_since_due(story.due_in, term)

    def _afterwards(self, last: datetime) -> Iterator[Event]:
        story, present = self.story, self.clock.present
        later = last + (present - last) * self.rng.uniform(0.2, 0.5)
        if story.reassigned_from:
            yield later - timedelta(minutes=5), partial(self.take, story.reassigned_from)
            yield later, self.reassign
        elif story.owner:
            yield later, partial(self.take, story.owner)
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

    def file(self) -> None:
        """Register and file the application with its papers, and let the agencies answer."""
        story, today = self.story, timezone.localdate()
        draft = cases.open_draft(actor=self.registrar, procedure="visa", office=self.office)
        for requirement in rules.checklist(self.visa_class, self.who.birth_date, today):
            if requirement.code not in story.missing:
                cases.attach_file(
                    files.upload(requirement), actor=self.registrar, draft_id=draft.pk, requirement=requirement.code,
                    label=requirement.name,
                )  # fmt: skip
        self.clock.tick(self.rng.uniform(60, 240))
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
        self._post_letters()
        self._answer()

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

    def _answer(self) -> None:
        """Every agency answers what it was asked, except a silent one; of fresh cases only those with a silent one
        have answers yet."""
        story = self.story
        if story.fresh and not story.silent:
            return
        open_checks = Check.objects.filter(case_id=self.case.pk).unsettled().select_related("agency", "task")
        for check in open_checks:
            if check.agency.code == story.silent:
                self._keep_silent(check)
            else:
                self._settle(check)

    def _settle(self, check: Check) -> None:
        agencies.settle_check(self._lease(check), answer=self._heard(check))

    def _heard(self, check: Check) -> Any:
        self.clock.tick(self.rng.uniform(0.3, 2.5))
        return self.script.answer(check)

    def _lease(self, check: Check) -> Check:
        """The check, as the worker takes it; when its agency's breaker is open, at the moment it is put off to."""
        self.clock.tick(0.05)
        for _attempt in range(10):
            leased = agencies.lease_check(check.pk)
            if leased is not None:
                return leased
            check.refresh_from_db(fields=["next_attempt_at"])
            self.clock.at = max(self.clock.at, check.next_attempt_at)
        raise RuntimeError("a check that nobody may ask")

    def _keep_silent(self, check: Check) -> None:
        """The agency does not answer, time and again: until now, or until the patience is half over."""
        until = min(self.clock.present, self.clock.at + PATIENCE / 2)
        while True:
            leased = self._lease(check)
            self.clock.tick(2)
            held = agencies.postpone_check(leased, fault="timeout", transport=True)
            if held.next_attempt_at > until:
                return
            self.clock.at = max(self.clock.at, held.next_attempt_at)

    def end_silence(self) -> None:
        """The silent agency answers late, or its silence is settled as no answer and the case goes on with a flag."""
        for check in Check.objects.filter(case_id=self.case.pk).unsettled().select_related("agency", "task"):
            if self.story.late:
                self.clock.at = max(self.clock.at, check.next_attempt_at)
                self._settle(check)
            else:
                agencies.give_up_check(check)

    # --- what people do ---------------------------------------------------------------------------------------------

    def _open(self, step: str) -> Task:
        task = Task.objects.get(process_id=self.case.pk, finished__isnull=True)
        if task.flow_task.name != step:
            raise RuntimeError(f"{self.case.number} is at {task.flow_task.name}, not at {step}: {self.story}")
        return task

    def _do(self, step: str, **values: Any) -> None:
        """Take the step and complete it."""
        task, moment = self._open(step), self.clock.at
        actor = self._user(step)
        if task.owner_id is None:
            self.clock.tick(-60 * self.rng.uniform(3, 25))  # taken a while before it was done
            task = cases.take_task(task, actor=actor)
            self.clock.at = moment
        else:
            actor = task.owner
        self.case = cases.complete_task(task, actor=actor, values=values)

    def take(self, username: str) -> None:
        """Somebody takes the step that is open, and does not finish it."""
        task = Task.objects.get(process_id=self.case.pk, finished__isnull=True)
        if task.owner_id is None:
            cases.take_task(task, actor=self.ministry.users[username])

    def reassign(self) -> None:
        task = Task.objects.get(process_id=self.case.pk, finished__isnull=True)
        supervisor = self.ministry.users["orey"]
        to = self.ministry.users[self.story.owner]
        cases.reassign_task(task, actor=supervisor, to=to, reason=texts.REASSIGNED)

    def try_to_decide(self) -> None:
        """Who held the interview wants to decide, and is told that someone else has to."""
        try:
            cases.take_task(self._open("decide"), actor=self._user("decide"))
        except NotAllowed:
            return
        raise RuntimeError("four-eyes let the interviewer decide")

    def annotate(self) -> None:
        cases.add_note(self.case, actor=self.registrar, text=self.story.note)

    def correct(self, result: str) -> None:
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
        if result != "not_filed":
            self._answer()

    def adjudicate(self, decision: str) -> None:
        hits = Check.objects.filter(case_id=self.case.pk).open_hits()
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

    def assess(self, result: str) -> None:
        text = texts.BAD if result == "deny" else self.rng.choice(texts.GOOD)
        self._do("assess", result=result, grounds=self._grounds(result), text=text)

    def decide(self, result: str) -> None:
        text = {"deny": texts.REFUSED, "return": texts.RETURNED}.get(result) or self.rng.choice(texts.APPROVED)
        self._do("decide", result=result, grounds=self._grounds(result), text=text)
        if result == "deny":
            self._run("refuse")
        elif result == "grant":
            self._run("issue")

    def quality(self, result: str) -> None:
        spoilt = result == "spoilt"
        self._do(
            "quality", result=result, ground=ground("spoilt", "zona-ilegible") if spoilt else None,
            text=texts.SPOILT if spoilt else "",
        )  # fmt: skip
        if spoilt:
            self._run("issue")
        self._post_letters()

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

    def _run(self, step: str) -> None:
        task = self._open(step)
        if self.story.failed and step == "issue":
            while task.status == "SCHEDULED":
                self.clock.at = max(self.clock.tick(2), task.scheduled)
                error = DocumentError("No se pudo componer la página «visa».")
                task = cases.record_step_failure(task, error=error)
            return
        self.clock.tick(self.rng.uniform(2, 8))
        cases.run_step(task)
        self._post_letters()

    def _post_letters(self) -> None:
        """The mail server took what was written to the applicant, unless that was a short while ago."""
        if self.clock.at > self.clock.present - MAIL_WAITS:
            return
        moment = self.clock.at
        for message in Notification.objects.filter(case_id=self.case.pk, state="queued").select_related("case"):
            self.clock.tick(self.rng.uniform(3, 12))
            message.attempts = 1
            cases.record_delivery(message)
        self.clock.at = max(moment, self.clock.at)


def ground(kind: str, code: str) -> Ground:
    return Ground.objects.get(procedure="visa", kind=kind, code=code)
