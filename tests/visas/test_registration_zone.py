"""Pasting the machine-readable zone: what it verifies, what it fills in, what it never does by itself."""

import re

import pytest
from django.utils import translation

from audit.models import AuditEvent
from cases.timeline import timeline
from icao.mrz import PartialDate
from tests.visas.registering import SPECIMEN, TD1, Officer, answers, ministry, zone
from visas.models import VisaApplication

pytestmark = pytest.mark.django_db

SPECIMEN_VALUES = {
    "number": "L898902C3", "issuer": "UTO", "primary": "ERIKSSON", "secondary": "ANNA MARIA", "sex": "F",
    "birth_date": "12/08/1974", "nationality": "UTO", "expires": "2012-04-15",
}  # fmt: skip


@pytest.fixture
def officer():
    return Officer(ministry())


def read(officer, text: str, **values: str) -> str:
    response = officer.htmx("zona/", {"mrz": text, **values})
    assert response.status_code == 200
    return response.content.decode()


def offered(page: str) -> dict[str, str]:
    """What the page takes over into empty fields."""
    return dict(re.findall(r'data-zone-field="id_(\w+)" value="([^"]*)"', page))


def state(page: str) -> str:
    return re.search(r'data-zone-state="(\w+)"', page)[1]


@pytest.mark.parametrize(
    "text",
    [
        SPECIMEN,
        SPECIMEN.lower(),
        SPECIMEN.replace("\n", "\r\n\r\n"),
        " ".join(SPECIMEN.splitlines()[0]) + "\n" + SPECIMEN.splitlines()[1],
        f"PASAPORTE\nUtopía\n{SPECIMEN}\nFirma del titular",
        SPECIMEN.replace("\n", ""),
    ],
    ids=["plain", "lower", "empty lines", "spaced", "junk around", "one line"],
)
def test_the_official_specimen_fills_the_form(officer, text):
    page = read(officer, text)
    assert state(page) == "right"
    assert page.count("digit-ok") == 5
    assert offered(page) == SPECIMEN_VALUES


@pytest.mark.parametrize(
    ("primary", "secondary", "nationality", "expected"),
    [
        ("Muñoz Núñez", "José Ángel", "PER", ("MUNOZ NUNEZ", "JOSE ANGEL")),
        ("Ångström", "Åsa", "SWE", ("ANGSTROM", "ASA")),
        ("Nguyễn", "Thị Minh Khai", "VNM", ("NGUYEN", "THI MINH KHAI")),
        ("Müller", "Jürgen", "D", ("MULLER", "JURGEN")),
    ],
)
def test_the_form_takes_the_zones_name_and_then_the_original_script(officer, primary, secondary, nationality, expected):
    text = zone(primary, secondary, nationality)
    values = offered(read(officer, text))
    assert (values["primary"], values["secondary"]) == expected
    assert values["nationality"] == {"D": "DEU"}.get(nationality, nationality)
    page = officer.save(mrz=text, **{**values, "primary": primary, "secondary": secondary}).content.decode()
    assert "does not give the one in the zone" not in page
    page = officer.save(mrz=text, **{**values, "primary": primary + "a"}).content.decode()
    assert f"does not give the one in the zone: {expected[0]}" in page


def test_a_truncated_name_is_completed_by_hand(officer):
    primary, secondary = "Fernández de Córdoba y Valenzuela Ficticia", "María de los Ángeles Guadalupe"
    text = zone(primary, secondary, "ESP")
    page = read(officer, text, primary=primary, secondary=secondary)
    assert "may have been cut" in page
    assert "does not give the one in the zone" not in page


def test_a_wrong_check_digit_is_named_and_its_field_is_not_filled(officer):
    page = read(officer, SPECIMEN.replace("7408122F", "7408123F"))
    assert state(page) == "wrong"
    assert "Date of birth: the check digit should be 2 and is «3» (line 2, column 20)." in page
    assert "birth_date" not in offered(page)
    assert offered(page)["number"] == "L898902C3"
    assert "The zone seems to say «12/08/1974»" in page


def test_a_letter_for_a_digit_is_offered_and_never_applied(officer):
    wrong = SPECIMEN.replace("7408122F", "74O8122F")
    page = read(officer, wrong)
    assert "Read «0» instead of «O» in line 2, column 16" in page
    assert "birth_date" not in offered(page)
    # accepting it is a button, without JavaScript too
    officer.post("", {"mrz": wrong, "accept": "0"})
    officer.draft.refresh_from_db()
    assert officer.draft.data["mrz"] == SPECIMEN
    assert officer.draft.data["birth_date"] == "12/08/1974"


