"""Header, message zone and signature zone (ICAO 9303-13 §2.2 to §2.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from icao.vds.c40 import c40_decode, c40_encode, c40_length
from icao.vds.errors import SealFormatError

MAGIC: Final = 0xDC
SIGNATURE_MARKER: Final = 0xFF
LIMIT: Final = 4096
"""Bytes that are looked at. The largest bar code of ISO/IEC 16022 holds 1 555, that of ISO/IEC 18004 2 953."""
_HEX = frozenset("0123456789ABCDEF")


@dataclass(frozen=True, slots=True)
class Header:
    """Who sealed what kind of document, and when (ICAO 9303-13 §2.2).

    `country` is the code of the issuing State without fillers; `signer` its bar code signer, two letters of its country
    and two of its own; `reference` the serial number of the signer's certificate in hexadecimal, as long as the State
    writes it. `feature_definition` and `category` name the profile: 93 and 1 a visa, 94 and 3 an emergency document.
    """

    country: str
    signer: str
    reference: str
    issued: date
    signed: date
    feature_definition: int
    category: int
    version: int = 4


@dataclass(frozen=True, slots=True)
class Feature:
    """One document feature as it stands in the message zone."""

    tag: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal that was read. `signed_bytes` is header and message zone; `signature` (raw r and s) was made over them."""

    header: Header
    features: tuple[Feature, ...]
    signed_bytes: bytes
    signature: bytes

    def get(self, tag: int) -> bytes | None:
        """The value of a feature, or None when it is not there."""
        return next((feature.value for feature in self.features if feature.tag == tag), None)


# -- dates and lengths ---------------------------------------------------------------------------------------------


def date_bytes(day: date) -> bytes:
    """The integer MMDDYYYY in three bytes (ICAO 9303-13 §2.3.1)."""
    return (day.month * 1_000_000 + day.day * 10_000 + day.year).to_bytes(3, "big")


def read_date(data: bytes) -> date:
    """The date of three bytes. Raises `SealFormatError` when there is no such day."""
    number = int.from_bytes(data, "big")
    try:
        return date(number % 10_000, number // 1_000_000, number // 10_000 % 100)
    except ValueError:
        raise SealFormatError("date") from None


def der_length(length: int) -> bytes:
    """The length field of X.690 §8.1.3 in the fewest bytes."""
    if length < 0x80:
        return bytes((length,))
    body = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(body),)) + body


def _read_length(data: bytes, at: int, *, direct: bool) -> tuple[int, int]:
    """The length at `at` and where its value begins; `direct` is the one byte of header version 3."""
    if at >= len(data):
        raise SealFormatError("length")
    first = data[at]
    if direct or first < 0x80:
        return first, at + 1
    count = first & 0x7F
    body = data[at + 1 : at + 1 + count]
    if not 1 <= count <= 4 or len(body) < count or body[0] == 0 or (count == 1 and body[0] < 0x80):
        raise SealFormatError("length")  # DER: the fewest bytes, none of them a leading zero
    return int.from_bytes(body, "big"), at + 1 + count


# -- writing -------------------------------------------------------------------------------------------------------


def signed_part(header: Header, features: Sequence[Feature]) -> bytes:
    """Header (version 4) and message zone: what is to be signed.

    Raises `SealFormatError` for values that the header can not hold, and for a header of another version.
    """
    if header.version != 4:
        raise SealFormatError("version_not_written")
    reference = header.reference.upper()
    if len(header.signer) != 4 or not reference or len(reference) > 0xFF or not _HEX.issuperset(reference):
        raise SealFormatError("signer")
    if not (1 <= header.feature_definition <= 254 and 1 <= header.category <= 254 and 1 <= len(header.country) <= 3):
        raise SealFormatError("header")
    out = bytearray((MAGIC, header.version - 1))
    out += c40_encode(header.country.ljust(3, "<"))
    out += c40_encode(f"{header.signer}{len(reference):02X}{reference}")
    out += date_bytes(header.issued) + date_bytes(header.signed)
    out += bytes((header.feature_definition, header.category))
    for feature in features:
        if not 0 <= feature.tag < SIGNATURE_MARKER:
            raise SealFormatError("tag")
        out += bytes((feature.tag,)) + der_length(len(feature.value)) + feature.value
    return bytes(out)


def finish(signed: bytes, signature: bytes) -> bytes:
    """The whole seal: `signed_part` and the raw signature over it."""
    return signed + bytes((SIGNATURE_MARKER,)) + der_length(len(signature)) + signature


# -- reading -------------------------------------------------------------------------------------------------------


def read_seal(data: bytes) -> Seal:
    """The parts of a seal with a header of version 3 or 4, its signature not verified.

    Raises `SealFormatError` for anything else, bytes after the signature included. Profiles are checked by
    `icao.vds.profiles`.
    """
    if len(data) > LIMIT:
        raise SealFormatError("too_long")
    header, at = _read_header(data)
    features: list[Feature] = []
    while at < len(data) and data[at] != SIGNATURE_MARKER:
        length, begins = _read_length(data, at + 1, direct=header.version < 4)
        value = data[begins : begins + length]
        if len(value) < length:
            raise SealFormatError("message")
        features.append(Feature(data[at], value))
        at = begins + length
    if at >= len(data):
        raise SealFormatError("no_signature")
    length, begins = _read_length(data, at + 1, direct=False)
    signature = data[begins:]
    if len(signature) != length or not length or length % 2:
        raise SealFormatError("signature")
    tags = [feature.tag for feature in features]
    if len(set(tags)) < len(tags):
        raise SealFormatError("tag_twice")
    return Seal(header, tuple(features), data[:at], signature)


def _read_header(data: bytes) -> tuple[Header, int]:
    if len(data) < 18 or data[0] != MAGIC:
        raise SealFormatError("magic")
    version = data[1] + 1
    if version not in (3, 4):
        raise SealFormatError("version")
    country = c40_decode(data[2:4]).rstrip(" ")
    if version == 3:
        length = 9
    else:
        start = c40_decode(data[4:8])  # four characters of the signer, two of the length of what follows
        if len(start) < 6 or not _HEX.issuperset(start[4:6]):
            raise SealFormatError("signer")
        length = 6 + int(start[4:6], 16)
    at = 4 + c40_length(length)
    if len(data) < at + 8:
        raise SealFormatError("header")
    identity = c40_decode(data[4:at])
    reference = identity[4 if version == 3 else 6 :]
    if len(identity) != length or not reference or not _HEX.issuperset(reference) or not identity[:4].isalnum():
        raise SealFormatError("signer")
    if not country or not country.isalpha():
        raise SealFormatError("country")
    return (
        Header(
            country=country,
            signer=identity[:4],
            reference=reference,
            issued=read_date(data[at : at + 3]),
            signed=read_date(data[at + 3 : at + 6]),
            feature_definition=data[at + 6],
            category=data[at + 7],
            version=version,
        ),
        at + 8,
    )
