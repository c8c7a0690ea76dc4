"""How the steps of a page stand, by the calendars of their offices. No statement per row, nor per office."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case as Switch
from django.db.models import DateTimeField, F, Func, OuterRef, Q, Value, When
from django.db.models.functions import JSONObject
from django.db.models.lookups import Exact

from cases.clocks import Clock, ClockKind, ClockState
from cases.models import Case, Task
from offices.calendars import WorkingCalendar, build_calendar
from offices.configuration import configuration
from offices.models import CalendarDay, Office
from offices.queries import parse_countries, parse_weekend

SOON = 2  # business days
_TICK = timedelta(microseconds=1)
_A_DAY_ANYWHERE = timedelta(hours=26)  # no local day is longer


class Place(NamedTuple):
    """What a list shows of an office, and what its calendar is made of."""

    name: str
    code: str
    zone: str
    countries: str
    weekend: str
    days: tuple[tuple[str, bool, str], ...]

    @property
    def calendar(self) -> WorkingCalendar:
        return _calendar(self.zone, self.countries, self.weekend, self.days)


@configuration
def places() -> dict[int, Place]:
    """Every office by id, in one statement."""
    days = CalendarDay.objects.filter(calendar=OuterRef("calendar")).order_by("day")
    offices = Office.objects.annotate(
        rows=ArraySubquery(days.values(json=JSONObject(day="day", working="working", name="name")))
    ).values_list("pk", "name", "code", "time_zone", "calendar__countries", "calendar__weekend", "rows")
    return {
        pk: Place(*fields, days=tuple((row["day"], row["working"], row["name"]) for row in rows))
        for pk, *fields, rows in offices
    }


@lru_cache(maxsize=1024)
def _calendar(zone: str, countries: str, weekend: str, days: tuple[tuple[str, bool, str], ...]) -> WorkingCalendar:
    # kept for good: the years it has worked out cost more than reading its definition again
    return build_calendar(
        zone=zone,
        countries=parse_countries(countries),
        days={date.fromisoformat(day): (working, name) for day, working, name in days},
        weekend=parse_weekend(weekend),
    )


def due_state(task: Task, case: Case, now: datetime, calendar: WorkingCalendar | None = None) -> ClockState:
    """How the step stands: by its own clock, or else the case's, or else by its bare ``due_at``.

    While the case's clock rests because the ball is with the applicant, a step whose own term still runs is shown as
    paused; once that term is nearly over or past, the officer has to act, and that is what is shown.
    """
    calendar = calendar or places()[task.office_id].calendar
    statutory = case.statutory_clock
    own = task.data.get("clock")
    clock = Clock.from_json(own) if own else statutory
    state = clock.state(now, calendar) if clock is not None else _state_by(task.due_at, now, calendar)
    if state.kind is ClockKind.RUNNING and statutory is not None and statutory.paused:
        return ClockState(ClockKind.PAUSED, state.days, state.ends_at, late=False)
    return state


def _state_by(ends_at: datetime, now: datetime, calendar: WorkingCalendar) -> ClockState:
    today, last_day = calendar.local_day(now), calendar.local_day(ends_at - _TICK)
    days = abs(calendar.business_days_between(today, last_day))
    late = now >= ends_at
    in_time = ClockKind.DUE_TODAY if today == last_day else ClockKind.RUNNING
    return ClockState(ClockKind.OVERDUE if late else in_time, days, ends_at.astimezone(calendar.zone), late)


def last_day(state: ClockState) -> date:
    """The last day of the term at the office; the end of a term is exclusive."""
    return (state.ends_at - _TICK).date()


class _Start(Func):
    """``date_trunc(unit, moment, zone)``: the beginning of the day or week a moment lies in, at the office."""

    function = "date_trunc"
    output_field = DateTimeField()


def overdue(now: datetime) -> Q:
    """Steps whose term has ended."""
    return Q(due_at__lte=now)


def due_within(unit: str, now: datetime) -> Q:
    """Steps still in time whose last day is today (``unit`` "day") or this week ("week"), as it is at their office."""
    longest = _A_DAY_ANYWHERE if unit == "day" else timedelta(days=8)
    zone = F("office__time_zone")
    last_day_in = _Start(Value(unit), F("due_at") - Value(_TICK), zone)
    # the plain bounds are what an index can use; the zone decides among the few that remain
    return Q(due_at__gt=now, due_at__lte=now + longest) & Q(Exact(last_day_in, _Start(Value(unit), Value(now), zone)))


def due_soon(now: datetime) -> Q:
    """Steps still in time whose last day is within :data:`SOON` business days, by the calendar of their office."""
    grouped: dict[datetime, list[int]] = defaultdict(list)
    for office_id, place in places().items():
        day = place.calendar.add_business_days(place.calendar.local_day(now), SOON)
        grouped[place.calendar.day_starts(day + timedelta(days=1))].append(office_id)
    ends = Switch(
        *(When(office_id__in=sorted(ids), then=Value(end)) for end, ids in sorted(grouped.items())),
        default=Value(now),
        output_field=DateTimeField(),
    )
    latest = max(grouped, default=now)
    return Q(due_at__gt=now, due_at__lte=latest) & Q(due_at__lte=ends)
