"""An earlier decision on the same pair of person and record is shown, confirmed in one act, or taken anew."""

import pytest
from django.core.exceptions import ValidationError

from agencies.connectors.base import AgencyRecord
from agencies.models import Adjudication
from people.services import update_person
from tests import factories as f
from tests.cases.pages import browser, case_url, text
from tests.flows import answer, answer_all, assess, do, interview, settle

pytestmark = pytest.mark.django_db

QUESTION = "migraciones.alerts"  # not grave: one officer
RECORD = {"name": "ERIKSSON ANNA", "birth_date": "1979-01-01", "reference": "AL-77", "category": "Impedimento"}


@pytest.fixture
def case(house):
    """Settled once, and come to the decision, where the agencies are asked again."""
    case = f.visa_case(house)
    answer(case.checks.get(question=QUESTION), "POSSIBLE_MATCH", AgencyRecord(**RECORD))
    answer_all(case)
    settle(case, house, "other", "Nació en 1974")
    interview(case, house.analyst)
    return case


def again(case, house, **changes):
    """The hit comes up again before the decision."""
    assess(case, house.analyst, answered=False)
    answer(case.checks.unsettled().get(question=QUESTION), "POSSIBLE_MATCH", AgencyRecord(**{**RECORD, **changes}))
    answer_all(case)
    return case.checks.open_hits().get()


def test_nothing_has_changed_and_one_act_confirms_it(house, case):
    hit = again(case, house)
    page = text(browser(house.checks).get(case_url(case, "checks")))
    assert "Decided before" in page and "Nació en 1974" in page and "you can confirm it" in page
    do(case, "adjudicate_new", house.checks, decisions=[(hit.pk, "confirm", "")])
    hit.refresh_from_db()
    given = Adjudication.objects.get(check_asked=hit)
    assert (hit.verdict, given.decision, given.reason) == ("other", "other", "Nació en 1974")
    assert given.confirms.check_asked.moment == "filing"
    assert f.open_step(case, "decide")


def test_the_form_offers_to_confirm_and_asks_for_no_reason_then(house, case):
    hit = again(case, house)
    task = f.open_step(case, "adjudicate_new")
    form = task.flow_task.form({f"decision_{hit.pk}": "confirm"}, case=case, task=task, actor=house.checks)
    assert form.is_valid() and form.values() == {"decisions": [(hit.pk, "confirm", "")]}
    form = task.flow_task.form({f"decision_{hit.pk}": "same"}, case=case, task=task, actor=house.checks)
    assert not form.is_valid() and f"reason_{hit.pk}" in form.errors


@pytest.mark.parametrize("changed", ["record", "person", "document"])
def test_what_has_changed_since_is_decided_anew(house, case, changed):
    if changed == "person":
        update_person(case.applicant, actor=house.intake, birth_date="1979-01-01")
    if changed == "document":
        f.passport(case.applicant, number="NUEVO1")
    case.applicant.refresh_from_db()
    hit = again(case, house, **({"category": "Orden de captura"} if changed == "record" else {}))
    page = text(browser(house.checks).get(case_url(case, "checks")))
    assert "Decided before" in page and "decide anew" in page and "you can confirm it" not in page
    with pytest.raises(ValidationError):
        do(case, "adjudicate_new", house.checks, decisions=[(hit.pk, "confirm", "")])
    task = f.open_step(case, "adjudicate_new")
    form = task.flow_task.form({f"decision_{hit.pk}": "confirm"}, case=case, task=task, actor=house.checks)
    assert not form.is_valid()


def test_another_record_is_another_pair(house, case):
    again(case, house, reference="AL-99")
    assert "Decided before" not in text(browser(house.checks).get(case_url(case, "checks")))


def test_a_settled_hit_that_is_not_asked_again_opens_when_the_persons_data_change(house):
    case = f.visa_case(house, subtype="trabajador")
    answer(case.checks.get(question="pj.antecedentes"), "POSSIBLE_MATCH", AgencyRecord(name="ERIKSSON ANNA"))
    answer_all(case)
    settle(case, house, "other", "Otro padre")
    do(
        case, "authorise", house.authoriser, granted=True, source="DGC", document_type="Memo", number="1",
        dated=case.created.date(), remarks="",
    )  # fmt: skip
    interview(case, house.analyst)
    update_person(case.applicant, actor=house.intake, father="Nils Eriksson")
    assess(case, house.analyst)
    hit = case.checks.open_hits().get()
    assert (hit.question, hit.round, hit.verdict) == ("pj.antecedentes", 2, "")
    do(case, "adjudicate_new", house.checks, decisions=[(hit.pk, "other", "El padre es otro")])
    assert f.open_step(case, "decide")
    assert [each.round for each in Adjudication.objects.filter(check_asked=hit)] == [1, 2]
