"""One agency in trouble is its own trouble: the others go on, and its backlog comes back to it in good order."""

import pytest

from agencies.models import Agency, Check
from tests import factories as f
from tests.workers import THREADS, empty_broker, running, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.worker, pytest.mark.django_db(transaction=True)]
SILENT = "pnp"
AT_ONCE = 3
CASES = 2 * THREADS  # its checks could hold every thread of the worker twice over


@pytest.fixture
def house(agencies):
    agencies.reset()
    house = f.ministry()
    Agency.objects.update(base_url=agencies.base_url + "/", timeout=5, concurrency=AT_ONCE)
    empty_broker()
    return house


def of_silent():
    return Check.objects.filter(agency__code=SILENT)


def test_a_silent_agency_delays_no_other(house, agencies, tmp_path):
    """While it holds its first questions for as long as it may, every question to the others is answered."""
    agencies.set(SILENT, latency_ms=120_000)
    Agency.objects.filter(code=SILENT).update(timeout=120)
    for _case in range(CASES):
        f.visa_case(house)
    others = Check.objects.exclude(agency__code=SILENT)
    with running(tmp_path):
        wait_until(lambda: not others.unsettled().exists(), seconds=90, every=0.2)
        entries = [entry for entry in agencies.log() if entry["agency"] == SILENT]
    assert others.count() == 4 * CASES
    assert not of_silent().exclude(state__in=["queued", "asking"]).exists()
    assert 0 < len(entries) <= AT_ONCE
    assert all(entry["ended_monotonic"] is None for entry in entries), "the test proves nothing: it has given up"


def test_an_agency_that_comes_back_meets_one_question_and_then_no_stampede(house, agencies, tmp_path):
    agencies.set(SILENT, fault="down", latency_ms=150)
    Agency.objects.filter(code=SILENT).update(breaker_after=3, breaker_pause=2)
    for _case in range(CASES):
        f.visa_case(house)
    with running(tmp_path):
        wait_until(lambda: Agency.objects.get(code=SILENT).retry_at is not None, seconds=60)
        wait_until(lambda: not of_silent().filter(state="asking").exists(), seconds=30)
        before = agencies.call("/_control/log")["last"]
        agencies.set(SILENT, fault=None)
        wait_until(lambda: not of_silent().unsettled().exists(), seconds=90, every=0.2)
    entries = [entry for entry in agencies.log(since=before) if entry["agency"] == SILENT]
    answered = [entry for entry in entries if entry["outcome"] == "answered"]
    assert len(answered) == CASES
    assert answered[1]["started_monotonic"] > answered[0]["ended_monotonic"], "more than one probe"
    assert 1 < max(entry["concurrent"] for entry in entries) <= AT_ONCE
    assert max(entry["same_key"] for entry in entries) == 1


def test_the_pace_is_kept_with_a_backlog(house, agencies, tmp_path):
    """Counted from the agency's own log: no minute, and here no second minute either, holds more than the limit."""
    rate = 20
    Agency.objects.filter(code=SILENT).update(rate=rate)
    for _case in range(CASES):
        f.visa_case(house)
    with running(tmp_path):
        wait_until(lambda: of_silent().filter(state="answered").count() >= 6, seconds=60, every=0.2)
        entries = [entry for entry in agencies.log() if entry["agency"] == SILENT]
    burst, interval = 2, 60 / (rate - 1)
    for first, later in zip(entries, entries[burst:], strict=False):
        assert later["started_monotonic"] - first["started_monotonic"] > interval * 0.5
