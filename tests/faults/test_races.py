"""Many people at once: real connections, real locks."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from audit.models import AuditEvent
from cases import services
from cases.errors import NotAllowed, StateConflict
from cases.models import Case, Task
from offices.models import User
from offices.roles import Role
from tests import factories as f
from tests.flows import answer_all
from tests.workers import wait_until

INTERVIEW = {"held_on": "2026-01-02", "channel": "video", "language": "es", "interpreter": "", "purpose": "doubtful",
             "ties": "doubtful", "funds": "doubtful", "summary": "x"}  # fmt: skip

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


def together(functions):
    """Run functions at the same moment, each on a connection of its own; results or exceptions in order."""
    barrier = Barrier(len(functions))

    def one(function):
        try:
            barrier.wait(timeout=10)
            return function()
        except StateConflict as conflict:
            return conflict
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(one, functions))


def test_one_of_two_takes_a_step_and_the_other_hears_who_was_faster(house):
    case = f.visa_case(house)
    answer_all(case)
    task = f.open_step(case, "interview")
    other = f.staff(Role.ANALYST, house.santiago)
    for _round in range(5):
        results = together([lambda u=user: services.take_task(task, actor=User.objects.get(pk=u.pk))
                            for user in (house.analyst, other)])  # fmt: skip
        winners = [result for result in results if isinstance(result, Task)]
        losers = [result for result in results if isinstance(result, StateConflict)]
        assert len(winners) == len(losers) == 1
        assert losers[0].code == "taken"
        assert winners[0].owner.short_name in losers[0].message
        services.release_task(task, actor=winners[0].owner)


def test_take_next_gives_everybody_something_else(house):
    cases = [f.visa_case(house) for _ in range(8)]
    for case in cases:
        answer_all(case)
    officers = [f.staff(Role.ANALYST, house.santiago) for _ in range(8)]
    taken = together([lambda u=user: services.take_next(actor=User.objects.get(pk=u.pk)) for user in officers])
    got = [task.pk for task in taken if task is not None]
    assert len(got) == len(set(got))
    assert Task.objects.filter(status="ASSIGNED").count() == len(got)
    # whoever found everything locked for an instant gets the rest on asking again
    for user in officers[len(got) :]:
        assert services.take_next(actor=user) is not None


def test_a_step_is_finished_once(house):
    case = f.visa_case(house)
    answer_all(case)
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    results = together(
        [lambda: services.complete_task(task, actor=User.objects.get(pk=house.analyst.pk), values=INTERVIEW)] * 4
    )
    assert sum(isinstance(result, Case) for result in results) == 1
    assert {result.code for result in results if isinstance(result, StateConflict)} == {"finished"}
    assert Task.objects.filter(process_id=case.pk, flow_task_type="HUMAN").count() == 2
    assert AuditEvent.objects.filter(case_id=case.pk, verb="task.completed").count() == 1


def test_a_conflict_declared_while_an_act_waits_for_the_case_stops_the_act(house):
    """Whoever waited for the lock sees what was committed meanwhile, not what they saw when they began to wait."""
    case = f.visa_case(house)
    answer_all(case)
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)

    def finish():
        try:
            services.complete_task(task, actor=User.objects.get(pk=house.analyst.pk), values=INTERVIEW)
        except NotAllowed as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            services.declare_conflict(case, actor=house.analyst, reason="Es mi prima")
            outcome = pool.submit(finish)
            wait_until(someone_waits_for_a_lock, seconds=10, what="the act to wait for the case")
        assert outcome.result(timeout=20) == "conflict_of_interest"


def someone_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
        return cursor.fetchone() is not None


def test_the_last_two_answers_arrive_together(house):
    """Two workers settle the last two checks at the same time: the case goes on once."""
    from django.utils import timezone

    from agencies import services as checks
    from agencies.connectors.base import Answer
    from agencies.findings import Finding

    case = f.visa_case(house)
    leased = [checks.lease_check(pk) for pk in case.checks.values_list("pk", flat=True)]
    now = timezone.now()
    answer = Answer(Finding.CLEAR, (), "", now, now, b"", "")
    together([lambda c=check: checks.settle_check(c, answer=answer) for check in leased])
    assert case.checks.filter(state="answered").count() == len(leased)
    case.refresh_from_db()
    assert case.stage == "interview"
    assert Task.objects.filter(process_id=case.pk, finished__isnull=True).count() == 1


def test_a_draft_submitted_twice_at_once_is_one_case(house):
    draft = services.open_draft(actor=house.intake, procedure="visa", office=house.santiago)
    results = together([lambda: f.visa_case(house, draft_id=draft.pk, actor=User.objects.get(pk=house.intake.pk))] * 3)
    assert sum(isinstance(result, StateConflict) for result in results) == 2
    assert Case.objects.count() == 1


def test_numbers_have_no_gap_and_no_double_under_load(house):
    results = together(
        [lambda: f.visa_case(house, actor=User.objects.get(pk=house.intake.pk)).number for _ in range(8)]
    )
    assert sorted(int(number.split("-")[3]) for number in results) == list(range(1, 9))
