"""All checks of a case against its slowest agency: the questions go out together, so a case takes as long as that one.

A real worker on the agencies' queues asks the simulator over HTTP: every agency takes 300 ms, one takes 1500. Measured
from the filing (its call, not its commit) to the answer that lets the case go on. ``python -m bench.jobs`` prints the
rows as JSON; the worker runs already.
"""

import json
import sys
import time
from dataclasses import asdict
from typing import Any

import django

django.setup()

import httpx  # noqa: E402
from django.conf import settings  # noqa: E402

from agencies.models import CheckPolicy  # noqa: E402
from bench.report import Row, Times  # noqa: E402
from config.local.processes import wait_until  # noqa: E402
from tests import factories as f  # noqa: E402

LATENCY_MS, SLOW_MS, SLOW = 300, 1500, "pnp"
CASES, WARM_UP = 8, 2
LONGEST = 30.0  # seconds to wait for one case; its answers take about two
LIMIT = 1.2
SUBTYPE = "turista"


def control(path: str, **settings_: Any) -> Any:
    """Tell the simulator how its agencies behave."""
    answer = httpx.post(f"{settings.SIMULATOR_URL}/_control/{path}", json=settings_, timeout=10)
    answer.raise_for_status()
    return answer.json()


def exchanges(since: int) -> tuple[int, list[dict[str, Any]]]:
    """What the agencies were asked after the entry ``since``, and the number of the last entry."""
    answer = httpx.get(f"{settings.SIMULATOR_URL}/_control/log", params={"since": since}, timeout=10).json()
    return answer["last"], answer["entries"]


def one_case(house: Any, number: int, last: int) -> tuple[float, float, int, int]:
    """Milliseconds of the whole case and of its slowest exchange, how many questions, and the log's last entry.

    Raises TimeoutError when a case does not get its answers.
    """
    person = {
        "primary": f"Ficticia {number}", "secondary": "Ana", "sex": "F", "birth_date": "1974-08-12",
        "nationality": "SWE", "email": "ana@correo.example",
    }  # fmt: skip
    passport = {**f.filing(house.santiago).passport, "number": f"ZX{number:07d}"}
    began = time.perf_counter()
    case = f.visa_case(house, actor=f.fresh(house.intake), person=person, passport=passport)
    asked = case.checks.count()
    if not wait_until(lambda: not case.checks.unsettled().exists(), seconds=LONGEST, every=0.005):
        raise TimeoutError(f"{case.checks.unsettled().count()} of {asked} checks without an answer in {LONGEST:.0f} s")
    taken = (time.perf_counter() - began) * 1000
    last, entries = exchanges(last)
    slowest = max((entry["ended_monotonic"] - entry["started_monotonic"]) * 1000 for entry in entries)
    return taken, slowest, len(entries), last


def measure(cases: int = CASES) -> list[Row]:
    control("reset")
    control("agencies/*", latency_ms=LATENCY_MS)
    control(f"agencies/{SLOW}", latency_ms=SLOW_MS)
    house = f.ministry()
    policies = CheckPolicy.objects.filter(procedure="visa", subtype="").count()
    last, whole, slowest, asked = 0, [], [], 0
    for number in range(cases + WARM_UP):
        taken, agency, asked, last = one_case(house, number, last)
        if number >= WARM_UP:  # the first ones read each agency's service description
            whole.append(taken)
            slowest.append(agency)
    return [
        Row(
            "jobs",
            f"{asked} checks of a case, one at {SLOW_MS} ms, the others at {LATENCY_MS}",
            engine=Times.of(whole),
            base=Times.of(slowest),
            ratio_limit=LIMIT,
            extra={"questions": asked, "policies": policies, "in a row": LATENCY_MS * (asked - 1) + SLOW_MS},
        )
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps([asdict(row) for row in measure()], default=str) + "\n")
