"""What people do about agencies that are in trouble: ask again, pause, resume, try."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.limits import after_one, may_go
from agencies.models import Agency, Check, Outcome
from agencies.services import gate
from agencies.services.asking import ring
from audit import services as audit
from cases.acts import act, flush, locked_task, note
from cases.errors import NotAllowed, StateConflict
from cases.models import Case
from offices.authority import authority_of, may_configure
from offices.models import User
from offices.roles import Act

ASKABLE = (Check.State.STOPPED, Check.State.FAILED)


def may_ask_again(user: User, case: Case) -> bool:
    """Whether the user has questions of this office put again: its supervisors, and those who settle its hits."""
    authority = authority_of(user)
    return any(authority.can(right, case.procedure, case.office_id) for right in (Act.SUPERVISE, Act.ADJUDICATE))


@act
def ask_again(check: Check, *, actor: User, reason: str) -> Check:
    """A supervisor or a checks analyst has a question put again that the agency refused, or answered unreadably too
    often, or that was given up on while its step still waits for others.

    Raises ValidationError without a reason, StateConflict when it is being asked anyway, was settled, or the case has
    gone on.
    """
    with locked_task(check.task) as activation:
        case = activation.process
        if not may_ask_again(actor, case):
            raise NotAllowed(
                _("Only a supervisor or a checks analyst of this office can have a question put again."),
                code="no_right", office_id=case.office_id, case_id=case.pk, task_id=check.task_id,
            )  # fmt: skip
        if not reason.strip():
            raise ValidationError({"reason": _("Give the reason.")})
        held = Check.objects.select_for_update(of=("self",)).select_related("agency").get(pk=check.pk)
        if held.state not in ASKABLE or activation.task.finished is not None:
            raise StateConflict(
                _("This question can not be put again: it is being asked, or was settled."), code="state"
            )
        held.state, held.finding, held.answered_at = Check.State.QUEUED, "", None
        held.unreadable, held.fault, held.next_attempt_at = 0, "", timezone.now()
        held.save()
        note(case, "check.asked_again", actor=actor, task_id=held.task_id, reason=reason.strip(),
             data={"check": held.pk, "question": held.question})  # fmt: skip
        flush(case)
        ring(held)
        return held


def _administrator(actor: User) -> None:
    if not may_configure(actor):
        raise NotAllowed(_("Only an administrator can do this."), code="no_right")


@act
def pause_agency(agency: Agency, *, actor: User, reason: str) -> Agency:
    """Ask an agency nothing more until somebody resumes it. What is under way is waited for; the rest goes on waiting.

    Raises ValidationError without a reason, StateConflict when it is paused already.
    """
    _administrator(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason.")})
    held = gate.locked_agency(agency.pk)
    if held.paused:
        raise StateConflict(_("%(agency)s is paused already.") % {"agency": held}, code="paused")
    held.paused, held.paused_reason, held.paused_by, held.paused_at = True, reason.strip(), actor, timezone.now()
    held.save(update_fields=["paused", "paused_reason", "paused_by", "paused_at"])
    audit.record("agency.paused", actor=actor, reason=reason.strip(), data={"agency": held.code})
    return held


@act
def resume_agency(agency: Agency, *, actor: User, reason: str) -> Agency:
    """Let an agency be asked again; its backlog goes out within its pace and concurrency.

    Raises ValidationError without a reason, StateConflict when it is not paused.
    """
    _administrator(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason.")})
    held = gate.locked_agency(agency.pk)
    if not held.paused:
        raise StateConflict(_("%(agency)s is not paused.") % {"agency": held}, code="not_paused")
    since = held.paused_at
    held.paused, held.paused_reason, held.paused_by, held.paused_at = False, "", None, None
    held.save(update_fields=["paused", "paused_reason", "paused_by", "paused_at"])
    audit.record("agency.resumed", actor=actor, reason=reason.strip(),
                 data={"agency": held.code, "paused_at": since.isoformat() if since else ""})  # fmt: skip
    return held


@act
def try_agency(agency: Agency, *, actor: User) -> Agency:
    """Have a worker put a harmless question about a fictitious person to an agency now, paused or not.

    It spends one question of the agency's pace. Raises StateConflict when the pace has none left at this moment, or the
    trial before is not over.
    """
    from agencies.tasks import ring_trial

    _administrator(actor)
    held = gate.locked_agency(agency.pk)
    at = timezone.now()
    if held.trial == Check.State.ASKING and held.tried_at and at - held.tried_at < gate.lease_margin(held):
        raise StateConflict(_("%(agency)s is being tried already.") % {"agency": held}, code="trying")
    if not may_go(held.free_at, held.rate, held.clock):
        raise StateConflict(_("%(agency)s has just been asked as much as it may be. Try again in a minute.")
                            % {"agency": held}, code="pace")  # fmt: skip
    held.free_at = after_one(held.free_at, held.rate, held.clock)
    held.tried_at, held.trial, held.trial_ms = at, Check.State.ASKING, None
    held.asked += 1
    held.save(update_fields=["free_at", "tried_at", "trial", "trial_ms", "asked"])
    audit.record("agency.tried", actor=actor, data={"agency": held.code})
    ring_trial(held, actor)
    return held


@act
def record_trial(
    agency: Agency, *, actor: User | None, result: str, reached: bool, taken: timedelta,
    problems: Sequence[Mapping[str, str]] = (),
) -> Agency:  # fmt: skip
    """What a trial brought. ``result``: ``ok``, or the kind of fault; ``reached``: a readable answer came;
    ``problems``: what is wrong with the configuration of its questions.

    An answer closes the breaker at once; a fault leaves it as it is.
    """
    gate.count(agency.pk, Outcome.ANSWERED if reached else Outcome.FAILED, taken)
    held = gate.locked_agency(agency.pk)  # in this order, like the attempts at checks
    held.trial, held.trial_ms = result[:60], max(0, round(taken.total_seconds() * 1000))
    held.tried_at, held.trial_problems = timezone.now(), list(problems)
    held.save(update_fields=["trial", "trial_ms", "trial_problems", "tried_at"])
    if reached:
        gate.agency_answered(held.pk)
    audit.record("agency.trial_ended", actor=actor, data={"agency": held.code, "result": held.trial,
                                                          "ms": held.trial_ms, "problems": len(problems)})  # fmt: skip
    return held
