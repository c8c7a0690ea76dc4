"""How the agencies find people: by document, or by names as loosely as each register really does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from .people import Person, Record, fold

MAX_ROWS = 10


@dataclass(frozen=True)
class Query:
    """A question's subject, folded to the agencies' own spelling; dates are ISO 8601 as sent."""

    surnames: str = ""
    given: str = ""
    birth_date: str = ""
    document: str = ""


def near(left: str, right: str) -> bool:
    """Whether two single names are one name in a clerk's eyes: equal, one begun by the other, or a slip."""
    if left == right:
        return True
    if min(len(left), len(right)) >= 4 and (left.startswith(right) or right.startswith(left)):
        return True
    return min(len(left), len(right)) >= 5 and SequenceMatcher(None, left, right).ratio() >= 0.88


class World:
    """Index over the scripted people; built once, read by all threads."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people = tuple(people)
        self._by_document: dict[str, list[Person]] = defaultdict(list)
        self._by_question: dict[str, list[Person]] = defaultdict(list)
        self._by_full_name: dict[str, list[Person]] = defaultdict(list)
        for person in self.people:
            for _, number, _ in person.documents:
                self._by_document[fold(number).replace(" ", "")].append(person)
            for question in person.records:
                self._by_question[question].append(person)
            self._by_full_name[fold(" ".join((*person.surnames, person.given)))].append(person)

    def by_document(self, number: str) -> list[Person]:
        return list(self._by_document.get(fold(number).replace(" ", ""), ())) if number else []

    def identified(self, query: Query) -> Person | None:
        """The scripted person meant by ``query``: by document, else by full name and birth date."""
        found = self.by_document(query.document)
        if not found:
            found = [
                person
                for person in self._by_full_name.get(fold(f"{query.surnames} {query.given}"), ())
                if not query.birth_date or person.birth_date == query.birth_date
            ]
        return next((person for person in found if person.shape != "record"), None)

    def held(self, question: str, query: Query, *, loose: bool = True) -> list[tuple[Person, Record]]:
        """Records the agency finds for ``query``: the document's own, and those under a like name.

        ``loose`` accepts near names; otherwise every name must be equal (INPE).
        """
        rows: list[tuple[Person, Record]] = []
        for person in self._by_question.get(question, ()):
            own = query.document and any(fold(number) == fold(query.document) for _, number, _ in person.documents)
            if own or self._named(person, query, loose=loose):
                rows.extend((person, record) for record in person.records[question])
        rows.sort(key=lambda row: row[0].birth_date != query.birth_date)
        return rows[:MAX_ROWS]

    @staticmethod
    def _named(person: Person, query: Query, *, loose: bool) -> bool:
        asked_surnames, asked_given = fold(query.surnames).split(), fold(query.given).split()
        surnames, given = fold(" ".join(person.surnames)).split(), fold(person.given).split()
        if not asked_surnames or not surnames:
            return False
        if not loose:
            return asked_surnames == surnames and (asked_given == given or asked_given[:1] == given[:1])
        if not near(asked_surnames[0], surnames[0]):
            return False
        both_second = len(asked_surnames) > 1 and len(surnames) > 1
        if both_second and not near(asked_surnames[1], surnames[1]):
            return False
        if not asked_given or not given:
            return not asked_given and not given
        return near(asked_given[0], given[0])
