"""A thousand checks while nearly everything dies: all are settled, each is answered once, none is asked twice at once.

What is killed, in which order and after how many answers comes from a seed, so that a failure can be had again.
"""

import random
from collections import Counter
from collections.abc import Callable

import pytest

from agencies.models import Agency, Check
from audit.models import AuditEvent
from cases.models import Case, Stage
from tests import factories as f
from tests.workers import Worker, empty_broker, start_beat, start_worker, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.worker]
SEED = 20261121
CASES, CHECKS = 200, 1000
KILLS = 5
AT_ONCE = 6
ENV = {"SUGM_ENV": "local", "SUGM_CHECK_LEASE_MARGIN": "4", "DB_POOL_SIZE": "8"}  # with the pool of production


def settled() -> int:
    return Check.objects.filter(state=Check.State.ANSWERED).count()


def test_all_are_settled_whatever_is_killed(own_database, agencies, tmp_path):
    house = f.ministry()
    agencies.reset()
    agencies.set("*", latency_ms=100)
    Agency.objects.update(base_url=agencies.base_url + "/", timeout=2, concurrency=AT_ONCE)
    empty_broker()
    for _case in range(CASES):
        f.visa_case(house)
    assert Check.objects.count() == CHECKS

    rng = random.Random(SEED)
    workers: list[Worker] = [start_worker(tmp_path, f"asker{n}", **ENV) for n in range(2)]
    beat = start_beat(tmp_path, **ENV)
    killed: list[str] = []

    def kill_a_worker() -> None:
        place = rng.randrange(len(workers))
        workers[place].kill()
        killed.append(f"asker{place}")
        workers[place] = start_worker(tmp_path, f"asker{place}", **ENV)

    blows: list[Callable[[], None]] = [kill_a_worker] * KILLS + [empty_broker] * 2 + [own_database.crash]
    rng.shuffle(blows)
    moments = sorted(rng.sample(range(CHECKS // 20, CHECKS * 9 // 10), len(blows)))
    try:
        for moment, blow in zip(moments, blows, strict=True):
            wait_until(lambda moment=moment: settled() >= moment, seconds=60, every=0.1, what=f"for {moment} answers")
            blow()
        wait_until(lambda: settled() == CHECKS, seconds=100, every=0.2, what="for the last answer")
    finally:
        for process in (beat, *workers):
            process.stop()

    entries = agencies.log()
    assert len(killed) == KILLS
    assert max(entry["same_key"] for entry in entries) == 1, "asked twice at the same time"
    assert {entry["idempotency_key"] for entry in entries} == {
        str(key) for key in Check.objects.values_list("key", flat=True)
    }
    assert Check.objects.filter(attempts__gt=1).exists(), "no blow has hit a question under way"
    assert max(entry["concurrent"] for entry in entries) <= AT_ONCE
    answers = AuditEvent.objects.filter(verb="check.answered").values_list("data__check", flat=True)
    assert Counter(answers) == dict.fromkeys(Check.objects.values_list("pk", flat=True), 1)
    assert set(Case.objects.values_list("stage", flat=True)) == {Stage.INTERVIEW}
