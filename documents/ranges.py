"""Numbers of blanks as people write them: ``V00000001-V00000500, V00000612``."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST = 200_000  # numbers in one act
_NUMBER = re.compile(r"([A-Z]{0,4})([0-9]{1,12})")
_RANGE = re.compile(r"([A-Z0-9]+)(?:\s*(?:-|–|—|\bA\b|\bAL\b)\s*([A-Z0-9]+))?")


@dataclass(frozen=True)
class Range:
    """Consecutive numbers of one prefix; both ends included."""

    prefix: str
    low: int
    high: int
    width: int

    def __len__(self) -> int:
        return self.high - self.low + 1

    def __iter__(self) -> Iterator[str]:
        return (self.number(value) for value in range(self.low, self.high + 1))

    def number(self, value: int) -> str:
        return f"{self.prefix}{value:0{self.width}d}"

    @property
    def first(self) -> str:
        return self.number(self.low)

    @property
    def last(self) -> str:
        return self.number(self.high)

    def __str__(self) -> str:
        return self.first if self.low == self.high else f"{self.first}–{self.last}"


def _split(number: str) -> tuple[str, str]:
    match = _NUMBER.fullmatch(number)
    if match is None:
        raise ValidationError(_("«%(number)s» is not a number of a blank.") % {"number": number[:40]}, code="number")
    return match[1], match[2]


def parse(text: str) -> list[Range]:
    """The ranges that a text names, in its order. Raises ValidationError when it names none, names one twice, or names
    more than :data:`MOST`."""
    found: list[Range] = []
    for part in re.split(r"[,;\n]+", text.upper()):
        if not part.strip():
            continue
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            raise ValidationError(
                _("«%(number)s» is not a number of a blank.") % {"number": part.strip()[:40]}, code="number"
            )
        prefix, digits = _split(match[1])
        end_prefix, end = _split(match[2] or match[1])
        if (prefix, len(digits)) != (end_prefix, len(end)) or int(end) < int(digits):
            raise ValidationError(
                _("«%(range)s» is not a range: both numbers have the same letters and length, the smaller one first.")
                % {"range": part.strip()[:60]},
                code="range",
            )
        found.append(Range(prefix, int(digits), int(end), len(digits)))
    if not found:
        raise ValidationError(_("Write the numbers."), code="required")
    _check(found)
    return found


def _check(found: list[Range]) -> None:
    if sum(map(len, found)) > MOST:
        raise ValidationError(_("One act has at most %(most)d numbers.") % {"most": MOST}, code="too_many")
    ordered = sorted(found, key=lambda each: (each.prefix, each.width, each.low))
    for before, after in zip(ordered, ordered[1:], strict=False):
        if (before.prefix, before.width) == (after.prefix, after.width) and after.low <= before.high:
            raise ValidationError(_("%(number)s is named twice.") % {"number": after.first}, code="twice")


def shown(numbers: Iterable[str]) -> str:
    """Sorted numbers as few ranges: ``V00000001–V00000500, V00000612``."""
    runs: list[Range] = []
    for number in numbers:
        prefix, digits = _split(number)
        last = runs[-1] if runs else None
        if last and (last.prefix, last.width, last.high + 1) == (prefix, len(digits), int(digits)):
            runs[-1] = Range(prefix, last.low, last.high + 1, last.width)
        else:
            runs.append(Range(prefix, int(digits), int(digits), len(digits)))
    return ", ".join(map(str, runs))
