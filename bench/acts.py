"""What the engine adds to an act: start, take and complete, against the hand-written floor in the same run.

Engine and floor take turns case by case (the one first, then the other first), so that whatever else the machine does
meets both. Each act is timed from its call to its commit; reading the person and the task beforehand is what a request
does anyway and is in neither. ``python -m bench.acts`` prints the rows as JSON.

Filing also rings the agencies' queues once per check, which the floor does not do: that part is told apart.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from agencies.models import CheckPolicy  # noqa: E402
from agencies.tasks import ask_check  # noqa: E402
from bench import floor  # noqa: E402
from bench.report import Row, Times  # noqa: E402
from cases import services  # noqa: E402
from cases.models import Ground, Task  # noqa: E402
from cases.services import Application  # noqa: E402
from offices.models import User  # noqa: E402
from tests import factories as f  # noqa: E402
from tests.flows import answer_all  # noqa: E402
from visas.flows import VisaFlow  # noqa: E402
from visas.models import VisaClass  # noqa: E402
from visas.services import file_application  # noqa: E402

CASES, WARM_UP = 100, 10
BUDGETS = {"start": 10, "take": 5, "complete": 10}
TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK")
SIX = "turista"  # asks six questions, like the floor
EIGHT = "humanitaria"  # asks eight


class Measurements:
    """Times and statements by name of the act."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.statements: dict[str, int] = {}
        self.transactions: dict[str, int] = {}
        self.seen: dict[str, list[str]] = {}
        self.counting = False

    def run(self, name: str, act: Callable[[], Any]) -> Any:
        """Do the act: timed, or, while counting, with its statements written down."""
        if not self.counting:
            began = time.perf_counter()
            result = act()
            self.times[name].append((time.perf_counter() - began) * 1000)
            return result
        with CaptureQueriesContext(connection) as captured:
            result = act()
        sent = [query["sql"] for query in captured.captured_queries]
        self.seen[name] = [one for one in sent if one not in TRANSACTION]
        self.statements[name] = len(self.seen[name])
        self.transactions[name] = len(sent) - len(self.seen[name])
        return result


