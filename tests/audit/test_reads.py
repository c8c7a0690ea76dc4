"""One event per read, search, export and refusal: written together, in one statement."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit import services as audit
from audit.models import AuditEvent
from cases import services
from demo.files import page
from offices.roles import Role
from tests import factories as f

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def case(house):
    return f.visa_case(house)


@pytest.fixture
def analyst(client, house):
    client.force_login(house.analyst, backend=BACKEND)
    client.get("/")
    return client


def reads() -> list[str]:
    found = AuditEvent.objects.filter(request_id__gt="", verb__in=("case.read", "file.read", "search", "case.sought"))
    return list(found.order_by("id").values_list("verb", flat=True))


def test_a_case_page_is_one_event_and_one_statement(analyst, house, case):
    url = f"/expedientes/{case.number}/"
    with CaptureQueriesContext(connection) as captured:
        analyst.get(url)
    writes = [q["sql"] for q in captured.captured_queries if "audit_auditevent" in q["sql"]]
    assert len(writes) == 1 and writes[0].startswith("INSERT")
    event = AuditEvent.objects.get(verb="case.read")
    assert (event.actor, event.role, event.office_id, event.case_id, event.person_id) == (
        house.analyst, Role.ANALYST, house.santiago.pk, case.pk, case.applicant_id,
    )  # fmt: skip
    assert event.request_id and event.address == "127.0.0.1"
    assert not event.data and not event.protected


def test_panels_are_read_too_but_a_poll_is_not_read_again(analyst, case):
    url = f"/expedientes/{case.number}/panel/checks/"
    analyst.get(url, headers={"hx-request": "true"})
    assert AuditEvent.objects.get(verb="case.read").data == {"panel": "checks"}
    analyst.get(url + "?mark=0000", headers={"hx-request": "true"})
    assert reads() == ["case.read"]


def test_a_file_the_diagram_and_the_api(analyst, house, case):
    file = SimpleUploadedFile("a.pdf", page("Prueba"))
    attached = services.attach_file(file, actor=house.analyst, label="Copia", case=case)
    shown = analyst.get(f"/adjuntos/{attached.key}/")
    assert b"".join(shown.streaming_content).startswith(b"%PDF")
    analyst.get(f"/expedientes/{case.number}/diagrama/")
    analyst.get(reverse("api_case", args=[case.number]))
    assert reads() == ["file.read", "case.read", "case.read"]


def test_a_search_keeps_no_word_of_it_but_can_be_found_by_who_knows_it(analyst, case):
    analyst.get("/buscar/", {"q": "Eriksson Anna"})
    event = AuditEvent.objects.get(verb="search")
    assert "eriksson" not in str(event.data).lower()
    assert event.data["found"] == 1
    assert audit.hashed("ERIKSSON  anna") == event.data["text"]
    assert audit.hashed("anna") in event.data["words"]
    assert audit.hashed("otra") not in event.data["words"]


def test_a_filter_with_a_name_and_its_export_are_searches_too(analyst, case):
    analyst.get("/cola/", {"q": "Eriksson"})
    assert AuditEvent.objects.get(verb="search").data["where"] == "queue"
    analyst.get("/cola/", {"q": "Eriksson", "export": "csv"}).getvalue()
    exported = AuditEvent.objects.get(verb="list.exported")
    assert exported.data["words"] == [audit.hashed("eriksson")] and "riksson" not in str(exported.data)


def test_a_vain_look_is_the_same_for_what_is_hidden_and_what_is_not_there(client, house, case):
    client.force_login(house.foreign, backend=BACKEND)
    client.get("/")
    for number in (case.number, "VIS-2026-SCL-999999-0"):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/expedientes/{number}/").status_code == 404
        assert sum("audit_auditevent" in q["sql"] for q in captured.captured_queries) == 1
        event = AuditEvent.objects.latest("id")
        assert (event.verb, event.denied, event.case_id) == ("case.sought", True, None)
        assert event.data == {"number": audit.hashed(number)} and number not in str(event.data)


def test_a_refused_page_is_in_the_log_once(client, house, case):
    client.force_login(house.intake, backend=BACKEND)
    assert client.get(f"/expedientes/{case.number}/terminar/").status_code == 403
    event = AuditEvent.objects.get(denied=True)
    assert (event.verb, event.actor, event.case_id, event.data["code"]) == (
        "page.refused", house.intake, case.pk, "no_right",
    )  # fmt: skip
    client.post(f"/expedientes/{case.number}/adjuntar/")
    client.force_login(house.checks, backend=BACKEND)
    assert client.post(f"/expedientes/{case.number}/adjuntar/").status_code == 403
    assert AuditEvent.objects.filter(denied=True, actor=house.checks).count() == 1


def test_an_answer_whose_reading_can_not_be_written_is_not_given(analyst, case, monkeypatch):
    def broken(where):
        raise OSError("no room")

    monkeypatch.setattr("audit.middleware.write_reads", broken)
    with pytest.raises(OSError, match="no room"):
        analyst.get(f"/expedientes/{case.number}/")


def test_a_configuration_change_holds_old_and_new_of_inlines_and_of_what_went(client, house):
    admin = f.staff(Role.ADMINISTRATOR, house.lima)
    client.force_login(admin, backend=BACKEND)
    calendar = house.santiago.calendar
    day = calendar.days.create(day="2027-01-04", name="Puente")
    url = reverse("admin:offices_calendar_change", args=[calendar.pk])
    values = {
        "name": calendar.name, "countries": calendar.countries, "weekend": calendar.weekend,
        "days-TOTAL_FORMS": 1, "days-INITIAL_FORMS": 1, "days-0-id": day.pk, "days-0-calendar": calendar.pk,
        "days-0-day": "04/01/2027", "days-0-name": "Feriado puente",
    }  # fmt: skip
    assert client.post(url, values).status_code == 302
    event = AuditEvent.objects.filter(verb="configuration.changed", data__model="offices.CalendarDay").get()
    assert event.data["fields"] == {"name": ["Puente", "Feriado puente"]}
    client.post(url, {**values, "days-0-DELETE": "on"})
    gone = AuditEvent.objects.get(verb="configuration.removed")
    assert gone.data["fields"]["name"][1] is None
    office = client.get(reverse("admin:offices_office_change", args=[house.madrid.pk])).context["adminform"].form
    values = {name: office.initial.get(name) or "" for name in office.fields}
    client.post(
        reverse("admin:offices_office_change", args=[house.madrid.pk]), {**values, "city": "Alcalá", "active": "on"}
    )
    event = AuditEvent.objects.filter(verb="configuration.changed", data__model="offices.Office").get()
    assert event.data["fields"]["city"] == ["Madrid", "Alcalá"]
