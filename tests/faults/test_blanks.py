"""Blanks under many hands and dying machines: real processes, real connections."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections import Counter

import pytest
from django.db import connection, connections, transaction

from cases.models import Case
from config.local.leash import tied
from documents.models import Blank, BlankMovement
from documents.services import blanks as ledger
from tests import factories as f
from tests import flows
from tests.workers import ROOT, database_url, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
PROCESSES, EACH = 20, 50

# the row of a filed case, many times over, as cases that have no page and no steps
_COPIES = """
    INSERT INTO cases_case
    SELECT (jsonb_populate_record(NULL::cases_case, to_jsonb(c) || jsonb_build_object(
        'id', (SELECT max(id) FROM cases_case) + n, 'number', 'PRUEBA-' || n, 'draft_id', NULL))).*
    FROM cases_case c, generate_series(1, %s) n WHERE c.id = %s
    RETURNING id
"""


def _assign(case_ids: list[int], failures) -> None:
    """What one process does: a blank for each of its cases, each in a transaction of its own."""
    from documents import services

    # A browser test before this one leaves the parent an event loop, whose connections are not those of a fork: what
    # is inherited here may be open, and is shared with every sibling. It is left to the parent, not closed.
    connection.connection = None
    try:
        for case in Case.objects.filter(pk__in=case_ids):
            with transaction.atomic():
                services.assign_blank(case, kind="visa")
    except BaseException as failure:
        failures.put(repr(failure))
        raise
    finally:
        connection.close()


def test_twenty_processes_assign_a_thousand_blanks(house):
    """None twice, none lost."""
    f.blanks(house, house.santiago, "W00000001-W00000950")  # with the fifty of the ministry a thousand
    origin = f.visa_case(house)
    with connection.cursor() as cursor:
        cursor.execute(_COPIES, [PROCESSES * EACH, origin.pk])
        cases = [row[0] for row in cursor.fetchall()]
    connections.close_all()
    context = multiprocessing.get_context("fork")
    failures = context.SimpleQueue()
    workers = [context.Process(target=_assign, args=(cases[index::PROCESSES], failures)) for index in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES, failures.empty() or failures.get()
    assigned = Blank.objects.filter(state="assigned")
    assert assigned.count() == PROCESSES * EACH
    assert set(assigned.values_list("case_id", flat=True)) == set(cases)
    assert not Blank.objects.filter(state="available").exists()
    moves = Counter(BlankMovement.objects.filter(to_state="assigned").values_list("blank_id", flat=True))
    assert set(moves.values()) == {1}


_PRINT = """
import sys, time
import django
django.setup()
from documents.services import issuing
def stuck(*args, **kwargs):
    print("printing", flush=True)
    time.sleep(600)
issuing.render = stuck
from cases import services
from cases.models import Task
services.run_step(Task._base_manager.get(pk=int(sys.argv[1])))
"""


def test_a_process_killed_while_it_prints_leaves_the_blank_assigned_and_visible(house):
    case = f.visa_case(house)
    flows.to_decision(case, house)
    flows.decide(case, house.consul)
    from cases import services

    services.run_step(f.open_step(case, "assign"))
    step = f.open_step(case, "issue")
    number = Blank.objects.get(state="assigned").number
    env = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    process = subprocess.Popen(
        tied([sys.executable, "-c", _PRINT, str(step.pk)]),
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"printing\n"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)
    process.stdout.close()

    blank = Blank.objects.get(number=number)
    assert (blank.state, blank.case_id) == ("assigned", case.pk)
    assert blank in Blank.objects.visible_to(house.custodian)
    assert ledger.books(blank.kind, house.santiago).closing == 50
    # the database lets go of the dead process' lock, and the next run prints on the same blank

    def free() -> bool:
        with transaction.atomic():
            return Case._base_manager.select_for_update(skip_locked=True, of=("self",)).filter(pk=case.pk).exists()

    wait_until(free, what="for the lock of the dead process")
    services.run_step(f.open_step(case, "issue"))
    assert case.issued_documents.get().number == number
    blank.refresh_from_db()
    assert blank.state == "personalised"
