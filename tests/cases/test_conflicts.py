"""Conflict of interest: whoever has one does not see the case, anywhere, and can not act on it, whoever they are."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Check
from audit.models import AuditEvent
from cases import services
from cases.acts import locked_task
from cases.errors import NotAllowed, StateConflict
from cases.models import Attachment, Case, Conflict, ConflictRule, Ground, Notification, Task, Transfer
from demo.files import page
from offices.models import StaffDetails
from offices.roles import Role
from tests import factories as f
from tests.cases.lists import waiting
from tests.flows import answer_all

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def case(house):
    case = f.visa_case(house)
    answer_all(case)
    return case


def test_declaring_gives_the_steps_back_and_hides_the_case_everywhere(house, case, client):
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    file = SimpleUploadedFile("a.pdf", page("Prueba"))
    attached = services.attach_file(file, actor=house.analyst, label="Copia", case=case)
    services.declare_conflict(case, actor=house.analyst, reason="Es mi primo")
    analyst = f.fresh(house.analyst)
    assert Task.objects.get(pk=task.pk).owner is None
    for rows in (
        Case.objects.visible_to(analyst), Task.objects.visible_to(analyst), Task.objects.queue_for(analyst),
        Task.objects.inbox_of(analyst), Check.objects.visible_to(analyst), Attachment.objects.visible_to(analyst),
        Notification.objects.visible_to(analyst), Conflict.objects.visible_to(analyst),
    ):  # fmt: skip
        assert not rows.exists()
    assert not list(Task.objects.queue_for(analyst).urgent(10))
    assert Task.objects.queue_for(analyst).tally(10)["total"] == 0
    client.force_login(analyst, backend=BACKEND)
    for url in (
        f"/expedientes/{case.number}/", f"/expedientes/{case.number}/panel/timeline/",
        f"/expedientes/{case.number}/acceso/", f"/adjuntos/{attached.key}/", f"/api/v1/cases/{case.number}/",
    ):  # fmt: skip
        assert client.get(url).status_code == 404, url
    for text in (case.number, "eriksson", "L898902C3"):
        answer = client.get("/buscar/", {"q": text})
        assert answer.context["found"].nothing, text
    assert case.number not in client.get("/cola/?export=csv").getvalue().decode()
    assert services.take_next(actor=analyst) is None
    # for a colleague nothing has changed
    assert Task.objects.queue_for(house.consul).filter(pk=task.pk).exists()


def test_every_act_refuses_whoever_it_is(house, case):
    root = f.UserFactory(is_superuser=True, is_staff=True)
    f.offices.open_posting(
        actor=None, user=root, office=house.lima, role=Role.SUPERVISOR, since=f.LONG_AGO, source="R.M."
    )
    services.declare_conflict(case, actor=root, reason="Es mi hermano")
    root = f.fresh(root)
    task = f.open_step(case, "interview")
    ground = Ground.objects.filter(kind="withdrawn").first()
    acts = [
        lambda: services.take_task(task, actor=root),
        lambda: services.reassign_task(task, actor=root, to=house.analyst, reason="x"),
        lambda: services.close_case(case, actor=root, outcome="withdrawn", ground=ground),
        lambda: services.add_note(case, actor=root, text="x"),
        lambda: services.attach_file(
            SimpleUploadedFile("a.pdf", page("Prueba")), actor=root, label="x", case=case
        ),
        lambda: services.propose_transfer(case, actor=root, to=house.madrid, reason="x"),
        lambda: services.lift_conflict(Conflict.objects.get(), actor=root, reason="x"),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(NotAllowed) as denial:
            act()
        assert denial.value.code == "conflict_of_interest"
    assert AuditEvent.objects.filter(denied=True, actor=root, data__code="conflict_of_interest").count() == len(acts)


def test_they_can_not_be_assigned(house, case):
    services.declare_conflict(case, actor=house.analyst, reason="Es mi primo")
    with pytest.raises(StateConflict) as refused:
        services.reassign_task(
            f.open_step(case, "interview"), actor=house.supervisor, to=f.fresh(house.analyst), reason="x"
        )
    assert refused.value.code == "to_conflict"


def test_a_step_that_comes_back_does_not_go_to_them(house, case):
    from tests.flows import assess, decide, interview

    interview(case, house.analyst)
    assess(case, house.analyst)
    services.declare_conflict(case, actor=house.analyst, reason="Es mi primo")
    decide(case, house.consul, result="return", text="Falta")
    assert f.open_step(case, "assess").owner is None


def test_only_a_supervisor_lifts_it_with_a_reason(house, case, client):
    conflict = services.declare_conflict(case, actor=house.analyst, reason="Es mi primo")
    other = f.staff(Role.ANALYST, house.santiago)
    with pytest.raises(NotAllowed):
        services.lift_conflict(conflict, actor=other, reason="x")
    with pytest.raises(ValidationError):
        services.lift_conflict(conflict, actor=house.supervisor, reason=" ")
    client.force_login(house.supervisor, backend=BACKEND)
    assert "Es mi primo" in client.get(reverse("cases:conflicts")).content.decode()
    url = reverse("cases:lift_conflict", args=[conflict.pk])
    assert client.post(url, {"reason": "Era un homónimo"}).status_code == 302
    assert Case.objects.visible_to(f.fresh(house.analyst)).filter(pk=case.pk).exists()
    with pytest.raises(StateConflict):
        services.lift_conflict(conflict, actor=house.supervisor, reason="x")
    assert AuditEvent.objects.get(verb="conflict.lifted").reason == "Era un homónimo"
    client.force_login(house.intake, backend=BACKEND)
    assert client.get(reverse("cases:conflicts")).status_code == 404


def test_the_database_lets_nobody_lift_their_own(house, case):
    conflict = services.declare_conflict(case, actor=house.analyst, reason="Es mi primo")
    with pytest.raises(IntegrityError), transaction.atomic():
        Conflict.objects.filter(pk=conflict.pk).update(
            lifted_at=conflict.at, lifted_by=house.analyst, lift_reason="porque sí"
        )


FOUND = [
    ("own", {"document_number": "l-898902 c3"}),
    ("contact", {"email": "ANNA@correo.example"}),
    ("household", {"address": "Av. Las Camelias 123, San Isidro"}),
]


@pytest.mark.parametrize(("rule", "details"), FOUND)
def test_it_is_found_when_the_application_is_filed(house, rule, details):
    officer = f.staff(Role.ANALYST, house.santiago, last_name="Eriksson Paz")
    StaffDetails.objects.create(user=officer, **details)
    journey = {**f.filing(house.santiago).journey, "host_address": "AV LAS CAMELIAS 123 - SAN ISIDRO"}
    case = f.visa_case(house, journey=journey)
    conflict = Conflict.objects.get()
    assert (conflict.user, conflict.rule, conflict.origin) == (officer, rule, "found")
    assert not Case.objects.visible_to(officer).filter(pk=case.pk).exists()
    assert AuditEvent.objects.get(verb="conflict.found").data["rule"] == rule


def test_the_same_address_without_the_surname_is_none_and_rules_can_be_switched_off(house):
    officer = f.staff(Role.ANALYST, house.santiago, last_name="Otra")
    StaffDetails.objects.create(user=officer, address="Av. Las Camelias 123", document_number="L898902C3")
    journey = {**f.filing(house.santiago).journey, "host_address": "Av. Las Camelias 123"}
    ConflictRule.objects.filter(code="own").update(active=False)
    f.visa_case(house, journey=journey)
    assert not Conflict.objects.exists()


def test_nobody_files_their_own_application(house):
    StaffDetails.objects.create(user=house.intake, document_number="L898902C3")
    with pytest.raises(NotAllowed):
        f.visa_case(house)
    assert not Case.objects.exists()


def test_lists_cost_the_same_statements_and_ask_an_index(house, case, client):
    waiting(house, 30)
    client.force_login(house.analyst, backend=BACKEND)
    client.get("/cola/")
    with CaptureQueriesContext(connection) as before:
        client.get("/cola/")
    services.declare_conflict(case, actor=house.analyst, reason="Es mi primo")
    with CaptureQueriesContext(connection) as after:
        client.get("/cola/")
    assert len(before) == len(after)
    plan = Task.objects.queue_for(f.fresh(house.analyst)).filter(office=house.santiago).explain()
    assert "cases_conflict" in plan and "Seq Scan on cases_task" not in plan or "Anti Join" in plan


def test_a_locked_step_knows_who_is_kept_out_without_a_statement_of_its_own(house, case):
    task = f.open_step(case, "interview")
    services.declare_conflict(case, actor=house.analyst, reason="Es mi primo")
    with transaction.atomic(), CaptureQueriesContext(connection) as captured, locked_task(task) as activation:
        assert activation.process.shut_out == [house.analyst.pk]
    assert len(captured) == 2


def test_a_transfer_does_not_show_them_the_case(house, case):
    spanish = f.staff(Role.SUPERVISOR, house.madrid)
    services.declare_conflict(case, actor=house.consul, reason="x")
    services.propose_transfer(case, actor=house.supervisor, to=house.madrid, reason="Se mudó")
    Conflict.objects.create(case_id=case.pk, user=spanish, origin="found", rule="own")
    assert not Transfer.objects.visible_to(spanish).exists()
    with pytest.raises(NotAllowed):
        services.accept_transfer(Transfer.objects.get(), actor=spanish)


def test_what_ties_an_officer_to_the_applicant_is_for_supervisors(house, case, client):
    services.declare_conflict(case, actor=house.analyst, reason="Es mi primo")
    client.force_login(house.intake, backend=BACKEND)
    panel = client.get(f"/expedientes/{case.number}/?panel=timeline").content.decode()
    assert "R. Quispe" in panel and "Es mi primo" not in panel
    assert "Es mi primo" not in client.get(reverse("api_timeline", args=[case.number])).content.decode()
