import dataclasses
import json
import textwrap
from datetime import date

import pytest

from icao.check_digit import check_digit, same_value
from icao.mrz import Format, PartialDate, apply_suggestion, read
from icao.mrz.layout import LAYOUTS
from tests.icao.vectors import PERU, TODAY, ZONES

ALL = {name: (mrz_format, lines) for name, (mrz_format, lines, _) in (ZONES | PERU).items()}
TD3 = ZONES["9303-4 specimen TD3"][1]
TD1 = ZONES["9303-5 App. A TD1"][1]
TD2 = ZONES["9303-6 App. A TD2"][1]
MRV_B = ZONES["9303-7 App. B.2 MRV-B"][1]


def verdict(*lines, today=TODAY):
    return read("\n".join(lines), today=today)


def error_codes(found):
    return {(problem.field, problem.code) for problem in found.errors}


def td3(line1=TD3[0], *, number="L898902C3", nationality="UTO", birth="740812", sex="F", expiry="300415"):
    """A TD3 with right check digits whatever its fields hold."""
    lower = number + check_digit(number) + nationality + birth + check_digit(birth) + sex
    lower += expiry + check_digit(expiry) + "<" * 15
    return line1, lower + check_digit(lower[:10] + lower[13:20] + lower[21:])


@pytest.mark.parametrize(("mrz_format", "lines", "fields"), ZONES.values(), ids=ZONES)
def test_official_specimens_are_valid(mrz_format, lines, fields):
    found = verdict(*lines)
    assert found.format == mrz_format
    assert found.valid, found.problems
    assert found.lines == lines
    read_fields = found.fields.to_json()
    assert {key: read_fields[key] for key in fields} == fields
    assert all(check.ok and check.expected == check.found for check in found.checks)
    assert not found.suggestions
    assert not found.possibly_truncated


@pytest.mark.parametrize(("mrz_format", "lines", "fields"), PERU.values(), ids=PERU)
def test_made_up_peruvian_documents_are_valid(mrz_format, lines, fields):
    found = verdict(*lines)
    assert found.format == mrz_format
    assert found.valid, found.problems
    assert found.fields.nationality == fields["nationality"]
    assert found.fields.issuer == "PER"


@pytest.mark.parametrize(
    ("lines", "places"),
    [
        (TD1, {"number": (1, 15), "birth_date": (2, 7), "expiry_date": (2, 15), "composite": (2, 30)}),
        (TD2, {"number": (2, 10), "birth_date": (2, 20), "expiry_date": (2, 28), "composite": (2, 36)}),
        (
            TD3,
            {
                "number": (2, 10),
                "birth_date": (2, 20),
                "expiry_date": (2, 28),
                "optional": (2, 43),
                "composite": (2, 44),
            },
        ),
        (MRV_B, {"number": (2, 10), "birth_date": (2, 20), "expiry_date": (2, 28)}),
    ],
)
def test_positions_of_check_digits_are_those_of_the_standard(lines, places):
    assert {check.field: check.position for check in verdict(*lines).checks} == places


def test_the_mrv_b_specimen_is_not_a_td2_with_a_wrong_composite():
    assert verdict(*MRV_B).format is Format.MRV_B
    as_td2 = verdict("I" + MRV_B[0][1:], MRV_B[1])
    assert as_td2.format is Format.TD2
    assert ("composite", "check_digit") in error_codes(as_td2)


# --- forgiving in the input ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "disguise",
    [
        str.lower,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace("\n", ""),
        lambda text: "\n".join(" ".join(textwrap.wrap(line, 4)) for line in text.split("\n")),
        lambda text: f"Pasaporte No. L898902C3\nfirma\n\n  {text}\t\n  www.example.org <ana@example.org>\n",
        lambda text: text.replace("<", "‹"),
        lambda text: text.replace("<", "&lt;"),
        lambda text: text.replace("<<", "«"),
        lambda text: "\ufeff" + text.replace("<", "\uff1c"),
        lambda text: "\n".join(text.replace("\n", "")[i : i + 20] for i in range(0, 90, 20)),
        lambda text: text.replace("\n", "\u00a0\n\u200b"),
    ],
    ids=[
        "lower", "crlf", "empty line", "one string", "spaced", "other text", "quotes", "html", "guillemets", "wide",
        "wrapped", "invisible",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("mrz_format", "lines"), ALL.values(), ids=ALL)
