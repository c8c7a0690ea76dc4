"""Work lists: what is filtered, one page of it by key, and how many there are up to a limit.

Shared by the pages and the exports. Choices come from the registry and from the person's rights, never from rows, and
nothing here costs more when the lists grow.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import TupleLessThan
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from viewflow.workflow.base import Node

from cases.clocks import ClockState
from cases.due import Place, due_soon, due_state, due_within, overdue, places
from cases.flow import HumanTask
from cases.models import Case, Priority, Task
from cases.registry import registry
from cases.searching import CANDIDATES, named
from cases.spelling import read_number
from icao.names import fold
from offices.authority import authority_of
from offices.roles import Act
from people.models import Person

PAGE = 50
COUNTED = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Due(StrEnum):
    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    WEEK = "week"


DUE_LABELS = {
    Due.OVERDUE: gettext_lazy("Overdue"),
    Due.TODAY: gettext_lazy("Due today"),
    Due.SOON: gettext_lazy("Due within 2 business days"),
    Due.WEEK: gettext_lazy("Due this week"),
}


def human_steps(procedure: str = "") -> Iterator[tuple[str, Node]]:
    """Code («visa.assess») and node of each human step, of one procedure or of all, in the order of the flow."""
    for code, flow_class in registry.procedures.items():
        if procedure in ("", code):
            for node in flow_class.instance.nodes():
                if isinstance(node, HumanTask):
                    yield f"{code}.{node.name}", node


# --- what is asked -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filter:
    """What somebody wants to see of a list. Read from a query string, written back to one, and named in words.

    ``scope`` "office" is the supervisor's view of the queue: every open step they supervise, those that wait or, with
    ``state`` "taken", those that somebody has (``officer``: their id).
    """

    procedure: str = ""
    step: str = ""
    due: str = ""
    office: str = ""
    q: str = ""
    scope: str = ""
    state: str = ""
    officer: str = ""

    @classmethod
    def read(cls, data: Mapping[str, str]) -> "Filter":
        """The filter in a query string; whatever is not a possible value is left out."""
        steps = dict(human_steps())
        given = {each.name: str(data.get(each.name, "")).strip() for each in fields(cls)}
        checks = {
            "procedure": lambda value: value in registry.procedures,
            "step": steps.__contains__,
            "due": lambda value: value in list(Due),
            "office": str.isdecimal,
            "scope": lambda value: value == "office",
            "state": lambda value: value == "taken",
            "officer": str.isdecimal,
        }
        kept = {name: value for name, value in given.items() if value and checks.get(name, bool)(value)}
        kept["q"] = given["q"][:80]
        if "step" in kept and kept.get("procedure", steps[kept["step"]].flow_class.code) != _procedure_of(kept["step"]):
            del kept["step"]  # the procedure was changed after the step was chosen
        if "scope" not in kept:
            kept.pop("state", None)
        if "state" not in kept:
            kept.pop("officer", None)
        return cls(**{name: value[:18] if name in ("office", "officer") else value for name, value in kept.items()})

    @property
    def query(self) -> str:
        """The query string, in a fixed order, so that equal filters are equal strings."""
        return urlencode([(each.name, value) for each in fields(self) if (value := getattr(self, each.name))])

    @property
    def chosen(self) -> list[str]:
        """The names of the fields that narrow the list."""
        return [each.name for each in fields(self) if getattr(self, each.name)]

    def without(self, *names: str) -> "Filter":
        return replace(self, **dict.fromkeys(names, ""))

    @property
    def cleared(self) -> "Filter":
        """The same side of the list without any filter."""
        return Filter(scope=self.scope, state=self.state)

    @property
    def narrowed(self) -> bool:
        return self != self.cleared

    def condition(self, user, *, now: datetime) -> Q:
        """What narrows a list that is already bounded by the person's rights; with text in it, one statement."""
        chosen = Q()
        if self.procedure:
            chosen &= Q(procedure=self.procedure)
        if self.step:
            chosen &= Q(procedure=_procedure_of(self.step), flow_task=dict(human_steps())[self.step])
        if self.due:
            chosen &= _DUE[Due(self.due)](now)
        if self.office:
            chosen &= Q(office_id=int(self.office))
        if self.officer:
            chosen &= Q(owner_id=int(self.officer))
        return chosen & _mentions(self.q, user) if self.q else chosen

    def words(self, officer: str = "") -> list[tuple[str, str, "Filter"]]:
        """What is chosen, for chips and for the head of an export: name, value, and the filter without it."""
        chosen = []
        if self.state:
            chosen.append((_("Situation"), pgettext("steps", "Taken"), self.without("state", "officer")))
        if self.officer:
            chosen.append((_("Officer"), officer or self.officer, self.without("officer")))
        if self.procedure:
            title = str(registry.procedure(self.procedure).title)
            chosen.append((_("Procedure"), title, self.without("procedure", "step")))
        if self.step:
            chosen.append((_("Step"), str(dict(human_steps())[self.step].task_title), self.without("step")))
        if self.due:
            chosen.append((_("Term"), str(DUE_LABELS[Due(self.due)]), self.without("due")))
        if self.office:
            place = places().get(int(self.office))
            chosen.append((_("Office"), place.name if place else self.office, self.without("office")))
        if self.q:
            chosen.append((_("Name or number"), f"«{self.q}»", self.without("q")))
        return chosen


