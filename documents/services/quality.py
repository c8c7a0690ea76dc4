"""From the printer to its holder, or not: quality, delivery, and documents that are voided before it."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Attachment, Case, Ground
from documents.models import IssuedDocument
from documents.services.blanks import using
from documents.services.keeping import move, record
from offices.models import User

State = IssuedDocument.State


def confirm_quality(document: IssuedDocument, *, actor: User) -> None:
    """The print is good. Raises StateConflict unless it waits for this."""
    move(document, State.PERSONALISED, State.QC_OK, quality_at=timezone.now(), quality_by=actor)
    record("document.quality_confirmed", document, document.case, actor=actor)


def spoil(
    document: IssuedDocument, *, actor: User, ground: Ground | None, text: str = "", photo: Attachment | None = None
) -> None:
    """The print is bad: its number is burnt, its blank is kept for destruction, and the case may get another document.

    Raises ValidationError unless the ground is one for spoilt prints and the photograph is there where the kind of
    blank wants one, StateConflict unless the print waits for control.
    """
    if ground is None or ground.kind != Ground.Kind.SPOILT:
        raise ValidationError({"ground": _("Say what is wrong with the print.")})
    if document.blank_id is not None:
        using.check_photo(document.kind, photo)
    move(
        document, State.PERSONALISED, State.SPOILT,
        spoilt_at=timezone.now(), spoilt_by=actor, spoilt_ground=ground, spoilt_text=text,
    )  # fmt: skip
    using.spoil(document, actor=actor, text="\n".join(filter(None, [ground.text, text])), photo=photo)
    record(
        "document.spoilt", document, document.case, actor=actor, data={"ground": ground.code},
        reason="\n".join(filter(None, [ground.text, text])),
    )  # fmt: skip


def deliver(document: IssuedDocument, *, actor: User, receiver: str, receiver_document: str) -> None:
    """Hand the document over; from now on it is active. Raises StateConflict unless its quality was confirmed."""
    if not receiver.strip():
        raise ValidationError({"receiver": _("Say who received it.")})
    move(
        document, State.QC_OK, State.ACTIVE,
        delivered_at=timezone.now(), delivered_by=actor, receiver=receiver.strip(),
        receiver_document=receiver_document.strip(),
    )  # fmt: skip
    using.hand_over(document, actor=actor)
    record("document.delivered", document, document.case, actor=actor)


def cancel(document: IssuedDocument, *, actor: User | None, reason: str) -> None:
    """Take a document out of the world before its delivery (*anulado*). Its number stays burnt. One that was delivered
    ends by :func:`documents.services.life.change_state`.

    Raises StateConflict when it was delivered, is spoilt or cancelled already.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason.")})
    before = document.state
    move(
        document, (State.PERSONALISED, State.QC_OK), State.CANCELLED,
        cancelled_at=timezone.now(), cancelled_by=actor, cancel_reason=reason.strip(),
    )  # fmt: skip
    using.void(document, actor=actor, text=reason)
    record("document.cancelled", document, document.case, actor=actor, reason=reason.strip(), data={"before": before})


def cancel_undelivered(case: Case, *, actor: User | None) -> None:
    """What happens to documents when their case is withdrawn, abandoned or voided: those that nobody holds are
    cancelled, and a blank that nothing was printed on goes back into stock."""
    waiting = IssuedDocument.objects.filter(case_id=case.pk, state__in=[State.PERSONALISED, State.QC_OK])
    for document in waiting.select_related("case"):
        cancel(document, actor=actor, reason=_("The case ended before its delivery."))
    using.release(case, actor=actor)