def test_the_same_zone_in_many_disguises(mrz_format, lines, disguise):
    plain = verdict(*lines)
    found = read(disguise("\n".join(lines)), today=TODAY)
    assert found.format == mrz_format
    assert found.valid
    assert found.lines == lines
    assert found.fields == plain.fields


def test_spaces_typed_for_fillers_are_read_and_said():
    found = verdict("P UTOERIKSSON  ANNA MARIA                   ", TD3[1])
    assert found.valid
    assert "spaces_as_fillers" in {problem.code for problem in found.problems}
    assert found.fields.secondary == "ANNA MARIA"


@pytest.mark.parametrize("text", ["", "\n \n", "hola", "P<UTO", "A" * 19_000, "<" * 44 + "\n" + "x", "\x00\ud800"])
def test_what_is_no_zone(text):
    found = read(text, today=TODAY)
    assert (found.format, found.valid, found.fields) == (None, False, None)
    assert error_codes(found) == {("", "no_zone")}


def test_a_text_without_end_is_not_searched():
    assert error_codes(read("<" * 20_001)) == {("", "input_too_long")}


def test_the_valid_one_of_two_zones_is_read():
    wrong = (TD3[0], "L898902C37" + TD3[1][10:])
    assert verdict(*wrong, *TD3).lines == TD3
    two = verdict(*TD3, *PERU["made up, PP"][1])
    assert two.valid
    assert "several_zones" in {problem.code for problem in two.problems}


# --- exact in the verdict --------------------------------------------------------------------------

DIGITS_ONLY = {"birth_date": 6, "expiry_date": 6}


def checked_offsets(found):
    """(line, column) of every position under a check digit, and of the check digits, with the field's name."""
    layout = LAYOUTS[found.format]
    for field in ("number", "birth_date", "expiry_date", *(("optional",) if layout.optional_check else ())):
        for offset in range(getattr(layout, field)[0], getattr(layout, field)[1] + 1):
            yield field, layout.position(offset)
    if layout.composite:
        yield "composite", layout.position(layout.composite_at)


@pytest.mark.parametrize(("mrz_format", "lines"), ALL.values(), ids=ALL)
def test_every_corruption_of_a_checked_position_is_detected_or_explained(mrz_format, lines):
    plain = verdict(*lines)
    for field, (line, column) in checked_offsets(plain):
        right = lines[line - 1][column - 1]
        for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<":
            if sign == right:
                continue
            damaged = list(lines)
            damaged[line - 1] = damaged[line - 1][: column - 1] + sign + damaged[line - 1][column:]
            found = verdict(*damaged)
            if found.valid:
                # the standard itself cannot see it: the two signs differ by ten, or by the State's free choice of
                # `<` or `0` for the check digit of an unused personal number
                free = field == "optional" and column == 43 and {sign, right} == {"0", "<"}
                assert free or (same_value(sign, right) and field not in DIGITS_ONLY), (field, column, sign)
            else:
                assert {p.field for p in found.errors} <= {field, "composite"}, (column, sign)
                assert any(problem.field == field for problem in found.errors) or same_value(sign, right)


def test_a_wrong_check_digit_is_named_with_what_was_expected():
    found = verdict(TD3[0], TD3[1][:9] + "7" + TD3[1][10:])
    (number, *_) = [check for check in found.checks if not check.ok]
    assert (number.field, number.line, number.column, number.expected, number.found) == (
        "number",
        2,
        10,
        "6",
        "7",
    )
    problem = next(problem for problem in found.problems if problem.field == "number")
    assert problem.message == "check digit of number: 6 expected, 7 found"


