"""What statistics may say about protected cases (domain §8.4 and §13, k-anonymity).

A statistic counts ordinary cases only, for everybody: what a person without a protection role reads is the same as
what one behind the wall reads, so that comparing two boards gives nothing away. For who is behind the wall the
protected ones are told apart, with no number below ``settings.SMALL_CELL``. Work lists are no statistics: they hold
every case that a person may work on, row by row.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, QuerySet

from cases.due import due_soon, overdue, places
from cases.models import Task
from offices.realms import realm_of
from wall.realm import ORDINARY, PROTECTED


def disclosed(number: int) -> str:
    """A number as a statistic about protected cases shows it: «< 10» for any smaller one, also for none."""
    least = settings.SMALL_CELL
    return str(number) if number >= least else f"< {least}"


def counted(tasks: QuerySet[Task], user) -> QuerySet[Task]:
    """Of these steps those that statistics count. Without a protection role the others are not there to begin with."""
    return tasks.filter(confidentiality=ORDINARY) if realm_of(user) == PROTECTED else tasks


@dataclass(frozen=True)
class ProtectedLoad:
    """Open steps of protected cases at an office; without a name, at all those that are not told apart."""

    office: str
    open: str
    overdue: str
    soon: str


def protected_load(tasks: QuerySet[Task], user, *, now: datetime) -> list[ProtectedLoad]:
    """What the board of somebody behind the wall says about protected cases; empty for everybody else.

    An office has a line of its own from ``SMALL_CELL`` open steps on; the others share the last line, which is always
    there: that an office is missing, or that there is nobody to share with, would be a number too. There is no total,
    from which the suppressed could be taken back.
    """
    if realm_of(user) != PROTECTED:
        return []
    measures = {
        "open": Count("pk"),
        "overdue": Count("pk", filter=overdue(now)),
        "soon": Count("pk", filter=due_soon(now)),
    }
    rows = tasks.filter(confidentiality=PROTECTED).order_by().values("office_id").annotate(**measures)
    known, lines, rest = places(), [], dict.fromkeys(measures, 0)
    for row in rows:
        if row["open"] >= settings.SMALL_CELL:
            lines.append(
                ProtectedLoad(known[row["office_id"]].name, *(disclosed(row[measure]) for measure in measures))
            )
        else:
            rest = {measure: rest[measure] + row[measure] for measure in measures}
    return [*sorted(lines, key=lambda line: line.office), ProtectedLoad("", *map(disclosed, rest.values()))]
