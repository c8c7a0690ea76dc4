"""Dates in zones: six characters YYMMDD, unknown parts of a birth date as fillers (ICAO 9303-3 §4.8).

The standard has no rule for the century. Here a birth date is the latest one that is not after today, and an
expiry date lies in the window of `EXPIRY_YEARS_BACK` years before to `EXPIRY_YEARS_AHEAD` years after this
year.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

EXPIRY_YEARS_BACK: Final = 50
EXPIRY_YEARS_AHEAD: Final = 49


def current_date() -> date:
    """Today in UTC, for callers that give no `today`; an office gives its own calendar day."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which the year, the month or the day may be unknown (None); ValueError if impossible."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        year, month, day = self.year, self.month, self.day
        if year is not None and not 1 <= year <= 9999:
            raise ValueError("year out of range")
        if month is not None and not 1 <= month <= 12:
            raise ValueError("month out of range")
        if day is not None and not 1 <= day <= (31 if month is None else monthrange(year or 2000, month)[1]):
            raise ValueError("day out of range")

    @classmethod
    def of(cls, day: date) -> "PartialDate":
        """The whole date `day`."""
        return cls(day.year, day.month, day.day)

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """From ISO 8601 `YYYY-MM-DD`, zeros for unknown parts: `1990-05-00`, `1990-00-00`, `0000-00-00`.

        Raises ValueError for anything else.
        """
        parts = text.strip().split("-")
        if [len(part) for part in parts] != [4, 2, 2] or not all(p.isascii() and p.isdigit() for p in parts):
            raise ValueError(f"not a date: {text!r}")
        year, month, day = (int(part) or None for part in parts)
        return cls(year, month, day)

    def isoformat(self) -> str:
        """`YYYY-MM-DD` with zeros for unknown parts; `parse` reads it back."""
        return f"{self.year or 0:04d}-{self.month or 0:02d}-{self.day or 0:02d}"

    __str__ = isoformat

    @property
    def complete(self) -> bool:
        """Whether all three parts are known."""
        return self.as_date() is not None

    def as_date(self) -> date | None:
        """The date, or None when a part is unknown."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    def earliest(self) -> date | None:
        """The first day this date can mean, or None when the year is unknown."""
        return date(self.year, self.month or 1, self.day or 1) if self.year else None

    def mrz(self) -> str:
        """Six characters YYMMDD, fillers for unknown parts (ICAO 9303-3 §4.8)."""
        year = "<<" if self.year is None else f"{self.year % 100:02d}"
        month = "<<" if self.month is None else f"{self.month:02d}"
        return year + month + ("<<" if self.day is None else f"{self.day:02d}")


def read_birth_date(text: str, today: date) -> PartialDate | None:
    """The birth date of six characters, as late as it can be without lying after `today`.

    None when a part is neither two digits nor two fillers; ValueError when the date cannot exist.
    """
    if text.isdigit():
        parts: list[int | None] = [int(text[:2]), int(text[2:4]), int(text[4:])]
    else:
        parts = []
        for part in (text[:2], text[2:4], text[4:]):
            if part != "<<" and not part.isdigit():
                return None
            parts.append(None if part == "<<" else int(part))
    year, month, day = parts
    if year is not None:
        year += today.year // 100 * 100
        if (year, month or 1, day or 1) > (today.year, today.month, today.day):
            year -= 100
    return PartialDate(year, month, day)


def read_expiry_date(text: str, today: date) -> date | None:
    """The expiry date of six characters, in the window around `today`.

    None when the text is not six digits; ValueError when the date cannot exist.
    """
    if not text.isdigit():
        return None
    year = today.year // 100 * 100 + int(text[:2])
    if year > today.year + EXPIRY_YEARS_AHEAD:
        year -= 100
    elif year < today.year - EXPIRY_YEARS_BACK:
        year += 100
    return date(year, int(text[2:4]), int(text[4:]))


def in_expiry_window(day: date, today: date) -> bool:
    """Whether a reader will resolve the two digits of this expiry year to this very year."""
    return today.year - EXPIRY_YEARS_BACK <= day.year <= today.year + EXPIRY_YEARS_AHEAD
