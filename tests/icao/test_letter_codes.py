from datetime import date

import pytest

from icao import codes


def test_all_of_iso_3166_1_and_the_exceptions_of_9303_3():
    assert len(codes.ISO_ALPHA2) == 249
    assert codes.is_nationality("PER")
    assert codes.is_issuer("D")
    assert not codes.is_issuer("DEU")
    assert not codes.is_nationality("ZZZ")
    assert not codes.is_nationality("")


BEYOND_ISO = "GBD GBN GBO GBP GBS RKS EUE UNO UNA UNK XBA XIM XCC XCE XCO XEC XPO XES XMP XOM XDC"


@pytest.mark.parametrize("code", BEYOND_ISO.split())
def test_codes_beyond_iso_may_issue_and_be_a_nationality(code):
    assert codes.is_issuer(code)
    assert codes.is_nationality(code)


@pytest.mark.parametrize("code", ["XXA", "XXB", "XXC", "XXX"])
def test_a_person_without_nationality_is_not_an_issuer(code):
    assert codes.is_nationality(code)
    assert not codes.is_issuer(code)
    assert code in codes.WITHOUT_NATIONALITY


def test_status_and_crosswalk():
    assert codes.status("UTO") == "specimen"
    assert codes.status("ANT") == "deprecated"
    assert codes.status("PER") == ""
    assert codes.iso_alpha3("D") == "DEU"
    assert codes.iso_alpha2("D") == "DE"
    assert codes.iso_alpha2("GBN") == "GB"
    assert codes.iso_alpha3("XXB") is None
    assert codes.from_iso_alpha3("DEU") == "D"
    assert not codes.is_issuer("IAO")


@pytest.mark.parametrize(
    ("code", "mrz_format", "fits"),
    [
        ("P", "TD3", True),
        ("PP", "TD3", True),
        ("PU", "TD2", True),
        ("PU", "TD1", False),
        ("I", "TD1", True),
        ("IR", "TD1", True),
        ("IV", "TD1", False),
        ("AI", "TD1", False),
        ("AC", "TD1", True),
        ("AC", "TD2", False),
        ("V", "MRV-A", True),
        ("VB", "MRV-B", True),
        ("V", "TD3", False),
        ("X", "TD1", False),
        ("", "TD3", False),
    ],
)
def test_document_codes_by_format(code, mrz_format, fits):
    assert codes.document_code_fits(code, mrz_format) is fits


@pytest.mark.parametrize(
    ("code", "issued", "allowed"),
    [
        ("PN", date(2025, 12, 31), True),
        ("PN", date(2026, 1, 1), False),
        ("P", date(2026, 1, 1), True),
        ("P", date(2027, 12, 31), True),
        ("P", date(2028, 1, 1), False),
        ("PP", date(2028, 1, 1), True),
        ("PD", date(2026, 11, 21), True),
    ],
)
def test_harmonised_passport_codes_hold_from_2026_and_are_compulsory_from_2028(code, issued, allowed):
    assert codes.document_code_allowed(code, "TD3", issued) is allowed


def test_a_passport_without_a_harmonised_code_expires_before_2038():
    assert codes.document_code_allowed("P", "TD3", date(2027, 12, 31), date(2037, 12, 31))
    assert not codes.document_code_allowed("P", "TD3", date(2027, 12, 31), date(2038, 1, 1))
    assert codes.document_code_allowed("IR", "TD1", date(2030, 1, 1), date(2040, 1, 1))