def test_the_zone_of_a_card_is_named_and_fills_nothing(officer):
    page = read(officer, TD1)
    assert state(page) == "other_format"
    assert "This is the zone of an identity card (TD1: three lines of 30 characters)" in page
    assert "Here goes that of a passport (TD3: two lines of 44 characters)" in page
    assert offered(page) == {}
    refused = officer.post("", answers(mrz=TD1, act="submit_incomplete"))
    assert refused.status_code == 422
    assert not VisaApplication.objects.exists()


def test_what_is_no_zone_says_so(officer):
    page = read(officer, "hola <<< esto no es una zona")
    assert state(page) == "unreadable"
    assert "There is no machine-readable zone in what was pasted." in page


def test_what_a_person_typed_is_not_overwritten(officer):
    """Without JavaScript; the script follows the same rule (a browser test shows it)."""
    first, second = zone("Lindqvist", "Åsa", "SWE"), zone("Bergström", "Karin", "NOR", number="B7654321")
    officer.post("", {"mrz": first, "act": "read", "secondary": "Åsa María"})
    officer.draft.refresh_from_db()
    assert officer.draft.data["primary"] == "LINDQVIST"
    assert officer.draft.data["secondary"] == "Åsa María"
    # another passport: what the first zone filled in changes, what was typed stays and is told
    officer.post("", {**officer.draft.data, "mrz": second, "act": "read"})
    officer.draft.refresh_from_db()
    assert officer.draft.data["primary"] == "BERGSTROM"
    assert officer.draft.data["number"] == "B7654321"
    assert officer.draft.data["secondary"] == "Åsa María"
    page = officer.client.get(officer.url).content.decode()
    assert "does not give the one in the zone: KARIN" in page


def test_a_field_that_says_something_else_than_the_zone_is_told_with_the_zones_value_at_hand(officer):
    text = zone("Lindqvist", "Åsa", "SWE")
    page = officer.save(**answers(mrz=text, number="A12345679", birth_date="05/03/1990")).content.decode()
    assert "The zone says A12345678" in page
    assert "The zone says 04/03/1990" in page
    officer.post("", answers(mrz=text, number="A12345679", use="number"))
    officer.draft.refresh_from_db()
    assert officer.draft.data["number"] == "A12345678"


def test_unknown_parts_of_a_birth_date_are_read_and_shown(officer):
    text = zone("Lindqvist", "Åsa", "SWE", birth_date=PartialDate(1990, None, None))
    values = offered(read(officer, text))
    assert values["birth_date"] == "00/00/1990"
    page = officer.save(mrz=text, **values).content.decode()
    assert 'id_birth_date_note" data-note="id_birth_date" data-tone=""' in page


# --- a damaged zone --------------------------------------------------------------------------------------------------


def damaged() -> str:
    return zone("Lindqvist", "Åsa", "SWE")[:-1] + "9"


def test_a_wrong_zone_keeps_the_application_from_being_filed(officer):
    officer.attach_all(values := answers(mrz=damaged()))
    refused = officer.post("", values)
    assert refused.status_code == 422
    assert "declare it damaged" in refused.content.decode()
    without_reason = officer.post("", {**values, "zone_damaged": "on"})
    assert without_reason.status_code == 422
    assert "Say how you verified the document." in without_reason.content.decode()
    assert not VisaApplication.objects.exists()


@translation.override("en")
def test_the_officer_can_answer_for_a_damaged_zone_and_the_record_says_so(officer):
    officer.attach_all(values := answers(mrz=damaged()))
    reason = "Última cifra borrada; se leyó el chip"
    filed = officer.post("", {**values, "zone_damaged": "on", "zone_reason": reason})
    assert filed.status_code == 302
    case = VisaApplication.objects.get()
    event = AuditEvent.objects.get(case_id=case.pk, verb="registration.remarked")
    assert event.reason == reason
    assert event.data == {"zone": ["composite"]}
    assert event.actor == officer.user
    assert case.passport.mrz == damaged()
    told, _more = timeline(case)
    assert ("Registered with a zone that is not right (whole zone)", reason) in [(e.title, e.reason) for e in told]


def test_a_difference_from_the_zone_is_recorded_by_field_name(officer):
    officer.attach_all(values := answers(mrz=zone("Lindqvist", "Åsa", "SWE"), expires="2032-05-06"))
    assert officer.post("", values).status_code == 302
    assert AuditEvent.objects.get(verb="registration.remarked").data == {"differs_from_zone": ["expires"]}


def test_a_passport_without_a_zone_is_typed_in(officer):
    officer.attach_all(values := answers())
    assert officer.post("", values).status_code == 302
    case = VisaApplication.objects.get()
    assert case.passport.mrz == ""
    assert not AuditEvent.objects.filter(verb="registration.remarked").exists()