@pytest.mark.parametrize(
    ("zone", "field", "code"),
    [
        (td3("P<ZZZERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"), "issuer", "unknown_issuer"),
        (td3("P<XXAERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"), "issuer", "unknown_issuer"),
        (td3(nationality="QQQ"), "nationality", "unknown_nationality"),
        (td3(birth="741312"), "birth_date", "date_impossible"),
        (td3(birth="740230"), "birth_date", "date_impossible"),
        (td3(birth="7<0812"), "birth_date", "date_malformed"),
        (td3(expiry="300431"), "expiry_date", "date_impossible"),
        (td3(expiry="<<<<<<"), "expiry_date", "date_malformed"),
        (td3(birth="200812", expiry="190101"), "expiry_date", "expiry_before_birth"),
        (td3(sex="X"), "sex", "sex_invalid"),
        (td3(number="<<<<<<<<<"), "number", "number_missing"),
        (td3(number="<AB123456"), "number", "number_misaligned"),
        (td3("P<UTO<ERIKSSON<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<"), "name", "name_misaligned"),
        (td3("P<UTO" + "<" * 39), "name", "name_missing"),
        (td3("P<UTOER1KSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"), "name", "digit_in_name"),
        (td3("X<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"), "document_code", "document_code_invalid"),
        (td3("P<UTOERIKSSÖN<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"), "line", "invalid_character"),
    ],
)
def test_named_problems_with_right_check_digits(zone, field, code):
    found = verdict(*zone)
    assert not found.valid
    assert error_codes(found) == {(field, code)}
    assert all(check.ok for check in found.checks)
    assert all(problem.message for problem in found.problems)


@pytest.mark.parametrize(
    ("zone", "field", "code"),
    [
        (
            td3("PNUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"),
            "document_code",
            "document_code_not_harmonised",
        ),
        (td3(nationality="ANT"), "nationality", "deprecated_code"),
        (td3(nationality="DEU"), "nationality", "iso_code_in_mrz"),
        (td3(birth="261231"), "birth_date", "birth_date_future"),
    ],
)
def test_notices_leave_a_zone_valid(zone, field, code):
    found = verdict(*zone)
    assert found.valid
    assert (field, code) in {(problem.field, problem.code) for problem in found.problems}


def test_codes_without_fillers():
    found = verdict(*td3("P<D<<ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", nationality="D<<"))
    assert found.valid
    assert not found.problems
    assert (found.fields.issuer, found.fields.nationality) == ("D", "D")


@pytest.mark.parametrize(("sign", "sex"), [("M", "M"), ("F", "F"), ("<", "X")])
def test_unspecified_sex_is_x(sign, sex):
    assert verdict(*td3(sex=sign)).fields.sex == sex


@pytest.mark.parametrize(
    ("text", "birth"),
    [
        ("<<<<<<", PartialDate()),
        ("7408<<", PartialDate(1974, 8)),
        ("74<<<<", PartialDate(1974)),
        ("<<0812", PartialDate(None, 8, 12)),
        ("26<<<<", PartialDate(2026)),
        ("2611<<", PartialDate(2026, 11)),
        ("2612<<", PartialDate(1926, 12)),
        ("27<<<<", PartialDate(1927)),
        ("261121", PartialDate(2026, 11, 21)),
        ("261122", PartialDate(1926, 11, 22)),
        ("000229", PartialDate(2000, 2, 29)),
    ],
)
def test_birth_dates_are_never_after_today_and_may_be_partly_unknown(text, birth):
    found = verdict(*td3(birth=text))
    assert found.valid, found.problems
    assert found.fields.birth_date == birth
    assert check_digit("<<<<<<") == "0"


