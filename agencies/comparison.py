"""A person and an agency's record side by side, field by field, for whoever adjudicates a hit.

Pure. It shows and never decides: accents, case, the order of names and the spellings of ICAO 9303-3 §6 count as equal
(:func:`icao.names.same_person_forms`: Ñ as N or NXX, Ü as U, UE or UXX, the Cyrillic columns of every language); what
only looks or sounds alike is called similar, with a score and the reason; so that a person can weigh it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
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
        _name(
            "name",
            _("Name"),
            f"{subject.primary} {subject.secondary}".strip(),
            record.get("name", ""),
            surnames=subject.primary,
        ),
        _birth_date(subject.birth_date, record.get("birth_date", "")),
        _document(subject, record.get("document", ""), record.get("document_issuer", "")),
        _sex(subject.sex, record.get("sex", "")),
        _nationality(subject.nationality, record.get("nationality", "")),
        _text("birth_place", _("Place of birth"), subject.birth_place, record.get("birth_place", "")),
        _name("father", _("Father"), subject.father, father.strip()),
        _name("mother", _("Mother"), subject.mother, mother.strip()),
    )
    return [line for line in lines if line.ours or line.theirs]


SECOND = ("document", "birth_date", "birth_place", "father", "mother")
"""The identifiers that settle a hit when names agree (domain §6.2)."""


@dataclass(frozen=True)
class Identifiers:
    """Which second identifiers a comparison could use: ``compared`` on both sides, ``ask_agency`` those that only the
    person's file has, ``ask_file`` those that only the agency has, ``unknown`` to both."""

    compared: tuple[Line, ...]
    ask_agency: tuple[Line, ...]
    ask_file: tuple[Line, ...]
    unknown: tuple[Any, ...]


def identifiers(lines: Iterable[Line]) -> Identifiers:
    """The second identifiers of a comparison, each where it stands."""
    found = {line.field: line for line in lines if line.field in SECOND}
    both = tuple(line for line in found.values() if line.ours and line.theirs)
    return Identifiers(
        compared=both,
        ask_agency=tuple(line for line in found.values() if line.ours and not line.theirs),
        ask_file=tuple(line for line in found.values() if line.theirs and not line.ours),
        unknown=tuple(LABELS[field] for field in SECOND if field not in found),
    )


LABELS = {
    "document": _("Document"),
    "birth_date": _("Date of birth"),
    "birth_place": _("Place of birth"),
    "father": _("Father"),
    "mother": _("Mother"),
}


def _absent(field: str, label: Any, ours: str, theirs: str) -> Line | None:
    return None if ours and theirs else Line(field, label, ours, theirs, Likeness.ABSENT)


# --- names and words -------------------------------------------------------------------------------------------

PARTICLES = frozenset(
    "DE DEL LA LAS LOS EL Y E DA DAS DO DOS DI VON VAN DER DEN TEN ZU AL BIN BINT IBN BEN VDA VIUDA SAN".split()  # noqa: SIM905
)
"""Words that records leave out, join or move: *de la Cruz*, *van der Berg*, *al-Mansuri*, *viuda de Soto* (domain
§9.3). A name that differs in them alone is called similar and says so; what they mean is for a person to know."""

# What romanisations of Arabic, Cyrillic and other scripts write in several ways, applied in this order to A-Z.
_SOUNDS = tuple(
    (re.compile(pattern), letter)
    for pattern, letter in (
        (r"X(?=[SHZDTKG])", ""),  # the escapes of ICAO 9303-3 §6 C
        (r"SHCH|SCHTSCH|SZCZ|STCH|SHT", "5"),
        (r"TCH|TSCH|CH|CZ|TX|TJ", "4"),
        (r"SCH|SH|SZ|SJ", "3"),
        (r"ZH|DZH|DJ|DG", "2"),
        (r"GU(?=[EI])|GH", "G"),
        (r"QU?|CK|C(?=[AOUKRL])", "K"),
        (r"TS|TZ|C(?=[EIY])|Z", "S"),
        (r"PH|V|W", "F"),
        (r"Y", "I"),
    )
)
_VARIANTS = (("KH", ("K", "")), ("J", ("I", "K", "2")), ("X", ("X", "K")))
"""Groups that stand for quite different sounds by language: a J is a vowel in German, KH in Spanish, ZH in English."""


