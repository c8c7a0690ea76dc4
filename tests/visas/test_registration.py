"""Registering a visa application: who may, what is checked, what is filed; nothing typed is ever lost."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from cases.models import Attachment, Draft, Payment
from cases.registration.fields import parse_partial_date
from offices import services as offices
from offices.configuration import forget_configuration
from offices.roles import Role
from people.models import Person
from tests import factories
from tests import factories as f
from tests.visas.registering import Officer, answers
from visas.models import VisaApplication
from wall.realm import PROTECTED, in_realm

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(house):
    return Officer(house)


def submit(officer, **changes) -> VisaApplication:
    """File a complete application."""
    officer.attach_all(values := answers(**changes))
    response = officer.post("", values)
    assert response.status_code == 302, response.content.decode()
    return VisaApplication.objects.get(number=response["Location"].rstrip("/").rsplit("/", 1)[-1])


# --- choosing --------------------------------------------------------------------------------------------------------


def test_procedures_are_offered_where_the_person_may_register_them(house, officer):
    page = officer.client.get("/registrar/").content.decode()
    assert 'name="procedure" value="visa"' in page
    officer.client.force_login(house.checks)
    assert 'value="visa"' not in officer.client.get("/registrar/").content.decode()
    refused = officer.client.post("/registrar/", {"procedure": "visa"})
    assert refused.status_code == 403
    assert not Draft.objects.filter(owner=house.checks).exists()


def test_the_current_office_decides_not_just_any_office(house, officer):
    offices.open_posting(
        actor=None, user=house.intake, office=house.madrid, role=Role.CHECKS, since=factories.LONG_AGO, source="Prueba"
    )
    madrid = house.intake.postings.get(office=house.madrid)
    session = officer.client.session
    session["posting"] = madrid.pk
    session.save()
    assert 'value="visa"' not in officer.client.get("/registrar/").content.decode()


def test_unfinished_registrations_are_listed_resumed_and_deleted(officer):
    officer.save(**answers())
    officer.upload("pasaporte")
    page = officer.client.get("/registrar/").content.decode()
    assert "LINDQVIST" in page
    assert "1 file" in page
    assert officer.url in page
    assert 'value="Åsa"' in officer.client.get(officer.url).content.decode()
    assert officer.post("borrar/").status_code == 302
    assert not Draft.objects.exists()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("rest", ["", "guardar/", "zona/", "archivos/foto/", "borrar/"])
def test_a_draft_of_somebody_else_does_not_exist(house, officer, rest):
    officer.save(**answers())
    other = Officer(house, factories.staff(Role.INTAKE, house.santiago))
    path = officer.url + rest
    assert other.client.post(path, answers(primary="Ajena")).status_code == 404
    assert other.client.get(officer.url).status_code == 404
    assert Draft.objects.get(pk=officer.draft.pk).data["primary"] == "Lindqvist"
    assert Draft.objects.get(pk=other.draft.pk).data == {}
    assert other.client.get(f"/registrar/visa/{uuid4()}/").status_code == 404


# --- what is typed ---------------------------------------------------------------------------------------------------


def test_saving_keeps_what_was_typed_and_says_when(officer):
    page = officer.save(primary="Lindqvist", number="a 12-345", birth_date="31/02/1990", extra="x").content.decode()
    officer.draft.refresh_from_db()
    assert officer.draft.data == {"primary": "Lindqvist", "number": "a 12-345", "birth_date": "31/02/1990"}
    assert "Saved" in page
    assert "31/02/1990 does not exist in the calendar." in page
    assert 'href="#id_sex"' in page  # what is still missing leads to its field
    assert 'href="#id_primary"' not in page


def test_the_checklist_is_sent_again_only_when_another_one_is_asked(officer):
    first = officer.save(visa_class="turista").content.decode()
    assert 'id="checklist"' in first
    shown = first.split('name="checklist_shown" value="')[1].split('"')[0]
    assert 'id="checklist"' not in officer.save(visa_class="turista", checklist_shown=shown).content.decode()
    assert 'id="checklist"' in officer.save(visa_class="negocios", checklist_shown=shown).content.decode()


def day(offset: int) -> str:
    return (f.today() + timedelta(days=offset)).isoformat()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("number", "ÑA#123", "«# Ñ» does not belong in it"),
        ("number", "", "This field is required"),
        ("expires", date(2020, 5, 6).isoformat(), "The document expired on"),
        ("issued", 1, "This date is in the future."),
        ("issued", "2031-05-06", "This date is in the future."),
        ("primary", "Lindqvist 2", "A name has no digits"),
        ("primary", "王", "has no Latin form"),
        ("primary", "---", "There is no letter in this name."),
        ("primary", "a" * 151, "150"),
        ("birth_date", "04/03/2090", "This date is in the future."),
        ("birth_date", "31/02/1990", "does not exist in the calendar"),
        ("birth_date", "ayer", "Write the date as day/month/year"),
        ("birth_date", "04/03/1850", "Check the year: 1850."),
        ("sex", "Z", "Z"),
        ("nationality", "ZZZ", "ZZZ"),
        ("email", "asa@", "email"),
        ("phone", "llamar", "Digits, spaces"),
        ("visa_class", "marciano", "marciano"),
        ("arrival", -1, "The planned arrival is in the past."),
        ("departure", 29, "The departure is before the arrival."),
        ("amount", "29.99", "The fee is USD 30.00."),
        ("amount", "", "Complete the payment"),
        ("receipt", "", "Complete the payment"),
        ("paid_on", 2, "This date is in the future."),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_filed(officer, field, value, message):
    value = day(value) if isinstance(value, int) else value  # days from the day it is when the test runs
    officer.attach_all(answers())
    response = officer.post("", answers(**{field: value}))
    assert response.status_code == 422
    note = response.content.decode().split(f'id="id_{field}_note"')[1].split("</div>")[0]
    assert message in note.replace("&quot;", '"')
    assert 'data-tone="red"' in note
    assert not VisaApplication.objects.exists()
    assert not Person.objects.exists()
    officer.draft.refresh_from_db()
    assert officer.draft.data.get(field, "") == value
    assert "Åsa" in response.content.decode()


def test_a_birth_after_the_passports_issue_is_told(officer):
    officer.attach_all(answers())
    response = officer.post("", answers(birth_date="04/03/2021", issued="2020-05-06"))
    assert "The person was born after the document was issued." in response.content.decode()


@pytest.mark.parametrize("length", [40, 45, 150])
def test_long_names_are_taken(officer, length):
    name = ("Lindqvist de la Fuente Ficticia " * 6)[:length].strip()
    assert submit(officer, primary=name).applicant.primary == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12/08/1974", "1974-08-12"), ("12081974", "1974-08-12"), ("12-8-1974", "1974-08-12"),
        ("1974-08-12", "1974-08-12"),
        ("00/08/1974", "1974-08-00"), ("08/1974", "1974-08-00"), ("1974", "1974-00-00"), ("00/00/0000", "0000-00-00"),
        ("12/08/74", None), ("hoy", None), ("1/2/3/4", None),
    ],
)  # fmt: skip
def test_birth_dates_are_typed_as_people_write_them(typed, kept):
    parsed = parse_partial_date(typed)
    assert (parsed.isoformat() if parsed else None) == kept


# --- filing ----------------------------------------------------------------------------------------------------------


def test_a_complete_application_goes_to_the_checks_with_its_files_and_fee(officer):
    case = submit(officer, departure=day(45), host_address="Jr. Ficticio 123, Cusco", sponsor="Agencia Imaginaria")
    assert case.number.startswith("VIS-")
    assert case.stage == "checks"
    assert case.office == officer.house.santiago
    assert case.observations == []
    assert (case.applicant.primary, case.applicant.secondary, case.nationality) == ("Lindqvist", "Åsa", "SWE")
    assert (case.passport.number, case.passport.issuer, case.passport.expires) == ("A12345678", "SWE", date(2031, 5, 6))
    assert case.host_address == "Jr. Ficticio 123, Cusco"
    payment = Payment.objects.get(case=case)
    assert (payment.receipt, payment.amount, payment.currency, payment.by) == ("0044821", 30, "USD", officer.user)
    assert case.attachments.count() == 7
    assert not Draft.objects.exists()


def test_an_incomplete_one_is_filed_only_after_a_word_that_lists_what_is_missing(officer):
    values = answers(receipt="", amount="", paid_on="")
    asked = officer.post("", values)
    assert asked.status_code == 422
    page = asked.content.decode()
    assert "The application is incomplete" in page
    assert "Missing: Copia del pasaporte." in page
    assert "Missing: receipt of the fee (USD 30.00)." in page
    assert not VisaApplication.objects.exists()
    filed = officer.post("", {**values, "act": "submit_incomplete"}, follow=True)
    case = VisaApplication.objects.get()
    assert case.stage == "observed"
    assert len(case.observations) == 8
    assert f"{case.number} has been registered and is observed" in filed.content.decode()


def test_a_passport_that_expires_soon_is_told_before_and_observed_after(officer):
    soon = day(120)
    officer.attach_all(values := answers(expires=soon))
    page = officer.save(**values).content.decode()
    assert "too soon after the planned arrival" in page.split('id="id_expires_note"')[1].split("</div>")[0]
    assert officer.post("", values).status_code == 422
    assert officer.post("", {**values, "act": "submit_incomplete"}).status_code == 302
    case = VisaApplication.objects.get()
    assert [item["code"] for item in case.observations] == ["passport_expires"]


def test_a_class_without_a_fee_takes_no_payment(officer):
    case = submit(officer, visa_class="diplomatico")
    assert case.stage == "checks"
    assert not Payment.objects.exists()


def test_submitting_twice_ends_at_the_same_case(officer):
    officer.attach_all(values := answers())
    first, second = officer.post("", values), officer.post("", values)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert VisaApplication.objects.count() == Person.objects.count() == 1
    again = officer.save(**values)
    assert again["HX-Redirect"] == first["Location"]


def test_the_second_of_two_submissions_at_once_ends_at_the_first_ones_case(officer):
    """Both have read the draft; the first has just been committed."""
    officer.attach_all(values := answers())
    case = factories.visa_case(officer.house, draft_id=officer.draft.pk)
    assert Draft.objects.filter(pk=officer.draft.pk).exists()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    response = officer.post("", {**values, "act": "submit_incomplete"})
    assert response.status_code == 302
    assert case.number in response["Location"]
    assert VisaApplication.objects.count() == 1


def test_an_error_of_the_act_comes_back_to_the_form(officer, monkeypatch):
    def refuse(form, *, actor):
        raise ValidationError({"primary": "No se pudo"})

    monkeypatch.setattr("cases.views.registration.submit", refuse)
    officer.attach_all(values := answers())
    response = officer.post("", values)
    assert response.status_code == 422
    assert "No se pudo" in response.content.decode().split('id="id_primary_note"')[1].split("</div>")[0]


# --- the session ends ------------------------------------------------------------------------------------------------


def test_a_form_left_open_overnight_comes_back_with_everything_typed(officer):
    officer.save(primary="Lindqvist")
    officer.sign_out()
    sent = officer.post("", answers(purpose="Escrito a las nueve de la mañana"))
    assert sent.status_code == 302
    assert sent["Location"] == f"/cuenta/login/?next={officer.url}"
    assert Draft.objects.get().data == {"primary": "Lindqvist"}
    officer.user.set_password("clave de prueba larga")
    officer.user.save()
    credentials = {"login": officer.user.username, "password": "clave de prueba larga", "next": officer.url}
    back = officer.client.post("/cuenta/login/", credentials, follow=True)
    page = back.content.decode()
    assert back.redirect_chain[-1][0] == officer.url
    assert "Escrito a las nueve de la mañana" in page
    assert "Your session had ended" in page
    assert Draft.objects.get().data["purpose"] == "Escrito a las nueve de la mañana"
    assert "Your session had ended" not in officer.client.get(officer.url).content.decode()


def test_an_autosave_after_the_session_ended_says_so_and_loses_nothing(officer):
    officer.sign_out()
    answer = officer.save(**answers())
    assert answer.status_code == 200
    assert answer["HX-Retarget"] == "#save-state"
    assert f"/cuenta/login/?next={officer.url}" in answer.content.decode()
    assert Draft.objects.get().data == {}
    officer.client.force_login(officer.user)
    assert 'value="Lindqvist"' in officer.client.get(officer.url).content.decode()


def test_what_one_person_typed_is_not_given_to_the_next_at_the_same_browser(house, officer):
    officer.sign_out()
    officer.save(**answers())
    officer.client.force_login(factories.staff(Role.INTAKE, house.santiago))
    assert officer.client.get(officer.url).status_code == 404
    assert not officer.client.session.get("registration")


# --- known persons ---------------------------------------------------------------------------------------------------


@pytest.fixture
def known(house):
    person = factories.person(
        primary="Lindqvist", secondary="Åsa", birth_date="1990-03-04", nationality="SWE", mother="Greta Lindqvist"
    )
    factories.passport(person, number="A12345678", issuer="SWE", expires=date(2031, 5, 6))
    return person


def test_a_known_person_with_the_same_document_must_be_answered(officer, known):
    page = officer.save(**answers()).content.decode()
    assert "Holds this same document" in page
    assert "Greta Lindqvist" in page
    officer.attach_all(answers())
    refused = officer.post("", answers())
    assert refused.status_code == 422
    assert "Is it somebody already known?" in refused.content.decode()
    assert Person.objects.count() == 1


def test_the_same_person_is_used_again_and_keeps_what_was_not_typed(officer, known):
    case = submit(officer, known=str(known.pk), primary="LINDQVIST", secondary="ASA", email="", phone="+46 8 000 000")
    assert case.applicant_id == known.pk
    known.refresh_from_db()
    assert (known.primary, known.email, known.mother) == ("Lindqvist", "anna@correo.example", "Greta Lindqvist")
    assert known.phone == "+46 8 000 000"
    assert known.documents.count() == 1
    assert not AuditEvent.objects.filter(verb="registration.remarked").exists()


def test_another_person_with_the_same_document_is_registered_and_remarked(officer, known):
    case = submit(officer, known="new")
    assert case.applicant_id != known.pk
    assert AuditEvent.objects.get(verb="registration.remarked").data == {"not_persons": [known.pk]}


def test_a_choice_that_no_longer_fits_the_data_is_not_taken(officer, known):
    stranger = factories.person(primary="Otra", birth_date="1950-01-01")
    officer.attach_all(values := answers(known=str(stranger.pk)))
    refused = officer.post("", values)
    assert refused.status_code == 422
    assert "The data have changed: choose again." in refused.content.decode()


def test_a_similar_name_is_offered_and_need_not_be_answered(officer):
    factories.person(primary="Lindkvist", secondary="Asa", birth_date="1990-03-04")
    assert "Similar name, same date of birth" in officer.save(**answers()).content.decode()
    submit(officer)
    assert Person.objects.count() == 2


def test_a_protected_person_causes_no_warning(officer, known):
    factories.protect(person=known)
    assert 'class="people' not in officer.save(**answers()).content.decode()
    submit(officer)
    assert Person.objects.count() == 1
    with in_realm(PROTECTED):
        assert Person.objects.count() == 2


# --- what it costs ---------------------------------------------------------------------------------------------------


def statements(captured: CaptureQueriesContext) -> int:
    return sum("SAVEPOINT" not in query["sql"] for query in captured)


def test_showing_the_form_takes_fifteen_statements_at_most(officer, known, settings):
    """With nothing of the configuration read yet, files, and a known person beside it."""
    officer.attach_all(answers())
    settings.CONFIGURATION_TTL = 60
    forget_configuration()
    with CaptureQueriesContext(connection) as captured:
        assert officer.client.get(officer.url).status_code == 200
    assert statements(captured) <= 15


@pytest.fixture(autouse=True)
def _no_configuration_left():
    yield
    forget_configuration()


def test_submitting_takes_few_statements_once_the_configuration_is_read(officer, settings):
    settings.CONFIGURATION_TTL = 60
    forget_configuration()
    submit(officer)
    another = Officer(officer.house)
    another.attach_all(values := answers(number="B7654321", birth_date="05/03/1991"))
    with CaptureQueriesContext(connection) as captured:
        assert another.post("", values).status_code == 302
    assert statements(captured) <= 21
