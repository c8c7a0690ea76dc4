"""Reports to SLTD: queued in the act, sent once, again until they are acknowledged. Against the simulator."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from agencies import services, tasks
from agencies.models import Agency, Report
from audit.models import AuditEvent
from tests import factories as f
from tests.simulators import SECRETS, start_simulator, stop_simulator

pytestmark = pytest.mark.django_db
VALUES = {"number": "V00012345", "issuer": "PER", "type": "VISA", "status": "STOLEN", "happened_on": "2026-11-20"}


@pytest.fixture(scope="module")
def simulator():
    running = start_simulator()
    yield running
    stop_simulator(running)


@pytest.fixture
def report(simulator, monkeypatch):
    simulator.reset()
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"AGENCY_INTERPOL_{name.upper()}", value)
    case = f.visa_case(f.ministry())
    Agency.objects.filter(code="interpol").update(base_url=f"{simulator.base_url}/", credentials="AGENCY_INTERPOL")

    def queue(**changes):
        with transaction.atomic():
            return services.queue_report(
                case, code="interpol.sltd_report", values={**VALUES, **changes}, legal_basis="Prueba"
            )

    return queue


def test_a_report_is_acknowledged_with_its_record(report):
    queued = report()
    tasks.send_report(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.reference, queued.attempts) == ("sent", "SLTD-PER-V00012345", 1)
    tasks.send_report(queued.pk)  # rung twice, sent once
    queued.refresh_from_db()
    assert queued.attempts == 1
    verbs = AuditEvent.objects.filter(verb__startswith="report.").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["report.queued", "report.sent"]


def test_an_agency_that_is_away_is_told_later(report, simulator):
    queued = report()
    simulator.set("interpol", fault="down")
    tasks.send_report(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == ("queued", 1)
    assert queued.next_attempt_at > timezone.now()
    simulator.reset()
    Report.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    tasks.send_report(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == ("sent", 2)


def test_a_refusal_waits_for_a_person(report):
    queued = report(issuer="CHL")
    tasks.send_report(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.fault) == ("refused", "INVALID_RECORD")


def test_a_dead_worker_loses_its_lease(report):
    queued = report()
    first = services.lease_report(queued.pk)
    assert services.lease_report(queued.pk) is None
    Report.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    second = services.lease_report(queued.pk)
    assert not services.settle_report(first, reference="X")
    assert services.settle_report(second, reference="Y")
    queued.refresh_from_db()
    assert queued.reference == "Y"


def test_nothing_of_a_protected_case_can_be_queued(report):
    queued = report()
    case = queued.case
    case.confidentiality = "R"
    with pytest.raises(AssertionError), transaction.atomic():
        services.queue_report(case, code="interpol.sltd_report", values=VALUES, legal_basis="Prueba")
