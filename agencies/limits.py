"""How much an agency may be asked: pace, room and breaker, computed from plain values. No writes.

The pace is the generic cell rate algorithm (ITU-T I.371 annex A) with one moment as its whole memory. Its interval is
chosen so that *no* sixty seconds, wherever they begin, hold more than ``rate`` questions: a burst of ``burst`` and
then one every ``60 / (rate - burst + 1)`` seconds.
"""

from datetime import datetime, timedelta
from enum import StrEnum

MINUTE = timedelta(minutes=1)


class Breaker(StrEnum):
    """What the breaker lets through."""

    CLOSED = "closed"
    """Everything within pace and concurrency."""

    OPEN = "open"
    """Nothing, until its pause is over."""

    HALF_OPEN = "half_open"
    """One question, the probe; nobody has put it yet."""

    PROBING = "probing"
    """Nothing: the probe is under way."""


def breaker(*, retry_at: datetime | None, probing: bool, at: datetime) -> Breaker:
    """The breaker at a moment. ``retry_at``: until when nothing goes through; a probe that has not come back by then
    (its worker died) no longer counts."""
    if retry_at is None:
        return Breaker.CLOSED
    if retry_at <= at:
        return Breaker.HALF_OPEN
    return Breaker.PROBING if probing else Breaker.OPEN


def _burst_and_interval(rate: int) -> tuple[int, timedelta]:
    burst = max(1, rate // 10)
    return burst, -(-MINUTE // (rate - burst + 1))  # rounded up, or the minute would hold one more


def free_from(free_at: datetime | None, rate: int | None) -> datetime | None:
    """From when the next question may be put; None: at any time. ``rate``: questions per minute, None without limit."""
    if rate is None or free_at is None:
        return None
    burst, interval = _burst_and_interval(rate)
    return free_at - (burst - 1) * interval


def after_one(free_at: datetime | None, rate: int | None, at: datetime) -> datetime | None:
    """The pace's memory once a question is put at ``at``."""
    if rate is None:
        return None
    return max(free_at or at, at) + _burst_and_interval(rate)[1]


def may_go(free_at: datetime | None, rate: int | None, at: datetime) -> bool:
    """Whether the pace lets a question go at ``at``."""
    start = free_from(free_at, rate)
    return start is None or start <= at


def room(
    *, concurrency: int, under_way: int, rate: int | None, free_at: datetime | None, state: Breaker, at: datetime
) -> int:
    """How many questions could be put at ``at``."""
    if state in (Breaker.OPEN, Breaker.PROBING):
        return 0
    left = max(0, concurrency - under_way)
    if state is Breaker.HALF_OPEN:
        left = min(left, 1)
    going, memory = 0, free_at
    while going < left and may_go(memory, rate, at):
        memory = after_one(memory, rate, at)
        going += 1
    return going