@pytest.mark.parametrize(
    ("text", "today", "expiry"),
    [
        ("761231", TODAY, date(1976, 12, 31)),
        ("751231", TODAY, date(2075, 12, 31)),
        ("991231", TODAY, date(1999, 12, 31)),
        ("300101", TODAY, date(2030, 1, 1)),
        ("300101", date(1999, 6, 1), date(2030, 1, 1)),
    ],
)
def test_expiry_years_lie_in_the_stated_window(text, today, expiry):
    assert verdict(*td3(birth="<<<<<<", expiry=text), today=today).fields.expiry_date == expiry


@pytest.mark.parametrize("sign", ["<", "0"])
def test_the_check_digit_of_an_unused_personal_number_is_the_states_choice(sign):
    upper, lower = td3()
    found = verdict(upper, lower[:42] + sign + lower[43:])
    assert found.valid
    assert next(check for check in found.checks if check.field == "optional").ok


@pytest.mark.parametrize("sign", "123456789")
def test_any_other_check_digit_of_an_unused_personal_number_is_wrong(sign):
    upper, lower = td3()
    assert ("optional", "check_digit") in error_codes(verdict(upper, lower[:42] + sign + lower[43:]))


def test_a_used_personal_number_needs_its_check_digit():
    found = verdict(TD3[0], TD3[1][:42] + "<" + TD3[1][43:])
    assert ("optional", "check_digit") in error_codes(found)


def td1(number_field, optional):
    upper = ("I<UTO" + number_field + optional).ljust(30, "<")
    dates = "7408122F3204153"
    composite = check_digit(upper[5:] + dates[:7] + dates[8:] + "<" * 11)
    return upper, dates + "UTO" + "<" * 11 + composite, TD1[2]


def test_a_long_number_on_td1_runs_on_in_the_optional_data():
    found = verdict(*td1("D23145890<", "XYZ5<REST"))
    assert found.valid, found.problems
    assert found.fields.number == "D23145890XYZ"
    assert found.fields.optional == "REST"
    assert found.checks[0] == ("number", 1, 19, "5", "5", True)


def test_the_longest_number_on_td1_ends_before_the_last_filler():
    number = "ABCDEFGHI" + "1234567890123"
    found = verdict(*td1("ABCDEFGHI<", f"1234567890123{check_digit(number)}<"))
    assert found.valid, found.problems
    assert found.fields.number == number
    assert found.checks[0].position == (1, 29)


def test_a_wrong_long_number_is_named_where_its_check_digit_stands():
    found = verdict(*td1("D23145890<", "XYZ6<"))
    assert error_codes(found) == {("number", "check_digit")}
    assert found.checks[0] == ("number", 1, 19, "5", "6", False)


def test_a_long_number_on_td2():
    lower = "D23145890<UTO7408122F3204153" + "ABC" + check_digit("D23145890ABC") + "<<<"
    lower += check_digit(lower[:10] + lower[13:20] + lower[21:])
    found = verdict(TD2[0], lower)
    assert found.valid, found.problems
    assert found.fields.number == "D23145890ABC"
    assert found.checks[0].position == (2, 32)


@pytest.mark.parametrize(("lines", "number"), [(TD3, "L898902C3"), (MRV_B, "L898902C3")])
def test_a_filler_for_a_check_digit_is_no_long_number_on_passports_and_visas(lines, number):
    found = verdict(lines[0], number + "<" + lines[1][10:])
    assert ("number", "check_digit") in error_codes(found)
    assert found.fields.number == number
    assert found.checks[0] == ("number", 2, 10, "6", "<", False)


def test_a_name_that_fills_its_field_is_possibly_truncated():
    found = verdict(*td3("PPUTOPAPANDROPOULOUS<<JONATHON<WARREN<TREVOR"))
    assert found.valid
    assert found.possibly_truncated


# --- lines of a wrong length -----------------------------------------------------------------------


def test_fillers_lost_at_the_end_of_the_name_are_offered_not_added():
    found = verdict(TD3[0][:-3], TD3[1])
    assert found.format is Format.TD3
    assert not found.valid
    assert error_codes(found) == {("line", "line_length")}
    assert found.problems[0].args == {"line": 1, "expected": 44, "found": 41}
    assert found.lines[0] == TD3[0][:-3]
    assert found.fields.secondary == "ANNA MARIA"
    (offer,) = found.suggestions
    assert offer == ("name", 1, 42, "", "<<<")
    assert read(apply_suggestion(found.lines, offer), today=TODAY).valid


