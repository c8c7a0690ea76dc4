"""The things that the addresses of the matrix are about: cases at every step and all that hangs on them, blanks, acts,
covers; made by the people of an office through the same acts as in its daily work."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agencies import services as checks
from agencies.connectors.base import Answer
from agencies.findings import Finding
from agencies.models import Report
from cases import services
from cases.models import (
    Attachment,
    Case,
    Conflict,
)  # fmt: skip
from demo.files import page as paper
from documents import services as issued
from documents.models import (
    Blank,
    BlankAlarm,
    BlankKind,
    IssuedDocument,
    LifeGround,
)  # fmt: skip
from documents.services import blanks as ledger
from documents.services.blanks import Paper
from offices.delegating import delegate_posting
from offices.models import (
    Office,
)
from offices.roles import Role
from tests import factories as f
from tests import flows
from tests.wall import refuge
from wall.realm import PROTECTED, in_realm

OWN, OTHER, BEHIND, CLAIMANT = "Cercana", "Lejana", "Reservada", "Amparada"
"""Surnames by which an answer gives away whose data it shows."""


def crew(office: Office) -> SimpleNamespace:
    """Those who do the work at an office, so that no persona has had a part in a case."""
    made = {role.name.lower(): f.staff(role, office) for role in (
        Role.INTAKE, Role.ANALYST, Role.CONSUL, Role.PRINTING, Role.DELIVERY, Role.CUSTODIAN, Role.SUPERVISOR,
    )}  # fmt: skip
    return SimpleNamespace(office=office, **made)


class Builder:
    """Fills one place with a thing of every kind."""

    def __init__(self, house: SimpleNamespace, people: SimpleNamespace, surname: str):
        self.house, self.people, self.surname, self.count = house, people, surname, 0
        self.cases: list[Case] = []

    def case(self, **overrides: Any) -> Case:
        self.count += 1
        number = f"{self.surname[:2].upper()}{self.people.office.pk:03d}{self.count:04d}"
        case = f.visa_case(
            self.house, office=self.people.office, actor=self.people.intake,
            person={"primary": self.surname, "secondary": "Ana", "sex": "F", "birth_date": "1980-01-01",
                    "nationality": "SWE", "email": f"{number.lower()}@correo.example"},
            passport={"number": number, "issuer": "SWE", "expires": date(2036, 4, 15)}, **overrides,
        )  # fmt: skip
        self.cases.append(case)
        return case

    def cleared(self, **overrides: Any) -> Case:
        case = self.case(**overrides)
        flows.answer_all(case)
        return case

    def answered(self) -> Case:
        """A cleared case, of whose first check the agency's own words are sealed."""
        case, now = self.case(), timezone.now()
        leased = checks.lease_check(case.checks.unsettled().order_by("pk")[0].pk)
        words = Answer(Finding.CLEAR, (), "", now, now, b"<sin-registros/>", "text/xml")
        checks.settle_check(leased, answer=words)
        flows.answer_all(case)
        return case

    def granted(self) -> Case:
        case = self.cleared()
        flows.interview(case, self.people.analyst)
        flows.assess(case, self.people.analyst)
        flows.decide(case, self.people.consul)
        return case

    def machine(self, case: Case, *, only: str = "") -> None:
        """The automatic steps that wait, one after the other."""
        for _each in range(4):
            step = case.task_set.filter(flow_task_type="JOB", status="SCHEDULED").first()
            if step is None:
                return
            services.run_step(step)

    def printed(self) -> Case:
        case = self.granted()
        self.machine(case)
        return case

    def delivered(self) -> Case:
        case = self.printed()
        flows.confirm_print(case, self.people.printing)
        flows.do(case, "deliver", self.people.delivery, receiver="Ana", receiver_document="X1", remarks="")
        return case

    def stopped(self) -> Any:
        case = self.granted()
        step = case.task_set.get(flow_task_type="JOB", status="SCHEDULED")
        for _each in range(20):
            step.refresh_from_db()
            if step.status == "ERROR":
                return step
            services.record_step_failure(step, error=RuntimeError("x"))
        raise AssertionError("the step goes on trying")

    def of_case(self) -> dict[str, tuple]:
        """A case at the interview, and what hangs on it."""
        case = self.answered()
        self.shut_out = f.staff(Role.INTAKE, self.people.office)
        services.declare_conflict(case, actor=self.shut_out, reason="Parentesco")
        transfer = services.propose_transfer(case, actor=self.people.consul, to=self.elsewhere, reason="Domicilio")
        asking, free, taken = self.case(), self.cleared(), self.cleared()
        step = services.take_task(f.open_step(taken, "interview"), actor=self.people.analyst)
        return {
            "case": (case.number,),
            "free case": (free.number,),
            "panel": (case.number, "timeline"),
            "task": (f.open_step(case, "interview").pk,),
            "taken": (step.pk,),
            "attachment": (stored(case).key,),
            "conflict": (Conflict.objects.get(case=case).pk,),
            "transfer": (transfer.pk,),
            "check": (asking.checks.unsettled().first().pk,),
            "answered": (case.checks.order_by("pk")[0].pk,),
        }

    @property
    def elsewhere(self) -> Office:
        return self.house.madrid if self.people.office == self.house.santiago else self.house.lima

    def further(self) -> dict[str, tuple]:
        """A stopped step and a delivered document, of cases that have come further."""
        document = IssuedDocument.objects.get(case=self.delivered())
        return {"document": (document.pk,), "stopped": (self.stopped().pk,), "report": (self.report().pk,)}

    def report(self) -> Report:
        """What INTERPOL is to be told of a visa that was lost."""
        document = IssuedDocument.objects.get(case=self.delivered())
        ground = LifeGround.objects.filter(state="lost")[0]
        issued.change_state(document, state="lost", ground=ground, actor=self.people.supervisor)
        return document.case.reports.get()

    def steps(self) -> dict[str, tuple]:
        """One waiting step for every right that a step asks for."""
        hit = self.case()
        flows.answer_all(hit, {"pnp.requisitorias": "POSSIBLE_MATCH"})
        ready = self.cleared()
        flows.interview(ready, self.people.analyst)
        flows.assess(ready, self.people.analyst)
        delivering = self.printed()
        flows.confirm_print(delivering, self.people.printing)
        found = {
            "correct": self.case(complete=False), "adjudicate": hit, "authorise": self.cleared(subtype="periodista"),
            "interview": self.cleared(), "decide": ready, "quality": self.printed(), "deliver": delivering,
        }  # fmt: skip
        return {f"step {name}": (f.open_step(case, name).pk,) for name, case in found.items()}

    def ledger(self, first: int) -> dict[str, tuple]:
        """Blanks of the office, the act they came by, and its sheet."""
        office, keeper, kind = self.people.office, self.people.custodian, BlankKind.objects.get(document_kind="visa")
        scan = SimpleUploadedFile("acta.pdf", paper("Acta"), "application/pdf")
        numbers = f"W{first:08d}-W{first + 19:08d}"
        paper_ = Paper(number=f"Acta {first}", dated=date(2026, 1, 5), file=scan)
        received = ledger.receive(kind=kind, office=office, numbers=numbers, paper=paper_, actor=keeper)
        sheet = ledger.count(
            kind=kind, office=office, counted=ledger.books(kind, office).closing - 1, actor=keeper, reason="Falta"
        )
        voided = f"W{first + 1:08d}"
        ledger.correct(
            kind=kind, office=office, numbers=voided, to="voided", actor=keeper,
            paper=Paper(number="", dated=date(2026, 1, 6), text="Vieja"),
        )  # fmt: skip
        destruction = ledger.propose_destruction(
            kind=kind, office=office, numbers=voided, paper=Paper(number=f"D {first}", dated=date(2026, 1, 7)),
            actor=keeper,
        )  # fmt: skip
        sent = ledger.send(
            kind=kind, office=office, to_office=self.house.lima, numbers=f"W{first:08d}",
            paper=Paper(number=f"Guía {first}", dated=date(2026, 1, 6)), actor=keeper,
        )  # fmt: skip
        return {
            "blank": (Blank.objects.get(number=f"W{first + 5:08d}").pk,),
            "act": (received.pk,),
            "act sent": (sent.pk,),
            "act file": (received.key,),
            "act to confirm": (destruction.pk,),
            "sheet": (sheet.pk,),
            "alarm": (BlankAlarm.objects.get(sheet=sheet).pk,),
        }

    def cover(self) -> dict[str, tuple]:
        """Somebody covers an officer of the office."""
        now = timezone.now()
        made = delegate_posting(
            self.people.analyst.postings.get(), actor=self.people.analyst, delegate=self.people.intake, since=now,
            until=now + timedelta(days=3), source="Licencia",
        )  # fmt: skip
        return {"delegation": (made.pk,)}


def stored(case: Case | None = None, **fields: Any) -> Attachment:
    content = paper("Prueba")
    made = Attachment(
        case=case, label="Copia", name="copia.pdf", content_type="application/pdf", size=len(content), sha256="0" * 64,
        **fields,
    )  # fmt: skip
    made.file.save("x", ContentFile(content), save=False)
    made.save()
    return made


def claim(house: SimpleNamespace) -> dict[str, tuple]:
    """A claim at the own office that waits for an opinion."""
    made = refuge.claim(house.santiago, actor=house.protector, number="AM0000001", primary=CLAIMANT)
    with in_realm(PROTECTED):
        file = stored(made)
        check = made.checks.first()
        waiting = refuge.claim(house.santiago, actor=house.protector, number="AM0000002", primary=CLAIMANT)
        flows.answer_all(waiting)
        for step in waiting.task_set.filter(flow_task_type="JOB", status="SCHEDULED"):
            services.run_step(step)
        return {
            "case": (waiting.number,),
            "panel": (waiting.number, "timeline"),
            "task": (f.open_step(waiting, "assess").pk,),
            "attachment": (file.key,),
            "check": (check.pk,),
            "answered": (waiting.checks.first().pk,),
        }
