"""A person and an agency's record side by side, field by field, for whoever adjudicates a hit.

Pure. It shows and never decides: accents, case, the order of names and the spellings of ICAO 9303-3 §6 count as equal
(:func:`icao.names.same_person_forms`); everything else is said with a score, so that a person can weigh it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any

from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from agencies.connectors.base import Subject
from icao.codes import from_iso_alpha3, is_nationality
from icao.names import fold, same_person_forms

SIMILAR_FROM = 80
"""Score, 0 to 100 (:func:`rapidfuzz.fuzz.ratio`), from which two texts are called similar."""

NOT_COMPARED = ("category", "detail", "reference")
"""Fields of a record that say what it is about, not whom."""


class Likeness(StrEnum):
    EQUAL = "equal"
    SIMILAR = "similar"
    DIFFERENT = "different"
    ABSENT = "absent"


@dataclass(frozen=True)
class Word:
    """A word of the agency's side; ``differs`` when the person has none like it."""

    text: str
    differs: bool = False


@dataclass(frozen=True)
class Line:
    """One field. ``score``: 0 to 100 for texts that are neither equal nor absent, else None. ``hint`` says what is
    behind a likeness that does not explain itself. An absent field has one empty side."""

    field: str
    label: Any
    ours: str
    theirs: str
    likeness: Likeness
    score: int | None = None
    words: tuple[Word, ...] = ()
    hint: Any = ""


def compare(subject: Subject, record: Mapping[str, str]) -> list[Line]:
    """The fields that either side knows, in the order in which they identify a person.

    :param record: the known fields of an :class:`agencies.connectors.base.AgencyRecord`, as kept with a check.
    """
    father, _slash, mother = record.get("parents", "").partition(" / ")
    lines = (
        _name("name", _("Name"), f"{subject.primary} {subject.secondary}".strip(), record.get("name", "")),
        _birth_date(subject.birth_date, record.get("birth_date", "")),
        _document(subject, record.get("document", ""), record.get("document_issuer", "")),
        _sex(subject.sex, record.get("sex", "")),
        _nationality(subject.nationality, record.get("nationality", "")),
        _text("birth_place", _("Place of birth"), subject.birth_place, record.get("birth_place", "")),
        _name("father", _("Father"), subject.father, father.strip()),
        _name("mother", _("Mother"), subject.mother, mother.strip()),
    )
    return [line for line in lines if line.ours or line.theirs]


def _absent(field: str, label: Any, ours: str, theirs: str) -> Line | None:
    return None if ours and theirs else Line(field, label, ours, theirs, Likeness.ABSENT)


# --- names and words -------------------------------------------------------------------------------------------


def _sorted_forms(name: str) -> frozenset[str]:
    return frozenset(" ".join(sorted(form.split())) for form in same_person_forms(name))


def _meet(ours: str, theirs: str) -> bool:
    """Whether two words can be spellings of one."""
    return bool(same_person_forms(ours) & same_person_forms(theirs))


def _words(ours: str, theirs: str) -> tuple[Word, ...]:
    own = ours.replace(",", " ").replace("-", " ").split()
    return tuple(
        Word(word, not any(_meet(mine, part) for part in word.strip(",").split("-") for mine in own))
        for word in theirs.split()
    )


def _score(ours: frozenset[str], theirs: frozenset[str]) -> int:
    """The best likeness of any two forms, 99 at most: 100 is for what is equal."""
    return min(99, round(max((fuzz.ratio(our, their) for our, their in product(ours, theirs)), default=0)))