@lru_cache(maxsize=4096)
def _sounds_of(word: str) -> frozenset[str]:
    """Keys under which the romanisations of one word meet: MOHAMED and MUHAMMAD, SERGEI and SERGUEI, YULIYA and JULIA.

    The consonants by class, whether a vowel stands first, and which of A and O or U stands last (LUIS is not LUISA).
    They forgive much, so they make two words *possible variants*, never equal.
    """
    written = {word}
    for group, letters in _VARIANTS:
        written = {each.replace(group, letter) for each in written for letter in letters}
    return frozenset(map(_consonants, written))


def _consonants(word: str) -> str:
    for pattern, letter in _SOUNDS:
        word = pattern.sub(letter, word)
    word = re.sub(r"(?<=.)H", "", word)
    first = "V" if word[:1] in "AEIOU" else ""
    last = {"A": "a", "O": "o", "U": "o"}.get(word[-1:], "")
    return first + re.sub(r"(.)\1+", r"\1", re.sub(r"[AEIOU]+", "", word)) + last


def _sorted_forms(name: str) -> frozenset[str]:
    return frozenset(" ".join(sorted(form.split())) for form in same_person_forms(name))


def _without_particles(forms: frozenset[str]) -> frozenset[str]:
    kept = ([word for word in form.split() if word not in PARTICLES] for form in forms)
    return frozenset(" ".join(sorted(words)) for words in kept if words)


def _joined(name: str) -> frozenset[str]:
    """The forms written in one word: DELACRUZ for *de la Cruz*, in the order of writing."""
    return frozenset(form.replace(" ", "") for form in same_person_forms(name))


def _sound_alike(ours: str, theirs: str) -> bool:
    """Whether every word of each side may be another romanisation of one of the other side, and the whole looks alike.
    A name kept in a script without vowels is compared by its consonants alone."""
    vowelless = bool(_ARABIC.search(ours) or _ARABIC.search(theirs))

    def keys(word: str) -> frozenset[str]:
        found = _sounds_of(word)
        return frozenset(key.strip("Vao") for key in found) if vowelless else found

    for our, their in product(_without_particles(_sorted_forms(ours)), _without_particles(_sorted_forms(theirs))):
        own, other = [keys(word) for word in our.split()], [keys(word) for word in their.split()]
        alike = len(own) == len(other) and all(any(a & b for b in other) for a in own)
        if alike and all(any(a & b for a in own) for b in other) and (vowelless or fuzz.ratio(our, their) >= 60):
            return True
    return False


_ARABIC = re.compile(r"[\u0600-\u06FF\u0750-\u077F]")


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


def _why_similar(ours: str, theirs: str, surnames: str) -> Any:
    """What makes two names that are not equal the same all the same, the strongest reason first; empty when nothing
    does. ``surnames``: of the person, when the name is theirs."""
    our_forms, their_forms = _sorted_forms(ours), _sorted_forms(theirs)
    bare_ours, bare_theirs = _without_particles(our_forms), _without_particles(their_forms)
    if bare_ours & bare_theirs:
        return _("they differ in particles only")
    if _joined(ours) & _joined(theirs):
        return _("written in one word on one side")
    first, _space, last = surnames.rpartition(" ")
    if first and _sorted_forms(ours.replace(surnames, first, 1)) & their_forms:
        return _("without the second surname")
    if _contained(bare_ours, bare_theirs):
        return _("one side has more names")
    if _sound_alike(ours, theirs):
        return _("possibly another romanisation of the same name")
    return ""


def _name(field: str, label: Any, ours: str, theirs: str, surnames: str = "") -> Line:
    if absent := _absent(field, label, ours, theirs):
        return absent
    our_forms, their_forms = _sorted_forms(ours), _sorted_forms(theirs)
    if our_forms & their_forms:
        in_order = same_person_forms(ours) & same_person_forms(theirs)
        hint = "" if in_order else _("the same names in another order")
        return Line(field, label, ours, theirs, Likeness.EQUAL, words=tuple(map(Word, theirs.split())), hint=hint)
    score, words = _score(our_forms, their_forms), _words(ours, theirs)
    hint = _why_similar(ours, theirs, surnames)
    likeness = Likeness.SIMILAR if hint or score >= SIMILAR_FROM else Likeness.DIFFERENT
    return Line(field, label, ours, theirs, likeness, score, words, hint)


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
    if len(our) == len(their) == 3 and our[1:] == their[1:] and abs(int(our[0]) - int(their[0])) in (1, 10, 100):
        return Line(field, label, ours, theirs, Likeness.DIFFERENT, hint=_("one digit of the year differs"))
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
