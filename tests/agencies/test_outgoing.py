"""What leaves the house with a question: who asks, about whom, from where, and where it goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies import services, tasks
from agencies.connectors import registry
from agencies.findings import Finding
from agencies.models import Agency, Check, CheckPolicy, OfficerIdentity, QuestionSettings
from agencies.outgoing import endpoint_of, officer_of, problems_of, question_of
from cases.models import Attachment
from people import services as people
from tests import factories as f
from tests import flows
from tests.simulators import SECRETS
from wall.realm import PROTECTED, in_realm

pytestmark = pytest.mark.django_db


def added(case, question: str, **fields) -> Check:
    """A check of the case's own step for a question that its policy does not prescribe."""
    first = Check.objects.filter(case=case).earliest("pk")
    values = {
        "case": case, "task": first.task, "person": case.applicant, "question": question, "legal_basis": "DL 1246",
        "purpose": "Evaluación", "on_outage": CheckPolicy.OnOutage.PROCEED, "next_attempt_at": timezone.now(),
        "agency": Agency.objects.get(code=registry.get(question).manifest.agency), **fields,
    }  # fmt: skip
    return Check.objects.create(**values)


def photo(case, house, *, requirement: str = "foto", content: bytes = b"\xff\xd8\xff" + b"retrato" * 40) -> Attachment:
    return Attachment.objects.create(
        case=case, requirement=requirement, label="Foto", name="foto.jpg", content_type="image/jpeg",
        size=len(content), sha256="0" * 64, by=house.intake, file=ContentFile(content, name="foto.jpg"),
    )  # fmt: skip


# -- who asks ----------------------------------------------------------------------------------------------------


def test_the_officer_whose_act_asked_is_named_by_a_number_only_the_ministry_can_read(house):
    check = Check.objects.filter(case=f.visa_case(house)).first()
    assert officer_of(check) == f"SUGM-{house.intake.pk}"
    assert question_of(check).officer_ref == f"SUGM-{house.intake.pk}"


def test_who_acts_afterwards_is_not_who_asked(house):
    case = f.visa_case(house)
    flows.to_decision(case, house)
    assert officer_of(Check.objects.filter(case=case).first()) == f"SUGM-{house.intake.pk}"
    later = added(case, "pnp.antecedentes", created=timezone.now())
    assert officer_of(later) == f"SUGM-{house.analyst.pk}"


def test_the_officer_who_has_the_checks_own_step_comes_first(house):
    case = f.visa_case(house)
    check = Check.objects.filter(case=case).first()
    check.task.owner = house.checks
    check.task.save()
    assert officer_of(check) == f"SUGM-{house.checks.pk}"


def test_agencies_know_officers_by_their_own_number_or_by_a_common_one(house):
    check = Check.objects.filter(case=f.visa_case(house), question="pnp.requisitorias").get()
    OfficerIdentity.objects.create(user=house.intake, number="80000071")
    assert question_of(check).officer_ref == "80000071"
    OfficerIdentity.objects.create(user=house.intake, agency=check.agency, number="PNP-071")
    assert question_of(check).officer_ref == "PNP-071"
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficerIdentity.objects.create(user=house.intake, number="80000072")


def test_where_nobody_has_acted_nobody_is_named(house):
    case = f.visa_case(house)
    check = Check.objects.filter(case=case).first()
    check.created -= timedelta(days=365)
    assert officer_of(check) == ""


def test_a_protected_case_names_neither_procedure_case_office_nor_officer(house, monkeypatch):
    monkeypatch.setenv("AGENCY_INTERPOL_USER", "OCN")
    case = f.visa_case(house)
    ordinary = question_of(Check.objects.filter(case=case).first())
    assert (ordinary.case_ref, ordinary.office_ref, ordinary.purpose) == (case.number, "SCL", "Evaluación de visa")
    f.protect(case=case)
    with in_realm(PROTECTED):
        checks = list(Check.objects.filter(case=case).select_related("agency", "case__office"))
    for check in checks:
        ask = question_of(check)
        assert (ask.purpose, ask.case_ref, ask.office_ref, ask.officer_ref) == ("Control migratorio", None, "", "")
        sent = " ".join(registry.get(check.question).arguments(ask, endpoint_of(check.agency, check.question)).values())
        for telling in (case.number, "isa", "refug", "asil", f"SUGM-{house.intake.pk}", "SCL", house.intake.username):
            assert telling not in sent


# -- where it goes -----------------------------------------------------------------------------------------------


