"""How the agencies are doing, read in a handful of statements whose cost does not grow with the years."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils import timezone

from agencies.limits import Breaker
from agencies.models import Agency, Outcome
from wall.realm import ORDINARY, in_realm

MOST = 1_000
"""Rows counted at most per agency and kind; beyond that the page says «1 000+»."""
RECENT = timedelta(hours=1)
SLOW = 0.5  # of the time-out: slower than that at the 95th percentile is worth a word


class Health(StrEnum):
    """An agency in one word."""

    UP = "up"
    SLOW = "slow"
    DOWN = "down"
    TRYING = "trying"  # half open: a probe is due or under way
    PAUSED = "paused"
    UNKNOWN = "unknown"  # not asked within the last hour


@dataclass(frozen=True)
class Count:
    """A number that ends at :data:`MOST`."""

    number: int

    def __str__(self) -> str:
        return f"{MOST}+" if self.number > MOST else str(self.number)

    def __bool__(self) -> bool:
        return self.number > 0


@dataclass(frozen=True)
class AgencyStatus:
    """One line of the page. Latencies in milliseconds, of the last hour's answers."""

    agency: Agency
    health: Health
    breaker: Breaker
    waiting: Count
    under_way: Count
    stopped: Count
    recent: dict[str, Count]
    p50: int | None = None
    p95: int | None = None
    answered_at: datetime | None = None
    fault: str = ""
    next_at: datetime | None = None
    waiting_since: datetime | None = None

    @property
    def answered(self) -> Count:
        return self.recent[Outcome.ANSWERED]

    @property
    def failed(self) -> Count:
        """Attempts of the last hour that brought nothing usable."""
        bad = (Outcome.FAILED, Outcome.UNREADABLE, Outcome.REFUSED)
        return Count(sum(self.recent[outcome].number for outcome in bad))


# Every part ends at a bounded number of index entries (check_open, attempt_recent).
_OPEN = """
    SELECT a.id, s.state, n.number, n.first
    FROM agencies_agency a
    CROSS JOIN (VALUES ('queued'), ('asking'), ('stopped')) s(state)
    CROSS JOIN LATERAL (
        SELECT count(*) AS number, min(next_attempt_at) AS first FROM (
            SELECT c.next_attempt_at FROM agencies_check c
            WHERE c.agency_id = a.id AND c.state = s.state AND c.state IN ('queued', 'asking', 'stopped')
            ORDER BY c.next_attempt_at LIMIT %(most)s
        ) few
    ) n
"""
_RECENT = """
    SELECT a.id, o.outcome, n.number, n.p50, n.p95
    FROM agencies_agency a
    CROSS JOIN unnest(%(outcomes)s::text[]) o(outcome)
    CROSS JOIN LATERAL (
        SELECT count(*) AS number,
               percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) AS p50,
               percentile_disc(0.95) WITHIN GROUP (ORDER BY ms) AS p95
        FROM (
            SELECT t.ms FROM agencies_attempt t
            WHERE t.agency_id = a.id AND t.outcome = o.outcome AND t.ended_at > %(since)s
            ORDER BY t.ended_at DESC LIMIT %(most)s
        ) few
    ) n
"""
_LAST = """
    SELECT a.id, o.outcome, t.ended_at, t.fault
    FROM agencies_agency a
    CROSS JOIN unnest(%(outcomes)s::text[]) o(outcome)
    CROSS JOIN LATERAL (
        SELECT ended_at, fault FROM agencies_attempt
        WHERE agency_id = a.id AND outcome = o.outcome
        ORDER BY ended_at DESC LIMIT 1
    ) t
"""


def _rows(statement: str, **values: Any) -> Iterable[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


@in_realm(ORDINARY)
def statuses(at: datetime | None = None) -> list[AgencyStatus]:
    """Every agency, by name; four statements. Questions of protected cases are in no number, whoever looks
    (cases/disclosure.py)."""
    at = at or timezone.now()
    outcomes = list(Outcome.values)
    opened: dict[int, dict[str, tuple[int, datetime | None]]] = defaultdict(dict)
    for pk, state, number, first in _rows(_OPEN, most=MOST + 1):
        opened[pk][state] = (number, first)
    recent: dict[int, dict[str, tuple[int, int | None, int | None]]] = defaultdict(dict)
    for pk, outcome, *numbers in _rows(_RECENT, outcomes=outcomes, since=at - RECENT, most=MOST + 1):
        recent[pk][outcome] = tuple(numbers)
    last: dict[int, dict[str, tuple[datetime, str]]] = defaultdict(dict)
    for pk, outcome, ended_at, fault in _rows(_LAST, outcomes=outcomes):
        last[pk][outcome] = (ended_at, fault)
    agencies = Agency.objects.select_related("paused_by").order_by("name")
    return [_status(agency, opened[agency.pk], recent[agency.pk], last[agency.pk], at) for agency in agencies]


def _status(agency: Agency, opened: dict, recent: dict, last: dict, at: datetime) -> AgencyStatus:
    breaker = agency.breaker(at)
    waiting, first = opened.get("queued", (0, None))
    counts = {outcome: Count(recent.get(outcome, (0,))[0]) for outcome in Outcome.values}
    _number, p50, p95 = recent.get(Outcome.ANSWERED, (0, None, None))
    answered_at = last.get(Outcome.ANSWERED, (None, ""))[0]
    failures = [last[outcome] for outcome in (Outcome.FAILED, Outcome.UNREADABLE, Outcome.REFUSED) if outcome in last]
    fault_at, fault = max(failures, default=(None, ""))
    if fault_at is not None and answered_at is not None and answered_at > fault_at and not agency.failures:
        fault = ""
    next_at = None
    if not agency.paused and (waiting or breaker is Breaker.OPEN):
        next_at = max(moment for moment in (first, agency.retry_at, at) if moment is not None)
    return AgencyStatus(
        agency=agency,
        health=_health(agency, breaker, counts, p95),
        breaker=breaker,
        waiting=Count(waiting),
        under_way=Count(opened.get("asking", (0, None))[0]),
        stopped=Count(opened.get("stopped", (0, None))[0]),
        recent=counts,
        p50=p50,
        p95=p95,
        answered_at=answered_at,
        fault=fault,
        next_at=next_at,
        waiting_since=first if waiting and first is not None and first <= at else None,
    )


def _health(agency: Agency, breaker: Breaker, counts: dict[str, Count], p95: int | None) -> Health:
    if agency.paused:
        return Health.PAUSED
    if breaker is Breaker.OPEN:
        return Health.DOWN
    if breaker in (Breaker.HALF_OPEN, Breaker.PROBING):
        return Health.TRYING
    if not counts[Outcome.ANSWERED]:
        return Health.DOWN if agency.failures else Health.UNKNOWN
    if p95 is not None and p95 > agency.timeout * 1000 * SLOW:
        return Health.SLOW
    return Health.UP
