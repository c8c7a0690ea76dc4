"""Who of the known persons is offered at the counter, and who must never be."""

import pytest

from offices.roles import Role
from people.matching import Reason, possible_duplicates
from people.models import Realm
from tests import factories
from wall.realm import PROTECTED, in_realm

pytestmark = pytest.mark.django_db


def offered(user, **query):
    return {match.person: match.reason for match in possible_duplicates(user, **query)}


def test_the_same_document_comes_first_whatever_the_name(house):
    holder = factories.person(primary="Prueba", secondary="Otra", birth_date="1980-01-01")
    factories.passport(holder, number="X1234567", issuer="SWE")
    namesake = factories.person()
    found = possible_duplicates(
        house.intake,
        number="x1234567",
        issuer="SWE",
        primary="Eriksson",
        secondary="Anna Maria",
        birth_date="1974-08-12",
    )
    assert [(match.person, match.reason) for match in found] == [
        (holder, Reason.DOCUMENT),
        (namesake, Reason.NAME_AND_BIRTH),
    ]


def test_a_document_number_of_another_state_is_another_document(house):
    factories.passport(factories.person(birth_date="1980-01-01"), number="X1234567", issuer="SWE")
    assert not offered(house.intake, number="X1234567", issuer="NOR")


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        (("Muñoz Núñez", "José Ángel"), ("MUNOZ NUNEZ", "JOSE ANGEL")),
        (("Muñoz Núñez", "José Ángel"), ("MUNXXOZ NUNXXEZ", "JOSE ANGEL")),
        (("Lindström", "Åsa"), ("LINDSTROEM", "AASA")),
        (("Nguyễn", "Thị Minh Khai"), ("NGUYEN", "THI MINH KHAI")),
        (("Nguyễn Thị", "Minh Khai"), ("Minh Khai", "Nguyen Thi")),
    ],
)
def test_the_same_name_and_birth_date_however_it_was_written(house, known, typed):
    person = factories.person(primary=known[0], secondary=known[1], birth_date="1990-03-04")
    assert offered(house.intake, primary=typed[0], secondary=typed[1], birth_date="1990-03-04") == {
        person: Reason.NAME_AND_BIRTH
    }


@pytest.mark.parametrize("typed", [("Erikson", "Anna Maria"), ("Eriksson", "Anna"), ("Ericsson", "Ana Maria")])
def test_a_similar_name_needs_the_same_birth_date(house, typed):
    person = factories.person()
    primary, secondary = typed
    assert offered(house.intake, primary=primary, secondary=secondary, birth_date="1974-08-12") == {
        person: Reason.SIMILAR_NAME
    }
    assert not offered(house.intake, primary=primary, secondary=secondary, birth_date="1974-08-13")


def test_a_different_name_born_the_same_day_is_nobody(house):
    factories.person()
    assert not offered(house.intake, primary="Bergström", secondary="Karin", birth_date="1974-08-12")


@pytest.mark.parametrize(
    ("known", "typed", "expected"),
    [
        ("1974-08-00", "1974-08-12", True),
        ("1974-00-00", "1974-08-12", True),
        ("1974-08-12", "1974-08-00", True),
        ("1974-08-12", "1974-00-00", True),
        ("1974-08-12", "1974-09-00", False),
        ("1974-08-12", "1975-00-00", False),
    ],
)
def test_unknown_parts_of_a_birth_date_contradict_nothing(house, known, typed, expected):
    factories.person(birth_date=known)
    assert bool(offered(house.intake, primary="Eriksson", secondary="Anna Maria", birth_date=typed)) is expected


def test_a_person_known_only_through_a_protected_case_does_not_exist_for_others(house):
    with in_realm(PROTECTED):
        hidden = factories.person(realm=Realm.PROTECTED)
        factories.passport(hidden, number="X1234567", issuer="SWE")
    query = {
        "number": "X1234567", "issuer": "SWE", "primary": "Eriksson", "secondary": "Anna Maria",
        "birth_date": "1974-08-12",
    }  # fmt: skip
    assert not offered(house.intake, **query)
    assert not offered(house.consul, **query)
    with in_realm(PROTECTED):
        assert offered(factories.staff(Role.PROTECTION, house.lima), **query) == {hidden: Reason.DOCUMENT}


def test_statements_do_not_grow_with_the_persons_found(house, django_assert_max_num_queries):
    for number in range(4):
        factories.passport(factories.person(), number=f"X{number}", issuer="SWE")
    factories.fresh(house.intake)
    possible_duplicates(house.intake)  # reads the authority
    with django_assert_max_num_queries(3):
        found = possible_duplicates(
            house.intake, number="X1", issuer="SWE", primary="Eriksson", secondary="Anna Maria", birth_date="1974-08-12"
        )
        assert len(found) == 4
        assert all(match.person.documents.all() for match in found)


def test_nothing_typed_finds_nobody(house):
    factories.person()
    assert possible_duplicates(house.intake) == []
    assert possible_duplicates(house.intake, primary="Eriksson", secondary="Anna Maria") == []
    assert possible_duplicates(house.intake, birth_date="1974-08-12") == []
