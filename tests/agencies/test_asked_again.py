"""Warrants, documents and lists are asked again before the decision and the delivery; a new hit stops the case."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from agencies.connectors.base import AgencyRecord
from agencies.models import Check, CheckPolicy, QuestionRule
from cases import services
from cases.errors import StateConflict
from cases.models import Decision, Ground, Outcome, Stage
from documents.models import IssuedDocument
from tests import factories as f
from tests.cases.pages import browser, case_url, text
from tests.flows import answer, answer_all, assess, confirm_print, decide, do, interview, settle, to_decision

pytestmark = pytest.mark.django_db

AGAIN = {"interpol.nominals", "interpol.sltd", "migraciones.alerts", "pnp.requisitorias", "sbs.un_list"}


@pytest.fixture
def case(house):
    case = f.visa_case(house, subtype="trabajador")
    answer_all(case)
    do(
        case, "authorise", house.authoriser, granted=True, source="DGC", document_type="Memo", number="1",
        dated=f.today(), remarks="",
    )  # fmt: skip
    interview(case, house.analyst)
    return case


def produce(case):
    """The worker makes the visa."""
    for name in ("assign", "issue"):
        services.run_step(f.open_step(case, name))


def at_delivery(case, house, findings=None):
    assess(case, house.analyst)
    decide(case, house.consul)
    produce(case)
    do(case, "quality", house.printer, result="good", ground=None, text="Sin fotografía: conforme")
    answer_all(case, findings)


def hand_over(case, house):
    do(case, "deliver", house.delivery, receiver="Anna", receiver_document="L898902C3", remarks="")


def test_those_marked_are_asked_anew_before_the_decision_and_the_delivery(house, case):
    assess(case, house.analyst, answered=False)
    assert set(case.checks.unsettled().values_list("question", flat=True)) == AGAIN
    assert set(case.checks.unsettled().values_list("moment", "reused_from")) == {("decision", None)}
    case.refresh_from_db()
    assert case.stage == Stage.CHECKS
    with pytest.raises(StopIteration):
        f.open_step(case, "decide")
    answer_all(case)
    decide(case, house.consul)
    produce(case)
    do(case, "quality", house.printer, result="good", ground=None, text="Sin fotografía: conforme")
    assert set(case.checks.filter(moment="delivery").values_list("question", flat=True)) == AGAIN
    answer_all(case)
    hand_over(case, house)
    case.refresh_from_db()
    assert case.outcome == Outcome.GRANTED


def test_which_are_asked_again_is_configured(house, case):
    QuestionRule.objects.exclude(question="interpol.sltd").update(ask_again=False)
    assess(case, house.analyst, answered=False)
    assert set(case.checks.unsettled().values_list("question", flat=True)) == {"interpol.sltd"}


@pytest.mark.parametrize("second", ["CLEAR", "HIT"])
def test_what_officers_found_counts_until_they_find_another_person(house, second):
    case = f.visa_case(house)
    answer(case.checks.get(question="sbs.un_list"), "HIT", AgencyRecord(name="ERIKSSON ANNA"))
    answer_all(case)
    settle(case, house, "same", "Es ella")
    interview(case, house.analyst)
    assess(case, house.analyst, answered=False)
    answer_all(case, {"sbs.un_list": second} if second == "HIT" else {})
    if second == "HIT":
        settle(case, house, "other", "Era una homónima", step="adjudicate_new")
        decide(case, house.consul)
        return
    with pytest.raises(ValidationError):
        decide(case, house.consul)
    decide(case, house.consul, text="Excluida de la lista")


def test_nothing_to_ask_again_goes_straight_to_the_desk(house, case):
    QuestionRule.objects.update(ask_again=False)
    assess(case, house.analyst, answered=False)
    decide(case, house.consul)


def test_a_new_hit_before_the_decision_stops_the_case_until_it_is_settled(house, case):
    assess(case, house.analyst, answered=False)
    answer_all(case, {"pnp.requisitorias": "HIT"})
    case.refresh_from_db()
    assert case.stage == Stage.ADJUDICATION
    settle(case, house, "same", "Es ella", step="adjudicate_new")
    task = services.take_task(f.open_step(case, "decide"), actor=house.consul)
    assert "a hit was found to be this person" in text(browser(house.consul).get(case_url(case)))
    with pytest.raises(ValidationError):  # not without saying why
        services.complete_task(task, actor=house.consul, values={"result": "grant", "grounds": [], "text": " "})
    decide(case, house.consul, text="La orden fue levantada")


@pytest.mark.parametrize("result", ["grant", "deny", "return"])
def test_the_decision_does_not_go_through_over_an_open_question_or_hit(house, case, result):
    """Whoever wrote the rows: the act itself looks."""
    assess(case, house.analyst)
    task = services.take_task(f.open_step(case, "decide"), actor=house.consul)
    values = {"result": result, "grounds": list(Ground.objects.filter(kind="deny")[:1]), "text": "x"}
    check = case.checks.filter(moment="decision").first()
    Check.objects.filter(pk=check.pk).update(state="queued", finding="", answered_at=None)
    with pytest.raises(StateConflict) as conflict:
        services.complete_task(task, actor=house.consul, values=values)
    assert conflict.value.code == "unanswered"
    Check.objects.filter(pk=check.pk).update(
        state="answered", finding="HIT", needs_adjudication=True, awaits="first", answered_at=timezone.now()
    )
    with pytest.raises(StateConflict) as conflict:
        services.complete_task(task, actor=house.consul, values=values)
    assert conflict.value.code == "open_hit"
    assert not Decision.objects.filter(case=case, kind="decision").exists()


def test_answers_too_old_at_the_desk_are_asked_for_again_from_there(house, case):
    assess(case, house.analyst)
    task = services.take_task(f.open_step(case, "decide"), actor=house.consul)
    Check.objects.filter(moment="decision").update(created=timezone.now() - timedelta(days=8))
    with pytest.raises(StateConflict) as conflict:
        services.complete_task(task, actor=house.consul, values={"result": "grant", "grounds": [], "text": ""})
    assert conflict.value.code == "old"
    page = text(browser(house.consul).get(case_url(case)))
    assert "The agencies have to be asked again first" in page and 'name="result"' not in page
    assert browser(house.consul).post(f"/tareas/{task.pk}/completar/", {}).status_code == 302
    assert set(case.checks.unsettled().values_list("question", flat=True)) == AGAIN
    answer_all(case)
    back = f.open_step(case, "decide")
    assert back.pk != task.pk and back.owner == house.consul  # it comes back to whoever asked
    services.complete_task(back, actor=house.consul, values={"result": "grant", "grounds": [], "text": ""})


def test_a_desk_where_nothing_can_be_asked_any_more_does_not_go_round_for_ever(house, case):
    assess(case, house.analyst)
    Check.objects.filter(moment="decision").update(created=timezone.now() - timedelta(days=8))
    CheckPolicy.objects.update(active=False)
    decide(case, house.consul)


def test_a_hit_before_the_delivery_that_is_another_person_is_delivered(house, case):
    at_delivery(case, house, {"interpol.sltd": "HIT"})
    with pytest.raises(StopIteration):
        f.open_step(case, "deliver")
    settle(case, house, "other", step="adjudicate_last")
    hand_over(case, house)


@pytest.mark.parametrize("verdict", ["same", "undetermined"])
@pytest.mark.parametrize("result", ["grant", "deny"])
def test_a_hit_before_the_delivery_that_is_not_ruled_out_goes_to_the_consul(house, case, verdict, result):
    at_delivery(case, house, {"interpol.sltd": "HIT"})
    settle(case, house, verdict, step="adjudicate_last")
    with pytest.raises(StopIteration):
        f.open_step(case, "deliver")
    grounds = list(Ground.objects.filter(procedure="visa", code="seguridad"))
    task = services.take_task(f.open_step(case, "reconsider"), actor=house.consul)
    with pytest.raises(ValidationError):
        services.complete_task(task, actor=house.consul, values={"result": result, "grounds": [], "text": ""})
    values = {"result": result, "grounds": grounds if result == "deny" else [], "text": "Consultado con la OCN"}
    services.complete_task(task, actor=house.consul, values=values)
    if result == "grant":
        hand_over(case, house)
        return
    assert IssuedDocument.objects.get(case=case).state == "cancelled"
    services.run_step(f.open_step(case, "refuse"))
    case.refresh_from_db()
    assert case.outcome == Outcome.DENIED


def test_undetermined_is_never_clear_it_is_weighed(house):
    case = f.visa_case(house)
    answer(case.checks.get(question="sbs.un_list"), "POSSIBLE_MATCH", AgencyRecord(name="ERIKSSON ANNA"))
    answer_all(case)
    settle(case, house, "undetermined", "Sin más datos")
    check = case.checks.get(question="sbs.un_list")
    assert (check.verdict, check.finding) == ("undetermined", "POSSIBLE_MATCH")
    page = text(browser(house.analyst).get(case_url(case, "checks")))
    assert "it is not a clear answer" in page
    CheckPolicy.objects.filter(question="sbs.un_list").update(active=False)  # so that it is not asked again
    to_decision_from_interview(case, house)
    with pytest.raises(ValidationError):
        decide(case, house.consul)
    decide(case, house.consul, text="Lista antigua; sin relación")


def to_decision_from_interview(case, house):
    interview(case, house.analyst)
    assess(case, house.analyst)


def test_confirm_print_helper_reaches_the_delivery(house):
    case = f.visa_case(house)
    to_decision(case, house)
    decide(case, house.consul)
    produce(case)
    confirm_print(case, house.printer)
    assert f.open_step(case, "deliver")
