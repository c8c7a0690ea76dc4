"""Giving up on questions: by a supervisor, or because the case has ended."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.models import Check
from agencies.services.attempts import settled
from cases.acts import act, locked_task
from cases.errors import NotAllowed, StateConflict
from cases.models import Case
from offices.authority import authority_of
from offices.models import User
from offices.roles import Act

SETTLED = (Check.State.ANSWERED, Check.State.FAILED, Check.State.CANCELLED)


def may_cancel(user: User, case: Case) -> bool:
    """Whether the user gives up on questions of this office: its supervisors."""
    return authority_of(user).can(Act.SUPERVISE, case.procedure, case.office_id)


@act
def cancel_check(check: Check, *, actor: User, reason: str) -> Check:
    """A supervisor gives up on a question, with a reason. It is recorded as cancelled, never as clear."""
    with locked_task(check.task) as activation:
        case = activation.process
        if not may_cancel(actor, case):
            raise NotAllowed(
                _("Only a supervisor of this office can cancel a check."),
                code="no_right", office_id=case.office_id, case_id=case.pk, task_id=check.task_id,
            )  # fmt: skip
        if not reason.strip():
            raise ValidationError({"reason": _("Give the reason.")})
        held = Check.objects.select_for_update(of=("self",)).get(pk=check.pk)
        if held.state in SETTLED:
            raise StateConflict(_("This check has already been settled."), code="finished")
        held.state, held.lease, held.leased_until, held.next_attempt_at = (
            Check.State.CANCELLED,
            None,
            None,
            None,
        )
        held.save()
        settled(activation, held, "check.cancelled", actor=actor, reason=reason)
        return held


def cancel_checks_of(case: Case, *, actor) -> None:
    """A case that ends asks nothing more (registered as a close hook; the case is locked)."""
    case.checks.unsettled().update(state=Check.State.CANCELLED, lease=None, leased_until=None, next_attempt_at=None)
    case.checks.open_hits().update(needs_adjudication=False, awaits="")