_DUE: dict[Due, Callable[[datetime], Q]] = {
    Due.OVERDUE: overdue,
    Due.TODAY: partial(due_within, "day"),
    Due.SOON: due_soon,
    Due.WEEK: partial(due_within, "week"),
}


def _procedure_of(step: str) -> str:
    return step.partition(".")[0]


def _mentions(text: str, user) -> Q:
    """Steps of open cases whose number or applicant is meant by ``text``.

    A name that few persons have leads to their cases and so to the steps; a commoner one is met soon enough by
    looking through the list.
    """
    typed = read_number(text)
    if typed is not None:
        return Q(process__number=typed.number)
    cases = Case.objects.visible_to(user).open()
    if any(character.isdigit() for character in text):
        part = {"number__contains": "".join(text.split()).upper()}
        found = list(cases.filter(**part).values_list("pk", flat=True)[: CANDIDATES + 1])
        return _few(found) if len(found) <= CANDIDATES else Q(process__number__contains=part["number__contains"])
    theirs = ArraySubquery(cases.filter(applicant=OuterRef("pk")).values("pk"))
    persons = named(Person.objects.visible_to(user), text)
    of_persons = list(persons.values_list(theirs, flat=True)[: CANDIDATES + 1])
    if len(of_persons) <= CANDIDATES:
        return _few(chain.from_iterable(filter(None, of_persons)))  # no list at all for who may see no case
    condition = Q()
    for word in fold(text).split():
        condition &= Q(process__applicant__folded__contains=word)
    return condition


def _few(cases: Iterable[int]) -> Q:
    return Q(process_id__in=[*cases, 0])  # 0 is no case: a list that is provably empty would be no condition


def supervised_steps(user) -> "QuerySet[Task]":
    """Open human steps at the offices this user supervises."""
    supervised = authority_of(user).where(Act.SUPERVISE)
    return Task.objects.visible_to(user).human().open().filter(supervised)


def steps_of(list_name: str, user, wanted: Filter) -> QuerySet[Task]:
    """The list before it is narrowed. A scope that is not the person's gives their own queue."""
    if list_name == "inbox":
        return Task.objects.inbox_of(user)
    if wanted.scope == "office" and authority_of(user).can_anywhere(Act.SUPERVISE):
        return supervised_steps(user).filter(owner__isnull=wanted.state != "taken")
    return Task.objects.queue_for(user)


# --- how many ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """Numbers that end one beyond :data:`COUNTED`."""

    total: int
    overdue: int
    today: int


def count(tasks: QuerySet[Task], *, now: datetime) -> Counts:
    """How many steps of a list there are, and how many are overdue or due today: one statement, which does not grow
    with the list."""
    return Counts(**tasks.tally(COUNTED + 1, overdue=overdue(now), today=due_within("day", now)))


