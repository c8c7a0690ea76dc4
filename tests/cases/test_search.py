"""The search box: what it understands, whom it shows to whom, and what it costs."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import searching
from cases.models import Case
from cases.numbers import check_character, is_valid
from cases.spelling import likely_numbers, read_number
from offices.roles import Role
from people.models import Person
from people.services import update_person
from tests import factories as f
from tests.cases.lists import case_number, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def find(settings):
    def search(user, text: str, **more):
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client.get(reverse("cases:search"), {"q": text, **more})

    return search


def applicant(house, primary: str, secondary: str, *, document: str = "L898902C3", **overrides):
    """A case of an invented person."""
    person = {
        "primary": primary, "secondary": secondary, "sex": "X", "birth_date": "1980-01-01", "nationality": "PER",
        "email": "x@correo.example",
    }  # fmt: skip
    passport = {"number": document, "issuer": "PER", "expires": f.date(2036, 4, 15)}
    return f.visa_case(house, person=person, passport=passport, **overrides)


def names(answer) -> list[str]:
    return [case.applicant_name for case in answer.context["found"].by_name]


# --- case numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "VIS-2026-SCL-000123-{c}", "vis-2026-scl-000123-{c}", " VIS 2026 SCL 000123 {c} ", "vis 2026 scl 123",
        "VIS–2026–SCL–000123–{c}", "VIS/2026/SCL/000123", "VIS2026SCL000123{c}", "vis2026scl000123",
        "VIS.2026.SCL.123.{c}",
    ],
)  # fmt: skip
def test_any_spelling_of_a_number(typed):
    check = check_character("VIS-2026-SCL-000123")
    read = read_number(typed.format(c=check))
    assert read and read.sound and read.number == f"VIS-2026-SCL-000123-{check}"


@pytest.mark.parametrize("text", ["", "eriksson", "L898902C3", "2026", "VIS", "VIS-2026", "VIS-2026-SCL", "12345678"])
def test_what_is_no_number(text):
    assert read_number(text) is None


def test_office_codes_with_digits():
    assert read_number("VIS2026T001000007K").body == read_number("vis 2026 t001 7 k").body == "VIS-2026-T001-000007"


@pytest.mark.parametrize("slip", ["check", "digit", "swap", "office"])
def test_one_slip_is_found_among_few_candidates(slip):
    number = case_number("SCL", 1853)
    check = number[-1]
    mistyped = {
        "check": f"VIS-2026-SCL-001853-{'0' if check != '0' else '1'}",
        "digit": f"VIS-2026-SCL-001953-{check}",
        "swap": f"VIS-2026-SCL-001835-{check}",
        "office": f"VIS-2026-SCR-001853-{check}",
    }[slip]
    assert not is_valid(mistyped)
    likely = likely_numbers(read_number(mistyped))
    assert number in likely and len(likely) < 25 and all(map(is_valid, likely))


def test_a_number_leads_straight_to_the_case(house, find):
    case = f.visa_case(house)
    for typed in (case.number, case.number.lower().replace("-", " "), case.number[:-2]):
        assert find(house.analyst, typed).url == reverse("cases:case", args=[case.number])


def test_a_mistyped_number_asks_and_offers(house, find):
    case = f.visa_case(house)
    wrong = "0" if case.number[-1] != "0" else "1"
    answer = find(house.analyst, case.number[:-1] + wrong)
    assert answer.status_code == 200 and b"mistype" in answer.content
    assert [hint.number for hint in answer.context["found"].hints] == [case.number]
    assert find(house.foreign, case.number[:-1] + wrong).context["found"].hints == []


def test_a_number_of_another_office_and_one_that_does_not_exist_look_alike(house, find):
    case = f.visa_case(house)
    theirs, nobodys = find(house.foreign, case.number), find(house.foreign, case_number("SCL", 999))
    assert theirs.status_code == nobodys.status_code == 200
    page = theirs.content.decode().replace(case.number, case_number("SCL", 999))
    assert _without_secrets(page) == _without_secrets(nobodys.content.decode())


def _without_secrets(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf" not in line.lower()]


# --- documents and names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["L898902C3", "l898902c3", "L 898 902 C3", "L-898902-C3"])
def test_document_number(house, find, typed):
    case = f.visa_case(house)
    assert [found.pk for found in find(house.analyst, typed).context["found"].by_document] == [case.pk]


@pytest.mark.parametrize(
    "typed",
    [
        "núñez maría", "nunez maria", "MARIA NUNEZ", "maría del carmen núñez", "ñuñez", "nuñ car", "O'HIGGINS",
        "ohiggins nunez",
    ],
)  # fmt: skip
def test_names_forgive_accents_order_and_n(house, find, typed):
    applicant(house, "Núñez O’Higgins", "María del Carmen")
    applicant(house, "Quispe", "Mario", document="X1")
    assert names(find(house.analyst, typed)) == ["NÚÑEZ O’HIGGINS, María del Carmen"]


def test_short_names_are_whole_words(house, find):
    applicant(house, "Li", "Wu")
    applicant(house, "Wu", "Li Na", document="X1")
    applicant(house, "Oliva", "Wulstan", document="X2")
    assert sorted(names(find(house.analyst, "li wu"))) == ["LI, Wu", "WU, Li Na"]
    assert names(find(house.analyst, "li na")) == ["WU, Li Na"]


def test_whole_words_come_before_parts_of_words(house, find):
    applicant(house, "Quispe", "Rosa")
    applicant(house, "Quispe", "Rosalía", document="X1")
    assert names(find(house.analyst, "rosa quispe")) == ["QUISPE, Rosa"]
    more = find(house.analyst, "rosa quispe", wide=1)
    assert names(more) == ["QUISPE, Rosalía", "QUISPE, Rosa"] and more.context["found"].wide
    only_a_part = find(house.analyst, "osal")
    assert names(only_a_part) == ["QUISPE, Rosalía"] and only_a_part.context["found"].wide
    assert find(house.analyst, "rosa", before=1).context["found"].nothing  # the list ends, it does not begin anew


def test_a_corrected_name_is_found_by_its_new_words(house, find):
    case = applicant(house, "Quispe", "Rosa")
    update_person(case.applicant, actor=house.analyst, primary="Mamani", reason="Error de digitación")
    assert names(find(house.analyst, "mamani")) == ["MAMANI, Rosa"]
    assert find(house.analyst, "quispe").context["found"].nothing


def test_common_names_are_found_from_the_newest_case_back(house, find, monkeypatch):
    first = applicant(house, "Quispe", "Ana")
    second = applicant(house, "Quispe", "Eva", document="X1")
    with_index = names(find(house.analyst, "quisp"))
    monkeypatch.setattr(searching, "CANDIDATES", 1)
    assert names(find(house.analyst, "quisp")) == with_index == [second.applicant_name, first.applicant_name]


def test_pages_go_on_by_key(house, find, monkeypatch):
    monkeypatch.setattr(searching, "PAGE", 3)
    waiting(house, 7)
    expected = list(Case.objects.order_by("-pk").values_list("pk", flat=True))
    seen, before = [], {}
    for _page in range(4):
        found = find(house.analyst, "eriksson", **before).context["found"]
        seen += [case.pk for case in found.by_name]
        before = {"before": found.next}
        if found.next is None:
            break
    assert seen == expected


def test_one_person_can_be_chosen_among_several(house, find):
    for _case in range(2):
        mine = applicant(house, "Quispe", "Ana")
    applicant(house, "Quispe", "Eva", document="X1")
    found = find(house.analyst, "quispe").context["found"]
    assert {person.pk for person in found.persons} == set(Person.objects.values_list("pk", flat=True))
    chosen = find(house.analyst, "quispe", person=mine.applicant_id)
    assert set(names(chosen)) == {mine.applicant_name} and chosen.context["found"].person.pk == mine.applicant_id
    assert find(house.foreign, "quispe", person=mine.applicant_id).context["found"].nothing


# --- who sees what -----------------------------------------------------------------------------------------------


def test_persons_without_a_visible_case_do_not_show(house, find):
    f.passport(f.person(primary="Solitaria", secondary="Sin Caso"), number="ZZ1")
    applicant(house, "Solitaria", "Con Caso")
    assert names(find(house.analyst, "solitaria")) == ["SOLITARIA, Con Caso"]
    assert find(house.analyst, "ZZ1").context["found"].nothing
    assert find(house.foreign, "solitaria").context["found"].nothing
    assert b"Con Caso" not in find(house.foreign, "solitaria").content


@pytest.mark.parametrize("by", ["case", "person"])
def test_either_wall_is_enough_to_hide(house, find, by):
    case = applicant(house, "Protegida", "Persona", document="R777")
    f.protect(**({"case": case} if by == "case" else {"person": case.applicant}))
    for text in ("protegida", "R777"):
        answer = find(house.analyst, text)
        assert answer.context["found"].nothing and b"PROTEGIDA" not in answer.content
    assert find(house.analyst, "x", person=case.applicant_id).context["found"].nothing


def test_the_protection_officer_finds_them(house, find):
    case = applicant(house, "Protegida", "Persona", document="R777")
    f.protect(case=case, person=case.applicant)
    officer = f.staff(Role.PROTECTION, house.lima)
    f.offices.open_posting(
        actor=None, user=officer, office=house.lima, role=Role.ANALYST, since=f.LONG_AGO, source="Prueba"
    )
    assert names(find(f.fresh(officer), "protegida")) == [case.applicant_name]


# --- cost --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["eriksson", "L898902C3", "", "%_", "vis 2026 scl 77", "'; --"])
def test_statements(house, client, django_assert_max_num_queries, text):
    waiting(house, 30)
    client.force_login(house.analyst, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("cases:search"))  # the session learns its zone
    with django_assert_max_num_queries(10):
        assert client.get(reverse("cases:search"), {"q": text}).status_code == 200


@pytest.mark.parametrize("more", [{"before": "x"}, {"before": "9" * 40}, {"person": "-1"}, {"person": "'"}])
def test_nonsense_in_the_address_is_ignored(house, find, more):
    f.visa_case(house)
    assert len(names(find(house.analyst, "eriksson", **more))) == 1
