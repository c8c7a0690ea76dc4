"""The supervisor's board: load and ages of open steps, aggregated in SQL. Finished steps, a hundred times as many, are
not in the partial indexes that these statements read, and are never looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from cases.due import Place, due_soon, overdue, places
from cases.models import Conflict, Task
from offices.models import Delegation, Office, OfficeUserObjectPermission, Posting, User

OFFICERS = 60
CANDIDATES = 200
AHEAD = 10  # calendar days
# Upper bounds of the ages shown, in days since the step began; the last bar is everything older.
AGES = (1, 3, 7, 14, 30)
_DAY = timedelta(days=1)


@dataclass
class Load:
    """Open steps of an office, or of one officer there. ``oldest``: when the one that has waited longest began."""

    office_id: int
    office: Place | None = None
    officer_id: int | None = None
    officer: str = ""
    waiting: int = 0
    waiting_overdue: int = 0
    taken: int = 0
    taken_overdue: int = 0
    soon: int = 0
    oldest: datetime | None = None

    @property
    def open(self) -> int:
        return self.waiting + self.taken

    @property
    def overdue(self) -> int:
        return self.waiting_overdue + self.taken_overdue

    @property
    def in_time(self) -> int:
        return self.open - self.overdue - self.soon

    @property
    def urgency(self) -> tuple[int, int, int]:
        return self.overdue, self.soon, self.open

    def add(self, row: dict[str, Any], kind: str) -> None:
        setattr(self, kind, getattr(self, kind) + row["open"])
        setattr(self, f"{kind}_overdue", getattr(self, f"{kind}_overdue") + row["late"])
        self.soon += row["soon"]
        self.oldest = min(filter(None, (self.oldest, row["oldest"])))


@dataclass(frozen=True)
class Bar:
    """Steps of an age (``low`` ≤ days < ``high``; no ``high``: all older ones), or due on a day."""

    number: int
    low: int = 0
    high: int | None = None
    day: datetime | None = None


@dataclass(frozen=True)
class Board:
    """``officers`` is cut at :data:`OFFICERS`, the most urgent load first; ``more`` says how many it leaves out."""

    offices: list[Load]
    officers: list[Load]
    more: int
    ages: list[Bar]
    ahead: list[Bar]
    total: Load


def board_of(tasks: QuerySet[Task], *, now: datetime) -> Board:
    """The board of open steps, which the caller has bounded by the supervisor's rights. Two statements."""
    measures: dict[str, Any] = {
        "open": Count("pk"),
        "late": Count("pk", filter=overdue(now)),
        "soon": Count("pk", filter=due_soon(now)),
        "oldest": Min("created"),
    }
    names = ("owner_id", "owner__last_name", "owner__first_name")
    known = places()
    offices: dict[int, Load] = {}
    officers: list[Load] = []
    total = Load(0)
    for row in tasks.order_by().values("office_id", *names).annotate(**measures):
        pk = row["office_id"]
        loads = [offices.setdefault(pk, Load(pk, known[pk])), total]
        if row["owner_id"] is not None:
            name = ", ".join(filter(None, (row["owner__last_name"], row["owner__first_name"])))
            officers.append(Load(pk, known[pk], row["owner_id"], name))
            loads.append(officers[-1])
        for load in loads:
            load.add(row, "waiting" if row["owner_id"] is None else "taken")
    officers.sort(key=lambda load: load.officer)
    ages, ahead = _bars(tasks, now)
    return Board(
        offices=sorted(offices.values(), key=lambda load: load.urgency, reverse=True),
        officers=sorted(officers, key=lambda load: load.urgency, reverse=True)[:OFFICERS],
        more=max(0, len(officers) - OFFICERS),
        ages=ages,
        ahead=ahead,
        total=total,
    )


def _bars(tasks: QuerySet[Task], now: datetime) -> tuple[list[Bar], list[Bar]]:
    spans = list(zip((0, *AGES), (*AGES, None), strict=True))
    counts: dict[str, Any] = {}
    for index, (low, high) in enumerate(spans):
        span = Q(created__lte=now - low * _DAY) if low else Q()
        counts[f"age{index}"] = Count("pk", filter=span & (Q(created__gt=now - high * _DAY) if high else Q()))
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight + number * _DAY for number in range(AHEAD + 1)]
    for index, (begin, end) in enumerate(zip(days, days[1:], strict=False)):
        # a term ends when its last day ends, so what ends at midnight falls due on the day before
        counts[f"due{index}"] = Count("pk", filter=Q(due_at__gt=max(begin, now), due_at__lte=end))
    found = tasks.order_by().aggregate(**counts)
    ages = [Bar(found[f"age{index}"], low, high) for index, (low, high) in enumerate(spans)]
    return ages, [Bar(found[f"due{index}"], day=day) for index, day in enumerate(days[:-1])]


def candidates(tasks: Iterable[Task]) -> QuerySet[User]:
    """People whose postings give them the right to at least one of these steps, for the list to choose from; whether
    somebody may do a given step is decided by the act."""
    tasks = list(tasks)
    rights = {task.right for task in tasks}
    reached = Office.objects.filter(
        pk__in={task.office_id for task in tasks}, path__startswith=OuterRef("content_object__path")
    )
    now = timezone.now()
    held = OfficeUserObjectPermission.objects.filter(
        Exists(reached), permission__codename__in=rights, posting__in=Posting.objects.in_force(now)
    )
    covering = Delegation.objects.in_force(now).filter(posting__in=held.values("posting_id"))
    kept_out = Conflict.objects.standing().filter(case_id__in={task.process_id for task in tasks})
    holders = User.objects.filter(
        Q(pk__in=held.values("user_id")) | Q(pk__in=covering.values("delegate_id")), is_active=True
    )
    if len(tasks) == 1:
        holders = holders.exclude(pk__in=kept_out.values("user_id"))
    return holders.order_by("last_name", "first_name", "pk")
