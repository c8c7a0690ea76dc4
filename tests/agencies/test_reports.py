"""Reports to SLTD: queued in the act, sent once, again until they are acknowledged. Against the simulator."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies import services, tasks
from agencies.models import Agency, Report
from audit.models import AuditEvent
from cases.errors import NotAllowed
from offices.models import Office
from offices.roles import Role
from tests import factories as f
from tests.cases.pages import browser, text
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


# -- reports of an office ------------------------------------------------------------------------------------------


def of_office(office, *numbers, procedure="visa"):
    with transaction.atomic():
        return services.queue_reports(
            office, procedure=procedure, code="interpol.sltd_report", legal_basis="Prueba",
            values=[{**VALUES, "number": number} for number in numbers],
        )  # fmt: skip


def test_blanks_are_reported_by_their_office(report):
    office = Office.objects.get(code="SCL")
    assert of_office(office, "V00000001", "V00000002") == 2
    assert AuditEvent.objects.get(verb="report.queued").data["quantity"] == 2
    for queued in Report.objects.all():
        tasks.send_report(queued.pk)
    assert set(Report.objects.values_list("state", "reference")) == {
        ("sent", "SLTD-PER-V00000001"), ("sent", "SLTD-PER-V00000002"),
    }  # fmt: skip
    assert set(AuditEvent.objects.filter(verb="report.sent").values_list("office_id", flat=True)) == {office.pk}


def test_a_report_is_of_a_case_or_of_an_office(report):
    queued = report()
    for changes in ({"office": queued.case.office, "procedure": "visa"}, {"case": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=queued.pk).update(**changes)


def test_what_our_own_configuration_lacks_is_on_the_row(report, monkeypatch):
    queued = report()
    monkeypatch.delenv("AGENCY_INTERPOL_USER")
    tasks.send_report(queued.pk)
    queued.refresh_from_db()
    assert queued.state == "queued" and queued.fault.startswith("config:")


# -- the page ------------------------------------------------------------------------------------------------------

URL = "/consultas/entidades/reportes/"


@pytest.fixture
def people(report):
    office = Office.objects.get(code="SCL")
    return {
        "supervisor": f.staff(Role.SUPERVISOR, office),
        "elsewhere": f.staff(Role.SUPERVISOR, Office.objects.get(code="MAD")),
        "intake": f.staff(Role.INTAKE, office),
    }


def test_the_list_shows_what_one_may_see(report, people):
    queued = report()
    of_office(queued.case.office, "V00000777")
    page = browser(people["supervisor"]).get(URL)
    for shown in ("V00012345", "V00000777", queued.case.number):
        assert shown in text(page)
    hidden = text(browser(people["elsewhere"]).get(URL))
    assert "V00012345" not in hidden and "V00000777" not in hidden
    assert browser(people["intake"]).get(URL).status_code == 404
    Report.objects.filter(pk=queued.pk).update(state="refused", fault="INVALID_RECORD", next_attempt_at=None)
    refused = text(browser(people["supervisor"]).get(f"{URL}?state=refused"))
    assert "V00012345" in refused and "V00000777" not in refused and "INVALID_RECORD" in refused


def test_a_long_list_goes_on(report, people):
    of_office(Office.objects.get(code="SCL"), *(f"V{n:08d}" for n in range(60)))
    with CaptureQueriesContext(connection) as first:
        page = text(browser(people["supervisor"]).get(URL))
    assert "V00000059" in page and "V00000009" not in page
    assert len(first) < 25
    before = Report.objects.order_by("-pk")[49].pk
    assert "V00000009" in text(browser(people["supervisor"]).get(f"{URL}?before={before}"))


def test_a_supervisor_sends_a_refused_one_again(report, people, simulator):
    queued = report(issuer="CHL")
    tasks.send_report(queued.pk)
    url = f"{URL}{queued.pk}/enviar/"
    officer = browser(people["supervisor"])
    assert officer.get(url).status_code == 200
    assert officer.post(url, {"reason": ""}).status_code == 422
    assert browser(people["elsewhere"]).post(url, {"reason": "x"}).status_code == 404
    assert officer.post(url, {"reason": "Corregido con la OCN"}).status_code == 302
    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == ("queued", 1)
    event = AuditEvent.objects.get(verb="report.sent_again")
    assert (event.reason, event.data["fault"], event.actor) == (
        "Corregido con la OCN", "INVALID_RECORD", people["supervisor"],
    )  # fmt: skip
    Report.objects.filter(pk=queued.pk).update(values={**queued.values, "issuer": "PER"})
    tasks.send_report(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == ("sent", 2)
    assert officer.post(url, {"reason": "Otra vez"}).status_code == 409


def test_who_does_not_supervise_sends_nothing_again(report, people):
    queued = report()
    checks = f.staff(Role.CHECKS, queued.case.office)
    with pytest.raises(NotAllowed):
        services.send_again(queued, actor=checks, reason="x")
    assert "Send again" not in text(browser(checks).get(URL))


def test_an_administrator_reads_none(report):
    queued = report()
    admin = f.staff(Role.ADMINISTRATOR, Office.objects.get(code="SCL"), is_staff=True)
    page = browser(admin).get(URL)
    assert page.status_code == 200
    assert "V00012345" not in text(page) and queued.case.number not in text(page)
    assert browser(admin).get("/admin/agencies/report/").status_code == 404
