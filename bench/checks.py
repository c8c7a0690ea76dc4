"""What the machinery of checks costs and holds, with real workers and the simulator over HTTP at 300 ms an answer.

- how fast a backlog drains, against what the agencies themselves allow (their concurrency ÷ their latency)
- what the machinery adds to one question: milliseconds and SQL statements
- how much longer the other agencies' answers take while one agency is silent

``python -m bench.checks <processes>`` prints the rows as JSON; so many workers run already.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from agencies import tasks  # noqa: E402
from agencies.models import Agency, Check  # noqa: E402
from bench.jobs import control, exchanges  # noqa: E402
from bench.report import Row, Times  # noqa: E402
from tests import factories as f  # noqa: E402

LATENCY_MS = 300
AT_ONCE = 4  # per question of the policy: INTERPOL, which has two, takes twice as many
CASES, OVERHEAD_CASES = 60, 12
LONGEST = 120.0  # seconds for any one backlog
SILENT = "pnp"
# of the ideal time: 70 % of the ideal speed; 10 % more than without an outage
SPEED_LIMIT, DELAY_LIMIT = 1 / 0.7, 1.1
STATEMENTS = 14  # of one question that is not the last of its case: lease 3, the question 2, the answer 8, the next 1


def house() -> Any:
    made = f.ministry()
    Agency.objects.update(concurrency=AT_ONCE)
    Agency.objects.filter(code="interpol").update(concurrency=2 * AT_ONCE)
    return made


def backlog(house: Any, cases: int) -> int:
    """File cases whose questions wait, and say from which check on they are."""
    pause(True)
    first = Check.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for _number in range(cases):
        f.visa_case(house, actor=f.fresh(house.intake))
    return first


def pause(paused: bool) -> None:
    Agency.objects.update(paused=paused, paused_at=timezone.now() if paused else None, failures=0, retry_at=None,
                          probe=None)  # fmt: skip


def drain(open_checks: Callable[[], Any]) -> float:
    """Let the workers go and return how many milliseconds until nothing is open; beat's sweep is rung from here."""
    pause(False)
    began, rung = time.perf_counter(), 0.0
    while open_checks().exists():
        now = time.perf_counter()
        if now - began > LONGEST:
            raise TimeoutError(f"{open_checks().count()} checks without an answer in {LONGEST:.0f} s")
        if now - rung > 5:  # as beat does
            tasks.ring_due_checks()
            rung = now
        time.sleep(0.02)
    return (time.perf_counter() - began) * 1000


def speed(house: Any, processes: int) -> Row:
    """A backlog of every agency, as fast as the agencies let it drain."""
    first = backlog(house, CASES)
    own = Check.objects.filter(pk__gt=first)
    number = own.count()
    taken = drain(lambda: own.unsettled())
    ideal = number / (number // CASES * AT_ONCE) * LATENCY_MS
    per_second = number / taken * 1000
    return Row(
        "checks",
        f"backlog of {number} checks, {processes} worker process{'es' if processes > 1 else ''}",
        engine=Times.of([taken]),
        base=Times.of([ideal]),
        ratio_limit=round(SPEED_LIMIT, 2),
        note=f"{per_second:.1f}/s of {number / ideal * 1000:.1f}, {ideal / taken:.0%}",
        extra={"per second": round(per_second, 1), "ideal per second": round(number / ideal * 1000, 1),
               "share of the ideal": round(ideal / taken, 3), "at once per question": AT_ONCE},
    )  # fmt: skip


def delay(house: Any) -> Row:
    """The other agencies' part of a backlog, with and without one agency that never answers."""
    times: dict[bool, list[float]] = {False: [], True: []}
    for silent in (False, True, True, False):
        control(f"agencies/{SILENT}", latency_ms=LATENCY_MS)
        first = backlog(house, CASES)
        others = Check.objects.filter(pk__gt=first).exclude(agency__code=SILENT)
        if silent:
            control(f"agencies/{SILENT}", latency_ms=120_000)
        times[silent].append(drain(lambda others=others: others.unsettled()))
        control(f"agencies/{SILENT}", latency_ms=LATENCY_MS)
        # what the silent agency still holds does not belong to the next measurement
        Check.objects.filter(pk__gt=first).unsettled().update(
            state=Check.State.CANCELLED, lease=None, leased_until=None, next_attempt_at=None
        )
    return Row(
        "checks",
        f"{others.count()} answers of the others while {SILENT} is silent",
        engine=Times.of(times[True]),
        base=Times.of(times[False]),
        ratio_limit=DELAY_LIMIT,
    )


def overhead(house: Any) -> Row:
    """One question after another in this process: all of its time but the agency's own."""
    control("agencies/*", latency_ms=0)
    first = backlog(house, OVERHEAD_CASES)
    pause(False)
    last, _entries = exchanges(0)
    ids = list(Check.objects.filter(pk__gt=first).order_by("question", "pk").values_list("pk", flat=True))
    spent, counts = [], []
    for number, pk in enumerate(ids):
        Check.objects.filter(pk__gt=first).exclude(pk=pk).update(next_attempt_at=None)
        Check.objects.filter(pk=pk).update(next_attempt_at=timezone.now())
        if number % 5 == 4:
            with CaptureQueriesContext(connection) as captured:
                tasks.ask_check(pk)
            counts.append(sum(query["sql"] not in ("BEGIN", "COMMIT") for query in captured.captured_queries))
            last, _entries = exchanges(last)
            continue
        began = time.perf_counter()
        tasks.ask_check(pk)
        taken = (time.perf_counter() - began) * 1000
        last, entries = exchanges(last)
        spent.append(taken - sum((e["ended_monotonic"] - e["started_monotonic"]) * 1000 for e in entries))
    control("agencies/*", latency_ms=LATENCY_MS)
    return Row(
        "checks",
        "what the machinery adds to one question",
        engine=Times.of(spent[4:]),
        statements=sorted(counts)[len(counts) // 2],
        budget=STATEMENTS,
        extra={"statements of each": counts},
    )


def measure(processes: int) -> list[Row]:
    control("reset")
    control("agencies/*", latency_ms=LATENCY_MS)
    if processes == 1:
        made = house()
        backlog(made, 4)  # the first questions read each agency's service description
        drain(lambda: Check.objects.unsettled())
        return [speed(made, 1), delay(made), overhead(made)]
    made = f.SimpleNamespace(intake=f.User.objects.get(last_name="Rojas"), santiago=f.Office.objects.get(code="SCL"))
    return [speed(made, processes)]


if __name__ == "__main__":
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    sys.stdout.write(json.dumps([asdict(row) for row in found], default=str) + "\n")