def _contained(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether one side has all the parts of the other, two at least."""
    return any(
        len(shared) > 1 and shared in (our, their)
        for our, their in product((set(form.split()) for form in ours), (set(form.split()) for form in theirs))
        if (shared := our & their)
    )


def _name(field: str, label: Any, ours: str, theirs: str) -> Line:
    if absent := _absent(field, label, ours, theirs):
        return absent
    our_forms, their_forms = _sorted_forms(ours), _sorted_forms(theirs)
    if our_forms & their_forms:
        return Line(field, label, ours, theirs, Likeness.EQUAL, words=tuple(map(Word, theirs.split())))
    score, words = _score(our_forms, their_forms), _words(ours, theirs)
    if _contained(our_forms, their_forms):
        return Line(field, label, ours, theirs, Likeness.SIMILAR, score, words, _("one side has more names"))
    likeness = Likeness.SIMILAR if score >= SIMILAR_FROM else Likeness.DIFFERENT
    return Line(field, label, ours, theirs, likeness, score, words)


def _text(field: str, label: Any, ours: str, theirs: str) -> Line:
    """A place: the agency may name the country too."""
    if absent := _absent(field, label, ours, theirs):
        return absent
    our_forms, their_forms = _sorted_forms(ours), _sorted_forms(theirs)
    if our_forms & their_forms:
        return Line(field, label, ours, theirs, Likeness.EQUAL)
    score = _score(our_forms, their_forms)
    inside = any(
        set(our.split()) <= set(their.split()) or set(their.split()) <= set(our.split())
        for our, their in product(our_forms, their_forms)
    )
    if inside:
        return Line(field, label, ours, theirs, Likeness.SIMILAR, hint=_("one side says more"))
    likeness = Likeness.SIMILAR if score >= SIMILAR_FROM else Likeness.DIFFERENT
    return Line(field, label, ours, theirs, likeness, score)


# --- codes, dates and numbers ----------------------------------------------------------------------------------


def _birth_date(ours: str, theirs: str) -> Line:
    """ISO 8601, possibly only the year or the year and month."""
    field, label = "birth_date", _("Date of birth")
    if absent := _absent(field, label, ours, theirs):
        return absent
    if ours == theirs:
        return Line(field, label, ours, theirs, Likeness.EQUAL)
    short, long = sorted((ours, theirs), key=len)
    if long.startswith(short):
        return Line(field, label, ours, theirs, Likeness.SIMILAR, hint=_("agrees as far as it is known"))
    our, their = ours.split("-"), theirs.split("-")
    if len(our) == len(their) == 3 and (our[0], our[2], our[1]) == tuple(their):
        return Line(field, label, ours, theirs, Likeness.SIMILAR, hint=_("day and month swapped"))
    hint = _("the same year") if our[0] == their[0] else ""
    return Line(field, label, ours, theirs, Likeness.DIFFERENT, hint=hint)


def _flat(number: str) -> str:
    return fold(number).replace(" ", "")


def _numbers(subject: Subject) -> Iterator[tuple[str, str]]:
    for _kind, number, issuer in subject.documents:
        if number.strip():
            yield number, issuer


def _document(subject: Subject, theirs: str, their_issuer: str) -> Line:
    """Against every document of the person: the nearest one is shown. Another issuer makes it another document."""
    field, label = "document", _("Document")
    held = list(_numbers(subject))
    shown = f"{their_issuer} {theirs}".strip()
    if not held or not theirs:
        first = f"{held[0][1]} {held[0][0]}".strip() if held else ""
        return Line(field, label, first, shown, Likeness.ABSENT)
    (number, issuer), score = max(
        ((pair, round(fuzz.ratio(_flat(pair[0]), _flat(theirs)))) for pair in held), key=lambda found: found[1]
    )
    ours = f"{issuer} {number}".strip()
    if score == 100:
        same_issuer = not their_issuer or not issuer or from_iso_alpha3(issuer) == from_iso_alpha3(their_issuer)
        if same_issuer:
            return Line(field, label, ours, shown, Likeness.EQUAL)
        return Line(field, label, ours, shown, Likeness.DIFFERENT, hint=_("the same number of another State"))
    likeness = Likeness.SIMILAR if score >= SIMILAR_FROM else Likeness.DIFFERENT
    return Line(field, label, ours, shown, likeness, min(99, score))


def _sex(ours: str, theirs: str) -> Line:
    field, label = "sex", _("Sex")
    if absent := _absent(field, label, ours, theirs):
        return absent
    if "X" in (ours, theirs) and ours != theirs:
        return Line(field, label, ours, theirs, Likeness.SIMILAR, hint=_("not specified on one side"))
    return Line(field, label, ours, theirs, Likeness.EQUAL if ours == theirs else Likeness.DIFFERENT)


def _nationality(ours: str, theirs: str) -> Line:
    field, label = "nationality", _("Nationality")
    if absent := _absent(field, label, ours, theirs):
        return absent
    same = from_iso_alpha3(ours.upper()) == from_iso_alpha3(theirs.strip().upper())
    hint = "" if same or is_nationality(theirs.strip().upper()) else _("written in words")
    return Line(field, label, ours, theirs, Likeness.EQUAL if same else Likeness.DIFFERENT, hint=hint)
