"""What an agency's row says and keeps: who may ask now, and what became of each attempt.

Every question passes under the lock of its agency's row, which is held for three short statements. Two workers, on two
machines, therefore count the same questions under way, spend the same minute and see the same breaker.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, models
from django.db.models import Func, Q

from agencies.limits import Breaker, after_one, free_from, may_go
from agencies.models import BUCKETS_MS, Agency, Check, Outcome


class _Clock(Func):
    """The database's own clock: the one that all workers share."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


def locked_agency(agency_id: int) -> Any:
    """The agency with its row locked until the transaction ends; ``clock`` is the moment by the database's clock.

    The weaker lock: new checks that point at the row need not wait.
    """
    return Agency.objects.select_for_update(no_key=True).annotate(clock=_Clock()).get(pk=agency_id)


def lease_margin(agency: Agency) -> timedelta:
    """How long whoever asks this agency may hold a question."""
    return timedelta(seconds=agency.timeout) + settings.CHECK_LEASE_MARGIN


def is_shut(agency: Agency, at: datetime) -> bool:
    """Whether nothing at all may be asked, as far as this copy of the row knows."""
    return agency.paused or agency.breaker(at) in (Breaker.OPEN, Breaker.PROBING)


# In one statement, after the lock: a worker that waited for the lock counts what the one before it has leased.
_GO = """
    WITH gone AS (
        UPDATE agencies_agency SET asked = asked + 1, free_at = %(free_at)s, retry_at = %(retry_at)s, probe = %(probe)s
        WHERE id = %(agency)s AND concurrency > (
            SELECT count(*) FROM agencies_check
            WHERE agency_id = %(agency)s AND state = 'asking' AND leased_until >= %(at)s AND id <> %(check)s
        )
        RETURNING 1
    )
    UPDATE agencies_check
    SET state = 'asking', lease = %(lease)s, leased_until = %(until)s, asked_at = %(at)s, attempts = attempts + 1
    WHERE id = %(check)s AND EXISTS (SELECT 1 FROM gone)
"""


def pass_gate(check: Check, *, lease: UUID, at: datetime) -> datetime | None:
    """Lease a check whose row the caller has locked, and count one more question to its agency; returns until when.

    None when it must not be put now: paused, breaker open, too many under way, or too soon. Where the breaker is half
    open the one that passes is the probe.
    """
    agency = locked_agency(check.agency_id)
    if is_shut(agency, at) or not may_go(agency.free_at, agency.rate, agency.clock):
        return None
    until = at + lease_margin(agency)
    probing = agency.breaker(at) is Breaker.HALF_OPEN
    with connection.cursor() as cursor:
        cursor.execute(
            _GO,
            {
                "agency": agency.pk, "check": check.pk, "lease": lease, "at": at, "until": until,
                "free_at": after_one(agency.free_at, agency.rate, agency.clock),
                # the others wait for what becomes of the probe, or until whoever put it is given up
                "retry_at": until if probing else agency.retry_at,
                "probe": lease if probing else agency.probe,
            },
        )  # fmt: skip
        return until if cursor.rowcount else None


def seconds_until_free(agency_id: int) -> float:
    """How long the pace of an agency holds the next question back; 0 when it does not."""
    agency = Agency.objects.annotate(clock=_Clock()).get(pk=agency_id)
    start = free_from(agency.free_at, agency.rate)
    return max(0.0, (start - agency.clock).total_seconds()) if start else 0.0


_COUNT = """
    INSERT INTO agencies_tally AS t (agency_id, outcome, bucket, number, ms)
    VALUES (%(agency)s, %(outcome)s, %(bucket)s, 1, %(ms)s)
    ON CONFLICT (agency_id, outcome, bucket) DO UPDATE SET number = t.number + 1, ms = t.ms + EXCLUDED.ms
"""
_ENDED = f"""
    WITH attempt AS (
        INSERT INTO agencies_attempt (agency_id, check_asked_id, outcome, fault, ended_at, ms)
        VALUES (%(agency)s, %(check)s, %(outcome)s, %(fault)s, %(at)s, %(ms)s)
    )
    {_COUNT}
"""  # noqa: S608 - two constants  # nosec B608


def attempt_ended(check: Check, *, lease: UUID | None, outcome: Outcome, taken: timedelta, at: datetime) -> None:
    """Note an attempt, count it for good, and let the breaker know. The last statements of an act: they lock rows that
    every other attempt at the agency needs too."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ENDED,
            {**_counted(check.agency_id, outcome, taken), "check": check.pk, "fault": check.fault[:40], "at": at},
        )
    if outcome is Outcome.UNSENT:
        # nothing was learnt: if it was the probe, another may go
        Agency.objects.filter(pk=check.agency_id, probe=lease).update(probe=None, retry_at=at)
    elif outcome is Outcome.ANSWERED:
        agency_answered(check.agency_id)
    else:
        agency_failed(check.agency_id, lease=lease, at=at)


def _counted(agency_id: int, outcome: Outcome, taken: timedelta) -> dict[str, Any]:
    ms = max(0, round(taken.total_seconds() * 1000))
    bucket = next((n for n, bound in enumerate(BUCKETS_MS) if ms <= bound), len(BUCKETS_MS))
    return {"agency": agency_id, "outcome": outcome.value, "bucket": bucket, "ms": ms}


def count(agency_id: int, outcome: Outcome, taken: timedelta) -> None:
    """Add one to the counters that are never set back."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _counted(agency_id, outcome, taken))


def agency_answered(agency_id: int) -> None:
    """A usable answer closes the breaker, whoever asked. Costs no lock where there was no trouble."""
    troubled = Q(failures__gt=0) | Q(retry_at__isnull=False)
    Agency.objects.filter(troubled, pk=agency_id).update(failures=0, retry_at=None, probe=None)


def agency_failed(agency_id: int, *, lease: UUID | None, at: datetime) -> None:
    """Another attempt without a usable answer. The breaker opens after enough of them in a row, and stays open when it
    was the probe; a late failure of an earlier question does not cut a probe short."""
    agency = locked_agency(agency_id)
    kept: dict[str, Any] = {"failures": min(agency.failures + 1, 32_000)}
    probing = agency.breaker(at) is Breaker.PROBING
    if kept["failures"] >= agency.breaker_after and (not probing or agency.probe == lease):
        kept |= {"retry_at": at + timedelta(seconds=agency.breaker_pause), "probe": None}
    Agency.objects.filter(pk=agency_id).update(**kept)
