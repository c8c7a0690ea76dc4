"""Legal clocks: when a term ends and how it stands. Pure: no database, and "now" is always a parameter.

A clock never decides anything: it is read by people and by the job that escalates. Articles are of the TUO
of Ley 27444 (DS 004-2019-JUS); all are [U], that is, to be confirmed by the legal office before go-live.

Rules
- Days (business or calendar) run from the business day after the start (art. 144.1). The start is the
  moment of the act that opens the term, read in the office's zone.
- Business days skip what the office's calendar does not work (art. 145.1).
- Months run date to date from the day of the start itself (arts. 144.2, 145.3). A month without that day
  ends the term on the first business day of the next month (art. 145.3).
- A term in calendar days or months whose last day is not worked ends on the next one that is (art. 145.2).
- Hours are hours of real time, night, rest days and changes of summer time included.
- A term in days or months ends when its last day ends: the instant given is the first of the next day in
  the office's zone, exclusive. `now < due` is in time, `now == due` is late.

Pauses. A day counts only if the clock ran during the whole of it, so a day touched by a pause, however
briefly, counts for nobody. A term in days is made of whole days: whoever is bound by it, the office that
must decide or the applicant who must correct, has the day entire or is not charged with it, just as the day
of the act is never the first of its term (art. 144.1 [U]). The contrary reading would let a term expire
on the night of the very day it was suspended. It can cost one day at each end of a pause, in favour of
whoever the clock binds; a pause needs a cause and is recorded, and a clock's end only escalates.
A pause lifted at the instant it began touches no day. Terms in calendar days and in months get back each
calendar day touched; a clock in hours, exactly the time it was paused. A pause that begins after the term
has ended does not revive it.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from offices.calendars import WorkingCalendar

JSON_VERSION = 1
MAX_LENGTH = 10_000  # of any unit; beyond it is a slip of the keyboard, not a term

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


class Unit(StrEnum):
    BUSINESS_DAYS = "business_days"
    CALENDAR_DAYS = "calendar_days"
    HOURS = "hours"
    MONTHS = "months"


class ClockKind(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"
    DUE_TODAY = "due_today"
    STOPPED = "stopped"


class ClockError(ValueError):
    """What is asked of the clock cannot be."""


class InvalidClock(ClockError):
    """The data do not make a clock: length, empty rule or cause, pauses that overlap, unknown format."""


class NaiveMoment(ClockError):
    """A moment without a time zone."""


class BeforeStart(ClockError):
    """The moment is before the clock started."""


class OutOfOrder(ClockError):
    """The moment is before something already recorded on the clock."""


class AlreadyPaused(ClockError):
    """The clock is paused."""


class NotPaused(ClockError):
    """The clock is not paused."""


class ClockStopped(ClockError):
    """The clock was stopped; it does not start again."""


def _utc(moment: datetime) -> datetime:
    # Kept in UTC: moments of one zone compare by wall time, wrong in the repeated hour (PEP 495).
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise NaiveMoment(f"a moment with its time zone is needed, not {moment!r}")
    return moment.astimezone(UTC)


def _check_length(length: int) -> None:
    if isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= MAX_LENGTH:
        raise InvalidClock(f"a length is a whole number from 1 to {MAX_LENGTH}, not {length!r}")


def _check_text(what: str, value: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise InvalidClock(f"{what} is empty")


@dataclass(frozen=True)
class Pause:
    """The clock does not run from `since` (inclusive) to `until` (exclusive; None while open)."""

    since: datetime
    until: datetime | None
    cause: str

    def __post_init__(self) -> None:
        _check_text("the cause of a pause", self.cause)
        object.__setattr__(self, "since", _utc(self.since))
        if self.until is not None:
            object.__setattr__(self, "until", _utc(self.until))
            if self.until < self.since:
                raise OutOfOrder("a pause ends before it begins")


@dataclass(frozen=True)
class Extension:
    """`length` more of the clock's own unit, granted `at` that moment (arts. 146, 147 [U])."""

    length: int
    cause: str
    at: datetime

    def __post_init__(self) -> None:
        _check_length(self.length)
        _check_text("the cause of an extension", self.cause)
        object.__setattr__(self, "at", _utc(self.at))


