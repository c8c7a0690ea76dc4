"""Time travel and silence, for one command only.

The demonstration's past is lived through again by the real acts, each at its own moment. For that the process that
makes it believes in another "now": :func:`travelling` puts a clock of its own in the place of Django's everywhere in
this process, for as long as it lasts. Nothing else of SUGM may do so.
"""

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from agencies.services import asking
from cases.registry import registry
from offices.calendars import WorkingCalendar

OPENING, CLOSING = time(9), time(16, 30)
SPACING = timedelta(minutes=35)  # between two acts of people on one case


class Clock:
    """The moment this process takes for now; ``present`` is the real one, of the beginning."""

    def __init__(self, present: datetime):
        self.present = self.at = present

    def after(self, seconds: float) -> datetime:
        """The moment so many seconds later."""
        return self.at + timedelta(seconds=seconds)


def _replace_now(old: Callable[..., Any], new: Callable[..., Any]) -> None:
    # viewflow's modules, like many, hold the function itself: `from django.utils.timezone import now`
    for module in list(sys.modules.values()):
        if getattr(module, "__dict__", {}).get("now") is old:
            module.now = new  # type: ignore[attr-defined]


@contextmanager
def travelling(seed: int, *, present: datetime | None = None) -> Iterator[Clock]:
    """Within the block ``django.utils.timezone.now`` tells the time of the clock it yields, and the jitter of retries
    comes from ``seed``. ``present``: the moment to take for the real one (tests try other days of the week)."""
    real = timezone.now
    clock = Clock(present or real())
    jitter = random.getstate()

    def now() -> datetime:
        return clock.at

    _replace_now(real, now)
    random.seed(seed)
    try:
        yield clock
    finally:
        _replace_now(now, real)
        random.setstate(jitter)


@contextmanager
def savepoints(*, wanted: bool) -> Iterator[None]:
    """Whether acts within the block set savepoints. Without them the first that fails undoes the whole transaction,
    which is what the command wants, and a quarter of its statements is saved."""
    features = connection.features
    before, features.uses_savepoints = features.uses_savepoints, wanted
    try:
        yield
    finally:
        features.uses_savepoints = before


@contextmanager
def silent_bells() -> Iterator[None]:
    """Within the block nothing is told to the broker: thousands of jobs would find their work done. The sweeps ring for
    what is still due."""
    bells = registry.ring_step, registry.ring_notification, asking.ring
    registry.ring_step = registry.ring_notification = asking.ring = lambda _what: None
    try:
        yield
    finally:
        registry.ring_step, registry.ring_notification, asking.ring = bells


class Agenda:
    """An office's working days counted back from the present, and moments within their opening hours."""

    def __init__(self, calendar: WorkingCalendar, present: datetime):
        self.calendar, self.present = calendar, present
        local = present.astimezone(calendar.zone)
        self.today = local.date()
        day = self.today
        if not calendar.is_working(day) or local.time() < time(OPENING.hour + 1):
            day = calendar.add_business_days(day, -1)
        self.last_day = day
        """The last day on which people have worked for an hour at least."""

    def days_since_due(self, due_in: int, term: int) -> int:
        """How many working days ago a step of ``term`` working days began that is due in ``due_in`` (0: today or the
        next working day, below 0: overdue). Never less than 0: what would begin tomorrow began today."""
        due = self.calendar.add_business_days(self.calendar.next_working(self.today), due_in)
        began = self.calendar.add_business_days(due, -term)
        return max(0, self.calendar.business_days_between(began, self.last_day))

    def moment(self, back: int, rng: random.Random, before: datetime | None) -> datetime | None:
        """Some moment ``back`` working days ago, ``before`` another; None when that day has no room left for it."""
        day = self.calendar.add_business_days(self.last_day, -back)
        zone = self.calendar.zone
        opening = datetime.combine(day, OPENING, tzinfo=zone).astimezone(self.present.tzinfo)
        closing = datetime.combine(day, CLOSING, tzinfo=zone).astimezone(self.present.tzinfo)
        latest = min(closing, self.present - SPACING, before - SPACING if before else closing)
        if latest <= opening:
            return None
        return opening + (latest - opening) * rng.random()

    def moments(self, gaps: list[int], back: int, rng: random.Random) -> list[datetime]:
        """When each of a row of acts took place: the last one ``back`` working days ago, the others before it by
        ``gaps`` (of each act to the next) working days, or more where a day is too short for both."""
        found: list[datetime] = []
        for gap in [0, *reversed(gaps)]:
            back += gap
            while (moment := self.moment(back, rng, found[-1] if found else None)) is None:
                back += 1
            found.append(moment)
        return found[::-1]
