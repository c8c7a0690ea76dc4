"""Reading a case outside one's task: asked for a reason, for an hour, told to the supervisor; never behind the wall."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from cases import services
from cases.access import load_reading_rules
from cases.errors import NotAllowed
from cases.models import AccessGrant, ReadingRule
from demo.files import page as paper
from offices.models import Notice
from offices.roles import Reading, Role
from tests import factories as f
from tests.flows import answer_all
from wall.realm import PROTECTED, in_realm

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def house():
    house = f.ministry()
    ReadingRule.objects.all().delete()
    load_reading_rules()
    house.auditor = f.staff(Role.AUDITOR, house.lima)
    return house


@pytest.fixture
def case(house):
    return f.visa_case(house)


def page(client, user, number):
    client.force_login(user, backend=BACKEND)
    return client.get(f"/expedientes/{number}/")


def test_who_is_asked(house, case, client):
    free = {house.intake: True, house.consul: True, house.supervisor: True, house.analyst: False,
            house.printer: False, house.delivery: False, house.auditor: False}  # fmt: skip
    for user, reads in free.items():
        answer = page(client, user, case.number)
        assert answer.status_code == (200 if reads else 302), user
        assert reads or answer["Location"].startswith(reverse("cases:access", args=[case.number]))
    answer_all(case)
    assert page(client, house.analyst, case.number).status_code == 200  # now it waits for an analyst
    taken = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    assert page(client, house.analyst, case.number).status_code == 200
    other = f.staff(Role.ANALYST, house.santiago)
    assert page(client, other, case.number).status_code == 302
    services.release_task(taken, actor=house.analyst)
    assert page(client, other, case.number).status_code == 200


def test_a_reason_opens_it_for_an_hour_and_the_supervisor_is_told(house, case, client):
    address = page(client, house.analyst, case.number)["Location"]
    form = client.get(address).content.decode()
    assert case.number in form and "Eriksson" not in form and "ERIKSSON" not in form
    short = client.post(address, {"reason": "x", "next": ""})
    assert short.status_code == 422
    answer = client.post(
        address, {"reason": "El solicitante llama al mostrador", "next": f"/expedientes/{case.number}/"}
    )
    assert answer["Location"] == f"/expedientes/{case.number}/"
    assert client.get(answer["Location"]).status_code == 200
    assert client.get(f"/expedientes/{case.number}/panel/timeline/", headers={"hx-request": "true"}).status_code == 200
    event = AuditEvent.objects.get(verb="access.granted")
    assert (event.actor, event.case_id, event.reason) == (
        house.analyst, case.pk, "El solicitante llama al mostrador",
    )  # fmt: skip
    notice = Notice.objects.get(kind="access.granted")
    assert notice.user == house.consul  # of the office itself, before those above
    client.force_login(house.consul, backend=BACKEND)
    assert case.number in client.get("/personal/avisos/").content.decode()
    AccessGrant.objects.update(until=timezone.now())
    assert page(client, house.analyst, case.number).status_code == 302
    AccessGrant.objects.update(until=timezone.now() + timedelta(hours=1))
    other = f.visa_case(house)
    assert page(client, house.analyst, other.number).status_code == 302  # for that case only


def test_files_panels_and_the_api_ask_too(house, case, client):
    file = SimpleUploadedFile("a.pdf", paper("Prueba"))
    attached = services.attach_file(file, actor=house.intake, label="Copia", case=case)
    client.force_login(house.analyst, backend=BACKEND)
    for url in (f"/adjuntos/{attached.key}/", f"/expedientes/{case.number}/diagrama/"):
        assert client.get(url).status_code == 302, url
    panel = client.get(f"/expedientes/{case.number}/panel/notes/", headers={"hx-request": "true"})
    assert panel.status_code == 204 and "acceso" in panel["HX-Redirect"]
    for name in ("api_case", "api_timeline", "api_checks"):
        answer = client.get(reverse(name, args=[case.number]))
        assert answer.status_code == 403 and answer.json()["code"] == "reason_needed"
    opened = client.post(reverse("api_access", args=[case.number]), {"reason": "Consulta del solicitante"})
    assert opened.status_code == 201
    assert client.get(reverse("api_case", args=[case.number])).status_code == 200
    shown = client.get(f"/adjuntos/{attached.key}/")
    assert shown.status_code == 200 and b"".join(shown.streaming_content).startswith(b"%PDF")


def test_another_offices_case_can_not_be_opened_by_any_reason(house, case, client):
    client.force_login(house.foreign, backend=BACKEND)
    url = reverse("cases:access", args=[case.number])
    assert client.get(url).status_code == 404
    assert client.post(url, {"reason": "Quiero verlo de todos modos"}).status_code == 404
    with pytest.raises(NotAllowed):
        services.open_outside_task(case, actor=house.foreign, reason="Quiero verlo de todos modos")


def test_never_behind_the_wall(house, case, client):
    f.protect(case=case)
    missing = client_answers(client, house.auditor, "VIS-2026-SCL-999999-0")
    for user in (house.analyst, house.auditor, house.supervisor):
        assert client_answers(client, user, case.number)[0] == missing[0] == 404
        with in_realm(PROTECTED), pytest.raises(NotAllowed):  # even if they held the case in their hands
            services.open_outside_task(case, actor=f.fresh(user), reason="Quiero verlo de todos modos")
    officer = f.staff(Role.PROTECTION, house.lima)
    f.offices.open_posting(
        actor=None, user=officer, office=house.lima, role=Role.ANALYST, since=f.LONG_AGO, source="R.M."
    )
    officer = f.fresh(officer)
    assert page(client, officer, case.number).status_code == 200  # theirs, and read in the log
    with in_realm(PROTECTED), pytest.raises(NotAllowed):
        services.open_outside_task(case, actor=officer, reason="Quiero verlo de todos modos")
    assert not AccessGrant.objects.exists() and not Notice.objects.filter(kind="access.granted").exists()
    with in_realm(PROTECTED):
        assert AuditEvent.objects.get(verb="case.read", actor=officer).protected


def client_answers(client, user, number) -> tuple[int, bytes]:
    client.force_login(user, backend=BACKEND)
    answer = client.get(reverse("cases:access", args=[number]))
    return answer.status_code, answer.content


def test_an_administrator_changes_who_is_asked(house, case, client):
    ReadingRule.objects.filter(role=Role.ANALYST).update(reading=Reading.FREE)
    assert page(client, house.analyst, case.number).status_code == 200
    ReadingRule.objects.filter(role=Role.CONSUL).update(reading=Reading.ALWAYS)
    assert page(client, house.consul, case.number).status_code == 302


def test_an_auditor_reads_but_writes_nothing(house, case):
    with pytest.raises(NotAllowed):
        services.add_note(case, actor=house.auditor, text="Visto")


def test_it_costs_no_statement_of_its_own(house, case, client, settings):
    settings.CONFIGURATION_TTL = 60
    client.force_login(house.intake, backend=BACKEND)
    url = f"/expedientes/{case.number}/"
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    ReadingRule.objects.update(reading=Reading.FREE)
    from offices.configuration import forget_configuration

    forget_configuration()
    client.get(url)
    with CaptureQueriesContext(connection) as free:
        client.get(url)
    assert len(asked) == len(free)


def test_messages_to_the_applicant_are_read_by_those_who_read_the_case(house, case, client):
    services.notify(case, kind="x", subject="Aviso", body="Traiga su pasaporte")

    def page(user):
        client.force_login(user, backend=BACKEND)
        return client.get(reverse("cases:outbox")).content.decode()

    def noted(user):
        return list(AuditEvent.objects.filter(verb="case.read", actor=user, case_id=case.pk, data__panel="outbox"))

    assert "Traiga su pasaporte" in page(house.consul)
    assert len(noted(house.consul)) == 1
    told = page(house.printer)
    assert "Aviso" in told and case.number in told
    assert "Traiga su pasaporte" not in told and "anna@correo.example" not in told
    assert not noted(house.printer)
    services.open_outside_task(case, actor=house.printer, reason="El solicitante pregunta por su aviso")
    assert "Traiga su pasaporte" in page(house.printer)