@dataclass(frozen=True)
class ClockState:
    """How a clock stands at a moment.

    `days`: business days of the office, whatever the clock's unit, never negative. Left: after today up to
    the last day, so 0 when due today. Overdue: after the last day up to today, so 0 on the rest days that
    follow it. Days touched by a pause count in neither. Of a stopped clock: as they were when it stopped.
    `ends_at`: exclusive end of the term in the office's zone; of a paused clock, the earliest it can be now.
    `late`: the term had ended (before the stop, if stopped).
    """

    kind: ClockKind
    days: int
    ends_at: datetime
    late: bool


@dataclass(frozen=True)
class Clock:
    """One term of one case. Immutable: every act gives back another clock.

    `length` in `unit`, before extensions. `calendar_version`: the calendar by which the date in use was
    computed; after a change of calendar, `with_calendar` and compute again. Moments may come in any zone
    and are kept in UTC.
    """

    rule: str
    unit: Unit
    length: int
    started_at: datetime
    calendar_version: str
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        _check_text("the rule", self.rule)
        _check_text("the calendar's version", self.calendar_version)
        _check_length(self.length)
        try:
            object.__setattr__(self, "unit", Unit(self.unit))
        except ValueError as error:
            raise InvalidClock(f"unknown unit: {self.unit!r}") from error
        object.__setattr__(self, "started_at", _utc(self.started_at))
        object.__setattr__(self, "pauses", tuple(self.pauses))
        object.__setattr__(self, "extensions", tuple(self.extensions))
        _check_length(self.total_length)
        free_from: datetime | None = self.started_at
        for pause in self.pauses:
            if free_from is None:
                raise InvalidClock("only the last pause can be open")
            if pause.since < free_from:
                if pause.since < self.started_at:
                    raise BeforeStart("a pause begins before the clock starts")
                raise OutOfOrder("a pause begins before the one before it ends")
            free_from = pause.until
        if any(extension.at < self.started_at for extension in self.extensions):
            raise BeforeStart("an extension was granted before the start")
        if self.stopped_at is not None:
            object.__setattr__(self, "stopped_at", _utc(self.stopped_at))
            if free_from is None:
                raise InvalidClock("a stopped clock has no open pause")
            if self.stopped_at < self.started_at:
                raise BeforeStart("the clock stops before it starts")
            if self.stopped_at < free_from:
                raise OutOfOrder("the clock stops before its last pause ends")

    # Acts

    @classmethod
    def start(cls, *, rule: str, unit: Unit, length: int, at: datetime, calendar: WorkingCalendar) -> "Clock":
        """A clock that starts `at`. `rule` is the code of the deadline in the configuration."""
        return cls(rule=rule, unit=unit, length=length, started_at=at, calendar_version=calendar.version)

    def pause(self, at: datetime, cause: str) -> "Clock":
        """Raises `ClockStopped`, `AlreadyPaused`, `BeforeStart`, `OutOfOrder`."""
        self._check_going(at)
        if self.paused:
            raise AlreadyPaused(f"paused since {self.pauses[-1].since.isoformat()}")
        return replace(self, pauses=(*self.pauses, Pause(at, None, cause)))

    def resume(self, at: datetime) -> "Clock":
        """Raises `ClockStopped`, `NotPaused`, `BeforeStart`, `OutOfOrder`."""
        self._check_going(at)
        if not self.paused:
            raise NotPaused("the clock is not paused")
        return replace(self, pauses=(*self.pauses[:-1], replace(self.pauses[-1], until=at)))

    def extend(self, length: int, cause: str, at: datetime) -> "Clock":
        """`length` more of the clock's unit, also while paused. Whether it may still be granted (before the
        term ends, once only: art. 147 [U]) the caller knows. Raises `ClockStopped`, `BeforeStart`.
        """
        self._check_going(at)
        return replace(self, extensions=(*self.extensions, Extension(length, cause, at)))

    def stop(self, at: datetime) -> "Clock":
        """What the clock waited for has happened. Ends an open pause. Raises `ClockStopped`, `BeforeStart`,
        `OutOfOrder`.
        """
        self._check_going(at)
        pauses = self.pauses
        if self.paused:
            pauses = (*pauses[:-1], replace(pauses[-1], until=at))
        return replace(self, pauses=pauses, stopped_at=at)

    def with_calendar(self, calendar: WorkingCalendar) -> "Clock":
        """The same clock, noting the calendar its dates are computed by from now on."""
        return replace(self, calendar_version=calendar.version)

    # Readings

    @property
    def paused(self) -> bool:
        return self.stopped_at is None and bool(self.pauses) and self.pauses[-1].until is None

    @property
    def total_length(self) -> int:
        """Length with its extensions, in `unit`."""
        return self.length + sum(extension.length for extension in self.extensions)

    def due(self, calendar: WorkingCalendar, *, resumed_at: datetime | None = None) -> datetime:
        """The exclusive end of the term, aware, in the zone of `calendar`.

        For days and months it is the first instant of the day after `due_day`: 00:00, or the hour the clocks
        jump to where summer time begins at midnight. While a pause is open the end is not known; this is the
        earliest it can be: as if resumed later on the day of `resumed_at` (default: the day the pause began).
        Raises `OutsideCalendar` if the end is in no year of the calendar.
        """
        return self._end(calendar, resumed_at)[1].astimezone(calendar.zone)

    def due_day(self, calendar: WorkingCalendar, *, resumed_at: datetime | None = None) -> date:
        """The last day of the term, in the office's zone (of hours: the day of the last instant)."""
        return self._end(calendar, resumed_at)[0]

    def state(self, now: datetime, calendar: WorkingCalendar) -> ClockState:
        """How the clock stands at `now`, in whatever zone `now` is given; before its start, as at the start.

        A pause does not cure lateness: a clock paused after its end is overdue, and `paused`.
        """
        now = self.stopped_at or max(_utc(now), self.started_at)
        last_day, end = self._end(calendar, now if self.paused else None)
        today = calendar.local_day(now)
        late = now >= end
        low, high = (last_day, today) if late else (today, last_day)
        days = 0
        if low < high:
            days = calendar.business_days_between(low, high)
            for first, last in self._touched(calendar, now):
                first, last = max(first, low + _DAY), min(last, high)
                if first <= last:
                    days -= calendar.business_days_between(first - _DAY, last)
        if self.stopped_at is not None:
            kind = ClockKind.STOPPED
        elif late:
            kind = ClockKind.OVERDUE
        elif any(p.since <= now and (p.until is None or now < p.until) for p in self.pauses) or self.paused:
            kind = ClockKind.PAUSED
        else:
            kind = ClockKind.DUE_TODAY if today == last_day else ClockKind.RUNNING
        return ClockState(kind, days, end.astimezone(calendar.zone), late)

    # Storage

    def to_json(self) -> dict[str, Any]:
        """Only JSON types, for a JSON column. `from_json` gives an equal clock back, to the microsecond."""
        return {
            "v": JSON_VERSION,
            "rule": self.rule,
            "unit": self.unit.value,
            "length": self.length,
            "started_at": self.started_at.isoformat(),
            "calendar_version": self.calendar_version,
            "pauses": [
                {"since": p.since.isoformat(), "until": p.until and p.until.isoformat(), "cause": p.cause}
                for p in self.pauses
            ],
            "extensions": [{"length": e.length, "cause": e.cause, "at": e.at.isoformat()} for e in self.extensions],
            "stopped_at": self.stopped_at and self.stopped_at.isoformat(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Clock":
        """Raises `InvalidClock` on an unknown version or a value of the wrong form, or the error of the rule
        that the data break.
        """
        try:
            if data["v"] != JSON_VERSION:
                raise InvalidClock(f"unknown version of the clock's format: {data['v']!r}")
            return cls(
                rule=data["rule"],
                unit=data["unit"],
                length=data["length"],
                started_at=datetime.fromisoformat(data["started_at"]),
                calendar_version=data["calendar_version"],
                pauses=tuple(
                    Pause(
                        since=datetime.fromisoformat(item["since"]),
                        until=None if item["until"] is None else datetime.fromisoformat(item["until"]),
                        cause=item["cause"],
                    )
                    for item in data["pauses"]
                ),
                extensions=tuple(
                    Extension(item["length"], item["cause"], datetime.fromisoformat(item["at"]))
                    for item in data["extensions"]
                ),
                stopped_at=(None if data["stopped_at"] is None else datetime.fromisoformat(data["stopped_at"])),
            )
        except ClockError:
            raise
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidClock(f"not a stored clock: {error}") from error

    # Arithmetic

    def _check_going(self, at: datetime) -> None:
        at = _utc(at)
        if self.stopped_at is not None:
            raise ClockStopped(f"stopped at {self.stopped_at.isoformat()}")
        if at < self.started_at:
            raise BeforeStart(f"the clock started at {self.started_at.isoformat()}")

    def _touched(self, calendar: WorkingCalendar, resumed_at: datetime | None) -> list[tuple[date, date]]:
        """The local days touched by pauses that lasted, as (first, last), in order and apart from each other.

        A pause still open touches the days up to that of `resumed_at`, and in any case the one it began on.
        """
        spans: list[tuple[date, date]] = []
        for pause in self.pauses:
            if pause.until == pause.since:
                continue
            ends_in = pause.until - _TICK if pause.until else max(pause.since, resumed_at or pause.since)
            first, last = calendar.local_day(pause.since), calendar.local_day(ends_in)
            if spans and first <= spans[-1][1]:
                first = spans.pop()[0]
            spans.append((first, last))
        return spans

    def _end(self, calendar: WorkingCalendar, resumed_at: datetime | None) -> tuple[date, datetime]:
        """Last day in the office's zone, and exclusive end in UTC."""
        resumed_at = None if resumed_at is None else _utc(resumed_at)
        if self.unit is Unit.HOURS:
            end = self._end_of_hours(resumed_at)
            return calendar.local_day(end - _TICK), end
        started_on = calendar.local_day(self.started_at)
        touched = self._touched(calendar, resumed_at)
        if self.unit is Unit.BUSINESS_DAYS:
            last_day = calendar.nth_day(started_on, self.total_length, skip=touched, business=True)
        else:
            if self.unit is Unit.CALENDAR_DAYS:
                day_zero, length = calendar.add_business_days(started_on, 1) - _DAY, self.total_length
            else:
                day_zero = started_on
                length = (_months_after(started_on, self.total_length) - started_on).days
            last_day = calendar.nth_day(day_zero, length, skip=touched, business=False)
            last_day = calendar.next_working(last_day)
            for first, last in touched:
                if first <= last_day <= last:
                    last_day = calendar.next_working(last + _DAY)
        return last_day, calendar.day_starts(last_day + _DAY).astimezone(UTC)

    def _end_of_hours(self, resumed_at: datetime | None) -> datetime:
        end = self.started_at + timedelta(hours=self.total_length)
        for pause in self.pauses:
            if pause.since >= end:
                break
            until = pause.until or max(pause.since, resumed_at or pause.since)
            end += until - pause.since
        return end


def _months_after(day: date, months: int) -> date:
    """Same day of the month, `months` later; where there is none, the 1st of the month after (art. 145.3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
