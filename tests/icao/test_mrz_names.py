import pytest
from hypothesis import given
from hypothesis import strategies as st

from icao.names import (
    NameProblem,
    components,
    fold,
    name_field,
    possibly_truncated,
    same_person_forms,
    split_name_field,
)
from icao.transliteration import Transliteration
from tests.icao.vectors import NAMES


@pytest.mark.parametrize(("primary", "secondary", "line"), NAMES.values(), ids=NAMES)
def test_names_of_9303_4(primary, secondary, line):
    assert "PPUTO" + name_field(components(primary), components(secondary), 39).text == line


OTHER_WIDTHS = {
    "9303-5 4.2.3.1 a": (
        30,
        "NILAVADHANANANDA",
        "CHAYAPA DEJTHAMRONG KRASUANG",
        "NILAVADHANANANDA<<CHAYAPA<DE<K",
    ),
    "9303-5 4.2.3.2 a": (
        30,
        "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL",
        "DINGO POTOROO",
        "BENNELONG<WOOLOOMOOLOO<W<W<<DI",
    ),
    "9303-5 4.2.3.3": (30, "PAPANDROPOULOUS", "JONATHON ALEC", "PAPANDROPOULOUS<<JONATHON<ALEC"),
    "9303-5 4.2.3.4": (30, "VILARCHAO FERNANDEZ", "JOSE RAMON", "VILARCHAO<FERNANDEZ<<JOSE<RAMO"),
    "9303-6 4.2.3.1 a": (
        31,
        "NILAVADHANANANDA",
        "CHAYAPA DEJTHAMRONG KRASUANG",
        "NILAVADHANANANDA<<CHAYAPA<DEJ<K",
    ),
    "9303-6 4.2.3.2 a": (
        31,
        "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL",
        "DINGO POTOROO",
        "BENNELONG<WOOLOOMOOLOO<W<W<<D<P",
    ),
    "9303-7 7.2.3.3": (31, "PAPANDROPOULOUS", "STEPHEN TREVOR", "PAPANDROPOULOUS<<STEPHEN<TREVOR"),
}


@pytest.mark.parametrize(("width", "primary", "secondary", "field"), OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
def test_truncation_on_cards_and_visas(width, primary, secondary, field):
    assert name_field(components(primary), components(secondary), width).text == field
    assert possibly_truncated(field)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("D'ARTAGNAN", ("DARTAGNAN",)),
        ("d’Artagnan", ("DARTAGNAN",)),
        ("O´Connor", ("OCONNOR",)),
        ("MARIE-ELISE", ("MARIE", "ELISE")),
        ("Marie–Elise", ("MARIE", "ELISE")),
        ("ANNA, MARIA", ("ANNA", "MARIA")),
        ("St. John (Jr.)", ("ST", "JOHN", "JR")),
        ("Gal·la", ("GALLA",)),
        ("Viuda de  Pérez", ("VIUDA", "DE", "PEREZ")),
        ("Mª José", ("MA", "JOSE")),
        ("", ()),
        (" - ", ()),
    ],
)
def test_punctuation_by_9303_3_section_4_6(name, parts):
    assert components(name) == parts


def test_canon_of_9303_3_appendix_b():
    rules = Transliteration(ntilde="NXX")
    field = name_field(components("CAÑON", rules), components("Térèsa", rules), 39)
    assert field.text.rstrip("<") == "CANXXON<<TERESA"
    assert not field.truncated


@pytest.mark.parametrize(
    ("name", "code", "found"), [("Juan 2", "digit_in_name", "2"), ("Li 李", "not_transliterable", "李")]
)
def test_what_no_zone_can_hold_is_named(name, code, found):
    with pytest.raises(NameProblem) as caught:
        components(name)
    assert (caught.value.code, caught.value.found) == (code, found)


PARTS = st.lists(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=25), min_size=1, max_size=8)


@given(PARTS, st.one_of(st.just([]), PARTS), st.sampled_from([30, 31, 39]))
def test_a_name_field_has_its_width_and_says_when_it_was_cut(primary, secondary, width):
    field = name_field(primary, secondary, width)
    assert len(field.text) == width
    read_primary, read_secondary = split_name_field(field.text)
    assert read_primary[0] == primary[0][0]
    if not field.truncated:
        assert read_primary.split() == primary
        assert read_secondary.split() == secondary
        return
    assert bool(read_secondary) == bool(secondary)
    enough = any(len(part) > 1 for part in primary)
    if enough:  # single letters alone cannot always reach the last position
        assert possibly_truncated(field.text)
    for shown, whole in zip(read_secondary.split(), secondary, strict=False):
        assert whole.startswith(shown)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Muñoz", "MUNOZ"),
        ("Muñoz", "MUNXXOZ"),
        ("MUNOZ", "MUNXXOZ"),
        ("Müller", "MUELLER"),
        ("Müller", "MULLER"),
        ("Müller", "MUXXLLER"),
        ("MUELLER", "MULLER"),
        ("MUELLER", "MUXXLLER"),
        ("Jägerström", "JAEGERSTROEM"),
        ("Jägerström", "JAGERSTROM"),
        ("JAXXGERSTROXXM", "JAEGERSTROM"),
        ("Åsa Åberg", "AASA AABERG"),
        ("Åsa Åberg", "ASA ABERG"),
        ("Søren", "SOEREN"),
        ("Søren", "SOREN"),
        ("Manuel Müller", "MANUEL MUELLER"),
        ("O'Connor", "OCONNOR"),
        ("Smith-Jones", "SMITH JONES"),
        ("SMITH<JONES", "Smith Jones"),
        ("Nguyễn", "NGUYEN"),
        ("Ångström", "A\u030angstro\u0308m"),
    ],
)
def test_national_forms_of_one_name_meet(one, other):
    assert same_person_forms(one) & same_person_forms(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Muñoz", "MUNOS"), ("Müller", "MILLER"), ("Quispe", "Quispe Mamani"), ("Núñez", "NINEZ")],
)
def test_different_names_do_not_meet(one, other):
    assert not same_person_forms(one) & same_person_forms(other)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Térèsa CAÑÓN", "teresa canon"),
        ("O'Connor", "oconnor"),
        ("Smith-Jones", "smith jones"),
        ("  Søren   Æbelø ", "soren aebelo"),
        ("VIS-2026-SCL-000001-C", "vis 2026 scl 000001 c"),
        ("Straße", "strasse"),
        ("Đặng Ưởng", "dang uong"),
        ("Щукин", "shchukin"),
        ("李", "李"),
        ("", ""),
    ],
)
def test_fold_is_blind_to_accents_case_and_punctuation(text, folded):
    assert fold(text) == folded
    assert fold(folded) == folded


@given(st.text(max_size=40))
def test_fold_and_forms_take_any_text(text):
    assert fold(fold(text)) == fold(text)
    same_person_forms(text)
