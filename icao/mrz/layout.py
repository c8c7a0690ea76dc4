"""Where each field stands in each format (ICAO 9303-4, -5, -6 §4.2.2; 9303-7 §4.2.2, §7.2.2).

Slices are 0-based over all lines joined; `position` turns an offset into the line and column printed in the
standard, both from 1.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

Slice = tuple[int, int]


class Format(StrEnum):
    """The five zones of ICAO 9303."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV-A"
    MRV_B = "MRV-B"


@dataclass(frozen=True, slots=True)
class Layout:
    """One format: `width` characters in each of `line_count` lines, and the slices of its fields."""

    format: Format
    width: int
    line_count: int
    name: Slice
    number: Slice
    nationality: Slice
    birth_date: Slice
    sex: int
    expiry_date: Slice
    optional: Slice
    optional2: Slice | None  # TD1 only
    optional_check: int | None  # TD3 only: the check digit of the personal number
    composite: tuple[Slice, ...]  # empty on visas, which have no composite check digit
    long_number: bool  # whether a number of more than nine characters runs on in the optional data

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a 0-based offset, both from 1."""
        line, column = divmod(offset, self.width)
        return line + 1, column + 1

    @property
    def name_line(self) -> int:
        """The line of the name, from 0: the only line of a zone that may end in fillers by chance."""
        return self.name[0] // self.width

    @property
    def composite_at(self) -> int:
        """The offset of the composite check digit: the last of line 2."""
        return 2 * self.width - 1


def _two_lines(mrz_format: Format, width: int) -> Layout:
    """TD2, TD3, MRV-A and MRV-B share line 1 and the first 28 positions of line 2."""
    visa = mrz_format in (Format.MRV_A, Format.MRV_B)
    passport = mrz_format is Format.TD3
    end = 2 * width - (0 if visa else 2 if passport else 1)
    return Layout(
        format=mrz_format,
        width=width,
        line_count=2,
        name=(5, width),
        number=(width, width + 9),
        nationality=(width + 10, width + 13),
        birth_date=(width + 13, width + 19),
        sex=width + 20,
        expiry_date=(width + 21, width + 27),
        optional=(width + 28, end),
        optional2=None,
        optional_check=end if passport else None,
        composite=() if visa else ((width, width + 10), (width + 13, width + 20), (width + 21, 2 * width - 1)),
        long_number=mrz_format is Format.TD2,
    )


LAYOUTS: Final[dict[Format, Layout]] = {
    Format.TD1: Layout(
        format=Format.TD1,
        width=30,
        line_count=3,
        name=(60, 90),
        number=(5, 14),
        nationality=(45, 48),
        birth_date=(30, 36),
        sex=37,
        expiry_date=(38, 44),
        optional=(15, 30),
        optional2=(48, 59),
        optional_check=None,
        composite=((5, 30), (30, 37), (38, 45), (48, 59)),
        long_number=True,
    ),
    Format.TD2: _two_lines(Format.TD2, 36),
    Format.TD3: _two_lines(Format.TD3, 44),
    Format.MRV_A: _two_lines(Format.MRV_A, 44),
    Format.MRV_B: _two_lines(Format.MRV_B, 36),
}


def format_of(line_count: int, width: int, first: str) -> Format | None:
    """The format of a zone by its first letter and the number and length of its lines.

    Never by length or check digits alone: an MRV-B ends like a TD2 with a wrong composite check digit.
    """
    if (line_count, width) == (3, 30):
        return Format.TD1
    if line_count == 2 and width == 36:
        return Format.MRV_B if first == "V" else Format.TD2
    if line_count == 2 and width == 44:
        return Format.MRV_A if first == "V" else Format.TD3
    return None
