"""Spoilt and voided blanks end by the hands of two persons."""

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.acts import act
from cases.errors import NotAllowed
from documents import ranges
from documents.models import Blank, BlankAct, BlankKind, BlankMovement
from documents.services.blanks.moving import Paper, check_right, find, locked, move, record, write_act
from documents.services.blanks.transfers import parsed
from offices.authority import authority_of
from offices.models import Office, User
from offices.roles import Act

S = Blank.State
ENDING = (S.SPOILT, S.VOIDED, S.WRITTEN_OFF)


@act
def propose_destruction(*, kind: BlankKind, office: Office, paper: Paper, actor: User, numbers: str = "") -> BlankAct:
    """Draw up the act for blanks that are kept for destruction: these numbers, or all that lie there.

    Nothing is destroyed until another person confirms it. Raises ValidationError by field, NotAllowed.
    """
    check_right(kind, office, actor)
    waiting = Blank.objects.filter(kind=kind, office=office, state__in=Blank.KEPT).exclude(
        act__act="destruction", act__open=True
    )
    if numbers.strip():
        wanted = parsed(numbers)
        blanks = find(kind, wanted, states=ENDING, office=office)
        if blanks.filter(act__act="destruction", act__open=True).exists():
            raise ValidationError({"numbers": _("Some of these numbers are in another act of destruction.")})
    else:
        wanted = (
            ranges.parse(", ".join(waiting.order_by("number").values_list("number", flat=True)))
            if (waiting.exists())
            else []
        )
        blanks = waiting
    if not wanted:
        raise ValidationError({"numbers": _("Nothing waits for destruction.")})
    row = write_act("destruction", kind=kind, office=office, numbers=wanted, paper=paper, actor=actor, opened=True)
    row.numbers = ranges.shown(blanks.order_by("number").values_list("number", flat=True))
    row.quantity = blanks.update(act=row)
    row.save(update_fields=["numbers", "quantity"])
    record("blanks.destruction_proposed", row, actor=actor)
    return row


@act
def confirm_destruction(destruction: BlankAct, *, actor: User, remarks: str = "") -> BlankAct:
    """The second person saw them destroyed. Raises NotAllowed for the first person, StateConflict when it is done."""
    held = locked(destruction.pk, "destruction")
    check_right(held.kind, held.office, actor)
    if held.by_id == actor.pk:
        raise NotAllowed(_("Another person confirms the destruction."), code="four_eyes", office_id=held.office_id)
    held.open, held.second_by, held.second_at, held.second_text = False, actor, timezone.now(), remarks.strip()
    held.save(update_fields=["open", "second_by", "second_at", "second_text"])
    move(
        Blank.objects.filter(act=held), S.DESTROYED, expected=ENDING, actor=actor, act=held, many=held.quantity,
        text=remarks,
    )  # fmt: skip
    record("blanks.destroyed", held, actor=actor, reason=remarks, data={"first": held.by_id})
    return held


def may_withdraw(destruction: BlankAct, actor: User) -> bool:
    """Whether a person may take a proposal of destruction back: who made it, and who supervises its office."""
    rights, procedure = authority_of(actor), destruction.kind.procedure
    own = destruction.by_id == actor.pk and rights.can(Act.STOCK, procedure, destruction.office_id)
    return own or rights.can(Act.SUPERVISE, procedure, destruction.office_id)


@act
def withdraw_destruction(destruction: BlankAct, *, actor: User, reason: str) -> BlankAct:
    """Take back a proposal that was a mistake, before its second signature: its numbers go on waiting for destruction,
    each with the act that brought it there, and may be proposed anew.

    Raises NotAllowed unless the actor proposed it or supervises the office, ValidationError without a reason,
    StateConflict when the numbers were destroyed or it was withdrawn before.
    """
    held = locked(destruction.pk, "destruction")
    if not may_withdraw(held, actor):
        raise NotAllowed(
            _("Only who proposed the destruction, or a supervisor of this office, can withdraw it."),
            code="no_right", office_id=held.office_id,
        )  # fmt: skip
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason.")})
    held.open, held.withdrawn_by, held.withdrawn_at = False, actor, timezone.now()
    held.withdrawn_text = reason.strip()
    held.save(update_fields=["open", "withdrawn_by", "withdrawn_at", "withdrawn_text"])
    brought = BlankMovement.objects.filter(blank=OuterRef("pk")).order_by("-id").values("act")[:1]
    Blank.objects.filter(act=held).update(act=Subquery(brought))
    record("blanks.destruction_withdrawn", held, actor=actor, reason=reason.strip(), data={"first": held.by_id})
    return held
