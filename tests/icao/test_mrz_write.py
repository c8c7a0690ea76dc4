from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icao.codes import ISSUERS, NATIONALITIES, PASSPORT_CODES
from icao.mrz import (
    Format,
    MrzError,
    MrzSpec,
    PartialDate,
    read,
    spec_from_json,
    spec_from_verdict,
    write,
)
from icao.transliteration import Transliteration
from tests.icao.vectors import NAMES, PERU, TODAY, ZONES

ALL = {name: lines for name, (_, lines, _) in (ZONES | PERU).items()}
PASSPORT = MrzSpec(
    format=Format.TD3,
    document_code="PP",
    issuer="PER",
    primary="Muñoz Núñez",
    secondary="José Ángel",
    number="X00000001",
    nationality="PER",
    birth_date=date(1985, 2, 28),
    sex="M",
    expiry_date=date(2036, 11, 20),
)
CARD = replace(PASSPORT, format=Format.TD1, document_code="IR")
SHEET = replace(PASSPORT, format=Format.TD2, document_code="PU")
VISA = replace(PASSPORT, format=Format.MRV_A, document_code="V")


def reasons(spec):
    with pytest.raises(MrzError) as caught:
        write(spec, today=TODAY)
    return {(error.field, error.code) for error in caught.value.errors}


@pytest.mark.parametrize("lines", ALL.values(), ids=ALL)
def test_what_was_read_is_written_again(lines):
    verdict = read("\n".join(lines), today=TODAY)
    assert write(spec_from_verdict(verdict), today=TODAY) == lines
    assert write(spec_from_json(verdict.to_json()), today=TODAY) == lines


@pytest.mark.parametrize(("mrz_format", "lines", "given"), PERU.values(), ids=PERU)
def test_peruvian_documents_from_names_as_people_write_them(mrz_format, lines, given):
    spec = spec_from_verdict(read("\n".join(lines), today=TODAY))
    spec = replace(spec, primary=given["primary"], secondary=given["secondary"])
    assert spec.format == mrz_format
    assert write(spec, today=TODAY) == lines


@pytest.mark.parametrize(("primary", "secondary", "line"), NAMES.values(), ids=NAMES)
def test_name_lines_of_9303_4(primary, secondary, line):
    spec = replace(PASSPORT, issuer="UTO", primary=primary, secondary=secondary)
    assert write(spec, today=TODAY)[0] == line


@pytest.mark.parametrize(
    ("primary", "secondary", "rules", "field"),
    [
        ("Cañón", "Térèsa", Transliteration(ntilde="NXX"), "CANXXON<<TERESA"),
        ("Åberg-Löfgren", "Åsa", Transliteration(umlaut="UE"), "AABERG<LOEFGREN<<AASA"),
        ("Åberg-Löfgren", "Åsa", Transliteration(), "ABERG<LOFGREN<<ASA"),
        ("Nguyễn", "Thị Ưởng", Transliteration(), "NGUYEN<<THI<UONG"),
        ("Щукин", "Илья", Transliteration(), "SHCHUKIN<<ILIA"),
        ("الرازي", "محمد", Transliteration(), "ALRAZY<<MXHMD"),
    ],
)
def test_names_in_their_own_script(primary, secondary, rules, field):
    spec = replace(PASSPORT, primary=primary, secondary=secondary, transliteration=rules)
    assert write(spec, today=TODAY)[0][5:].rstrip("<") == field


@pytest.mark.parametrize(
    ("birth", "text"),
    [
        (PartialDate(1990, 5), "9005<<"),
        (PartialDate(1990), "90<<<<"),
        (PartialDate(), "<<<<<<"),
        (date(1990, 5, 17), "900517"),
    ],
)
def test_unknown_parts_of_a_birth_date_are_fillers(birth, text):
    lower = write(replace(PASSPORT, birth_date=birth), today=TODAY)[1]
    assert lower[13:19] == text
    if text == "<<<<<<":
        assert lower[19] == "0"


def test_sex_x_is_a_filler():
    assert write(replace(PASSPORT, sex="X"), today=TODAY)[1][20] == "<"


def test_germany_is_d():
    upper, lower = write(replace(PASSPORT, issuer="DEU", nationality="DEU"), today=TODAY)
    assert (upper[2:5], lower[10:13]) == ("D<<", "D<<")


def test_signs_in_numbers_become_fillers():
    assert write(replace(PASSPORT, number="ab 12-3"), today=TODAY)[1][:9] == "AB<12<3<<"


@pytest.mark.parametrize("sign", ["<", "0"])
def test_the_check_digit_of_an_unused_personal_number_is_a_choice(sign):
    assert write(replace(PASSPORT, empty_optional_check=sign), today=TODAY)[1][42] == sign