def test_a_filler_too_many_is_offered_for_removal():
    found = verdict(TD1[0], TD1[1], TD1[2] + "<<")
    assert error_codes(found) == {("line", "line_length")}
    assert read(apply_suggestion(found.lines, found.suggestions[0]), today=TODAY).lines == TD1


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_data_line_of_a_wrong_length_gives_no_fields(cut):
    found = verdict(TD3[0], TD3[1][:-cut])
    assert found.format is Format.TD3
    assert found.fields is None
    assert error_codes(found) == {("line", "line_length")}
    assert found.problems[0].args == {"line": 2, "expected": 44, "found": 44 - cut}


# --- offers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "column", "typed", "field"),
    [
        (2, 18, "I", "birth_date"),
        (2, 17, "B", "birth_date"),
        (2, 19, "Z", "birth_date"),
        (2, 23, "Z", "expiry_date"),
        (2, 24, "O", "expiry_date"),
        (2, 27, "S", "expiry_date"),
        (2, 20, "Z", "birth_date"),
        (2, 10, "G", "number"),
        (2, 44, "O", "composite"),
        (2, 43, "I", "optional"),
        (2, 6, "O", "number"),
        (1, 5, "0", "issuer"),
        (1, 8, "1", "name"),
        (2, 13, "0", "nationality"),
    ],
)
def test_the_only_possible_reading_is_offered_and_never_applied(line, column, typed, field):
    damaged = list(TD3)
    right = damaged[line - 1][column - 1]
    damaged[line - 1] = damaged[line - 1][: column - 1] + typed + damaged[line - 1][column:]
    found = verdict(*damaged)
    assert not found.valid
    assert found.lines == tuple(damaged)
    offered = {offer.offered for offer in found.suggestions if offer[:4] == (field, line, column, typed)}
    assert offered == {right}
    assert read(apply_suggestion(found.lines, found.suggestions[0]), today=TODAY).valid


@pytest.mark.parametrize(("column", "typed"), [(2, "B"), (7, "Z")])
def test_no_offer_where_two_are_possible(column, typed):
    # two different changes would put the check digits right: a guess is not offered
    found = verdict(TD3[0], TD3[1][: column - 1] + typed + TD3[1][column:])
    assert ("number", "check_digit") in error_codes(found)
    assert not found.suggestions


# --- as JSON ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mrz_format", "lines"), ALL.values(), ids=ALL)
def test_a_verdict_is_json(mrz_format, lines):
    found = verdict(*lines)
    data = json.loads(json.dumps(found.to_json()))
    assert data["format"] == mrz_format
    assert data["valid"] is True
    assert data["checks"][0].keys() == {"field", "line", "column", "expected", "found", "ok"}
    assert data["fields"]["primary"] == found.fields.primary


def test_partial_dates_in_json():
    assert verdict(*td3(birth="7408<<")).to_json()["fields"]["birth_date"] == "1974-08-00"
    assert verdict(*td3(birth="<<<<<<")).to_json()["fields"]["birth_date"] == "0000-00-00"
    assert verdict(*td3(birth="740230")).to_json()["fields"]["birth_date"] is None


@pytest.mark.parametrize("text", ["1990-05-17", "1990-05-00", "1990-00-00", "0000-00-00", "0000-02-29"])
def test_partial_dates_parse_and_print(text):
    assert PartialDate.parse(text).isoformat() == text


@pytest.mark.parametrize("text", ["", "1990", "1990-13-00", "1990-02-30", "90-05-01", "1990-5-1", "199x-01-01"])
def test_impossible_partial_dates(text):
    with pytest.raises(ValueError, match="."):
        PartialDate.parse(text)


def test_a_verdict_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        verdict(*TD3).valid = False
