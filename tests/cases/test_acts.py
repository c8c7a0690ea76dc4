"""The engine's acts: their rules, their events, their statements."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import AuditEvent
from cases import services
from cases.errors import NotAllowed, StateConflict
from cases.models import Case, Decision, Ground, Outcome, Stage, Task
from cases.numbers import check_character, is_valid
from demo.files import page, portrait
from offices.models import Posting
from offices.roles import Role
from offices.services import close_posting
from tests import factories as f
from tests.flows import answer_all, assess, decide, interview, settle, to_decision

pytestmark = pytest.mark.django_db


def verbs(case: Case, **filters) -> list[str]:
    return list(AuditEvent.objects.filter(case_id=case.pk, **filters).order_by("id").values_list("verb", flat=True))


def test_an_application_gets_number_clock_and_checks(house):
    case = f.visa_case(house)
    assert case.number.startswith("VIS-") and "-SCL-000001-" in case.number
    assert is_valid(case.number)
    assert case.stage == Stage.CHECKS
    assert case.due_at is not None
    assert sorted(case.checks.values_list("question", flat=True)) == [
        "interpol.nominals", "interpol.sltd", "migraciones.alerts", "pnp.requisitorias", "sbs.un_list",
    ]  # fmt: skip
    assert verbs(case) == ["case.registered"]


def test_numbers_follow_one_another_per_office(house):
    numbers = [f.visa_case(house).number for _ in range(3)]
    assert [number.split("-")[3] for number in numbers] == ["000001", "000002", "000003"]
    house.other = f.staff(Role.INTAKE, house.madrid)
    assert "-MAD-000001-" in f.visa_case(house, office=house.madrid, actor=house.other).number


def test_the_check_character_finds_every_single_error():
    number = "VIS-2026-SCL-000123"
    good = check_character(number)
    wrong = {number[:i] + c + number[i + 1 :] for i in range(len(number)) for c in "0123456789ABC" if number[i] != "-"}
    assert all(check_character(other) != good for other in wrong - {number})
    assert not is_valid(f"{number}-{'A' if good != 'A' else 'B'}")


def test_registering_elsewhere_is_denied_and_recorded(house):
    with pytest.raises(NotAllowed):
        f.visa_case(house, office=house.madrid)
    denied = AuditEvent.objects.get(denied=True)
    assert (denied.actor, denied.office_id, denied.data["code"]) == (house.intake, house.madrid.pk, "no_right")
    assert not Case.objects.exists()


def test_the_same_draft_is_one_case(house):
    draft = services.open_draft(actor=house.intake, procedure="visa", office=house.santiago)
    f.visa_case(house, draft_id=draft.pk)
    with pytest.raises(StateConflict) as conflict:
        f.visa_case(house, draft_id=draft.pk)
    assert conflict.value.code == "submitted"
    assert Case.objects.count() == 1


def test_a_draft_nobody_touched_for_a_month_is_forgotten_with_its_files(house):
    from datetime import timedelta

    from django.core.files.uploadedfile import SimpleUploadedFile

    from cases.models import Attachment, Draft
    from cases.tasks import drop_stale_drafts

    old, new = (services.open_draft(actor=house.intake, procedure="visa", office=house.santiago) for _ in range(2))
    for draft in (old, new):
        file = SimpleUploadedFile("a.pdf", page("Prueba"))
        services.attach_file(file, actor=house.intake, label="Copia", draft_id=draft.pk)
    Draft.objects.filter(pk=old.pk).update(updated=timezone.now() - timedelta(days=31))
    assert drop_stale_drafts() == 1
    assert Draft.objects.get() == new
    assert Attachment.objects.get().draft == new


def test_an_incomplete_application_waits_with_its_clock_paused(house):
    case = f.visa_case(house, complete=False)
    case.refresh_from_db()
    assert case.stage == Stage.OBSERVED
    assert case.statutory_clock.paused
    assert not case.checks.exists()
    assert case.notifications.get().kind == "observed"


def test_not_filed_is_a_persons_act(house):
    case = f.visa_case(house, complete=False)
    task = services.take_task(f.open_step(case, "correct"), actor=house.intake)
    ground = Ground.objects.get(procedure="visa", kind="not_filed")
    form = task.flow_task.form(
        {"result": "not_filed", "ground": ground.code}, {}, case=case, task=task, actor=house.intake
    )
    assert form.is_valid(), form.errors
    services.complete_task(task, actor=house.intake, values=form.values())
    case.refresh_from_db()
    assert (case.outcome, case.stage) == (Outcome.NOT_FILED, Stage.CLOSED)
    assert case.statutory_clock.stopped_at is not None


def test_the_whole_way_to_a_decision(house):
    case = f.visa_case(house)
    answer_all(case, {"pnp.requisitorias": "POSSIBLE_MATCH"})
    case.refresh_from_db()
    assert case.stage == Stage.ADJUDICATION
    settle(case, house)
    interview(case, house.analyst)
    assess(case, house.analyst)
    decide(case, house.consul, "grant")
    case.refresh_from_db()
    assert case.stage == Stage.ISSUANCE
    assert case.decided_at is not None
    assert verbs(case)[-2:] == ["task.taken", "task.completed"]
    assert AuditEvent.objects.filter(case_id=case.pk, verb="check.adjudicated").get().reason == "Otro año de nacimiento"


def test_a_returned_case_goes_back_to_its_analyst(house):
    case = f.visa_case(house)
    to_decision(case, house)
    decide(case, house.consul, "return", text="Falta valorar el arraigo")
    task = f.open_step(case, "assess")
    assert task.owner == house.analyst
    assert [d.result for d in case.decisions.order_by("id")] == ["grant", "return"]


@pytest.mark.parametrize("superuser", [False, True])
def test_four_eyes(house, superuser):
    """Whoever assessed cannot decide, superuser or not, and the attempt is recorded."""
    case = f.visa_case(house)
    both = f.staff(Role.CONSUL, house.santiago, is_superuser=superuser)
    to_decision(case, house, analyst=both)
    task = f.open_step(case, "decide")
    with pytest.raises(NotAllowed) as denial:
        services.take_task(task, actor=both)
    assert denial.value.code == "four_eyes"
    Task.objects.filter(pk=task.pk).update(owner=both, status="ASSIGNED")  # even if a row says it is theirs
    with pytest.raises(NotAllowed):
        services.complete_task(task, actor=both, values={"result": "grant", "grounds": [], "text": ""})
    assert services.take_next(actor=both) is None
    assert AuditEvent.objects.filter(denied=True, actor=both, case_id=case.pk).count() == 2
    assert not Decision.objects.filter(case=case, kind="decision").exists()


def test_a_superuser_without_posting_can_do_nothing(house):
    case = f.visa_case(house)
    root = f.UserFactory(is_superuser=True, is_staff=True)
    assert not Case.objects.visible_to(root).exists()
    answer_all(case)
    with pytest.raises(NotAllowed):
        services.take_task(f.open_step(case, "interview"), actor=root)


def test_an_ended_posting_has_no_power_even_over_a_taken_step(house):
    case = f.visa_case(house)
    answer_all(case)
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    close_posting(Posting.objects.get(user=house.analyst), actor=None, at=timezone.now(), reason="Fin de misión")
    with pytest.raises(NotAllowed):
        services.complete_task(task, actor=f.fresh(house.analyst), values={})
    assert not Case.objects.visible_to(f.fresh(house.analyst)).exists()


def test_only_one_takes_a_step(house):
    case = f.visa_case(house)
    answer_all(case)
    task = f.open_step(case, "interview")
    services.take_task(task, actor=house.analyst)
    second = f.staff(Role.ANALYST, house.santiago)
    with pytest.raises(StateConflict) as conflict:
        services.take_task(task, actor=second)
    assert conflict.value.code == "taken"
    with pytest.raises(StateConflict):
        services.complete_task(task, actor=second, values={})


def test_release_and_reassign(house):
    case = f.visa_case(house)
    answer_all(case)
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    services.release_task(task, actor=house.analyst)
    assert f.open_step(case, "interview").owner is None
    with pytest.raises(NotAllowed):
        services.reassign_task(task, actor=house.analyst, to=house.analyst, reason="no")
    with pytest.raises(StateConflict) as conflict:
        services.reassign_task(task, actor=house.supervisor, to=house.foreign, reason="no")
    assert conflict.value.code == "to_no_right"
    services.reassign_task(task, actor=house.supervisor, to=house.analyst, reason="Vacaciones")
    assert f.open_step(case, "interview").owner == house.analyst
    assert AuditEvent.objects.get(verb="task.reassigned").data["to"] == house.analyst.pk


def test_a_corrected_name_shows_in_lists(house):
    from people.services import update_person

    case = f.visa_case(house)
    update_person(case.applicant, actor=house.intake, primary="Eriksson Öberg", nationality="NOR")
    case.refresh_from_db()
    assert (case.applicant_name, case.nationality) == ("ERIKSSON ÖBERG, Anna Maria", "NOR")


@pytest.mark.parametrize("outcome", [Outcome.WITHDRAWN, Outcome.ABANDONED, Outcome.VOID])
def test_side_exits(house, outcome):
    case = f.visa_case(house)
    ground = Ground.objects.filter(procedure="visa", kind=outcome).first()
    with pytest.raises(NotAllowed):
        services.close_case(case, actor=house.intake, outcome=outcome, ground=ground)
    with pytest.raises(ValidationError):
        services.close_case(
            case, actor=house.consul, outcome=outcome, ground=Ground.objects.filter(kind="deny").first()
        )
    services.close_case(case, actor=house.consul, outcome=outcome, ground=ground, text="A su pedido")
    case.refresh_from_db()
    assert (case.outcome, case.stage, case.status) == (outcome, Stage.CLOSED, "DONE")
    assert not case.task_set.filter(finished__isnull=True).exists()
    assert set(case.checks.values_list("state", flat=True)) == {"cancelled"}
    with pytest.raises(StateConflict):
        services.close_case(case, actor=house.consul, outcome=outcome, ground=ground)


def test_a_failed_step_is_retried_then_waits_for_a_person(house, monkeypatch):
    case = f.visa_case(house)
    to_decision(case, house)
    decide(case, house.consul, "grant")
    task = next(t for t in case.task_set.filter(finished__isnull=True))

    class Broken(Exception):
        safe_message = "no typeface"

    for _attempt in range(task.flow_task.attempts):
        services.record_step_failure(task, error=Broken("Anna Eriksson L898902C3"))
    task.refresh_from_db()
    assert task.status == "ERROR"
    assert task.data["failure"]["class"] == "Broken"
    assert task.data["failure"]["message"] == "no typeface"
    assert "Eriksson" not in str(task.data)
    with pytest.raises(NotAllowed):
        services.retry_step(task, actor=house.analyst)
    services.retry_step(task, actor=house.supervisor, reason="Se instaló la tipografía")
    task.refresh_from_db()
    assert task.status == "SCHEDULED"


class TestStatements:
    """The budgets of the acts (issue: start ≤ 10, take ≤ 5, complete ≤ 10), savepoints of the test excluded."""

    @pytest.fixture
    def statements(self, django_assert_max_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        class Count:
            def __enter__(self):
                self.context = CaptureQueriesContext(connection).__enter__()
                return self

            def __exit__(self, *exc):
                self.context.__exit__(*exc)
                transaction = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
                self.sql = [q["sql"] for q in self.context.captured_queries if not q["sql"].startswith(transaction)]

        return Count

    @pytest.mark.parametrize("subtype", ["turista", "humanitaria"])
    def test_start(self, house, settings, statements, subtype):
        """Five checks or eight: the same statements."""
        from cases.services import Application, start_case
        from visas.flows import VisaFlow
        from visas.models import VisaClass

        settings.CONFIGURATION_TTL = 60
        person, visa_class = f.person(), VisaClass.objects.get(code=subtype)
        application = Application(
            applicant=person, office=house.santiago, subtype=subtype, subtype_label="x",
            fields={"visa_class": visa_class, "passport": f.passport(person), "purpose": "x",
                    "arrival": f.today()},
        )  # fmt: skip
        start_case(VisaFlow, actor=house.intake, application=application)  # reads the configuration
        with statements() as count:
            start_case(VisaFlow, actor=f.fresh(house.intake), application=application)
        assert len(count.sql) - 1 <= 10, count.sql  # f.fresh reads the user, as signing in does

    def test_take_and_complete(self, house, settings, statements):
        settings.CONFIGURATION_TTL = 60
        case = f.visa_case(house)
        to_decision(case, house)
        task, consul = f.open_step(case, "decide"), f.fresh(house.consul)
        with statements() as take:
            services.take_task(task, actor=consul)
        assert len(take.sql) <= 5, take.sql
        consul = f.fresh(house.consul)
        with statements() as complete:
            services.complete_task(task, actor=consul, values={"result": "return", "grounds": [], "text": "x"})
        assert len(complete.sql) <= 10, complete.sql

    def test_complete_when_agencies_are_asked_again(self, house, settings, statements):
        settings.CONFIGURATION_TTL = 60
        for _round in range(2):  # the first reads the configuration
            case = f.visa_case(house)
            answer_all(case)
            interview(case, house.analyst)
            task = services.take_task(f.open_step(case, "assess"), actor=house.analyst)
            analyst = f.fresh(house.analyst)
            with statements() as complete:
                services.complete_task(task, actor=analyst, values={"result": "grant", "grounds": [], "text": "x"})
        assert case.checks.filter(moment="decision").exists()
        assert len(complete.sql) <= 10, complete.sql

    @pytest.mark.parametrize("step", ["spoilt", "quality", "deliver"])
    def test_complete_with_a_blank(self, house, settings, statements, step):
        """Moving a controlled blank costs a step one statement: its line of the ledger is the database's own work."""
        settings.CONFIGURATION_TTL = 60
        case = f.visa_case(house)
        to_decision(case, house)
        decide(case, house.consul)
        for name in ("assign", "issue"):
            services.run_step(f.open_step(case, name))
        good = {"result": "good", "ground": None, "text": "Sin fotografía: conforme"}
        actor, values = f.fresh(house.printer), good
        if step == "spoilt":
            ground = Ground.objects.get(procedure="visa", kind="spoilt", code="datos")
            photo = SimpleUploadedFile("e.png", portrait(12), "image/png")
            values = {"result": "spoilt", "ground": ground, "text": "", "photo": photo}
        if step == "deliver":
            quality = services.take_task(f.open_step(case, "quality"), actor=house.printer)
            services.complete_task(quality, actor=house.printer, values=good)
            answer_all(case)
            actor = f.fresh(house.delivery)
            values = {"receiver": "Anna", "receiver_document": "", "remarks": ""}
        task = services.take_task(f.open_step(case, "quality" if step == "spoilt" else step), actor=actor)
        actor = f.fresh(actor)
        with statements() as complete:
            services.complete_task(task, actor=actor, values=values)
        moving = [sql for sql in complete.sql if '"documents_blank' in sql and "issueddocument" not in sql]
        assert len(moving) == (0 if step == "quality" else 1), complete.sql
