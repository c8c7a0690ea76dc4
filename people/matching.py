"""Who of the persons already known may be the one being registered. A pure read: people decide.

Every query starts from ``Person.objects.visible_to(user)``: a person known only through a protected case causes no
warning (domain §8.4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from django.db.models import Prefetch, Q, Value, prefetch_related_objects
from rapidfuzz import fuzz

from icao.names import fold, same_person_forms
from people.models import IdentityDocument, Person

SIMILAR = 85  # of 100, rapidfuzz's ratio of the sorted words: «perez soto» and «peres soto» have 90
CANDIDATES = 300  # persons born on one day that are compared; a million persons have some forty a day


class Reason(IntEnum):
    """Why a person is offered, the strongest first."""

    DOCUMENT = 1
    NAME_AND_BIRTH = 2
    SIMILAR_NAME = 3

    @property
    def strong(self) -> bool:
        """Whether an officer must say if it is the same person before going on."""
        return self is not Reason.SIMILAR_NAME


@dataclass(frozen=True)
class Match:
    """A known person who may be the one at the counter; ``score`` is the likeness of the names, 0 to 100."""

    person: Person
    reason: Reason
    score: int


def possible_duplicates(
    user, *, number: str = "", issuer: str = "", primary: str = "", secondary: str = "", birth_date: str = "",
    limit: int = 5,
) -> list[Match]:  # fmt: skip
    """Persons the user may see who hold this document, or have this name, or one like it, and this birth date.

    ``birth_date`` is YYYY-MM-DD with 00 for unknown parts; dates agree when nothing known in both differs. One
    statement, and a second for the documents of those found.
    """
    visible = Person.objects.visible_to(user)
    name = f"{primary} {secondary}".strip()
    searches = []
    if number and issuer:
        holders = visible.with_document(number, issuer).annotate(holds=Value(True))
        searches.append(holders[:limit])
    if name and birth_date and not birth_date.startswith("0000"):
        searches.append(_born(visible.annotate(holds=Value(False)), birth_date, fold(name)))
    if not searches:
        return []
    found: dict[int, Match] = {}
    for person in searches[0].union(*searches[1:], all=True):
        score = _likeness(name, person)
        if person.holds:
            found[person.pk] = Match(person, Reason.DOCUMENT, score)
        elif score == 100:
            found.setdefault(person.pk, Match(person, Reason.NAME_AND_BIRTH, score))
        elif score >= SIMILAR:
            found.setdefault(person.pk, Match(person, Reason.SIMILAR_NAME, score))
    best = sorted(found.values(), key=lambda match: (match.reason, -match.score, match.person.pk))[:limit]
    _with_documents(match.person for match in best)
    return best


def _born(persons, birth_date: str, folded: str):
    """Persons whose birth date does not contradict this one."""
    year, month, day = birth_date.split("-")
    if month != "00" and day != "00":
        return persons.filter(birth_date__in=[birth_date, f"{year}-{month}-00", f"{year}-00-00"])[:CANDIDATES]
    # a whole month or year of births: only those whose name the trigram index finds
    last = f"{year}-{month}-31" if month != "00" else f"{year}-12-31"
    in_range = Q(birth_date__gte=f"{year}-{month}-00", birth_date__lte=last) | Q(birth_date=f"{year}-00-00")
    return persons.filter(in_range).whose_name(Q(folded__trigram_similar=folded))[:CANDIDATES]


def _likeness(name: str, person: Person) -> int:
    """0 to 100; 100 when the names are the same, however Ñ, Å or Ü were written and in whatever order."""
    known = f"{person.primary} {person.secondary}".strip()
    if not name or not known:
        return 0
    if same_person_forms(name) & same_person_forms(known):
        return 100
    mine, theirs = fold(name), person.folded or fold(known)
    if sorted(mine.split()) == sorted(theirs.split()):
        return 100
    return min(99, round(max(fuzz.token_sort_ratio(mine, theirs), _one_within_the_other(mine, theirs))))


def _one_within_the_other(mine: str, theirs: str) -> float:
    """A name that lacks a second given name or surname is still like the whole one, if two words agree."""
    shared = set(mine.split()) & set(theirs.split())
    return fuzz.token_set_ratio(mine, theirs) * 0.95 if len(shared) >= 2 else 0.0


def _with_documents(persons: Iterable[Person]) -> None:
    """Their documents, newest first, in one statement; none when nobody was found."""
    newest_first = IdentityDocument.objects.order_by("-id")
    prefetch_related_objects(list(persons), Prefetch("documents", queryset=newest_first))
