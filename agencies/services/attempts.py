"""One attempt at a check: its lease, and what became of it."""

import random
import uuid
from dataclasses import asdict
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from agencies.connectors.base import AgencyRecord, Answer
from agencies.connectors.registry import registry as questions
from agencies.findings import Finding
from agencies.models import Agency, Check, CheckPolicy
from cases.acts import act, flush, locked_task, note
from cases.services.steps import finish_step

LONGEST_PAUSE = timedelta(minutes=10)
# A breaker opens after so many faults in a row and lets one probe through after its pause.
BREAKER_AFTER, BREAKER_PAUSE = 5, timedelta(seconds=20)


@transaction.atomic
def lease_check(check_id: int) -> Check | None:
    """Take the right to ask a check now; None when it is settled, not yet due, leased to another, or its agency is
    paused or its breaker is open (then the check is put off until the breaker lets a probe through)."""
    at = timezone.now()
    check = (
        Check.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("agency", "person", "case__office")
        .filter(pk=check_id)
        .due(at)
        .first()
    )
    if check is None:
        return None
    agency = check.agency
    if agency.paused or (agency.retry_at is not None and agency.retry_at > at):
        resume = agency.retry_at if agency.retry_at and agency.retry_at > at else at + BREAKER_PAUSE
        # spread over a few seconds, so that an agency that comes back is not met by all at once
        put_off = resume + timedelta(seconds=random.uniform(0, 5))  # noqa: S311
        Check.objects.filter(pk=check.pk).update(
            state=Check.State.QUEUED, next_attempt_at=put_off, lease=None, leased_until=None
        )
        return None
    if agency.retry_at is not None:
        # half-open: this check is the probe, and the others wait for what becomes of it
        Agency.objects.filter(pk=agency.pk).update(retry_at=at + BREAKER_PAUSE)
    check.state, check.lease = Check.State.ASKING, uuid.uuid4()
    check.leased_until = at + timedelta(seconds=agency.timeout) + settings.CHECK_LEASE_MARGIN
    check.asked_at, check.attempts = at, check.attempts + 1
    check.save(update_fields=["state", "lease", "leased_until", "asked_at", "attempts"])
    return check


def _fields(record: AgencyRecord) -> dict[str, str]:
    """A record's known fields, as stored with the check."""
    return {name: value for name, value in asdict(record).items() if value is not None}


def _still_leased(check: Check) -> Check | None:
    return Check.objects.select_for_update(of=("self",)).filter(pk=check.pk, lease=check.lease).first()


@act
def settle_check(check: Check, *, answer: Answer, actor=None) -> Check | None:
    """Write an agency's answer, and go on with the case when it was the last one open. None when the lease was lost."""
    with locked_task(check.task) as activation:
        held = _still_leased(check)
        if held is None or held.state != Check.State.ASKING:
            return None
        at = timezone.now()
        held.state, held.finding = Check.State.ANSWERED, answer.finding.value
        held.records = [_fields(record) for record in answer.records]
        held.reference, held.fault = answer.reference[:120], ""
        held.answered_at, held.lease, held.leased_until, held.next_attempt_at = at, None, None, None
        held.valid_until = at + timedelta(days=questions.get(held.question).manifest.freshness_days)
        held.needs_adjudication = answer.finding in (Finding.HIT, Finding.POSSIBLE_MATCH)
        held.save()
        Agency.objects.filter(pk=held.agency_id).update(failures=0, retry_at=None, answered_at=at)
        settled(activation, held, "check.answered")
        return held


def settled(activation, check: Check, verb: str, *, actor=None, reason: str = "") -> None:
    """Event of a settled check, and the end of its step when no other is open."""
    case = activation.process
    note(
        case, verb, actor=actor, task_id=check.task_id, reason=reason,
        data={"check": check.pk, "question": check.question, "finding": check.finding, "attempts": check.attempts},
    )  # fmt: skip
    if not Check.objects.filter(task_id=check.task_id).unsettled().exists() and (
        activation.task.finished is None and finish_step(activation) is not None
    ):
        return
    flush(case)


@act
def postpone_check(check: Check, *, fault: str, transport: bool, actor=None) -> Check | None:
    """Note that an attempt failed: asked again after a growing pause with jitter.

    It goes on waiting, never CLEAR; :func:`give_up_check` ends the wait where the policy allows it. ``transport``: the
    agency could not be reached, which counts for its breaker; an answer that cannot be read or a business refusal does
    not.
    """
    with locked_task(check.task) as activation:
        held = _still_leased(check)
        if held is None or held.state != Check.State.ASKING:
            return None
        at = timezone.now()
        held.fault, held.lease, held.leased_until = fault[:40], None, None
        if transport:
            _count_fault(held.agency_id, at)
        pause = min(settings.CHECK_FIRST_PAUSE * 2 ** min(held.attempts - 1, 12), LONGEST_PAUSE)
        held.state = Check.State.QUEUED
        held.next_attempt_at = at + pause * random.uniform(0.75, 1.25)  # noqa: S311
        held.save()
        if held.attempts == 1:  # the timeline says it once; the check itself counts the attempts
            note(activation.process, "check.postponed", task_id=held.task_id,
                 data={"check": held.pk, "question": held.question, "fault": held.fault})  # fmt: skip
        flush(activation.process)
        return held


@act
def give_up_check(check: Check, *, actor=None) -> Check | None:
    """Settle as UNAVAILABLE a check whose policy lets the case go on with a flag and whose patience is over."""
    with locked_task(check.task) as activation:
        held = Check.objects.select_for_update(of=("self",)).get(pk=check.pk)
        if held.state != Check.State.QUEUED or held.on_outage != CheckPolicy.OnOutage.PROCEED:
            return None
        held.state, held.finding, held.answered_at = (
            Check.State.FAILED,
            Finding.UNAVAILABLE.value,
            timezone.now(),
        )
        held.next_attempt_at = None
        held.save()
        settled(activation, held, "check.unavailable")
        return held


def _count_fault(agency_id: int, at) -> None:
    Agency.objects.filter(pk=agency_id).update(failures=F("failures") + 1)
    Agency.objects.filter(pk=agency_id, failures__gte=BREAKER_AFTER).update(retry_at=at + BREAKER_PAUSE)
