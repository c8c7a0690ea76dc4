"""Checks survive dead workers, a lost broker and agencies that answer late, wrongly or not at all.

Real PostgreSQL, real broker, real worker and beat processes, the simulator over HTTP; what was asked and when is
counted from the simulator's own log.
"""

from collections import Counter

import pytest

from agencies.models import Agency, Check
from cases.models import Stage
from tests import factories as f
from tests.workers import empty_broker, running, start_worker, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.worker, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def worker(django_db_setup, tmp_path_factory):
    """One worker and beat for the tests that do not kill theirs."""
    with running(tmp_path_factory.mktemp("worker")) as worker:
        yield worker


@pytest.fixture
def house(agencies):
    agencies.reset()
    house = f.ministry()
    Agency.objects.update(base_url=agencies.base_url + "/", timeout=2)
    empty_broker()
    return house


def settled(case) -> bool:
    return not case.checks.exclude(state=Check.State.ANSWERED).exists()


def never_asked_twice_at_once(agencies) -> None:
    entries = agencies.log()
    assert entries, "nothing was asked"
    assert max(entry["same_key"] for entry in entries) == 1


def one_answer_each(case) -> None:
    from audit.models import AuditEvent

    events = AuditEvent.objects.filter(case_id=case.pk, verb="check.answered")
    assert Counter(event.data["check"] for event in events) == Counter(case.checks.values_list("pk", flat=True))


def test_the_worker_is_killed_in_mid_check(house, agencies, tmp_path):
    agencies.set("pnp", latency_ms=1500)
    with running(tmp_path, beat=True) as first:
        case = f.visa_case(house)
        wait_until(lambda: case.checks.filter(state=Check.State.ASKING, agency__code="pnp").exists())
        agencies.wait_for_log(lambda entries: any(entry["agency"] == "pnp" for entry in entries))
        first.kill()
        assert not settled(case)
        agencies.set("pnp", latency_ms=0)
        second = start_worker(tmp_path, "second")
        try:
            wait_until(lambda: settled(case), seconds=40)
        finally:
            second.stop()
    case.refresh_from_db()
    assert case.stage == Stage.INTERVIEW
    never_asked_twice_at_once(agencies)
    one_answer_each(case)
    assert case.checks.get(agency__code="pnp").attempts == 2


def test_the_broker_loses_everything(house, agencies, tmp_path):
    case = f.visa_case(house)  # nobody is listening yet
    empty_broker()
    with running(tmp_path):
        wait_until(lambda: settled(case), seconds=40)
    case.refresh_from_db()
    assert case.stage == Stage.INTERVIEW
    never_asked_twice_at_once(agencies)
    one_answer_each(case)


@pytest.mark.parametrize("fault", ["http500", "garbage", "huge", "entity_bomb", "slow_headers", "down"])
def test_an_agency_that_answers_wrongly_is_asked_again(worker, house, agencies, fault):
    agencies.set("migraciones", fault=fault, until_count=1)
    case = f.visa_case(house)
    check = case.checks.get(agency__code="migraciones")
    wait_until(lambda: settled(case), seconds=40)
    check.refresh_from_db()
    assert check.attempts == 2
    assert check.finding == "CLEAR"
    case.refresh_from_db()
    assert case.stage == Stage.INTERVIEW
    never_asked_twice_at_once(agencies)
    one_answer_each(case)


def test_an_outage_blocks_or_goes_on_with_a_flag_as_the_policy_says(worker, house, agencies):
    """INPE may be done without; PNP may not. Neither silence is ever read as clear."""
    from agencies.models import CheckPolicy

    CheckPolicy.objects.filter(question="inpe.antecedentes").update(patience=0)
    agencies.set("inpe", fault="down")
    agencies.set("pnp", fault="down")
    case = f.visa_case(house, subtype="trabajador")
    flagged = case.checks.get(question="inpe.antecedentes")
    blocked = case.checks.get(question="pnp.requisitorias")

    def waited() -> bool:
        flagged.refresh_from_db()
        blocked.refresh_from_db()
        return flagged.state == Check.State.FAILED and blocked.attempts >= 2

    wait_until(waited, seconds=40)
    assert flagged.finding == "UNAVAILABLE"
    assert (blocked.state in (Check.State.QUEUED, Check.State.ASKING)) and blocked.finding == ""
    case.refresh_from_db()
    assert case.stage == Stage.CHECKS
    agencies.set("pnp", fault=None)
    wait_until(lambda: not case.checks.unsettled().exists(), seconds=60)
    case.refresh_from_db()
    assert case.stage == Stage.AUTHORISATION
    never_asked_twice_at_once(agencies)
