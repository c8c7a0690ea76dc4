"""Random people do random things to visa cases, and the rules hold after each: four eyes, rights from postings, events.

The checks read the rows themselves, never what the code under test concludes from them.
"""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, Q
from django.utils import timezone

from agencies.models import Adjudication
from audit.models import AuditEvent
from cases import services
from cases.errors import NotAllowed, StateConflict
from cases.models import Case, Decision, Ground, Task
from offices.delegating import delegate_posting
from offices.models import Delegation, Posting
from offices.roles import ROLES, Role
from offices.services import close_posting, open_posting
from tests import factories as f
from tests import flows

pytestmark = pytest.mark.django_db

STEPS = 90
REFUSED = (NotAllowed, PermissionDenied, StateConflict, ValidationError)
# Whoever did one of these, or settled a hit, may not decide (domain §8.3).
BARRED = {"register", "correct", "interview", "assess"}
DECIDING = {"decide", "reconsider"}
WORKING = [Role.INTAKE, Role.ANALYST, Role.CHECKS, Role.CONSUL, Role.PRINTING, Role.DELIVERY, Role.SUPERVISOR]


class Walk:
    """One sequence of acts, by its seed."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)
        self.house = f.ministry()
        self.people = [f.UserFactory(is_superuser=number == 0) for number in range(6)]
        for person in self.people:
            for role in self.rng.sample(WORKING, self.rng.choice([2, 3, 7])):
                self._post(person, role)
        self.done: dict[str, int] = {}

    def _post(self, person, role: Role) -> None:
        open_posting(actor=None, user=person, office=self.house.santiago, role=role, since=f.LONG_AGO, source="Prueba")

    # -- acts: each returns whose event has to be there, or None when there was nothing to do --

    def file(self, actor):
        number = f"ZZ{self.rng.randrange(10**7):07d}"
        passport = {"number": number, "issuer": "SWE", "expires": f.today() + timedelta(days=3000)}
        f.visa_case(self.house, actor=actor, passport=passport)
        return actor

    def answer(self, _actor):
        case = self._case()
        if case is None or not case.checks.unsettled().exists():
            return None
        findings = {"pnp.requisitorias": "POSSIBLE_MATCH"} if self.rng.random() < 0.4 else {}
        flows.answer_all(case, findings)
        return "system"

    def machine(self, _actor):
        step = Task.objects.filter(flow_task_type="JOB", status="SCHEDULED").first()
        if step is None:
            return None
        services.run_step(step)
        return "system"

    def take(self, actor):
        task = self._task(owner__isnull=True)
        return services.take_task(task, actor=actor) and actor if task else None

    def complete(self, actor):
        task = self._task(owner=actor) or self._task()
        if task is None:
            return None
        name, before = task.flow_task.name, self._lawful(actor, task)
        if task.owner_id is None:
            task = services.take_task(task, actor=actor)
        services.complete_task(task, actor=actor, values=self._values(task))
        assert before, f"{actor} finished {name} without a posting that gives {task.right}"
        return actor

    def release(self, actor):
        task = self._task(owner__isnull=False)
        return services.release_task(task, actor=actor) and actor if task else None

    def reassign(self, actor):
        task, to = self._task(), self.rng.choice(self.people)
        return services.reassign_task(task, actor=actor, to=to, reason="Reparto") and actor if task else None

    def cover(self, actor):
        now = timezone.now()
        held = list(Posting.objects.in_force(now).filter(user=actor).order_by("pk"))
        if not held:
            return None
        delegate_posting(
            self.rng.choice(held), actor=actor, delegate=self.rng.choice(self.people), since=now,
            until=now + timedelta(days=2), source="Licencia",
        )  # fmt: skip
        return actor

    def leave(self, _actor):
        person = self.rng.choice(self.people)
        posting = Posting.objects.in_force(timezone.now()).filter(user=person).order_by("pk").first()
        if posting is None or self.rng.random() < 0.7:
            return None
        close_posting(posting, actor=self.house.supervisor, at=timezone.now(), reason="Cambio de puesto")
        return self.house.supervisor

    # -- what an act needs --

    def _case(self):
        rows = list(Case.objects.filter(outcome="").order_by("pk"))
        return self.rng.choice(rows) if rows else None

    def _task(self, **filters):
        rows = list(Task.objects.filter(flow_task_type="HUMAN", finished__isnull=True, **filters).order_by("pk"))
        return self.rng.choice(rows) if rows else None

    def _values(self, task) -> dict:
        name, case, rng = task.flow_task.name, task.process, self.rng
        grounds = list(Ground.objects.filter(procedure="visa", kind="deny")[:1])
        if name.startswith("adjudicate"):
            hits = case.checks.open_hits().filter(awaits=task.data.get("awaits", "first"))
            return {
                "decisions": [(hit.pk, rng.choice(["other", "other", "same", "undetermined"]), "x") for hit in hits]
            }
        if name == "interview":
            return {
                "held_on": f.today(), "channel": "in_person", "language": "inglés", "interpreter": "",
                "purpose": "convincing", "ties": "convincing", "funds": "convincing", "summary": "Sin novedad",
            }  # fmt: skip
        if name in ("assess", "decide", "reconsider"):
            results = {"assess": ["grant", "deny"], "decide": ["grant", "grant", "deny", "return"]}
            result = rng.choice(results.get(name, ["grant", "deny"]))
            return {"result": result, "grounds": grounds if result == "deny" else [], "text": "Expediente conforme"}
        if name == "quality":
            return {"result": "good", "ground": None, "text": "Sin fotografía: conforme"}
        return {"receiver": "Anna", "receiver_document": "L898902C3", "remarks": ""}

    def _lawful(self, actor, task) -> bool:
        """By the rows of postings alone: does one in force, the actor's or one they cover, give the step's right?"""
        now = timezone.now()
        covering = Q(delegations__delegate=actor, delegations__revoked_at=None, delegations__until__gt=now)
        held = Posting.objects.filter(Q(user=actor) | covering, since__lte=now).filter(Q(until=None) | Q(until__gt=now))
        reaching = held.filter(office__path__in=_above(task.office.path)).distinct()
        return any(task.right in ROLES[posting.role].rights() for posting in reaching)

    # -- the walk --

    def go(self) -> None:
        acts = [self.file, self.answer, self.machine, self.take, self.release, self.reassign, self.cover, self.leave]
        for number in range(STEPS):
            act = self.file if number < 3 else self.rng.choice([*acts, *[self.complete] * 8, self.answer, self.machine])
            actor = f.fresh(self.rng.choice(self.people))
            last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            try:
                whose = act(actor)
            except REFUSED:
                whose = None
            else:
                if whose is not None:
                    self.done[act.__name__] = self.done.get(act.__name__, 0) + 1
                    events = AuditEvent.objects.filter(pk__gt=last)
                    events = events.filter(actor=whose) if whose != "system" else events
                    assert events.exists(), f"{act.__name__} left no event"
            self.four_eyes()

    def four_eyes(self) -> None:
        did: dict[int, set[int]] = {}
        for task in Task.objects.filter(status="DONE", owner__isnull=False):
            if task.flow_task.name in BARRED:
                did.setdefault(task.process_id, set()).add(task.owner_id)
        for case_id, by in Adjudication.objects.values_list("check_asked__case", "by"):
            did.setdefault(case_id, set()).add(by)
        for case_id, by in Decision.objects.filter(kind="decision").values_list("case", "by"):
            assert by not in did.get(case_id, ()), "who decided had a part in the case"
        own = Delegation.objects.filter(delegate_id=F("absentee_id"))
        assert not own.exists()


def _above(path: str) -> list[str]:
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[: number + 1]) + "/" for number in range(len(parts))]


@pytest.mark.parametrize("seed", range(6))
def test_the_rules_hold_whatever_is_tried(seed):
    walk = Walk(seed)
    walk.go()
    assert walk.done.get("complete", 0) >= 5, walk.done  # it has gone somewhere


def test_the_walks_reach_decisions():
    """Together they do what the rules are about; else they would prove nothing."""
    reached = 0
    for seed in range(100, 104):
        walk = Walk(seed)
        walk.go()
        reached += Decision.objects.filter(kind="decision").count()
        if reached:
            break
    assert reached
