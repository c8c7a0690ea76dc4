"""When a record is the person's: a name and a second identifier, and nothing against it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agencies.connectors import AgencyRecord, AgencyRefusal, Subject, TransportFault
from agencies.connectors.fields import iso_date, latin, pide_date, sendable, surnames
from agencies.connectors.matching import is_hit, same_name, settle
from agencies.connectors.reading import Reading
from agencies.findings import Finding

ROSA = Subject(
    primary="MUÑOZ NÚÑEZ",
    secondary="Rosa María",
    father="Hilario Muñoz",
    mother="Zoila Núñez",
    birth_date="1985-02-28",
    sex="F",
    nationality="PER",
    documents=(("DNI", "80000011", "PER"),),
)
NAME = "MUNOZ NUNEZ ROSA MARIA"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MUNOZ NUNEZ ROSA MARIA", True),
        ("MUNXXOZ NUNXXEZ ROSA MARIA", True),
        ("ROSA MARIA MUÑOZ NÚÑEZ", True),
        ("MUÑOZ NÚÑEZ, ROSA", True),
        ("MUÑOZ NÚÑEZ ROSA MARIA DEL PILAR", True),
        ("MUÑOZ QUISPE ROSA MARIA", False),
        ("ROSA", False),
        ("", False),
    ],
)
def test_one_name_in_many_spellings(name, expected):
    assert same_name(ROSA, name) is expected


def test_a_single_name_is_compared_whole():
    assert same_name(Subject(primary="Arkfreith"), "ARKFREITH")
    assert not same_name(Subject(primary="Arkfreith"), "ARKFREITH JOHN")


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({}, False),
        ({"birth_date": "1985-02-28"}, True),
        ({"document": "80000011"}, True),
        ({"parents": "HILARIO MUÑOZ / ZOILA NUÑEZ"}, True),
        ({"birth_date": "1985"}, False),
        ({"birth_place": "TACNA", "sex": "F", "nationality": "PER"}, False),
        ({"parents": "HILARIO MUÑOZ / "}, False),
        ({"document": "80000012"}, False),
        ({"document": "80000011", "birth_date": "1984-02-28"}, False),
        ({"document": "80000011", "birth_date": "1984"}, False),
        ({"document": "80000011", "sex": "M"}, False),
        ({"birth_date": "1985-02-28", "sex": "M"}, False),
        ({"document": "80000011", "document_issuer": "BOL"}, False),
    ],
)
def test_a_second_identifier_decides(record, expected):
    assert is_hit(ROSA, AgencyRecord(name=NAME, **record)) is expected


def test_identifiers_without_the_name_are_no_hit():
    assert not is_hit(ROSA, AgencyRecord(name="OTRA PERSONA", document="80000011", birth_date="1985-02-28"))
    assert not is_hit(ROSA, AgencyRecord(document="80000011", birth_date="1985-02-28"))


def test_a_person_of_unknown_birth_day_is_never_hit_by_year_alone():
    assert not is_hit(replace(ROSA, birth_date="1985"), AgencyRecord(name=NAME, birth_date="1985"))


AGREES = AgencyRecord(name=NAME, birth_date="1985-02-28", reference="R-1")
BARE = AgencyRecord(name=NAME, reference="R-2")


@pytest.mark.parametrize(
    ("said", "records", "expected"),
    [
        (Reading.NOTHING, (), Finding.CLEAR),
        (Reading.NOTHING, (AGREES,), Finding.POSSIBLE_MATCH),
        (Reading.SOMETHING, (), Finding.POSSIBLE_MATCH),
        (Reading.SOMETHING, (BARE,), Finding.POSSIBLE_MATCH),
        (Reading.SOMETHING, (BARE, AGREES), Finding.HIT),
        (Reading.HOMONYM, (), Finding.POSSIBLE_MATCH),
        (Reading.HOMONYM, (BARE,), Finding.POSSIBLE_MATCH),
        (Reading.HOMONYM, (AGREES,), Finding.HIT),
        (Reading.CONTRADICTORY, (), Finding.INDETERMINATE),
        (Reading.CONTRADICTORY, (AGREES,), Finding.POSSIBLE_MATCH),
        (Reading.INSUFFICIENT, (), Finding.INDETERMINATE),
        (Reading.UNKNOWN_KEY, (), Finding.INDETERMINATE),
    ],
)
def test_findings(said, records, expected):
    outcome = settle(ROSA, said, records)
    assert outcome.finding is expected
    assert outcome.records == records


def test_refusal_and_busy_are_no_findings():
    with pytest.raises(AgencyRefusal) as refusal:
        settle(ROSA, Reading.REFUSED, (AGREES,), "97")
    assert refusal.value.code == "97"
    with pytest.raises(TransportFault):
        settle(ROSA, Reading.BUSY, ())


@pytest.mark.parametrize(
    ("primary", "expected"),
    [
        ("Muñoz Núñez", ("MUÑOZ", "NÚÑEZ")),
        ("De la Cruz Mamani", ("DE LA CRUZ", "MAMANI")),
        ("van der Muellen", ("VAN DER MUELLEN", "")),
        ("Eriksson", ("ERIKSSON", "")),
        ("De la", ("DE LA", "")),
        ("", ("", "")),
        ("Шевченко", ("SHEVCHENKO", "")),
    ],
)
def test_surnames_as_peruvian_registers_want_them(primary, expected):
    assert surnames(Subject(primary=primary)) == expected


def test_names_keep_their_latin_letters():
    assert latin("  Nguyễn\tThị ") == "NGUYỄN THỊ"
    assert sendable({"a": "x\x00y\ud800"}) == {"a": "x y "}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("28/02/1985", "1985-02-28"),
        ("19850228", "1985-02-28"),
        ("1985-02-28T00:00:00", "1985-02-28"),
        ("1985", "1985"),
        ("00/02/1985", "1985-02"),
        ("00/00/1985", "1985"),
        ("00/00/0000", None),
        ("28-FEB-85", None),
        ("", None),
    ],
)
def test_dates_as_agencies_write_them(written, expected):
    assert iso_date(written) == expected


def test_dates_go_out_as_they_come_in():
    assert [pide_date(d) for d in ("1985-02-28", "1985-02", "1985", "")] == ["28/02/1985", "02/1985", "1985", ""]