def test_long_numbers_run_on_in_the_optional_data_of_cards():
    upper, _, _ = write(replace(CARD, number="D23145890XYZ", optional="REST"), today=TODAY)
    assert upper == "IRPERD23145890<XYZ5<REST<<<<<<"
    _, lower = write(replace(SHEET, number="D23145890ABC"), today=TODAY)
    assert lower[:10] == "D23145890<"
    assert lower[28:31] == "ABC"


def test_visas_keep_the_nine_principal_characters_of_a_passport_number():
    assert write(replace(VISA, number="D23145890XYZ"), today=TODAY)[1][:10] == "D231458907"
    spec = replace(VISA, number="D23145890XYZ", number_is_visa_number=True)
    assert reasons(spec) == {("number", "number_too_long")}


def test_visas_have_no_composite_check_digit():
    lower = write(replace(VISA, format=Format.MRV_B, optional="ZE184226"), today=TODAY)[1]
    assert lower[28:] == "ZE184226"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"document_code": "XX"}, "document_code", "document_code_invalid"),
        ({"document_code": "PPP"}, "document_code", "document_code_invalid"),
        ({"document_code": "PN"}, "document_code", "document_code_not_allowed"),
        ({"document_code": "P", "issue_date": date(2028, 1, 1)}, "document_code", "document_code_not_allowed"),
        (
            {"document_code": "P", "issue_date": TODAY, "expiry_date": date(2038, 1, 1)},
            "document_code",
            "document_code_not_allowed",
        ),
        ({"issuer": "XXA"}, "issuer", "unknown_issuer"),
        ({"nationality": "Peru"}, "nationality", "unknown_nationality"),
        ({"number": " - "}, "number", "number_missing"),
        ({"number": "1234567890"}, "number", "number_too_long"),
        ({"birth_date": TODAY + timedelta(days=1)}, "birth_date", "birth_date_in_future"),
        ({"birth_date": PartialDate(2027)}, "birth_date", "birth_date_in_future"),
        ({"expiry_date": date(2099, 1, 1)}, "expiry_date", "expiry_out_of_window"),
        ({"birth_date": TODAY, "expiry_date": date(2020, 1, 1)}, "expiry_date", "expiry_before_birth"),
        ({"sex": "H"}, "sex", "sex_invalid"),
        ({"sex": ""}, "sex", "sex_invalid"),
        ({"optional": "A" * 15}, "optional", "optional_too_long"),
        ({"optional2": "A"}, "optional2", "no_field"),
        ({"empty_optional_check": "1"}, "empty_optional_check", "choice_invalid"),
        ({"primary": ""}, "primary", "name_missing"),
        ({"primary": "' - '"}, "primary", "name_missing"),
        ({"secondary": "Juan 2"}, "secondary", "digit_in_name"),
        ({"primary": "王"}, "primary", "not_transliterable"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_names_its_field(change, field, code):
    assert reasons(replace(PASSPORT, **change)) == {(field, code)}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"number": "123456789" + "0" * 14}, "number", "number_too_long"),
        ({"number": "123456789 01"}, "number", "number_with_gap"),
        ({"number": "12345678 901"}, "number", "number_with_gap"),
        ({"number": "D23145890XYZ", "optional": "ELEVEN12345"}, "optional", "optional_too_long"),
        ({"optional2": "A" * 12}, "optional2", "optional_too_long"),
    ],
)
def test_limits_of_long_numbers_on_cards(change, field, code):
    assert reasons(replace(CARD, **change)) == {(field, code)}


def test_every_reason_is_given_at_once():
    spec = replace(PASSPORT, sex="?", issuer="?", primary="?")
    assert reasons(spec) == {("sex", "sex_invalid"), ("issuer", "unknown_issuer"), ("primary", "name_missing")}


def test_old_passport_codes_may_be_written_for_old_passports():
    spec = replace(PASSPORT, document_code="PN", issue_date=date(2025, 12, 31))
    assert write(spec, today=TODAY)[0].startswith("PNPER")


JSON = {
    "format": "TD3",
    "document_code": "PP",
    "issuer": "PER",
    "primary": "MUÑOZ NÚÑEZ",
    "secondary": "JOSÉ ÁNGEL",
    "number": "X00000001",
    "nationality": "PER",
    "birth_date": "1985-02-28",
    "sex": "M",
    "expiry_date": "2036-11-20",
    "optional": "",
}


def test_json_becomes_the_made_up_passport():
    assert write(spec_from_json(JSON), today=TODAY) == PERU["made up, PP"][1]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"format": "TD9"}, "format", "format_unknown"),
        ({"format": None}, "format", "format_unknown"),
        ({"primary": None}, "primary", "missing"),
        ({"number": 12}, "number", "not_text"),
        ({"birth_date": "28/02/1985"}, "birth_date", "date_malformed"),
        ({"birth_date": "1985-02-30"}, "birth_date", "date_malformed"),
        ({"expiry_date": "2036-00-00"}, "expiry_date", "date_malformed"),
        ({"expiry_date": 2036}, "expiry_date", "date_malformed"),
    ],
)
def test_errors_in_json_name_their_key(change, field, code):
    with pytest.raises(MrzError) as caught:
        spec_from_json(JSON | change)
    assert (caught.value.field, caught.value.code) == (field, code)
    assert caught.value.message


