"""An answer that is still fresh serves another case of the same person, and says so; never across the wall."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.connectors.base import AgencyRecord
from agencies.models import Check, QuestionRule
from cases.models import Case
from people.models import Person, Realm
from people.services import update_person
from tests import factories as f
from tests.cases.pages import browser, case_url, text
from tests.flows import answer, answer_all, do, settle
from wall.realm import PROTECTED, in_realm

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(house):
    """A case whose agencies have all answered."""
    case = f.visa_case(house)
    answer_all(case)
    return case


def second(house, first: Case) -> Case:
    """Another application of the same person, of whom nothing has changed."""
    return f.visa_case(house, known_person=Person.objects.get(pk=first.applicant_id))


def test_fresh_answers_are_taken_over_and_the_case_goes_on(house, first):
    case = second(house, first)
    assert not case.checks.unsettled().exists() and f.open_step(case, "interview")
    for check in case.checks.all():
        source = first.checks.get(question=check.question)
        assert check.reused_from == source and check.finding == "CLEAR" and check.attempts == 0
        assert (check.answered_at, check.valid_until) == (source.answered_at, source.valid_until)
    page = text(browser(house.analyst).get(case_url(case, "checks")))
    assert "taken over" in page and first.number in page
    assert "taken over" in text(browser(house.analyst).get(case_url(case, "timeline")))
    third = second(house, first)  # of the source, not of the copy
    assert set(third.checks.values_list("reused_from__case", flat=True)) == {first.pk}


@pytest.mark.parametrize("change", ["old", "rule", "never", "data", "document", "indeterminate"])
def test_what_is_not_fresh_or_not_about_the_same_data_is_asked(house, first, change):
    question, person = "sbs.un_list", Person.objects.get(pk=first.applicant_id)
    source = Check.objects.filter(pk=first.checks.get(question=question).pk)
    everything = change in ("data", "document")
    if change == "old":
        source.update(answered_at=timezone.now() - timedelta(days=91), valid_until=timezone.now() - timedelta(days=1))
    elif change == "rule":
        source.update(answered_at=timezone.now() - timedelta(days=31))
        QuestionRule.objects.filter(question=question).update(freshness_days=30)
    elif change == "never":
        QuestionRule.objects.filter(question=question).update(freshness_days=0)
    elif change == "data":
        update_person(person, actor=house.intake, mother="Otra Madre")
    elif change == "document":
        f.passport(person, number="OTRO123")
    elif change == "indeterminate":
        source.update(finding="INDETERMINATE")
    filing = {"known_person": Person.objects.get(pk=person.pk)}
    if change == "data":
        filing["person"] = {**f.filing(house.santiago).person, "mother": "Otra Madre"}
    case = f.visa_case(house, **filing)
    asked = set(case.checks.unsettled().values_list("question", flat=True))
    assert asked == (set(first.checks.values_list("question", flat=True)) if everything else {question})


def test_a_hit_is_taken_over_with_its_records_and_its_decision_to_be_confirmed(house):
    first = f.visa_case(house)
    record = AgencyRecord(name="ERIKSSON ANNA", birth_date="1979-01-01", reference="AL-77")
    answer(first.checks.get(question="migraciones.alerts"), "POSSIBLE_MATCH", record)
    answer_all(first)
    settle(first, house, "other", "Nació en 1974")
    case = second(house, first)
    hit = case.checks.open_hits().get()
    assert hit.records == first.checks.get(question="migraciones.alerts").records
    page = text(browser(house.checks).get(case_url(case, "checks")))
    assert "Decided before" in page and "Nació en 1974" in page and "you can confirm it" in page
    do(case, "adjudicate", house.checks, decisions=[(hit.pk, "confirm", "")])
    assert case.checks.get(pk=hit.pk).verdict == "other" and f.open_step(case, "interview")


@pytest.mark.parametrize("protected", ["source", "person", "case"])
def test_nothing_is_taken_over_across_the_wall(house, first, protected):
    person = Person.objects.get(pk=first.applicant_id)
    if protected == "source":
        f.protect(case=first)
    else:  # a person behind the wall makes their case protected too
        f.protect(person=person)
    with in_realm(PROTECTED):
        case = f.visa_case(house, known_person=Person.objects.get(pk=person.pk))
        if protected == "case":
            assert case.confidentiality == Realm.PROTECTED
        assert not case.checks.filter(reused_from__isnull=False).exists()
        assert case.checks.unsettled().count() == 5


def test_the_database_knows_that_a_reused_answer_is_an_answer(house, first):
    case = second(house, first)
    with pytest.raises(IntegrityError), transaction.atomic():
        case.checks.update(state="queued", finding="")


@pytest.mark.parametrize("state", ["failed", "cancelled", "queued"])
def test_silence_is_never_clear_whoever_writes_it(house, first, state):
    with pytest.raises(IntegrityError), transaction.atomic():
        first.checks.update(state=state)
