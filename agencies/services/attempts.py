"""One attempt at a check: its lease, and what became of it."""

import random
import uuid
from copy import copy
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from agencies.connectors.base import AgencyRecord, Answer
from agencies.findings import Finding
from agencies.models import Check, CheckPolicy, Outcome
from agencies.services import gate
from agencies.services.answers import NOTED, note_answer
from agencies.services.evidence import seal_answer
from cases.acts import act, flush, locked_task, note
from cases.services.steps import finish_step

LONGEST_PAUSE = timedelta(minutes=10)
# Said by a connector that lacked part of the person's identity: nothing was sent.
NOTHING_SENT = "incomplete_identity:"


def lease_check(check_id: int) -> Check | None:
    """Take the right to ask a check now; None when it is settled, not yet due, leased to another, or its agency may not
    be asked at this moment (paused, breaker open, as many questions under way as it takes, or too soon)."""
    at = timezone.now()
    return _lease(Check.objects.filter(pk=check_id).due(at), at)


def lease_next(agency_id: int) -> Check | None:
    """As :func:`lease_check`, for whichever question to an agency has been due longest."""
    at = timezone.now()
    return _lease(Check.objects.next_of(agency_id, at), at)


@transaction.atomic
def _lease(due: Any, at: datetime) -> Check | None:
    check = (
        due.select_for_update(of=("self",), skip_locked=True)
        .select_related("agency", "person", "case__office", "task")
        .first()
    )
    if check is None or gate.is_shut(check.agency, at):
        return None
    lease = uuid.uuid4()
    until = gate.pass_gate(check, lease=lease, at=at)
    if until is None:
        return None
    check.state, check.lease, check.leased_until = Check.State.ASKING, lease, until
    check.asked_at, check.attempts = at, check.attempts + 1
    return check


def return_lost_checks() -> int:
    """Put back what was leased to workers that have not come back; they can not write any more. Returns how many."""
    at = timezone.now()
    return Check.objects.lost(at).update(
        state=Check.State.QUEUED, next_attempt_at=at, lease=None, leased_until=None
    )  # fmt: skip


def _fields(record: AgencyRecord) -> dict[str, str]:
    """A record's known fields, as stored with the check."""
    return {name: value for name, value in asdict(record).items() if value is not None}


def _let_go(check: Check, **values: Any) -> Check | None:
    """Write to a leased check and end its lease, in one statement; None, and nothing written, when the lease was lost.

    Whoever holds the lease has the row as it is: nobody else writes to it without ending the lease.
    """
    values |= {"lease": None, "leased_until": None}
    mine = Check.objects.filter(pk=check.pk, lease=check.lease, state=Check.State.ASKING)
    if not mine.update(**values):
        return None
    held = copy(check)
    for name, value in values.items():
        setattr(held, name, value)
    return held


@act
def settle_check(check: Check, *, answer: Answer, actor=None) -> Check | None:
    """Write an agency's answer, and go on with the case when it was the last one open. None when the lease was lost."""
    with locked_task(check.task) as activation:
        at = timezone.now()
        noted = copy(check)
        noted.finding = answer.finding.value
        note_answer(noted, since=at, person=check.person)
        held = _let_go(
            check,
            state=Check.State.ANSWERED,
            finding=noted.finding,
            records=[_fields(record) for record in answer.records],
            reference=answer.reference[:120],
            fault="",
            answered_at=at,
            next_attempt_at=None,
            **{name: getattr(noted, name) for name in NOTED},
        )
        if held is None:
            return None
        seal_answer(held, answer)
        settled(activation, held, "check.answered")
        unsent = answer.reference.startswith(NOTHING_SENT)
        gate.attempt_ended(
            held, lease=check.lease, outcome=Outcome.UNSENT if unsent else Outcome.ANSWERED,
            taken=answer.answered_at - answer.asked_at, at=at,
        )  # fmt: skip
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
    """Note that an attempt failed: asked again after a growing pause with jitter. None when the lease was lost.

    It goes on waiting, never CLEAR; :func:`give_up_check` ends the wait where the policy allows it. ``transport``: no
    answer was had, which may be tried for ever; an answer that can not be read is left to a person once the agency's
    limit of them is reached (as :func:`refuse_check` does at once).
    """
    with locked_task(check.task) as activation:
        at, unreadable = timezone.now(), check.unreadable + (not transport)
        if unreadable >= check.agency.unreadable_limit:
            held = _stop(activation, check, fault, at, unreadable=unreadable)
        else:
            pause = min(settings.CHECK_FIRST_PAUSE * 2 ** min(check.attempts - 1, 12), LONGEST_PAUSE)
            again_at = at + pause * random.uniform(0.75, 1.25)  # noqa: S311
            held = _let_go(
                check, state=Check.State.QUEUED, fault=fault[:60], unreadable=unreadable, next_attempt_at=again_at
            )
            if held is not None and held.attempts == 1:  # the timeline says it once; the check counts the attempts
                note(activation.process, "check.postponed", task_id=held.task_id,
                     data={"check": held.pk, "question": held.question, "fault": held.fault})  # fmt: skip
                flush(activation.process)
        if held is not None:
            outcome = Outcome.FAILED if transport else Outcome.UNREADABLE
            gate.attempt_ended(held, lease=check.lease, outcome=outcome, taken=at - _asked(check), at=at)
        return held


@act
def refuse_check(check: Check, *, fault: str, sent: bool = True, actor=None) -> Check | None:
    """Note that the agency, or our own configuration, refuses the question: asking again by itself would change
    nothing. A person decides (:func:`ask_again`, or giving up on it), or the case goes on with a flag where the policy
    lets it. None when the lease was lost.

    ``sent``: whether the question left the house.
    """
    with locked_task(check.task) as activation:
        at = timezone.now()
        held = _stop(activation, check, fault, at)
        if held is not None:
            outcome = Outcome.REFUSED if sent else Outcome.UNSENT
            gate.attempt_ended(held, lease=check.lease, outcome=outcome, taken=at - _asked(check), at=at)
        return held


def _asked(check: Check) -> datetime:
    assert check.asked_at is not None, "a leased check has been asked"
    return check.asked_at


def _stop(activation, check: Check, fault: str, at: datetime, **values: Any) -> Check | None:
    """Nothing more is asked by itself. The step goes on waiting unless the policy lets the case go on with a flag."""
    goes_on = check.on_outage == CheckPolicy.OnOutage.PROCEED
    held = _let_go(
        check,
        state=Check.State.FAILED if goes_on else Check.State.STOPPED,
        finding=Finding.UNAVAILABLE.value,
        fault=fault[:60],
        answered_at=at if goes_on else None,
        next_attempt_at=None,
        **values,
    )
    if held is None:
        return None
    if goes_on:
        settled(activation, held, "check.unavailable")
    else:
        note(activation.process, "check.stopped", task_id=held.task_id,
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
