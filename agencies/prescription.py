"""What the policy asks of a case at a moment, person by person. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from agencies.models import Agency, CheckPolicy
from agencies.persons import persons_of
from agencies.policy import agency_of, prescribed
from agencies.protection import askable
from cases.models import Case
from people.ages import age_on
from people.models import Person


@dataclass(frozen=True)
class Wanted:
    """A question that a row of the policy puts about a person of the case to an agency."""

    role: str
    person: Person
    row: CheckPolicy
    agency: Agency

    @property
    def key(self) -> tuple[int, str]:
        return self.person.pk, self.row.question


@dataclass(frozen=True)
class Prescription:
    """``missing``: how many prescribed questions nobody has configured an agency for; ``withheld``: how many a State
    of origin would hear."""

    wanted: list[Wanted]
    missing: int
    withheld: int


def prescription(case: Case, moment: str, at: datetime) -> Prescription:
    """What is to be asked. A question of a protected case that a State of origin would hear never is (domain §8.4)."""
    wanted, missing, kept_back = [], 0, 0
    for role, person in persons_of(case):
        age = age_on(person.birth_date, at.date())
        rows = prescribed(case, age=age, nationality=person.nationality, role=role, moment=moment)
        allowed = askable(case, person, rows)
        kept_back += len(rows) - len(allowed)
        for row in allowed:
            agency = agency_of(row.question)
            if agency is None or not row.legal_basis:
                missing += 1
            else:
                wanted.append(Wanted(role, person, row, agency))
    return Prescription(wanted, missing, kept_back)
