"""Numbers handed out on paper when the system can not be used (mass evacuation, domain §5.6 G), reconciled later."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cases.acts import act
from documents.models import Blank, BlankAct, BlankAlarm, BlankKind
from documents.services.blanks import missing
from documents.services.blanks.alarms import raise_alarm
from documents.services.blanks.moving import Paper, check_right, find, locked, move, record, write_act
from documents.services.blanks.transfers import parsed
from offices.models import Office, User

S = Blank.State
RESULTS = (S.DELIVERED, S.AVAILABLE, S.SPOILT, S.MISSING)


@act
def hand_out(*, kind: BlankKind, office: Office, numbers: str, paper: Paper, actor: User) -> BlankAct:
    """Hand numbers to an officer who will use them on paper. Raises ValidationError by field, NotAllowed."""
    check_right(kind, office, actor)
    if not paper.party.strip():
        raise ValidationError({"party": _("Say who takes them.")})
    wanted = parsed(numbers)
    blanks = find(kind, wanted, states=[S.AVAILABLE], office=office)
    row = write_act("handout", kind=kind, office=office, numbers=wanted, paper=paper, actor=actor, opened=True)
    move(blanks, S.OUTSIDE, expected=[S.AVAILABLE], actor=actor, act=row, many=row.quantity, text=paper.party)
    record("blanks.handed_out", row, actor=actor, data={"party": row.party})
    return row


@act
def reconcile(handout: BlankAct, *, numbers: str, result: str, text: str, actor: User) -> BlankAct:
    """Say what became of numbers of a hand-out: delivered (to whom), back in stock, spoilt, missing. It closes with its
    last number.

    Raises ValidationError by field, NotAllowed without the right, StateConflict when it is closed.
    """
    held = locked(handout.pk, "handout")
    check_right(held.kind, held.office, actor)
    if result not in RESULTS:
        raise ValidationError({"result": _("Choose what became of them.")})
    if result != S.AVAILABLE and not text.strip():
        raise ValidationError({"text": _("Say to whom they were given, or what happened.")})
    wanted = parsed(numbers)
    blanks = find(held.kind, wanted, states=[S.OUTSIDE], act=held)
    many = sum(map(len, wanted))
    move(blanks, result, expected=[S.OUTSIDE], actor=actor, act=held, text=text, many=many)
    if result == S.MISSING:
        raise_alarm(
            office=held.office, kind=held.kind, cause=BlankAlarm.Cause.MISSING, act=held,
            text=_("%(numbers)s of the hand-out %(act)s are missing")
            % {"numbers": ", ".join(map(str, wanted))[:200], "act": held.number},
        )  # fmt: skip
        missing.report(kind=held.kind, office=held.office, act=held, numbers=wanted, actor=actor)
    if not Blank.objects.filter(act=held, state=S.OUTSIDE).exists():
        held.open = False
        held.save(update_fields=["open"])
    record(
        "blanks.reconciled", held, actor=actor, reason=text,
        data={"result": str(result), "numbers": ", ".join(map(str, wanted))[:500], "quantity": many},
    )  # fmt: skip
    return held
