"""How a name goes into a machine-readable zone and comes out of it (ICAO 9303-3 §4.6, 9303-4 §4.2.3).

The primary identifier (in Peru: *apellido paterno* and *materno*) stands before `<<`, the secondary one
after it, the components of each are parted by `<`. Titles are the issuing State's decision: nothing is left
out here.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from icao.transliteration import DEFAULT, NotTransliterable, Transliteration, transliterate

# spaces, fillers, commas (also Arabic and ideographic) and hyphens of every length
_SEPARATORS = re.compile(r"[\s<,\u060C\u3001\uFF0C\-\u058A\u05BE\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]+")
_LETTERS = re.compile(r"[A-Z]+")


class NameProblem(ValueError):
    """A name that no zone can hold; `code` is `digit_in_name` or `not_transliterable`, `found` the sign."""

    def __init__(self, code: str, found: str) -> None:
        super().__init__(f"{code}: {found!r}")
        self.code = code
        self.found = found


class NameField(NamedTuple):
    """The name field of a zone: exactly as wide as the zone wants it, and whether something was cut off."""

    text: str
    truncated: bool


def components(name: str, rules: Transliteration = DEFAULT) -> tuple[str, ...]:
    """The parts of `name` as they stand between fillers, in A-Z only.

    Apostrophes join, hyphens, commas and spaces part, other punctuation is dropped (ICAO 9303-3 §4.6). Raises
    `NameProblem` for a digit or for a letter without an A-Z form.
    """
    if name.isascii() and name.isalpha():
        return (name.upper(),)
    parts = []
    for word in _SEPARATORS.split(name):
        if not word:
            continue
        try:
            form = transliterate(word, rules)
        except NotTransliterable as problem:
            raise NameProblem("not_transliterable", problem.character) from problem
        if not (form.isascii() and form.isalpha()):
            digit = next((c for c in form if unicodedata.category(c).startswith("N")), "")
            if digit:
                raise NameProblem("digit_in_name", digit)
            # NFKC may have opened a space inside the word
            parts += ["".join(_LETTERS.findall(piece)) for piece in form.split()]
        else:
            parts.append(form)
    return tuple(part for part in parts if part)


def name_field(primary: Sequence[str], secondary: Sequence[str], width: int) -> NameField:
    """The name field of `width` characters from the components of both identifiers.

    A name that fits is written in full and padded with `<`. One that does not is truncated by the first of
    the methods of ICAO 9303-4 §4.2.3 (to initials): components of the primary identifier from the last one
    on become initials until `<<` and a first letter of the secondary identifier have room; the secondary
    identifier then keeps its first component and as much of the others as fits, at least their initials. A
    truncated name ends in a letter at the last position, the sign that truncation may have occurred.
    """
    text = "<".join(primary)
    if secondary:
        text += "<<" + "<".join(secondary)
    if len(text) <= width:
        return NameField(text.ljust(width, "<"), truncated=False)
    if not secondary:
        return NameField(_fill(primary, width) or _cut(text, width), truncated=True)
    return NameField(_truncate(primary, secondary, width) or _cut(text, width), truncated=True)


def _truncate(primary: Sequence[str], secondary: Sequence[str], width: int) -> str | None:
    shortened = _to_initials(primary, width - 3)
    whole = "<".join(secondary)
    head = "<".join(shortened)
    if len(head) + 2 + len(whole) < width:  # the initials freed more than needed: give it back to the surname
        filled = _fill(primary, width - 2 - len(whole))
        if filled:
            return f"{filled}<<{whole}"
    for spare in range(min(len(head), 8)):
        if spare:
            shorter = _fill(primary, len(head) - spare)
            if not shorter:
                continue
        else:
            shorter = head
        tail = _fill(secondary, width - 2 - len(shorter))
        if tail:
            return f"{shorter}<<{tail}"
    return None


def _to_initials(parts: Sequence[str], limit: int) -> list[str]:
    """`parts` within `limit` characters: components become initials from the last one on."""
    kept = list(parts)
    for index in range(len(kept) - 1, 0, -1):
        if _length(kept) <= limit:
            return kept
        kept[index] = kept[index][0]
    while _length(kept) > limit:
        excess = _length(kept) - limit
        if len(kept[0]) > excess:
            kept[0] = kept[0][:-excess]
        elif len(kept) > 1:
            kept.pop()
        else:
            kept[0] = kept[0][:1]
            break
    return kept


def _fill(parts: Sequence[str], room: int) -> str | None:
    """Exactly `room` characters of `parts`, a letter at the end: later components shrink first.

    None when no such text exists (as many single letters as an even room cannot end in a letter).
    """
    if room < 1 or not parts:
        return None
    lengths = [len(part) for part in parts]
    first = min(lengths[0], room)
    preferred = 1 + (room - first) // 2  # the first component in full, then as many initials as there is room for
    if lengths[0] > room:
        preferred = (room + 1) // 2
    preferred = min(preferred, len(parts))
    for count in (preferred, *range(preferred + 1, len(parts) + 1), *range(preferred - 1, 0, -1)):
        full = sum(lengths[:count]) + count - 1
        if not 2 * count - 1 <= room <= full:
            continue
        kept = list(parts[:count])
        excess = full - room
        for index in range(count - 1, -1, -1):
            take = min(excess, len(kept[index]) - 1)
            if take:
                kept[index] = kept[index][:-take]
                excess -= take
        return "<".join(kept)
    return None


def _cut(text: str, width: int) -> str:
    return text[:width].rstrip("<").ljust(width, "<")


def _length(parts: Sequence[str]) -> int:
    return sum(map(len, parts)) + len(parts) - 1


def split_name_field(field: str) -> tuple[str, str]:
    """Primary and secondary identifier of a name field, components parted by one space (ICAO 9303-3 §4.6)."""
    primary, _, secondary = field.rstrip("<").partition("<<")
    if "<" in secondary:
        secondary = " ".join(filter(None, secondary.split("<")))
    return primary.replace("<", " ").strip(), secondary


def possibly_truncated(field: str) -> bool:
    """Whether the name counts as truncated: its last position holds a letter (ICAO 9303-4 §4.2.3, note)."""
    return field[-1:].isalpha()


# --- comparison ----------------------------------------------------------------------------------

_STYLES: Final = tuple(
    Transliteration(ntilde=ntilde, umlaut=umlaut) for ntilde in ("N", "NXX") for umlaut in ("U", "UE", "UXX")
)
# Table B has columns of their own for some languages: a passport and a record may each follow another one.
_CYRILLIC_STYLES: Final = tuple(Transliteration(cyrillic=language) for language in ("be", "bg", "mk", "sr", "uk"))
_CYRILLIC = re.compile(r"[\u0400-\u04FF]")
_ESCAPES = re.compile(r"(?<=[AONU])XX")
_DOUBLED = re.compile(r"UE|AE|OE|AA")
_NOT_WORD = re.compile(r"[\W_]+")
# What people type for letters that are not a base letter and a mark: Søren is searched as "soren".
_SEARCH = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "œ": "oe", "æ": "ae", "þ": "th"})


def same_person_forms(name: str) -> frozenset[str]:
    """The forms under which `name` may stand in any State's records; two names agree when the sets meet.

    Ñ as N or NXX, Ü as U, UE or UXX, Ä as A, AE or AXX, Ö and Ø as O, OE or OXX, Å as A or AA compare equal,
    whether the name comes from the visual zone, a machine-readable one or a form (ICAO 9303-3 §6 leaves
    these rows to the State). The forms are upper case, one space between components. The last resort among
    them is the name with each such group reduced to its first letter, so MUELLER, MULLER and MÜLLER meet;
    so would MANUEL and MANUL: this finds candidates, people decide. Word order is not changed. Letters of
    unknown scripts are kept.
    """
    return _forms(unicodedata.normalize("NFC", name))


@lru_cache(maxsize=4096)
def _forms(name: str) -> frozenset[str]:
    styles = _STYLES[:1] if name.isascii() else _STYLES
    if _CYRILLIC.search(name):
        styles = (*styles, *_CYRILLIC_STYLES)
    written = {_words(name, style) for style in styles}
    forms = set(written)
    for form in written:
        plain = _ESCAPES.sub("", form)
        while (reduced := _DOUBLED.sub(lambda pair: pair[0][0], plain)) != plain:
            plain = reduced
        forms.add(plain)
    return frozenset(form for form in forms if form)


def _words(name: str, style: Transliteration) -> str:
    spaced = _SEPARATORS.sub(" ", name)
    kept = "".join(c for c in transliterate(spaced, style, strict=False) if c.isalnum() or c == " ")
    return " ".join(kept.split())


def fold(text: str) -> str:
    """`text` for searching: lower case, no accents, no punctuation, single spaces; digits stay.

    Ñ is n, Ø o, ß ss, Đ d; apostrophes join, hyphens part; Cyrillic and Arabic letters take their ICAO
    form, so that a name finds its own machine-readable zone. Letters of other scripts are only lower-cased.
    """
    if text.isascii():
        lowered = text.lower().replace("'", "").replace("`", "")
    else:
        lowered = transliterate(text.lower().translate(_SEARCH), strict=False).lower().replace("'", "")
    return _NOT_WORD.sub(" ", lowered).strip()
