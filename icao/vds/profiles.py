"""What the seals of visas and emergency travel documents say (ICAO 9303-7 §9.1, 9303-8 §6.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from icao.mrz import Format
from icao.vds.c40 import c40_decode, c40_encode
from icao.vds.errors import SealFormatError
from icao.vds.seal import Feature, Seal

VISA: Final = (93, 1)
ETD: Final = (94, 3)
"""Document feature definition reference and document type category of each profile."""

MRZ_A, MRZ_B, ENTRIES, STAY, PASSPORT, TYPE, ADDITIONAL = range(1, 8)
ETD_MRZ: Final = 2

# tag: least and greatest length in bytes
_VISA_LENGTHS: Final = {
    MRZ_A: (48, 48), MRZ_B: (44, 44), ENTRIES: (1, 1), STAY: (3, 3), PASSPORT: (6, 6), TYPE: (1, 4),
    ADDITIONAL: (0, 254),
}  # fmt: skip
_ETD_LENGTHS: Final = {ETD_MRZ: (48, 48)}
_PASSPORT_CHARACTERS = 9  # of six bytes
_SEALED_OF_LINE_2 = 28  # a visa's seal leaves out the optional data


@dataclass(frozen=True, slots=True)
class Stay:
    """The duration of stay of a visa's seal (ICAO 9303-7 §9.1.3 table 1).

    `kind` is `until` (the zone's date is the last day of stay), `border` (decided at entry), `transit` (no entry) or
    `period`: days, months and years, added up, from entry.
    """

    kind: str
    days: int = 0
    months: int = 0
    years: int = 0

    @classmethod
    def period(cls, *, days: int = 0, months: int = 0, years: int = 0) -> "Stay":
        """So many days, months and years, added up; each in one byte. Raises ValueError for no stay at all, and for one
        that the seal can not say."""
        parts = (days, months, years)
        if not all(0 <= part <= 0xFF for part in parts) or parts in _RESERVED:
            raise ValueError("the seal can not hold this duration of stay")
        return cls("period", days, months, years)

    def encode(self) -> bytes:
        """The three bytes of the feature."""
        reserved = {kind: code for code, kind in _RESERVED.items()}
        return bytes(reserved.get(self.kind, (self.days, self.months, self.years)))

    @classmethod
    def decode(cls, value: bytes) -> "Stay":
        """The duration that three bytes mean."""
        parts = (value[0], value[1], value[2])
        kind = _RESERVED.get(parts)
        return cls(kind) if kind else cls("period", *parts)


_RESERVED: Final = {(0, 0, 0): "until", (255, 255, 255): "border", (254, 254, 254): "transit"}
UNTIL: Final = Stay("until")
AT_THE_BORDER: Final = Stay("border")
TRANSIT: Final = Stay("transit")


@dataclass(frozen=True, slots=True)
class VisaSeal:
    """The features of a visa's seal. `mrz` is line 1 and the first 28 characters of line 2; `entries` None when the
    seal does not say, 0 for any number; `visa_type` up to four bytes of the State's own choice."""

    mrz_format: Format
    mrz: tuple[str, str]
    stay: Stay
    passport_number: str
    entries: int | None = None
    visa_type: bytes = b""


# -- writing -------------------------------------------------------------------------------------------------------


def visa_features(
    *, mrz: Sequence[str], stay: Stay, passport_number: str, entries: int | None = None, visa_type: bytes = b""
) -> tuple[Feature, ...]:
    """The message of a visa's seal.

    :param mrz: the two lines of the visa's zone, MRV-A (44) or MRV-B (36).
    :param passport_number: of the passport in which the visa is; signs outside A-Z and 0-9 become fillers, and only the
        first nine characters have room, as in the zone (ICAO 9303-7 §4.2.2 note j).
    :param entries: how often the holder may enter, 0 for any number, None to leave it unsaid.

    Raises `SealFormatError` for a value that the profile does not allow.
    """
    lines = tuple(mrz)
    width = len(lines[0]) if lines else 0
    if len(lines) != 2 or width not in (44, 36) or len(lines[1]) != width:
        raise SealFormatError("mrz")
    if entries is not None and not 0 <= entries <= 0xFF:
        raise SealFormatError("entries")
    if len(visa_type) > _VISA_LENGTHS[TYPE][1]:
        raise SealFormatError("visa_type")
    if not passport_key(passport_number).strip("<"):
        raise SealFormatError("passport_number")
    features = [Feature(MRZ_A if width == 44 else MRZ_B, c40_encode(lines[0] + lines[1][:_SEALED_OF_LINE_2]))]
    if entries is not None:
        features.append(Feature(ENTRIES, bytes((entries,))))
    features.append(Feature(STAY, stay.encode()))
    features.append(Feature(PASSPORT, c40_encode(passport_key(passport_number))))
    if visa_type:
        features.append(Feature(TYPE, visa_type))
    return tuple(features)


def etd_features(mrz: Sequence[str]) -> tuple[Feature, ...]:
    """The message of an emergency travel document's seal: both lines of its TD2 zone (ICAO 9303-8 §6.1.3).

    Raises `SealFormatError` unless they are two lines of 36.
    """
    if [len(line) for line in mrz] != [36, 36]:
        raise SealFormatError("mrz")
    return (Feature(ETD_MRZ, c40_encode("".join(mrz))),)


def passport_key(number: str) -> str:
    """Nine characters of a passport number as the seal holds it."""
    kept = "".join(c if c.isascii() and c.isalnum() else "<" for c in number.strip().upper())
    return kept[:_PASSPORT_CHARACTERS].ljust(_PASSPORT_CHARACTERS, "<")


# -- reading -------------------------------------------------------------------------------------------------------


def check_profile(seal: Seal) -> tuple[int, ...]:
    """Tags that the profile does not know, which leave the seal valid.

    Raises `SealFormatError` when the profile is unknown, a mandatory feature is missing, or one has not its format
    (ICAO 9303-13 App. D, format validation).
    """
    profile = (seal.header.feature_definition, seal.header.category)
    if profile == VISA:
        lengths, required = _VISA_LENGTHS, {STAY, PASSPORT}
        if (seal.get(MRZ_A) is None) == (seal.get(MRZ_B) is None):
            raise SealFormatError("mrz")
    elif profile == ETD:
        lengths, required = _ETD_LENGTHS, {ETD_MRZ}
        if seal.header.version < 4:
            raise SealFormatError("version")  # 9303-13 §2.3: emergency documents need version 4
    else:
        raise SealFormatError("profile")
    found = {feature.tag: feature.value for feature in seal.features}
    if not required <= found.keys():
        raise SealFormatError("feature_missing")
    for tag, (least, greatest) in lengths.items():
        if tag in found and not least <= len(found[tag]) <= greatest:
            raise SealFormatError("feature_length")
    seal_mrz(seal)  # its C40 must be readable
    if profile == VISA:
        c40_decode(found[PASSPORT])
    return tuple(tag for tag in found if tag not in lengths)


def is_visa(seal: Seal) -> bool:
    """Whether the seal follows the profile for visas."""
    return (seal.header.feature_definition, seal.header.category) == VISA


def seal_mrz(seal: Seal) -> tuple[str, str]:
    """The lines of the zone in the seal: of a visa line 1 and the first 28 characters of line 2, of an emergency
    document both. Raises `SealFormatError` when there is none."""
    if is_visa(seal):
        large = seal.get(MRZ_A)
        value, width, length = (large, 44, 72) if large is not None else (seal.get(MRZ_B), 36, 64)
    else:
        value, width, length = seal.get(ETD_MRZ), 36, 72
    if value is None:
        raise SealFormatError("mrz")
    text = c40_decode(value).replace(" ", "<")
    if len(text) != length:
        raise SealFormatError("mrz")
    return text[:width], text[width:]


def visa_of(seal: Seal) -> VisaSeal:
    """The features of a visa's seal that `check_profile` has accepted."""
    entries = seal.get(ENTRIES)
    return VisaSeal(
        mrz_format=Format.MRV_A if seal.get(MRZ_A) is not None else Format.MRV_B,
        mrz=seal_mrz(seal),
        stay=Stay.decode(seal.get(STAY) or bytes(3)),
        passport_number=c40_decode(seal.get(PASSPORT) or b"").rstrip(" "),
        entries=entries[0] if entries else None,
        visa_type=seal.get(TYPE) or b"",
    )
