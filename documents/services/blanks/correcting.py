"""Changes in stock that no case makes: damaged in the safe, voided, missing, found, written off."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cases.acts import act
from documents.models import Blank, BlankAct, BlankAlarm, BlankKind
from documents.services.blanks import missing
from documents.services.blanks.alarms import raise_alarm
from documents.services.blanks.moving import Paper, check_right, find, move, record, write_act
from documents.services.blanks.transfers import parsed
from offices.models import Office, User

S = Blank.State

FROM: dict[str, tuple[str, ...]] = {
    S.SPOILT: (S.AVAILABLE,),
    S.VOIDED: (S.AVAILABLE,),
    S.MISSING: (S.AVAILABLE,),
    S.AVAILABLE: (S.MISSING,),
    S.WRITTEN_OFF: (S.MISSING,),
}
"""What a keeper may do to numbers without a case: the new state, and where the numbers have to be."""
STOLEN = "stolen"  # missing, and taken by somebody: those who are told hear the difference


@act
def correct(*, kind: BlankKind, office: Office, numbers: str, to: str, paper: Paper, actor: User) -> BlankAct:
    """Change numbers in stock, with a reason and, for spoilt ones, their photograph (the paper's file). ``to`` is a
    state of :data:`FROM` or :data:`STOLEN`; missing and stolen ones are reported where their kind is.

    Raises ValidationError by field, NotAllowed without the right.
    """
    check_right(kind, office, actor)
    stolen, to = to == STOLEN, S.MISSING if to == STOLEN else to
    if to not in FROM:
        raise ValidationError({"to": _("Choose what became of them.")})
    if not paper.text.strip():
        raise ValidationError({"text": _("Give the reason.")})
    if to == S.SPOILT and kind.photo_required and paper.file is None:
        raise ValidationError({"file": _("Attach a photograph of what is spoilt.")})
    wanted = parsed(numbers)
    blanks = find(kind, wanted, states=FROM[to], office=office)
    if to == S.AVAILABLE:
        missing.refuse_reported(blanks)
    row = write_act("correction", kind=kind, office=office, numbers=wanted, paper=paper, actor=actor)
    move(blanks, to, expected=FROM[to], actor=actor, act=row, text=paper.text, many=row.quantity)
    if to == S.MISSING:
        raise_alarm(
            office=office, kind=kind, cause=BlankAlarm.Cause.MISSING, act=row,
            text=_("%(numbers)s are missing from the stock") % {"numbers": row.numbers[:200]},
        )  # fmt: skip
        missing.report(kind=kind, office=office, act=row, numbers=wanted, actor=actor, stolen=stolen)
    record(f"blanks.{to}", row, actor=actor, data={"stolen": True} if stolen else None)
    return row
