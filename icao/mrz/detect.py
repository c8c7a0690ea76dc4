"""Finding the lines of a zone in what somebody pasted or a scanner sent.

Spaces inside lines go, case goes, other text above and below is left aside, a zone in one piece (72, 88 or 90
characters) or wrapped at the wrong place is parted again. Nothing is corrected: a wrong character stays.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from icao.mrz.layout import LAYOUTS, Format, Layout, format_of

LIMIT: Final = 20_000
"""Characters of text that are looked at; a page of text is a tenth of it."""

_SHAPES = {90: (3, 30), 72: (2, 36), 88: (2, 44)}
_FOREIGN = re.compile(r"[^A-Z0-9<]")
# signs that keyboards and scanners give for the filler
_FILLERS = str.maketrans({"‹": "<", "«": "<<", "〈": "<", "＜": "<", "≤": "<", "˂": "<", "❮": "<"})
_MAX_FOREIGN = 4  # signs outside the repertoire in a line that is still taken for one of a zone


class Candidate(NamedTuple):
    """Lines that may be a zone. `fitted` are those lines with the name line padded or cut to its width."""

    layout: Layout
    lines: tuple[str, ...]
    fitted: tuple[str, ...]
    spaces_as_fillers: bool = False


def candidates(text: str) -> list[Candidate]:
    """Every reading of `text` as a zone, the likelier kinds only when there is no better one."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_FILLERS))
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    text = text.upper()
    if "&LT;" in text:
        text = text.replace("&LT;", "<")
    raw = [line for line in text.splitlines() if line and not line.isspace()]
    lines = ["".join(line.split()) for line in raw]
    for kind in (_exact, _rejoined):
        found = list(kind(lines))
        if found:
            return found
    filled = [line.strip("\t\r\f\v").lstrip().replace(" ", "<") for line in raw]
    if filled != lines:
        for variant in (filled, [line.rstrip("<") for line in filled]):
            found = [c._replace(spaces_as_fillers=True) for c in _exact(variant)]
            if found:
                return found
    found = list(_nearly(lines))
    if found or filled == lines:
        return found
    return [c._replace(spaces_as_fillers=True) for c in _nearly([line.rstrip("<") for line in filled])]


def _plausible(lines: list[str]) -> bool:
    return all(len(_FOREIGN.findall(line)) <= _MAX_FOREIGN for line in lines) and any("<" in line for line in lines)


def _candidate(lines: list[str]) -> Candidate | None:
    mrz_format = format_of(len(lines), len(lines[0]), lines[0][0])
    if mrz_format is None or not _plausible(lines):
        return None
    whole = tuple(lines)
    return Candidate(LAYOUTS[mrz_format], whole, whole)


def _exact(lines: list[str]) -> Iterator[Candidate]:
    """Consecutive lines of the right length, or one line that holds the whole zone."""
    for index, line in enumerate(lines):
        width = len(line)
        found = None
        if width == 30 and [len(other) for other in lines[index + 1 : index + 3]] == [30, 30]:
            found = _candidate(lines[index : index + 3])
        elif width in (36, 44) and len(lines) > index + 1 and len(lines[index + 1]) == width:
            found = _candidate(lines[index : index + 2])
        elif width in _SHAPES:
            found = _candidate(_parted(line))
        if found:
            yield found


def _parted(line: str) -> list[str]:
    count, width = _SHAPES[len(line)]
    return [line[start : start + width] for start in range(0, count * width, width)]


def _rejoined(lines: list[str]) -> Iterator[Candidate]:
    """Lines wrapped at the wrong place that together have the length of a zone."""
    for start in range(len(lines)):
        total = ""
        for line in lines[start : start + 8]:
            total += line
            if len(total) > 90:
                break
            if len(total) in _SHAPES and (found := _candidate(_parted(total))):
                yield found


def _nearly(lines: list[str]) -> Iterator[Candidate]:
    """Lines a few characters too short or too long; the name line is fitted, for fillers get lost there."""
    likely = [line for line in lines if "<" in line and len(line) >= 8 and _plausible([line])]
    for count in (3, 2):
        for index in range(len(likely) - count + 1):
            chosen = likely[index : index + count]
            mrz_format = _nearest([len(line) for line in chosen], chosen[0][0])
            if mrz_format:
                layout = LAYOUTS[mrz_format]
                yield Candidate(layout, tuple(chosen), _fitted(layout, chosen))
                return


def _nearest(widths: list[int], first: str) -> Format | None:
    if len(widths) == 3:
        short_name = 8 <= widths[2] <= 33
        return Format.TD1 if short_name and all(abs(width - 30) <= 3 for width in widths[:2]) else None
    # the second line seldom ends in a lost filler: it tells the width
    width = min((36, 44), key=lambda wanted: abs(widths[1] - wanted))
    near = abs(widths[1] - width) <= 4 and 8 <= widths[0] <= width + 4
    return format_of(2, width, first) if near else None


def _fitted(layout: Layout, lines: list[str]) -> tuple[str, ...]:
    name = lines[layout.name_line]
    if len(name) < layout.width or not name[layout.width :].strip("<"):
        lines = [*lines]
        lines[layout.name_line] = name[: layout.width].ljust(layout.width, "<")
    return tuple(lines)