def capped(number: int) -> str:
    """«137», or «1 000+» beyond :data:`COUNTED`."""
    return f"{min(number, COUNTED):,}{'+' if number > COUNTED else ''}".replace(",", " ")


# --- one page ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A place in a list: the sort key of a row and the row's number, for «51-100»."""

    priority: int
    due_at: datetime
    task_id: int
    position: int

    @classmethod
    def of(cls, task: Task, position: int) -> "Key":
        return cls(task.priority, task.due_at, task.pk, position)

    @classmethod
    def read(cls, text: str | None) -> "Key | None":
        """None for no key or one that we did not write."""
        try:
            priority, microseconds, task_id, position = map(int, (text or "").split("."))
            return cls(priority, _EPOCH + microseconds * _MICROSECOND, task_id, max(0, position))
        except (ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        return f"{self.priority}.{(self.due_at - _EPOCH) // _MICROSECOND}.{self.task_id}.{self.position}"


@dataclass
class Row:
    """One step as lists show it."""

    task: Task
    now: datetime
    office: Place
    checks: Any = None

    @property
    def case(self) -> Case:
        return self.task.process

    @cached_property
    def due(self) -> ClockState:
        return due_state(self.task, self.case, self.now, self.office.calendar)

    @property
    def step(self) -> str:
        return str(self.task.flow_task.task_title)

    @property
    def procedure(self) -> str:
        """«Visa · Turista»."""
        title = str(registry.procedure(self.task.procedure).title)
        return f"{title} · {self.case.subtype_label}" if self.case.subtype_label else title

    @property
    def priority(self) -> str:
        """The priority's name when it is out of the ordinary."""
        return str(Priority(self.task.priority).label) if self.task.priority < Priority.NORMAL else ""


@dataclass
class Page:
    rows: list[Row]
    first: int = 1
    next: Key | None = None
    previous: Key | None = None

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def rows_of(tasks: Iterable[Task], now: datetime) -> list[Row]:
    """Rows with the columns that higher rooms add, one statement per column."""
    tasks = list(tasks)
    offices = places() if tasks else {}
    rows = [Row(task, now, offices[task.office_id]) for task in tasks]
    if rows:
        checks = registry.columns(row.task.process_id for row in rows).get("checks", {})
        for row in rows:
            row.checks = checks.get(row.task.process_id, ())
    return rows


def page_of(
    tasks: QuerySet[Task], *, now: datetime, after: str | None = None, before: str | None = None, size: int = PAGE
) -> Page:
    """One page, most urgent first, from a key on or back from one. Never an OFFSET: page 900 costs what page 1 does."""
    tasks = tasks.select_related("process", "owner")
    start, end = Key.read(after), Key.read(before)
    if end is not None:
        lower = TupleLessThan(("priority", "due_at", "id"), (end.priority, end.due_at, end.task_id))
        found = list(tasks.filter(lower).urgent(size + 1, backwards=True))
        more_before, more_after = len(found) > size, True
        found = found[:size][::-1]
        first = max(1, end.position - len(found)) if more_before else 1
    else:
        if start is not None:
            tasks = tasks.after(start.priority, start.due_at, start.task_id)
        found = list(tasks.urgent(size + 1))
        more_before, more_after = start is not None, len(found) > size
        found = found[:size]
        first = start.position + 1 if start is not None else 1
    page = Page(rows_of(found, now), first)
    if found and more_before:
        page.previous = Key.of(found[0], first)
    if found and more_after:
        page.next = Key.of(found[-1], page.last)
    return page


def all_rows(tasks: QuerySet[Task], *, limit: int, now: datetime | None = None, chunk: int = 500) -> Iterator[Row]:
    """Rows of the whole list up to ``limit``, read by key in chunks so that no memory and no cursor is held."""
    now = now or timezone.now()
    after, left = None, limit
    while left > 0:
        page = page_of(tasks, now=now, after=after, size=min(chunk, left))
        yield from page.rows
        left -= len(page.rows)
        if page.next is None:
            return
        after = str(page.next)
