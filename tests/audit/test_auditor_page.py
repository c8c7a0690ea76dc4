"""The auditor's page: what it finds, for whom, and that looking is in the log too."""

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audit import services as audit
from audit.models import AuditEvent
from cases import services
from cases.views import auditing
from offices.roles import Role
from tests import factories as f
from tests.flows import answer_all
from wall.realm import PROTECTED, in_realm

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def house():
    house = f.ministry()
    house.auditor = f.staff(Role.AUDITOR, house.lima)
    return house


@pytest.fixture
def case(house):
    case = f.visa_case(house)
    answer_all(case)
    services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    return case


def found(client, **query) -> list[AuditEvent]:
    answer = client.get(reverse("cases:events"), query)
    assert answer.status_code == 200
    return [row["event"] for row in answer.context["rows"]]


@pytest.fixture
def page(client, house, case):
    client.force_login(house.auditor, backend=BACKEND)
    return client


def test_it_is_for_auditors_alone(client, house, case):
    for user in (house.consul, house.supervisor, f.staff(Role.ADMINISTRATOR, house.lima)):
        client.force_login(user, backend=BACKEND)
        assert client.get(reverse("cases:events")).status_code == 404


def test_every_filter_narrows(page, house, case):
    assert {event.case_id for event in found(page, case=case.number.lower())} == {case.pk}
    assert {event.actor for event in found(page, actor=house.analyst.username)} == {house.analyst}
    assert {event.person_id for event in found(page, person=case.applicant_id)} == {case.applicant_id}
    assert {event.verb for event in found(page, verb="task.taken")} == {"task.taken"}
    assert {event.office_id for event in found(page, office=house.santiago.pk)} == {house.santiago.pk}
    today = timezone.localdate()  # the auditor works in Lima
    assert found(page, since=today, until=today, case=case.number)
    assert not found(page, until=today - timezone.timedelta(days=1))
    assert not found(page, case="VIS-2026-SCL-999999-0") and not found(page, actor="nadie")
    with transaction.atomic():
        audit.record("search", actor=house.analyst, data=audit.hashed_terms("Eriksson Anna"))
    assert [event.verb for event in found(page, term="anna")] == ["search"]
    assert [event.verb for event in found(page, term="eriksson anna")] == ["search"]
    bad = page.get(reverse("cases:events"), {"since": today, "until": today - timezone.timedelta(days=1)})
    assert bad.status_code == 422


def test_pages_go_on_by_key_and_show_every_event_once(page, monkeypatch, house):
    monkeypatch.setattr(auditing, "PAGE", 4)
    expected = set(AuditEvent.objects.visible_to(house.auditor).values_list("pk", flat=True))
    seen, url = [], reverse("cases:events")
    while url:
        answer = page.get(url)
        seen += [row["event"].pk for row in answer.context["rows"]]
        older = answer.context["older_url"]
        url = reverse("cases:events") + older if older else ""
    assert len(seen) == len(set(seen)) and expected <= set(seen)


def test_looking_and_exporting_are_in_the_log(page, house, case):
    found(page, case=case.number)
    event = AuditEvent.objects.get(verb="audit.read")
    assert event.actor == house.auditor and event.data["filtered"] == ["case"]
    text = page.get(reverse("cases:events"), {"export": "csv", "case": case.number}).getvalue().decode()
    assert case.number in text and "task.taken" in text
    assert AuditEvent.objects.get(verb="audit.exported").data["filtered"] == ["case"]


def test_an_auditor_of_one_post_reads_that_post(client, house, case):
    local = f.staff(Role.AUDITOR, house.madrid)
    assert not AuditEvent.objects.visible_to(local).exclude(office_id=house.madrid.pk).exists()
    assert AuditEvent.objects.visible_to(house.auditor).filter(office_id=house.santiago.pk).exists()


def test_what_is_behind_the_wall_is_read_there_alone(client, house, case):
    f.protect(case=case, person=case.applicant)
    with in_realm(PROTECTED), transaction.atomic():
        audit.record("case.read", actor=house.analyst, office_id=house.santiago.pk, case_id=case.pk)
        audit.record("person.updated", actor=house.analyst, person_id=case.applicant_id)
    assert not AuditEvent.objects.filter(protected=True).exists()
    with in_realm(PROTECTED):
        assert AuditEvent.objects.filter(protected=True).count() == 2  # the database saw to it
    events = AuditEvent.objects.visible_to(house.auditor)
    assert not events.filter(case_id=case.pk).exists()  # nor those older than the wall
    assert not events.filter(person_id=case.applicant_id).exists()
    assert not AuditEvent.objects.visible_to(f.staff(Role.PROTECTION, house.lima)).exists()
    inside = f.staff(Role.PROTECTION_AUDITOR, house.lima)
    with in_realm(PROTECTED):
        assert AuditEvent.objects.visible_to(inside).filter(case_id=case.pk).exists()
    client.force_login(house.auditor, backend=BACKEND)
    assert not found(client, case=case.number)
    assert case.number not in client.get(reverse("cases:events")).content.decode()
    client.force_login(inside, backend=BACKEND)
    assert found(client, case=case.number)


def test_nobody_else_reads_an_event(house, case):
    for user in (house.consul, f.UserFactory(is_superuser=True)):
        assert not AuditEvent.objects.visible_to(user).exists()
