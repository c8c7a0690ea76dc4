"""A grave hit is settled by two officers, each alone, and by a supervisor when they differ; by page, API and act."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from agencies.connectors.base import AgencyRecord
from agencies.models import Adjudication, Check, QuestionRule
from agencies.services import adjudicate
from audit.models import AuditEvent
from cases import services
from cases.acts import locked_task
from cases.errors import NotAllowed, StateConflict
from cases.models import Stage, Task
from offices.roles import Role
from tests import factories as f
from tests.cases.pages import browser, case_url, text
from tests.flows import answer, answer_all, do

pytestmark = pytest.mark.django_db

GRAVE, LIGHT = "pnp.requisitorias", "pnp.antecedentes"


@pytest.fixture
def case(house):
    case = f.visa_case(house)
    answer(case.checks.get(question=GRAVE), "HIT", AgencyRecord(name="ERIKSSON ANNA", birth_date="1974"))
    answer_all(case)
    case.refresh_from_db()
    return case


def decide(case, actor, decision="other", reason="Otro año", *, step="adjudicate"):
    hits = case.checks.open_hits()
    return do(case, step, actor, decisions=[(hit.pk, decision, reason) for hit in hits])


def hit_of(case) -> Check:
    return case.checks.get(question=GRAVE)


def test_two_officers_of_one_mind_settle_it(house, case):
    assert case.stage == Stage.ADJUDICATION
    decide(case, house.checks)
    hit = hit_of(case)
    assert (hit.awaits, hit.verdict, hit.needs_adjudication) == ("second", "", True)
    decide(case, house.second, reason="Otros padres")
    hit.refresh_from_db()
    assert (hit.awaits, hit.verdict, hit.needs_adjudication) == ("", "other", False)
    case.refresh_from_db()
    assert case.stage == Stage.INTERVIEW


def test_a_hit_that_is_not_grave_needs_one(house, case):
    QuestionRule.objects.filter(question=GRAVE).update(second_officer=False)
    other = f.visa_case(house, passport={"number": "ZZ1", "issuer": "SWE", "expires": case.passport.expires})
    answer(other.checks.get(question=GRAVE), "POSSIBLE_MATCH", AgencyRecord(name="ERIKSSON ANNA"))
    answer_all(other)
    decide(other, house.checks)
    assert hit_of(other).verdict == "other"


@pytest.mark.parametrize("superuser", [False, True])
def test_the_first_officer_is_not_the_second_by_no_door(house, case, superuser):
    first = f.staff(Role.CHECKS, house.lima, is_superuser=superuser)
    decide(case, first)
    task = f.open_step(case, "adjudicate")
    with pytest.raises(NotAllowed) as denial:
        services.take_task(task, actor=first)
    assert denial.value.code == "four_eyes"
    assert services.take_next(actor=first) is None
    with pytest.raises(StateConflict):
        services.reassign_task(task, actor=house.supervisor, to=first, reason="x")
    # even when rows say that it is theirs and that nobody is barred
    Task.objects.filter(pk=task.pk).update(owner=first, status="ASSIGNED", data={"awaits": "second"})
    page = browser(first)
    hit = hit_of(case)
    posted = {f"decision_{hit.pk}": "other", f"reason_{hit.pk}": "x"}
    assert page.post(f"/tareas/{task.pk}/completar/", posted).status_code in (403, 404)
    api = page.post(f"/api/v1/tasks/{task.pk}/complete/", json.dumps(posted), content_type="application/json")
    assert api.status_code in (403, 404)
    with pytest.raises(NotAllowed) as denial:
        services.complete_task(task, actor=first, values={"decisions": [(hit.pk, "other", "x")]})
    assert denial.value.code == "four_eyes"
    with pytest.raises(NotAllowed), transaction.atomic(), locked_task(task) as activation:
        adjudicate(activation.process, actor=first, awaits="second", decisions=[(hit.pk, "other", "x")])
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjudication.objects.create(check_asked=hit, decision="other", reason="x", by=first, capacity="second")
    assert Adjudication.objects.filter(check_asked=hit).count() == 1
    assert AuditEvent.objects.filter(denied=True, actor=first, case_id=case.pk).exists()


def test_the_first_decision_is_told_to_nobody_until_the_second(house, case):
    decide(case, house.checks, "same", "La foto es de la misma persona")
    services.take_task(f.open_step(case, "adjudicate"), actor=house.second)
    for user in (house.second, house.supervisor, house.consul, house.analyst, house.checks):
        client = browser(user)
        for address in (case_url(case), case_url(case, "checks"), case_url(case, "timeline")):
            page = text(client.get(address))
            assert "La foto es de la misma persona" not in page, (user, address)
            assert "hit settled" not in page
        for part in ("checks", "timeline"):
            told = client.get(f"/api/v1/cases/{case.number}/{part}/").content.decode()
            assert "La foto es" not in told and '"same"' not in told
    decide(case, house.second, "same", "Coinciden los padres")
    page = text(browser(house.analyst).get(case_url(case, "checks")))
    assert "La foto es de la misma persona" in page and "Coinciden los padres" in page


def test_when_they_differ_a_supervisor_who_sees_both_decides(house, case):
    decide(case, house.checks, "same", "Misma fecha")
    decide(case, house.second, "other", "Otros padres")
    assert hit_of(case).awaits == "supervisor"
    task = f.open_step(case, "adjudicate")
    assert task.right == "supervise_visa"
    for barred in (house.checks, house.second):
        with pytest.raises(NotAllowed):
            services.take_task(task, actor=barred)
    assert services.take_next(actor=house.supervisor).pk == task.pk
    page = text(browser(house.supervisor).get(case_url(case)))
    assert "Misma fecha" in page and "Otros padres" in page and "The two officers differ" in page
    decide(case, house.supervisor, "other", "Las huellas no coinciden")
    hit = hit_of(case)
    assert (hit.verdict, hit.needs_adjudication) == ("other", False)
    assert [each.capacity for each in hit.adjudications.all()] == ["first", "second", "supervisor"]


def test_the_api_completes_the_same_steps_with_the_same_form(house, case):
    from rest_framework.test import APIClient

    for officer in (house.checks, house.second):
        client = APIClient()
        client.force_authenticate(f.fresh(officer))
        task, hit = f.open_step(case, "adjudicate"), hit_of(case)
        assert client.post(f"/api/v1/tasks/{task.pk}/take/").status_code == 200
        fields = {field["name"] for field in client.get(f"/api/v1/tasks/{task.pk}/").json()["form"]}
        assert fields == {f"decision_{hit.pk}", f"reason_{hit.pk}"}
        unreasoned = client.post(f"/api/v1/tasks/{task.pk}/complete/", {f"decision_{hit.pk}": "other"}, format="json")
        assert unreasoned.status_code == 400 and f"reason_{hit.pk}" in unreasoned.json()["errors"]
        given = {f"decision_{hit.pk}": "other", f"reason_{hit.pk}": "Otro año"}
        done = client.post(f"/api/v1/tasks/{task.pk}/complete/", given, format="json")
        assert done.status_code == 200, done.json()
    assert hit_of(case).verdict == "other"


def test_what_an_officer_decided_can_not_be_changed_or_removed(house, case):
    decide(case, house.checks)
    row = Adjudication.objects.get()
    for statement in ("UPDATE agencies_adjudication SET decision = 'same'", "DELETE FROM agencies_adjudication"):
        with pytest.raises(Exception, match="never changed or removed"), transaction.atomic():
            connection.cursor().execute(statement)
    row.refresh_from_db()
    assert row.decision == "other"


def test_every_hit_needs_a_decision_and_a_reason(house, case):
    hit = hit_of(case)
    for decisions in ([], [(hit.pk, "other", " ")], [(hit.pk, "", "x")], [(hit.pk, "other", "x"), (0, "other", "x")]):
        with pytest.raises(ValidationError):
            do(case, "adjudicate", house.checks, decisions=decisions)
    assert not Adjudication.objects.exists()
