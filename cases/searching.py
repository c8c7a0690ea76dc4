"""The one search box: case number, document number or name. Nothing leaves without ``visible_to`` on persons and on
cases, and everything is limited: a person without a visible case does not show, and is not counted either.

A name is looked for by its whole words first, which an index on the cases' own rows finds at once however many cases
there are. Parts of words are looked for when whole ones find nothing, or when somebody asks for it.
"""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from cases.models import Case, CaseWords
from cases.spelling import Spelled, likely_numbers, read_number
from icao.names import fold
from offices.authority import authority_of
from offices.roles import Act
from people.models import Person
from people.queries import of_visible_persons
from wall.realm import PROTECTED, current_realm

PAGE = 50
# Up to here the persons of a name lead to their cases; a commoner name is met soon enough from the newest case back.
CANDIDATES = 2_000
SHORT = 3  # a trigram index can not find less than this inside a word
HINTS = 6
_LENGTH = 100


@dataclass
class Found:
    """What a search has found. ``exact``: the one case whose number was typed; ``hints``: visible cases a mistyped
    number may mean; ``wide``: names were found by parts of words."""

    text: str
    typed: Spelled | None = None
    exact: Case | None = None
    hints: list[Case] = field(default_factory=list)
    by_document: list[Case] = field(default_factory=list)
    by_name: list[Case] = field(default_factory=list)
    next: int | None = None
    wide: bool = False
    person: Person | None = None

    @property
    def nothing(self) -> bool:
        return not (self.exact or self.hints or self.by_document or self.by_name)

    @property
    def shown(self) -> int:
        """How many cases the answer shows."""
        return len(self.hints) + len(self.by_document) + len(self.by_name) + (self.exact is not None)

    @property
    def persons(self) -> list[Person]:
        """The applicants of the cases shown, each once, those with most cases first."""
        applicants = {case.applicant_id: case.applicant for case in self.by_name}
        often = Counter(case.applicant_id for case in self.by_name)
        return [applicants[pk] for pk, _number in often.most_common()]

    @property
    def repeated(self) -> list[Person]:
        """The persons worth choosing from: more than one was found, and some of them have several cases."""
        often = Counter(case.applicant_id for case in self.by_name)
        return [person for person in self.persons if often[person.pk] > 1] if len(often) > 1 else []


def search(text: str, user, *, before: int | None = None, person_id: int | None = None, wide: bool = False) -> Found:
    """Cases for what was typed, newest first; ``before`` (a case's id) goes on from there, ``person_id`` keeps to one
    applicant, ``wide`` looks for parts of words. At most five statements."""
    found = Found(" ".join(text[:_LENGTH].split()))
    if not found.text:
        return found
    found.typed = read_number(found.text)
    if found.typed is not None:
        return _by_number(found, user)
    persons = Person.objects.visible_to(user)
    if person_id is not None:
        _page(found, _newest(user, persons.filter(pk=person_id)), before)
        found.person = found.by_name[0].applicant if found.by_name else None
        return found
    if before is None and (numbers := _document_numbers(found.text)):
        holders = persons.filter(documents__number__in=numbers)
        found.by_document = list(_newest(user, holders)[:PAGE])
    if any(character.isdigit() for character in found.text):
        return found
    if not wide:
        _by_words(found, user, before)
    found.wide = wide or (before is None and not found.by_name)
    if found.wide:
        meant = named(persons, found.text)
        known = list(meant.values_list("pk", flat=True)[: CANDIDATES + 1])
        if len(known) <= CANDIDATES:
            meant = persons.filter(pk__in=known)
        _page(found, _newest(user, meant), before)
    return found


def _by_words(found: Found, user, before: int | None) -> None:
    """Cases whose applicant's name has these whole words: ordinary ones by the table that has indexes for them,
    protected ones, for those behind the wall, among the few protected rows.

    The places of a page are counted there, and what ``visible_to`` takes out besides leaves it a row shorter.
    """
    words = fold(found.text).split() or [""]
    visible = Case.objects.visible_to(user).filter(of_visible_persons(user, "applicant"))
    sources = [CaseWords.objects.filter(authority_of(user).where(Act.VIEW), words__contains=words)]
    if current_realm() == PROTECTED:
        sources.append(visible.filter(confidentiality=PROTECTED, applicant_words__contains=words))
    ids: set[int] = set()
    for rows in sources:
        part = rows if before is None else rows.filter(pk__lt=before)
        ids.update(part.order_by("-pk").values_list("pk", flat=True)[: PAGE + 1])
    newest = sorted(ids, reverse=True)
    cases = visible.filter(pk__in=newest[:PAGE]).select_related("applicant").order_by("-pk")
    found.by_name = list(cases) if newest else []
    found.next = newest[PAGE - 1] if len(newest) > PAGE else None


def _newest(user, persons: QuerySet[Person]) -> QuerySet[Case]:
    cases = Case.objects.visible_to(user).filter(applicant__in=persons.values("pk"))
    return cases.select_related("applicant").order_by("-pk")


def _page(found: Found, cases: QuerySet[Case], before: int | None) -> None:
    page = list((cases if before is None else cases.filter(pk__lt=before))[: PAGE + 1])
    found.by_name = page[:PAGE]
    found.next = page[PAGE - 1].pk if len(page) > PAGE else None


def _by_number(found: Found, user) -> Found:
    assert found.typed is not None
    visible = Case.objects.visible_to(user).select_related("applicant")
    if found.typed.sound:
        found.exact = visible.filter(number=found.typed.number).first()
    else:
        likely = likely_numbers(found.typed)
        found.hints = sorted(visible.filter(number__in=likely)[:HINTS], key=lambda case: likely.index(case.number))
    return found


def _document_numbers(text: str) -> list[str]:
    """The spellings of a document number: as typed, and without what people put between its characters."""
    typed = text.upper()
    compact = "".join(character for character in typed if character.isalnum())
    return sorted({typed, compact}) if " " not in text or any(c.isdigit() for c in text) else []


def named(persons: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Persons whose name holds every word of ``text``; words too short for the index must be whole."""
    words = fold(text).split()
    if words and max(map(len, words)) < SHORT:
        # «Li Wu»: whole words, which the index knows by the blanks around them
        for word in words:
            persons = persons.whose_name(
                Q(folded__startswith=f"{word} ") | Q(folded__endswith=f" {word}") | Q(folded__contains=f" {word} ")
                | Q(folded=word)
            )  # fmt: skip
        return persons
    return persons.named_like(text)
