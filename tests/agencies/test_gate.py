"""Limits, breaker and refusals of an agency, exact across workers: real locks, many connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from agencies import services as checks
from agencies import tasks
from agencies.connectors.base import Answer
from agencies.findings import Finding
from agencies.limits import Breaker
from agencies.models import Agency, Attempt, Check, CheckPolicy, Tally
from audit.models import AuditEvent
from cases.errors import NotAllowed, StateConflict
from tests import factories as f
from tests.flows import answer, answer_all

pytestmark = pytest.mark.django_db
many = pytest.mark.django_db(transaction=True)  # other connections must see what is written
CODE = "pnp"


def agency() -> Agency:
    return Agency.objects.get(code=CODE)


def configure(**limits) -> None:
    Agency.objects.filter(code=CODE).update(**limits)


def queue_up(house, number: int) -> list[int]:
    """So many due checks of one agency; returns their ids."""
    case = f.visa_case(house)
    model = case.checks.get(agency__code=CODE)
    extra = [
        Check(case=case, task=model.task, person=model.person, agency=model.agency, question=model.question,
              legal_basis="DL 1350", purpose="x", on_outage="block", next_attempt_at=timezone.now())
        for _ in range(number - 1)
    ]  # fmt: skip
    return [model.pk, *(check.pk for check in Check.objects.bulk_create(extra))]


def together(functions):
    barrier = Barrier(len(functions))

    def one(function):
        try:
            barrier.wait(timeout=10)
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        return [found for found in pool.map(one, functions) if found is not None]


def lease_together(ids: list[int]) -> list[Check]:
    return together([lambda pk=pk: checks.lease_check(pk) for pk in ids])


def clear(check: Check) -> Check | None:
    now = timezone.now()
    return checks.settle_check(check, answer=Answer(Finding.CLEAR, (), "", now, now, b"", ""))


def trip() -> None:
    """Open the breaker, and let its pause pass."""
    configure(failures=5, retry_at=timezone.now() - timedelta(seconds=1))


# --- concurrency and pace ------------------------------------------------------------------------------------------


@many
def test_no_more_are_under_way_than_the_agency_takes(house):
    ids = queue_up(house, 12)
    configure(concurrency=3)
    first = lease_together(ids)
    assert len(first) == 3
    assert checks.lease_next(agency().pk) is None
    clear(first[0])
    assert len(lease_together(ids)) == 1


def test_who_finds_no_room_leaves_the_check_as_it_was(house):
    ids = queue_up(house, 2)
    configure(concurrency=1)
    before = Check.objects.filter(pk=ids[1]).values().get()
    assert checks.lease_check(ids[0]) is not None and checks.lease_check(ids[1]) is None
    assert Check.objects.filter(pk=ids[1]).values().get() == before


def test_a_lease_that_ran_out_makes_room(house):
    ids = queue_up(house, 2)
    configure(concurrency=1)
    lost = checks.lease_check(ids[0])
    Check.objects.filter(pk=ids[0]).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert checks.lease_check(ids[1]) is not None
    assert checks.return_lost_checks() == 1
    assert clear(lost) is None  # who comes back too late writes nothing
    assert Check.objects.get(pk=ids[0]).state == Check.State.QUEUED


@many
def test_the_pace_holds_across_workers(house):
    ids = queue_up(house, 12)
    configure(concurrency=50, rate=30)
    assert len(lease_together(ids)) == 3  # a tenth of the limit at once
    assert 0 < checks.seconds_until_free(agency().pk) < 60 / 28 + 0.1
    assert agency().asked == 3


def test_the_longest_due_goes_first(house):
    ids = queue_up(house, 3)
    Check.objects.filter(pk=ids[2]).update(next_attempt_at=timezone.now() - timedelta(hours=1))
    assert checks.lease_next(agency().pk).pk == ids[2]


# --- breaker -------------------------------------------------------------------------------------------------------


def test_the_breaker_opens_at_its_threshold(house):
    ids = queue_up(house, 3)
    configure(breaker_after=2, breaker_pause=7)
    checks.postpone_check(checks.lease_check(ids[0]), fault="timeout", transport=True)
    assert agency().breaker(timezone.now()) is Breaker.CLOSED
    checks.postpone_check(checks.lease_check(ids[1]), fault="timeout", transport=True)
    assert agency().breaker(timezone.now()) is Breaker.OPEN
    assert 5 < (agency().retry_at - timezone.now()).total_seconds() <= 7
    assert checks.lease_check(ids[2]) is None


@many
def test_one_probe_across_workers(house):
    ids = queue_up(house, 8)
    trip()
    leased = lease_together(ids)
    assert len(leased) == 1
    assert agency().breaker(timezone.now()) is Breaker.PROBING
    assert lease_together(ids) == []


@many
def test_a_probe_that_is_answered_closes_the_breaker(house):
    ids = queue_up(house, 3)
    trip()
    clear(checks.lease_check(ids[0]))
    assert agency().failures == 0 and agency().breaker(timezone.now()) is Breaker.CLOSED
    assert len(lease_together(ids[1:])) == 2


def test_a_probe_that_fails_leaves_it_open_for_another_pause(house):
    ids = queue_up(house, 2)
    trip()
    checks.postpone_check(checks.lease_check(ids[0]), fault="timeout", transport=True)
    assert agency().breaker(timezone.now()) is Breaker.OPEN and agency().probe is None
    assert checks.lease_check(ids[1]) is None


def test_a_late_failure_does_not_cut_the_probe_short(house):
    ids = queue_up(house, 3)
    late = checks.lease_check(ids[0])
    trip()
    probe = checks.lease_check(ids[1])
    until = agency().retry_at
    checks.postpone_check(late, fault="timeout", transport=True)
    assert agency().breaker(timezone.now()) is Breaker.PROBING and agency().retry_at == until
    assert agency().probe == probe.lease


def test_a_probe_whose_worker_died_is_followed_by_another(house):
    ids = queue_up(house, 2)
    trip()
    checks.lease_check(ids[0])
    past = timezone.now() - timedelta(seconds=1)
    configure(retry_at=past)
    Check.objects.filter(pk=ids[0]).update(leased_until=past)
    assert checks.lease_check(ids[1]) is not None


def test_a_question_that_was_never_sent_is_no_probe(house):
    ids = queue_up(house, 2)
    trip()
    now = timezone.now()
    probe = checks.lease_check(ids[0])
    unsent = Answer(Finding.INDETERMINATE, (), "incomplete_identity:dni", now, now, b"", "")
    checks.settle_check(probe, answer=unsent)
    assert agency().failures == 5 and agency().breaker(timezone.now()) is Breaker.HALF_OPEN


# --- refusals and unreadable answers -------------------------------------------------------------------------------


def test_a_refusal_waits_for_a_person_and_blocks(house):
    case = f.visa_case(house)
    check = case.checks.get(agency__code=CODE)
    held = checks.refuse_check(checks.lease_check(check.pk), fault="refused:0009")
    assert held.state == Check.State.STOPPED and held.finding == "UNAVAILABLE" and held.next_attempt_at is None
    answer_all_but(case, check)
    case.refresh_from_db()
    assert case.stage == "checks"
    assert checks.lease_check(check.pk) is None and checks.lease_next(agency().pk) is None
    assert AuditEvent.objects.filter(case_id=case.pk, verb="check.stopped").count() == 1


def answer_all_but(case, check) -> None:
    for other in case.checks.exclude(pk=check.pk):
        answer(other)


def test_a_refusal_lets_the_case_go_on_with_a_flag_where_the_policy_does(house):
    CheckPolicy.objects.filter(question="pnp.requisitorias").update(on_outage="proceed")
    case = f.visa_case(house)
    check = case.checks.get(agency__code=CODE)
    checks.refuse_check(checks.lease_check(check.pk), fault="refused:0009")
    answer_all_but(case, check)
    case.refresh_from_db()
    check.refresh_from_db()
    assert (check.state, check.finding) == ("failed", "UNAVAILABLE")
    assert case.stage == "interview"


def test_unreadable_answers_are_tried_a_few_times_only(house):
    configure(unreadable_limit=3)
    case = f.visa_case(house)
    check = case.checks.get(agency__code=CODE)
    for attempt in range(1, 4):
        Check.objects.filter(pk=check.pk).update(next_attempt_at=timezone.now())
        held = checks.postpone_check(checks.lease_check(check.pk), fault="schema", transport=False)
        assert (held.state == Check.State.STOPPED) == (attempt == 3)
    for _ in range(12):  # an outage is no reason to stop asking
        other = case.checks.get(agency__code="sbs")
        Check.objects.filter(pk=other.pk).update(next_attempt_at=timezone.now())
        Agency.objects.update(retry_at=None, failures=0)
        held = checks.postpone_check(checks.lease_check(other.pk), fault="timeout", transport=True)
        assert held.state == Check.State.QUEUED


def test_a_person_has_it_put_again(house):
    case = f.visa_case(house)
    check = case.checks.get(agency__code=CODE)
    checks.refuse_check(checks.lease_check(check.pk), fault="refused:0009")
    with pytest.raises(NotAllowed):
        checks.ask_again(check, actor=house.analyst, reason="x")
    with pytest.raises(ValidationError):
        checks.ask_again(check, actor=house.checks, reason=" ")
    checks.ask_again(check, actor=house.checks, reason="La PNP corrigió el convenio")
    with pytest.raises(StateConflict):
        checks.ask_again(check, actor=house.checks, reason="otra vez")
    check.refresh_from_db()
    assert (check.state, check.finding, check.fault) == ("queued", "", "")
    answer_all(case)
    case.refresh_from_db()
    assert case.stage == "interview"
    event = AuditEvent.objects.get(verb="check.asked_again", denied=False)
    assert event.actor == house.checks and event.reason == "La PNP corrigió el convenio"


def test_a_supervisor_gives_up_on_what_was_refused(house):
    check = f.visa_case(house).checks.get(agency__code=CODE)
    checks.refuse_check(checks.lease_check(check.pk), fault="refused:0009")
    assert checks.cancel_check(check, actor=house.supervisor, reason="Sin convenio").state == "cancelled"


def test_the_database_keeps_silence_from_becoming_clear(house):
    check = f.visa_case(house).checks.first()
    for state in ("failed", "cancelled", "stopped", "queued"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Check.objects.filter(pk=check.pk).update(state=state, finding="CLEAR")


# --- the sweep -----------------------------------------------------------------------------------------------------


@pytest.fixture
def bells(monkeypatch):
    rung: list[str] = []
    monkeypatch.setattr(tasks, "ring_agency", lambda agency, after=0.0: rung.append(agency.code))
    return rung


def test_the_sweep_rings_no_more_than_can_be_asked(house, bells):
    queue_up(house, 30)
    configure(concurrency=3)
    tasks.ring_due_checks()
    assert bells.count(CODE) == 3
    assert {bells.count(code) for code in ("sbs", "migraciones")} == {1}  # nobody waits behind the backlog
    bells.clear()
    trip()
    tasks.ring_due_checks()
    assert bells.count(CODE) == 1
    bells.clear()
    configure(retry_at=timezone.now() + timedelta(minutes=1))
    tasks.ring_due_checks()
    assert bells.count(CODE) == 0 and bells.count("sbs") == 1


def test_a_paused_agency_is_not_rung_for(house, bells):
    queue_up(house, 3)
    configure(paused=True, paused_at=timezone.now())
    tasks.ring_due_checks()
    assert CODE not in bells and "sbs" in bells


# --- what is counted -----------------------------------------------------------------------------------------------


def test_attempts_are_counted_for_good(house):
    ids = queue_up(house, 4)
    for pk in ids[:2]:
        clear(checks.lease_check(pk))
    checks.postpone_check(checks.lease_check(ids[2]), fault="timeout", transport=True)
    checks.refuse_check(checks.lease_check(ids[3]), fault="refused:1")
    assert agency().asked == 4
    totals = {tally.outcome: tally.number for tally in Tally.objects.filter(agency__code=CODE)}
    assert totals == {"answered": 2, "failed": 1, "refused": 1}
    Attempt.objects.update(ended_at=timezone.now() - timedelta(days=40))
    assert tasks.forget_old_attempts() == 4
    assert Tally.objects.filter(agency__code=CODE).count() == 3


def test_a_defect_of_ours_is_noted_and_in_the_end_left_to_a_person(house, monkeypatch):
    def fail(ask, endpoint):
        raise ZeroDivisionError("Eriksson")

    monkeypatch.setattr(tasks, "_ask", fail)
    configure(unreadable_limit=2)
    check = f.visa_case(house).checks.get(agency__code=CODE)
    for state in ("queued", "stopped"):
        Check.objects.filter(pk=check.pk).update(next_attempt_at=timezone.now())
        tasks.ask_check.apply(args=[check.pk])
        check.refresh_from_db()
        assert (check.state, check.fault, check.lease) == (state, "defect:ZeroDivisionError", None)
