"""What does not add up is said on the board and to the supervisors, until somebody settles it with a reason."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import services as audit
from cases.acts import act
from cases.errors import NotAllowed, StateConflict
from documents.models import BlankAct, BlankAlarm, BlankKind, BlankSheet
from offices.authority import authority_of
from offices.models import Office, User
from offices.roles import Act

TRANSFER_DAYS = 30  # longer than the diplomatic bag takes


def raise_alarm(
    *, office: Office, kind: BlankKind, cause: str, text: str, act: BlankAct | None = None,
    sheet: BlankSheet | None = None,
) -> BlankAlarm:  # fmt: skip
    """Open an alarm, in the caller's transaction."""
    alarm = BlankAlarm.objects.create(
        office=office, kind=kind, cause=cause, text=text[:300], act=act, sheet=sheet, opened_at=timezone.now()
    )
    audit.record(
        "blanks.alarm", actor=None, office_id=office.pk,
        data={"alarm": alarm.pk, "kind": kind.code, "cause": str(cause)}, reason=alarm.text,
    )  # fmt: skip
    return alarm


@act
def close_alarm(alarm: BlankAlarm, *, actor: User, text: str) -> BlankAlarm:
    """Settle an alarm: a supervisor's act. Raises ValidationError without a reason, NotAllowed, StateConflict."""
    held = BlankAlarm.objects.select_for_update(of=("self",)).select_related("kind").get(pk=alarm.pk)
    if not authority_of(actor).can(Act.SUPERVISE, held.kind.procedure, held.office_id):
        raise NotAllowed(
            _("Only a supervisor of this office can settle its alarms."), code="no_right", office_id=held.office_id
        )
    if held.closed_at is not None:
        raise StateConflict(_("This alarm has been settled already."), code="closed")
    if not text.strip():
        raise ValidationError({"text": _("Say how it was settled.")})
    held.closed_at, held.closed_by, held.closing_text = timezone.now(), actor, text.strip()
    held.save(update_fields=["closed_at", "closed_by", "closing_text"])
    audit.record(
        "blanks.alarm_closed", actor=actor, office_id=held.office_id, data={"alarm": held.pk}, reason=text.strip()
    )
    return held


@transaction.atomic
def note_overdue_acts() -> int:
    """Raise an alarm for each transfer that nobody received and each hand-out that nobody reconciled in time; once per
    act. Returns how many."""
    now, raised = timezone.now(), 0
    told = BlankAlarm.objects.filter(cause__in=["transfer", "handout"]).values("act_id")
    waiting = BlankAct.objects.filter(open=True, act__in=["transfer", "handout"]).exclude(pk__in=told)
    for row in waiting.select_related("kind", "office", "to_office"):
        transfer = row.act == BlankAct.Kind.TRANSFER
        days = TRANSFER_DAYS if transfer else row.kind.handout_days
        if row.at > now - timedelta(days=days):
            continue
        text = (
            _("The transfer %(act)s of %(quantity)d has not been received")
            if transfer
            else _("The hand-out %(act)s of %(quantity)d has not been reconciled")
        )
        raise_alarm(
            office=row.office, kind=row.kind, act=row, text=text % {"act": row.number, "quantity": row.quantity},
            cause=BlankAlarm.Cause.TRANSFER if transfer else BlankAlarm.Cause.HANDOUT,
        )  # fmt: skip
        raised += 1
    return raised
