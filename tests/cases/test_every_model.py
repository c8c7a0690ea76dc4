"""Every model with case data has its one door, and none of them is in the administration."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models

from cases import services
from cases.models import Case
from people.models import IdentityDocument, Person
from tests import factories as f
from tests.flows import answer_all, interview

HOUSE = {"visas", "agencies", "documents", "cases", "people", "offices", "audit", "demo"}
# Models that lead to a case or a person and have no ``visible_to``, each with the reason.
EXPLAINED: dict[str, str] = {
    "cases.CaseWords": "what search looks through; only its cases are shown, through their own door",
    "people.PersonName": "what search looks through; only its persons are shown, through their own door",
    "agencies.Attempt": "durations and outcomes for the state of the agencies, counted only",
    "documents.BlankMovement": "the ledger of a blank, shown with the blank (Blank.objects.visible_to)",
}
# Paths that do not carry case data: configuration that cases point at is reached the other way round.


def reaches(model: type[models.Model], seen: frozenset = frozenset()) -> bool:
    """Whether foreign keys lead from the model to a case or a person."""
    if issubclass(model, Case | Person):
        return True
    if model in seen:
        return False
    columns = [column for column in model._meta.get_fields() if isinstance(column, models.ForeignKey)]
    return any(reaches(column.related_model, seen | {model}) for column in columns)


def with_case_data() -> list[type[models.Model]]:
    own = [model for model in apps.get_models() if model._meta.app_label in HOUSE]
    return [model for model in own if reaches(model)]


def test_the_walk_finds_what_it_should():
    found = {model._meta.label for model in with_case_data()}
    assert {
        "cases.Case", "cases.Task", "cases.Note", "cases.Attachment", "cases.Conflict", "visas.VisaApplication",
        "visas.Interview", "agencies.Check", "agencies.Adjudication", "documents.IssuedDocument",
        "people.Person", "people.IdentityDocument",
    } <= found  # fmt: skip
    assert "cases.Fee" not in found and "offices.Office" not in found


@pytest.mark.parametrize("model", with_case_data(), ids=lambda model: model._meta.label)
def test_every_model_with_case_data_has_its_door(model):
    label = model._meta.label
    if label in EXPLAINED:
        assert EXPLAINED[label]
        return
    assert hasattr(model._default_manager, "visible_to"), f"{label} has no visible_to(user)"


@pytest.mark.django_db
def test_rows_are_seen_by_their_office_and_by_nobody_without_a_posting():
    house = f.ministry()
    case = f.visa_case(house)
    answer_all(case)
    interview(case, house.analyst)
    services.add_note(case, actor=house.analyst, text="x")
    services.declare_conflict(case, actor=house.intake, reason="x")
    services.propose_transfer(case, actor=house.consul, to=house.madrid, reason="x")
    root = f.UserFactory(is_superuser=True, is_staff=True)
    met = 0
    for model in with_case_data():
        if model._meta.label in EXPLAINED or not model._base_manager.exists():
            continue
        met += 1
        for stranger in (root, f.UserFactory()):
            assert not model._default_manager.visible_to(stranger).exists(), model
        assert model._default_manager.visible_to(house.supervisor).exists(), model
        if model not in (Person, IdentityDocument):  # known to every officer, so that nobody is registered twice
            assert not model._default_manager.visible_to(house.foreign).exists(), model
    assert met >= 9


@pytest.mark.parametrize(
    "model", sorted(admin.site._registry, key=lambda m: m._meta.label), ids=lambda m: m._meta.label
)
def test_the_administration_registers_no_case_content(model):
    assert not reaches(model)
    for inline in admin.site._registry[model].inlines:
        assert not reaches(inline.model)