def test_a_questions_own_address_and_settings_go_before_its_agencys(house, monkeypatch):
    monkeypatch.setenv("AGENCY_RENIEC_PASSWORD", "clave")
    agency = Agency.objects.get(code="reniec")
    plain = endpoint_of(agency, "reniec.identity")
    assert (plain.base_url, plain.path, plain.timeout_s) == (agency.base_url, "", agency.timeout)
    assert plain.credentials == {"password": "clave"}
    QuestionSettings.objects.filter(question="reniec.biometric").update(
        base_url="https://ws5.pide.invalid/", path="Rest/RENIEC/Cotejo", timeout=12, values={"accept_from": 91}
    )
    own = endpoint_of(agency, "reniec.biometric")
    assert (own.base_url, own.path, own.timeout_s) == ("https://ws5.pide.invalid/", "Rest/RENIEC/Cotejo", 12)
    connector = registry.get("reniec.biometric")
    assert connector.url(own) == "https://ws5.pide.invalid/Rest/RENIEC/Cotejo"
    assert (connector.setting(own, "accept_from"), connector.setting(own, "reject_below")) == (91, 40)
    assert endpoint_of(agency, "reniec.identity") == plain
    agency.timeout = 10  # the lease reckons with no more
    assert endpoint_of(agency, "reniec.biometric").timeout_s == 10


def test_every_installed_question_has_a_row_and_what_is_wrong_with_it_is_told(house, simulator, monkeypatch):
    for name, value in SECRETS.items():
        for agency in Agency.objects.all():
            monkeypatch.setenv(f"{agency.credentials}_{name.upper()}", value)
    Agency.objects.update(base_url=f"{simulator.base_url}/")
    codes = {connector.manifest.code for connector in registry.all()}
    assert set(QuestionSettings.objects.values_list("question", flat=True)) == codes
    assert {code: problems_of(code) for code in codes} == dict.fromkeys(codes, [])
    simulator.set("pnp", fault="down")
    assert [problem.code for problem in problems_of("pnp.antecedentes")] == ["unreached:reset"]
    assert simulator.log() == []


# -- the biometric sample ----------------------------------------------------------------------------------------


@pytest.fixture
def reniec(house, simulator, monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"AGENCY_RENIEC_{name.upper()}", value)
    Agency.objects.update(base_url=f"{simulator.base_url}/")
    case = f.visa_case(house)
    people.record_document(
        case.applicant, actor=None, kind="dni", number="81000009", issuer="PER"
    )  # clear in the script
    return case


def test_the_image_is_read_from_storage_by_its_id_and_the_agency_compares_it(reniec, house):
    photo(reniec, house, content=b"una foto anterior" * 9)
    newest = photo(reniec, house)
    check = added(reniec, "reniec.biometric")
    sample = question_of(check).subject.sample
    assert (sample.kind, sample.reference, sample.media_type) == ("face", newest.key.hex, "image/jpeg")
    assert sample.read() == b"\xff\xd8\xff" + b"retrato" * 40
    tasks.ask_check(check.pk)
    check.refresh_from_db()
    assert (check.finding, check.records[0]["category"]) == (Finding.CLEAR, "97/100")


def test_another_requirement_and_modality_are_settings(reniec, house):
    QuestionSettings.objects.filter(question="reniec.biometric").update(
        values={"requirement": "huella", "modality": "fingerprint"}
    )
    photo(reniec, house)
    check = added(reniec, "reniec.biometric")
    assert question_of(check).subject.sample is None
    template = photo(reniec, house, requirement="huella")
    sample = question_of(check).subject.sample
    assert (sample.kind, sample.reference) == ("fingerprint", template.key.hex)


def test_without_an_image_nothing_is_asked(reniec, simulator):
    check = added(reniec, "reniec.biometric")
    tasks.ask_check(check.pk)
    check.refresh_from_db()
    assert (check.finding, check.reference) == (Finding.INDETERMINATE, "incomplete_identity:sample")
    assert simulator.log() == []


def test_a_broken_setting_is_a_refusal_of_the_check_and_not_of_the_worker(reniec, house, simulator):
    QuestionSettings.objects.filter(question="reniec.biometric").update(values={"modality": "iris"})
    photo(reniec, house)
    check = added(reniec, "reniec.biometric")
    tasks.ask_check(check.pk)
    check.refresh_from_db()
    assert (check.state, check.finding, check.fault) == ("failed", "UNAVAILABLE", "refused:setting:modality")
    assert simulator.log() == []


def test_questions_that_compare_nothing_carry_no_image(reniec, house):
    photo(reniec, house)
    assert all(question_of(check).subject.sample is None for check in Check.objects.filter(case=reniec))


# -- no answer at all --------------------------------------------------------------------------------------------


def test_no_question_turns_silence_into_anything_but_unavailable(reniec, house, simulator, monkeypatch):
    """The fifth finding, for every question that a person's documents allow (a RUC is no document of a person)."""
    for agency in Agency.objects.all():
        for name, value in SECRETS.items():
            monkeypatch.setenv(f"{agency.credentials}_{name.upper()}", value)
    people.record_document(reniec.applicant, actor=None, kind="ce", number="009999999", issuer="PER")
    photo(reniec, house)
    simulator.set("*", fault="down")
    for code in sorted({c.manifest.code for c in registry.all()} - {"sunat.ruc"}):
        check = added(reniec, code)
        Agency.objects.update(failures=0, retry_at=None)
        tasks.ask_check(check.pk)
        check.refresh_from_db()
        assert (check.state, check.finding, check.fault) == (Check.State.QUEUED, "", "reset"), code
        services.give_up_check(check)
        check.refresh_from_db()
        assert check.finding == Finding.UNAVAILABLE, code