@contextmanager
def ringing(into: list[float]) -> Iterator[None]:
    """Note how long the broker takes to be told, in milliseconds per act; the messages are really sent."""
    real, spent = ask_check.apply_async, [0.0]

    def timed(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return real(*args, **kwargs)
        finally:
            spent[0] += (time.perf_counter() - began) * 1000

    ask_check.apply_async = timed
    try:
        yield
    finally:
        ask_check.apply_async = real
        into.append(spent[0])


class Engine:
    """The acts of the engine on one case, from filed to decided."""

    def __init__(self, house: SimpleNamespace, measured: Measurements):
        self.house, self.measured = house, measured
        self.rung: list[float] = []

    def start(self, number: int, *, subtype: str = SIX, name: str = "start") -> Any:
        person = f.person(primary=f"Ficticia {number}")
        visa_class = VisaClass.objects.get(code=subtype)
        application = Application(
            applicant=person, office=self.house.santiago, subtype=visa_class.code, subtype_label=visa_class.name,
            fields={
                "visa_class": visa_class, "passport": f.passport(person), "purpose": "Turismo",
                "arrival": timezone.localdate(), "observations": [],
            },
        )  # fmt: skip
        actor = f.fresh(self.house.intake)
        rung: list[float] = []
        with ringing(rung):
            case = self.measured.run(name, lambda: services.start_case(VisaFlow, actor=actor, application=application))
        if not self.measured.counting:
            self.rung += rung
            self.measured.times[f"{name}, without ringing"].append(self.measured.times[name][-1] - rung[0])
        return case

    def file(self, number: int) -> None:
        """The whole act of a registration form: the person and their passport as well."""
        person = {
            "primary": f"Ficticia {number}", "secondary": "Ana", "sex": "F", "birth_date": "1974-08-12",
            "nationality": "SWE", "email": "ana@correo.example",
        }  # fmt: skip
        passport = {**f.filing(self.house.santiago).passport, "number": f"ZX{number:07d}"}
        filing = f.filing(self.house.santiago, person=person, passport=passport)
        actor = f.fresh(self.house.intake)
        self.measured.run("register and start", lambda: file_application(filing, actor=actor))

    def take(self, case: Any, step: str, user: User) -> Task:
        task, actor = f.open_step(case, step), f.fresh(user)
        return self.measured.run(f"take: {step}", lambda: services.take_task(task, actor=actor))

    def complete(self, task: Task, user: User, **values: Any) -> None:
        name, actor = task.flow_task.name, f.fresh(user)
        task = Task.objects.get(pk=task.pk)
        self.measured.run(f"complete: {name}", lambda: services.complete_task(task, actor=actor, values=values))


def interview() -> dict[str, Any]:
    return {
        "held_on": timezone.localdate(), "channel": "in_person", "language": "inglés", "interpreter": "",
        "purpose": "convincing", "ties": "convincing", "funds": "convincing", "summary": "Sin novedad",
    }  # fmt: skip


def one_case(number: int, engine: Engine) -> None:
    """One case of each, act by act, in turn."""
    house, run = engine.house, engine.measured.run
    grounds = list(Ground.objects.filter(kind="deny", code="insolvencia"))
    applicant = f.person(primary=f"Otra {number}")
    made: dict[str, Any] = {}

    def in_turn(*sides: Callable[[], None]) -> None:
        for side in sides if number % 2 else sides[::-1]:
            side()

    def floor_act(name: str, act: Callable[[User], Any], user: User) -> Any:
        actor = User.objects.get(pk=user.pk)
        return run(name, lambda: act(actor))

    def floor_start(actor: User) -> Any:
        return floor.start(actor=actor, office=house.santiago, applicant=applicant)

    in_turn(
        lambda: made.update(case=engine.start(number)),
        lambda: made.update(floor=floor_act("floor start", floor_start, house.intake)),
    )
    answer_all(made["case"])
    made["floor task"] = made["floor"].tasks.get()
    steps = [("interview", house.analyst, interview()), ("assess", house.analyst, {"result": "grant", "grounds": []}),
             ("decide", house.consul, {"result": "deny", "grounds": grounds})]  # fmt: skip
    for step, user, values in steps:
        if step != "interview":
            values["text"] = "Expediente conforme"

        def floor_take(actor: User) -> Any:
            return floor.take(made["floor task"], actor=actor)

        def floor_complete(actor: User, step: str = step) -> Any:
            return floor.complete(made["floor task"], actor=actor, following=f"after {step}"[:16])

        in_turn(
            lambda step=step, user=user: made.update(task=engine.take(made["case"], step, user)),
            lambda user=user: floor_act("floor take", floor_take, user),
        )
        in_turn(
            lambda user=user, values=values: engine.complete(made["task"], user, **values),
            lambda user=user: made.update({"floor task": floor_act("floor complete", floor_complete, user)}),
        )
        answer_all(made["case"])  # those that are asked again before the decision


def rows(measured: Measurements, rung: list[float]) -> list[Row]:
    names = [("start, 6 checks", "start"), ("start, 6 checks, without ringing", "start, without ringing"),
             ("start, 8 checks", "start, 8"), ("register and start", "register and start")]  # fmt: skip
    for act in ("take", "complete"):
        names += [(f"{act}: {step}", f"{act}: {step}") for step in ("interview", "assess", "decide")]
    found = []
    for title, name in names:
        act = name.split(",")[0].split(":")[0]
        counted = name.removesuffix(", without ringing")
        base = f"floor {act}"
        found.append(
            Row(
                "acts",
                title,
                engine=Times.of(measured.times[name][WARM_UP:]) if name in measured.times else None,
                base=Times.of(measured.times[base][WARM_UP:]) if base in measured.times else None,
                statements=measured.statements[counted],
                base_statements=measured.statements.get(base),
                budget=BUDGETS.get(act),
                extra={"transaction statements": measured.transactions[counted], "sent": measured.seen[counted]},
            )
        )
    return found


def measure(cases: int = CASES) -> list[Row]:
    floor.create_tables()
    house = f.ministry()
    policy = CheckPolicy.objects.get(procedure="visa", subtype=EIGHT, question="pnp.antecedentes")
    policy.pk, policy.subtype = None, SIX
    policy.save()
    measured = Measurements()
    engine = Engine(house, measured)
    for number in range(cases + WARM_UP):
        one_case(number, engine)
        engine.start(1_000_000 + number, subtype=EIGHT, name="start, 8")
        engine.file(number)
    measured.counting = True  # apart: writing statements down takes time
    one_case(cases + WARM_UP, engine)
    engine.start(3_000_000, subtype=EIGHT, name="start, 8")
    engine.file(3_000_000)
    return rows(measured, engine.rung)


if __name__ == "__main__":
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
    sys.stdout.write(json.dumps([asdict(row) for row in found], default=str) + "\n")
