"""From one office to another: sent by one person, received by another, and nowhere else in between."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.acts import act
from cases.errors import NotAllowed
from documents import ranges
from documents.models import Blank, BlankAct, BlankAlarm, BlankKind
from documents.services.blanks import missing as losses
from documents.services.blanks.alarms import raise_alarm
from documents.services.blanks.moving import Paper, check_right, find, locked, move, record, write_act
from offices.models import Office, User

S = Blank.State


def parsed(numbers: str, field: str = "numbers") -> list[ranges.Range]:
    """The ranges of a field. Raises ValidationError at it."""
    try:
        return ranges.parse(numbers)
    except ValidationError as error:
        raise ValidationError({field: error}) from error


@act
def send(*, kind: BlankKind, office: Office, to_office: Office, numbers: str, paper: Paper, actor: User) -> BlankAct:
    """Send numbers in stock to another office. Raises ValidationError by field, NotAllowed, StateConflict."""
    check_right(kind, office, actor)
    if to_office.pk == office.pk:
        raise ValidationError({"to_office": _("Choose another office.")})
    wanted = parsed(numbers)
    blanks = find(kind, wanted, states=[S.AVAILABLE], office=office)
    transfer = write_act(
        "transfer", kind=kind, office=office, to_office=to_office, numbers=wanted, paper=paper, actor=actor, opened=True
    )
    move(blanks, S.SENT, expected=[S.AVAILABLE], actor=actor, act=transfer, office=None, many=transfer.quantity)
    record("blanks.sent", transfer, actor=actor, data={"to": to_office.pk})
    return transfer


@act
def arrive(transfer: BlankAct, *, actor: User, missing: str = "", remarks: str = "") -> BlankAct:
    """Receive a transfer. What did not arrive is missing at the sender's, and an alarm says so at both ends.

    Raises NotAllowed for the sender and without the right at the receiving office, ValidationError when a missing
    number was not sent, StateConflict when it was received before.
    """
    held = locked(transfer.pk, "transfer")
    assert held.to_office is not None, "a transfer has two offices"
    check_right(held.kind, held.to_office, actor)
    if held.by_id == actor.pk:
        raise NotAllowed(_("Somebody else receives what you have sent."), code="two_parties", office_id=held.office_id)
    sent = Blank.objects.filter(act=held, state=S.SENT)
    absent = parsed(missing, "missing") if missing.strip() else []
    if absent and not remarks.strip():
        raise ValidationError({"remarks": _("Say what is known of the missing numbers.")})
    lost = find(held.kind, absent, states=[S.SENT], field="missing", act=held)
    number = sum(map(len, absent))
    if number:
        told = _("Did not arrive with %(act)s: %(text)s") % {"act": held.number, "text": remarks.strip()}
        move(lost, S.MISSING, expected=[S.SENT], actor=actor, act=held, office=held.office, many=number, text=told)
    move(sent, S.AVAILABLE, expected=[S.SENT], actor=actor, act=held, office=held.to_office,
         many=held.quantity - number)  # fmt: skip
    held.open, held.second_by, held.second_at, held.second_text = False, actor, timezone.now(), remarks.strip()
    held.save(update_fields=["open", "second_by", "second_at", "second_text"])
    if number:
        for office in (held.office, held.to_office):
            raise_alarm(
                office=office, kind=held.kind, cause=BlankAlarm.Cause.MISSING, act=held,
                text=_("%(numbers)s did not arrive with the transfer %(act)s")
                % {"numbers": ", ".join(map(str, absent))[:200], "act": held.number},
            )  # fmt: skip
        losses.report(kind=held.kind, office=held.office, act=held, numbers=absent, actor=actor)
    record("blanks.arrived", held, actor=actor, reason=remarks, data={"missing": ", ".join(map(str, absent))})
    return held