def test_json_that_is_no_object():
    with pytest.raises(MrzError) as caught:
        spec_from_json(["PP"])
    assert caught.value.code == "not_an_object"


# --- round trips -----------------------------------------------------------------------------------

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SIGNS = LETTERS + "0123456789"
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=14), min_size=1, max_size=4).map(" ".join)
BIRTHS = st.builds(
    lambda day, known: PartialDate(*(part if i < known else None for i, part in enumerate(day.timetuple()[:3]))),
    st.dates(date(1927, 1, 1), TODAY),
    st.integers(0, 3),
)
CODES = {
    Format.TD1: st.sampled_from(["I", "ID", "IR", "AC", "CR"]),
    Format.TD2: st.sampled_from(["I", "ID", "A", "PU"]),
    Format.TD3: st.sampled_from(["P", *PASSPORT_CODES]),
    Format.MRV_A: st.sampled_from(["V", "VA", "VT"]),
    Format.MRV_B: st.sampled_from(["V", "VB"]),
}


@st.composite
def specs(draw):
    mrz_format = draw(st.sampled_from(Format))
    longest = {Format.TD1: 16, Format.TD2: 14}.get(mrz_format, 9)
    number = draw(st.text(SIGNS, min_size=1, max_size=longest))
    room = {Format.TD1: 15, Format.TD2: 7, Format.TD3: 14, Format.MRV_A: 16, Format.MRV_B: 8}[mrz_format]
    room -= max(len(number) - 9 + 2, 0) if len(number) > 9 else 0
    return MrzSpec(
        format=mrz_format,
        document_code=draw(CODES[mrz_format]),
        issuer=draw(st.sampled_from(sorted(ISSUERS))),
        primary=draw(WORDS),
        secondary=draw(st.one_of(st.just(""), WORDS)),
        number=number,
        nationality=draw(st.sampled_from(sorted(NATIONALITIES))),
        birth_date=draw(BIRTHS),
        sex=draw(st.sampled_from("MFX")),
        expiry_date=draw(st.dates(TODAY, date(2075, 12, 31))),
        optional=draw(st.text(SIGNS, max_size=max(room, 0))),
        optional2=draw(st.text(SIGNS, max_size=11)) if mrz_format is Format.TD1 else "",
        empty_optional_check=draw(st.sampled_from("<0")) if mrz_format is Format.TD3 else "<",
    )


@given(specs())
def test_what_is_written_reads_back(spec):
    lines = write(spec, today=TODAY)
    verdict = read("\n".join(lines), today=TODAY)
    assert verdict.valid, verdict.problems
    assert verdict.lines == lines
    fields = verdict.fields
    for key in ("document_code", "issuer", "number", "nationality", "sex", "expiry_date", "optional", "optional2"):
        assert getattr(fields, key) == getattr(spec, key), key
    assert fields.birth_date == spec.birth_date
    if not verdict.possibly_truncated:
        assert (fields.primary, fields.secondary) == (spec.primary, spec.secondary)
    again = write(spec_from_verdict(verdict), today=TODAY)
    assert again == lines
    assert write(spec_from_json(verdict.to_json()), today=TODAY)[0] == lines[0]


ANY_SCRIPT = st.text("ñÑüÜäåßøłđƯễÉ'-.,’ ЩяЇѓشمّة<Zz", min_size=1, max_size=60)


@given(ANY_SCRIPT, ANY_SCRIPT)
def test_names_of_any_script_are_written_or_refused_by_field(primary, secondary):
    spec = replace(PASSPORT, primary=primary, secondary=secondary)
    try:
        lines = write(spec, today=TODAY)
    except MrzError as error:
        assert {problem.field for problem in error.errors} <= {"primary", "secondary"}  # noqa: PT017
        return
    verdict = read("\n".join(lines), today=TODAY)
    assert verdict.valid
    assert write(spec_from_verdict(verdict), today=TODAY) == lines


@given(st.text(max_size=200), st.integers(0, 12))
def test_no_text_makes_the_reader_fail(text, place):
    read(text, today=TODAY)
    lines = "\n".join(ZONES["9303-5 App. A TD1"][1])
    verdict = read(lines[: place * 7] + text + lines[place * 7 :], today=TODAY)
    verdict.to_json()


@given(st.lists(st.text(SIGNS + "<", min_size=44, max_size=44), min_size=2, max_size=2))
def test_any_two_lines_of_a_passport_have_a_verdict(lines):
    verdict = read("\n".join(lines), today=TODAY)
    for suggestion in verdict.suggestions:
        line = lines[suggestion.line - 1]
        assert line[suggestion.column - 1] == suggestion.found
