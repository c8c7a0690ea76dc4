"""Which questions a case asks: class, nationality, age and role; never one without a legal basis."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction

from agencies import persons
from agencies.admin import CheckPolicyForm
from agencies.models import Check, CheckPolicy, Moment, QuestionRule
from agencies.policy import prescribed
from agencies.prescription import prescription
from people.models import Realm
from tests import factories as f
from tests.flows import answer_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(house):
    return f.visa_case(house)


def row(question="sunat.ruc", **fields) -> CheckPolicy:
    values = {"procedure": "visa", "question": question, "legal_basis": "DL 1246", "purpose": "Evaluación de visa"}
    return CheckPolicy.objects.create(**{**values, **fields})


def asked(case, **kwargs) -> set[str]:
    return {each.question for each in prescribed(case, age=kwargs.pop("age", 40), **kwargs)}


def test_rows_are_of_class_nationality_age_and_role(case):
    row("sunat.ruc", nationality="SWE")
    row("pj.antecedentes", minimum_age=14, maximum_age=60)
    row("inpe.antecedentes", subtype="negocios")
    row("pnp.antecedentes", role="guarantor")
    assert {"sunat.ruc", "pj.antecedentes"} <= asked(case)
    assert "sunat.ruc" not in asked(case, nationality="NOR")
    assert "inpe.antecedentes" not in asked(case) and "pnp.antecedentes" not in asked(case)
    for age, expected in ((13, False), (14, True), (60, True), (61, False), (None, True)):
        assert ("pj.antecedentes" in asked(case, age=age)) is expected, age
    assert asked(case, role="guarantor") == {"pnp.antecedentes"}


def test_the_most_specific_row_of_a_question_wins(case):
    row("sunat.ruc", on_outage="block")
    row("sunat.ruc", nationality="SWE", on_outage="proceed")
    row("sunat.ruc", subtype="turista", on_outage="letter")
    (chosen,) = [each for each in prescribed(case, age=40) if each.question == "sunat.ruc"]
    assert chosen.on_outage == "letter"


@pytest.mark.parametrize("field", ["legal_basis", "purpose"])
def test_no_row_without_legal_basis_and_purpose_is_active_whoever_writes_it(house, field):
    with pytest.raises(IntegrityError), transaction.atomic():
        row(**{field: ""})
    row(**{field: "", "active": False})
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckPolicy.objects.update(**{field: ""})


def test_no_check_without_a_legal_basis_exists(case):
    for field in ("legal_basis", "purpose"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Check.objects.update(**{field: ""})


def test_a_row_that_lost_its_basis_is_not_asked(case, monkeypatch):
    """Were the database without its rule, the act would still not ask."""
    from agencies import prescription as module

    bare = CheckPolicy(procedure="visa", question="sunat.ruc", purpose="x", legal_basis="")
    monkeypatch.setattr(module, "prescribed", lambda *_args, **_kwargs: [bare])
    found = prescription(case, Moment.FILING, case.created)
    assert found.wanted == [] and found.missing == 1


def form(**fields) -> CheckPolicyForm:
    values = {
        "procedure": "visa", "role": "applicant", "question": "sunat.ruc", "purpose": "Evaluación",
        "on_outage": "block", "patience": 60, "legal_basis": "DL 1246", "active": "on",
    }  # fmt: skip
    return CheckPolicyForm({**values, **fields})


def test_the_form_says_what_is_wrong_at_its_field(house):
    assert form().is_valid()
    assert form(active="").is_valid() and form(active="", legal_basis="").is_valid()
    for field, value in {
        "legal_basis": " ", "role": "spouse", "maximum_age": 3, "question": "nadie.pregunta", "purpose": "",
    }.items():  # fmt: skip
        bad = form(**{field: value, **({"minimum_age": 5} if field == "maximum_age" else {})})
        assert not bad.is_valid() and field in bad.errors, field


def test_a_state_of_origin_hears_nothing_of_a_protected_case(case):
    case.confidentiality, case.applicant.nationality = Realm.PROTECTED, "PER"
    found = prescription(case, Moment.FILING, case.created)
    assert {each.row.question.partition(".")[0] for each in found.wanted} == {"interpol"} and found.withheld == 3
    case.confidentiality = Realm.ORDINARY
    assert prescription(case, Moment.FILING, case.created).withheld == 0


class TestFurtherPersons:
    @pytest.fixture
    def sponsor(self, house, monkeypatch):
        monkeypatch.setattr(persons, "_registered", {})
        sponsor = f.person(primary="Garante", secondary="Nilo", nationality="PER", birth_date="1960-05-05")
        persons.register("visa", {"guarantor"}, lambda _case: [("guarantor", sponsor)])
        return sponsor

    def test_a_procedure_names_them_with_a_role(self, house, sponsor):
        row("pnp.antecedentes", role="guarantor", nationality="PER", minimum_age=50)
        case = f.visa_case(house)
        (check,) = case.checks.filter(role="guarantor")
        assert (check.person, check.question) == (sponsor, "pnp.antecedentes")
        assert set(case.checks.exclude(pk=check.pk).values_list("person", flat=True)) == {case.applicant_id}
        assert form(role="guarantor").is_valid() and not form(role="spouse").is_valid()
        answer_all(case)
        assert f.open_step(case, "interview")

    def test_only_in_roles_it_has_declared(self, house, sponsor):
        with pytest.raises(ImproperlyConfigured):
            persons.register("visa", {"guarantor"}, lambda _case: [])
        with pytest.raises(ImproperlyConfigured):
            persons.register("abtc", {"applicant"}, lambda _case: [])
        persons._registered["visa"] = (frozenset({"parent"}), persons._registered["visa"][1])
        with pytest.raises(ImproperlyConfigured):
            f.visa_case(house)


def test_a_question_without_a_rule_goes_by_its_connector(case):
    from agencies.policy import rule_of

    QuestionRule.objects.all().delete()
    rule = rule_of("interpol.sltd")
    assert (rule.freshness_days, rule.ask_again, rule.second_officer) == (90, True, True)
    assert not rule_of("pj.antecedentes").second_officer
