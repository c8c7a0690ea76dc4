"""Seals byte by byte: C40, dates, lengths, header and message, and the published seal (ICAO 9303-13, 9303-8 App. B)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icao.vds import (
    Feature,
    Header,
    SealFormatError,
    Stay,
    c40_decode,
    c40_encode,
    etd_features,
    finish,
    read_seal,
    seal_mrz,
    signed_part,
    visa_features,
)
from icao.vds.c40 import ALPHABET, c40_length
from icao.vds.profiles import AT_THE_BORDER, TRANSIT, UNTIL, check_profile, passport_key, visa_of
from icao.vds.seal import date_bytes, der_length, read_date
from icao.vds.signature import der_signature
from tests.icao.vectors import PUBLISHED_SEAL, ZONES

MRV_A = ZONES["9303-7 App. B.1 MRV-A"][1]
MRV_B = ZONES["9303-7 App. B.2 MRV-B"][1]
ETD = ZONES["9303-8 App. B single-sheet ETD"][1]
HEADER = Header("PER", "PEVS", "1A2B3C4D", date(2026, 11, 20), date(2026, 11, 21), 93, 1)
OTHER = replace(HEADER, feature_definition=94, category=3)


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        pytest.param("XK<CD", "EB0466A9", id="9303-13 App. C.1"),
        pytest.param("XKCD", "EB11FE45", id="9303-13 App. C.2"),
        pytest.param("VISA01", "DE515826", id="9303-13 2.3.1"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_c40_of_the_standard(text, encoded):
    assert c40_encode(text).hex().upper() == encoded
    assert c40_decode(bytes.fromhex(encoded)) == text.replace("<", " ")


def test_a_feature_of_the_standard():
    """9303-13 §2.3.1: VISA01 under tag 0A."""
    signed = signed_part(HEADER, [Feature(0x0A, c40_encode("VISA01"))])
    assert signed.endswith(bytes.fromhex("0A04DE515826"))


def test_a_date_of_the_standard():
    """9303-13 §2.3.1: 25 March 1957."""
    assert date_bytes(date(1957, 3, 25)).hex().upper() == "319EF5"
    assert read_date(bytes.fromhex("319EF5")) == date(1957, 3, 25)


@pytest.mark.parametrize(("r", "s", "der"), [(127, 1, "300602017F020101"), (128, 127, "30070202008002017F")])
def test_signature_formats_of_the_standard(r, s, der):
    """9303-13 App. B table B.2."""
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert der_signature(raw).hex().upper() == der


@pytest.mark.parametrize(
    ("length", "encoded"), [(0, "00"), (127, "7F"), (128, "8180"), (255, "81FF"), (256, "820100"), (70_000, "83011170")]
)
def test_lengths_of_x_690(length, encoded):
    assert der_length(length).hex().upper() == encoded


def test_the_published_seal_of_an_emergency_document():
    """9303-8 App. B, 134 bytes: header, signer, dates and the specimen zone; and it is written the same again."""
    seal = read_seal(PUBLISHED_SEAL)
    assert len(PUBLISHED_SEAL) == 134
    assert seal.header == Header("UTO", "UTTS", "5B", date(2026, 6, 13), date(2023, 8, 23), 0x5E, 3, version=4)
    assert seal_mrz(seal) == ETD
    assert len(seal.signature) == 64
    assert check_profile(seal) == ()
    assert finish(signed_part(seal.header, etd_features(ETD)), seal.signature) == PUBLISHED_SEAL


def test_a_header_of_version_3_is_read_with_its_one_byte_lengths():
    """A made-up visa of 2020: nine characters of signer and reference, no DER in the message."""
    message = bytes((1, 48)) + c40_encode(MRV_A[0] + MRV_A[1][:28]) + b"\x04\x03\x00\x00\x00"
    message += bytes((5, 6)) + c40_encode("L898902C<") + bytes((7, 200)) + bytes(200)
    head = b"\xdc\x02" + c40_encode("D<<") + c40_encode("DETS0012F") + date_bytes(date(2020, 1, 2)) * 2 + b"\x5d\x01"
    seal = read_seal(head + message + b"\xff\x40" + bytes(64))
    assert len(head) == 18
    assert (seal.header.version, seal.header.country, seal.header.signer) == (3, "D", "DETS")
    assert seal.header.reference == "0012F"
    assert check_profile(seal) == ()
    assert len(seal.get(7)) == 200  # 200 in one byte: DER would read 0xC8 as a length of lengths
    with pytest.raises(SealFormatError):
        signed_part(seal.header, seal.features)  # only version 4 is written


@pytest.mark.parametrize("zone", [MRV_A, MRV_B], ids=["MRV-A", "MRV-B"])
def test_a_visa_says_what_was_put_in(zone):
    features = visa_features(mrz=zone, stay=Stay.period(days=183), passport_number="L-898902.C", entries=0)
    assert [len(feature.value) for feature in features] == [48 if len(zone[0]) == 44 else 44, 1, 3, 6]
    seal = read_seal(finish(signed_part(HEADER, features), bytes(range(64))))
    assert seal.header == HEADER
    assert check_profile(seal) == ()
    visa = visa_of(seal)
    assert visa.mrz == (zone[0], zone[1][:28])
    assert (visa.stay, visa.entries, visa.passport_number) == (Stay("period", 183), 0, "L 898902")
    assert seal.signature == bytes(range(64))


@pytest.mark.parametrize(
    ("stay", "encoded"),
    [
        pytest.param(UNTIL, "000000", id="until the date in the zone"),
        pytest.param(AT_THE_BORDER, "FFFFFF", id="decided at entry"),
        pytest.param(TRANSIT, "FEFEFE", id="transit without entry"),
        pytest.param(Stay.period(days=90), "5A0000", id="ninety days"),
        pytest.param(Stay.period(days=1, months=2, years=3), "010203", id="days, months, years"),
        pytest.param(Stay.period(days=254), "FE0000", id="254 days alone"),
    ],
)
def test_durations_of_stay(stay, encoded):
    """9303-7 §9.1.3 table 1."""
    assert stay.encode().hex().upper() == encoded
    assert Stay.decode(bytes.fromhex(encoded)) == stay


@pytest.mark.parametrize("parts", [{}, {"days": 256}, {"days": 255, "months": 255, "years": 255}, {"days": -1}])
def test_durations_that_a_seal_can_not_say(parts):
    with pytest.raises(ValueError, match="duration"):
        Stay.period(**parts)


def test_passport_numbers_have_nine_places():
    assert passport_key("ab-12") == "AB<12<<<<"
    assert passport_key("X12345678901") == "X12345678"


@pytest.mark.parametrize(
    "change",
    [
        {"mrz": MRV_A[:1]},
        {"mrz": (MRV_A[0], MRV_B[1])},
        {"entries": 256},
        {"passport_number": " "},
        {"visa_type": b"12345"},
        {"mrz": ("é" * 44, MRV_A[1])},
    ],
)
def test_what_no_visa_seal_holds(change):
    with pytest.raises(SealFormatError):
        visa_features(**{"mrz": MRV_A, "stay": UNTIL, "passport_number": "L898902C", **change})


def _visa(*features, header=HEADER):
    kept = features or visa_features(mrz=MRV_A, stay=UNTIL, passport_number="L898902C")
    return finish(signed_part(header, kept), bytes(64))


WHOLE = _visa()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "magic"),
        (b"\xdd" + WHOLE[1:], "magic"),
        (WHOLE[:1] + b"\x04" + WHOLE[2:], "version"),
        (WHOLE[:1] + b"\x01" + WHOLE[2:], "version"),
        (WHOLE[:2] + b"\xff\xff" + WHOLE[4:], "c40_value"),
        (WHOLE[:2] + c40_encode("P1R") + WHOLE[4:], "country"),
        (WHOLE[:2] + c40_encode("<<<") + WHOLE[4:], "country"),
        (WHOLE[:-1], "signature"),
        (WHOLE + b"\x00", "signature"),
        (WHOLE[: WHOLE.index(b"\xff\x40")], "no_signature"),
        (WHOLE[:60], "message"),
        (WHOLE[:20], "header"),
        (WHOLE + bytes(4096), "too_long"),
    ],
)
def test_bytes_that_are_no_seal(data, reason):
    with pytest.raises(SealFormatError) as caught:
        read_seal(data)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("features", "header", "reason"),
    [
        ([Feature(4, bytes(3)), Feature(5, c40_encode("A" * 9))], HEADER, "mrz"),
        ([Feature(1, bytes(48)), Feature(2, bytes(44))], HEADER, "mrz"),
        ([Feature(1, c40_encode("A" * 72))], HEADER, "feature_missing"),
        ([Feature(1, c40_encode("A" * 72)), Feature(4, bytes(2)), Feature(5, bytes(6))], HEADER, "feature_length"),
        ([Feature(1, bytes(48)), Feature(4, bytes(3)), Feature(5, c40_encode("A" * 9))], HEADER, "c40_value"),
        (
            [Feature(2, c40_encode("A" * 64))],
            OTHER,
            "feature_length",
        ),
        ([Feature(2, b"")], replace(OTHER, category=5), "profile"),
    ],
)
def test_messages_that_break_their_profile(features, header, reason):
    with pytest.raises(SealFormatError) as caught:
        check_profile(read_seal(_visa(*features, header=header)))
    assert caught.value.reason == reason


def test_a_feature_twice_is_refused_and_an_unknown_one_is_told():
    features = visa_features(mrz=MRV_A, stay=UNTIL, passport_number="L898902C")
    assert check_profile(read_seal(_visa(*features, Feature(0x40, b"x")))) == (0x40,)
    with pytest.raises(SealFormatError):
        read_seal(_visa(*features, features[0]))


@pytest.mark.parametrize(
    "length",
    ["8005", "810005", "8105", "8500000000", "84FFFFFFFF"],
    ids=["indefinite", "cut", "not shortest", "five", "beyond"],
)
def test_lengths_that_are_not_der(length):
    head = signed_part(HEADER, [])
    with pytest.raises(SealFormatError):
        read_seal(head + b"\x01" + bytes.fromhex(length) + bytes(5) + b"\xff\x02\x00\x00")


@given(st.text(ALPHABET + "<", max_size=80))
def test_c40_there_and_back(text):
    encoded = c40_encode(text)
    assert len(encoded) == c40_length(len(text))
    assert c40_decode(encoded) == text.replace("<", " ")


@given(
    st.dates(date(1, 1, 1), date(9999, 12, 31)),
    st.text("0123456789ABCDEF", min_size=1, max_size=40),
    st.lists(st.binary(max_size=300), max_size=6),
    st.integers(1, 254),
)
def test_any_seal_there_and_back(day, reference, values, number):
    header = Header("UTO", "UTZ9", reference, day, day, number, number)
    features = tuple(Feature(tag, value) for tag, value in enumerate(values))
    seal = read_seal(finish(signed_part(header, features), bytes(64)))
    assert (seal.header, seal.features) == (header, features)


@given(st.one_of(st.binary(max_size=300), st.binary(max_size=200).map(lambda tail: WHOLE[:18] + tail)))
def test_no_bytes_make_the_reader_fail(data):
    try:
        seal = read_seal(data)
        check_profile(seal)
        seal_mrz(seal)
    except SealFormatError:
        pass
