"""Offers for letters and digits that scanners and people confuse: O/0, I/1, S/5, B/8, Z/2, G/6.

An offer is made only where a single one is possible: a place that takes digits alone or letters alone, a
State's code that becomes a known one, or the one change in a number that puts its check digit right. The
reader never uses them.
"""

from collections.abc import Iterator, Sequence

from icao import codes
from icao.check_digit import check_digit
from icao.mrz.layout import Layout
from icao.mrz.model import CheckDigit, Suggestion

_TO_DIGIT = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
_TO_LETTER = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}
_CONFUSED = {**_TO_DIGIT, **_TO_LETTER}


def suggestions(
    layout: Layout, lines: Sequence[str], zone: str, checks: Sequence[CheckDigit]
) -> tuple[Suggestion, ...]:
    """Every offer for this zone; `zone` is `lines` joined, the name line brought to its width."""
    found = list(_name_line(layout, lines))
    offered: dict[int, str] = {}
    for field, offset, sign in _by_kind(layout, zone):
        offered[offset] = sign
        found.append(Suggestion(field, *layout.position(offset), zone[offset], sign))
    mended = list(zone)
    for offset, sign in offered.items():
        mended[offset] = sign
    for field, offset, sign in _by_check_digit(layout, mended, checks):
        found.append(Suggestion(field, *layout.position(offset), zone[offset], sign))
    return tuple(found)


def apply_suggestion(lines: Sequence[str], suggestion: Suggestion) -> str:
    """The lines with one accepted offer, joined by line breaks, ready to be read again."""
    changed = list(lines)
    line = changed[suggestion.line - 1]
    start = suggestion.column - 1
    changed[suggestion.line - 1] = line[:start] + suggestion.offered + line[start + len(suggestion.found) :]
    return "\n".join(changed)


def _name_line(layout: Layout, lines: Sequence[str]) -> Iterator[Suggestion]:
    line = lines[layout.name_line]
    missing = layout.width - len(line)
    if missing > 0:
        yield Suggestion("name", layout.name_line + 1, len(line) + 1, "", "<" * missing)
    elif missing < 0:
        yield Suggestion("name", layout.name_line + 1, layout.width + 1, line[layout.width :], "")


def _by_kind(layout: Layout, zone: str) -> Iterator[tuple[str, int, str]]:
    """Letters among digits, digits among letters."""
    for field, (start, end) in (("birth_date", layout.birth_date), ("expiry_date", layout.expiry_date)):
        for offset in range(start, end + 1):
            if zone[offset] in _TO_DIGIT:
                yield field, offset, _TO_DIGIT[zone[offset]]
    number_check = layout.number[1]
    for field, at in (("number", number_check), ("optional", layout.optional_check)):
        if at is not None and zone[at] in _TO_DIGIT:
            yield field, at, _TO_DIGIT[zone[at]]
    if layout.composite and zone[layout.composite_at] in _TO_DIGIT:
        yield "composite", layout.composite_at, _TO_DIGIT[zone[layout.composite_at]]
    for offset in range(*layout.name):
        if zone[offset] in _TO_LETTER:
            yield "name", offset, _TO_LETTER[zone[offset]]
    for field, (start, end), known in (
        ("issuer", (2, 5), codes.is_issuer),
        ("nationality", layout.nationality, codes.is_nationality),
    ):
        code = zone[start:end]
        lettered = "".join(_TO_LETTER.get(sign, sign) for sign in code)
        if lettered != code and known(lettered.rstrip("<")):
            for offset in range(start, end):
                if zone[offset] != lettered[offset - start]:
                    yield field, offset, lettered[offset - start]


def _by_check_digit(layout: Layout, zone: list[str], checks: Sequence[CheckDigit]) -> Iterator[tuple[str, int, str]]:
    """The one change in a number (or in the personal number of TD3) that puts its check digit right."""
    fields = {"number": layout.number, "optional": layout.optional}
    for check in checks:
        if check.ok or check.field not in fields:
            continue
        at = (check.line - 1) * layout.width + check.column - 1
        start, end = fields[check.field]
        # a long number runs on in the optional data up to its check digit
        covered = [*range(start, end), *(range(layout.optional[0], at) if at > end else ())]
        if not zone[at].isdigit() or check_digit("".join(zone[i] for i in covered)) == zone[at]:
            continue
        possible = []
        for offset in covered:
            instead = _CONFUSED.get(zone[offset])
            if instead is None:
                continue
            kept, zone[offset] = zone[offset], instead
            if check_digit("".join(zone[i] for i in covered)) == zone[at] and _composite_right(layout, zone):
                possible.append((check.field, offset, instead))
            zone[offset] = kept
        if len(possible) == 1:
            yield possible[0]


def _composite_right(layout: Layout, zone: list[str]) -> bool:
    if not layout.composite:
        return True
    covered = "".join("".join(zone[start:end]) for start, end in layout.composite)
    return check_digit(covered) == zone[layout.composite_at]
