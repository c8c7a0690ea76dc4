"""A case and its blank: assigned, printed, handed over, or lost on the way. Part of the case's own acts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cases.errors import StateConflict
from cases.models import Attachment, Case
from documents.errors import DocumentError
from documents.models import Blank, BlankKind, IssuedDocument
from documents.services.blanks.moving import move
from offices.configuration import configuration
from offices.models import User

S = Blank.State


@configuration
def kind_for(document_kind: str) -> BlankKind | None:
    """The blanks that a kind of document is made of; None when it is printed on plain paper."""
    return BlankKind.objects.filter(document_kind=document_kind, active=True).first()


def assign(case: Case, *, document_kind: str, actor: User | None = None) -> Blank | None:
    """Give a case the first free number of its office, or the one it has; None when its document needs none.

    Numbers that another act holds are passed over (``SKIP LOCKED``): nobody waits, nobody gets the same. Committed
    before anything is printed on it, so that a number is never unaccounted for. Raises DocumentError when there is none
    left, StateConflict when the case's blank has been printed on.
    """
    kind = kind_for(document_kind)
    if kind is None:
        return None
    held = Blank.objects.filter(case_id=case.pk, kind=kind, state__in=[S.ASSIGNED, S.PERSONALISED]).first()
    if held is not None and held.state == S.PERSONALISED:
        raise StateConflict(_("This case already has its document."), code="issued")
    if held is not None:
        return held
    free = Blank.objects.filter(kind=kind, office_id=case.office_id, state=S.AVAILABLE).order_by("number")
    blank = free.select_for_update(skip_locked=True, of=("self",)).first()
    if blank is None:
        raise DocumentError(
            _("The office has no «%(kind)s» left. Receive some and have this step tried again.") % {"kind": kind.name}
        )
    _move(blank, S.ASSIGNED, expected=[S.AVAILABLE], actor=actor, case_id=case.pk)
    return blank


def _move(blank: Blank, to: str, *, expected: list[str], actor: User | None, text: str = "", **changes: Any) -> None:
    move(Blank.objects.filter(pk=blank.pk), to, expected=expected, actor=actor, text=text, many=1, **changes)
    blank.state = to


def personalise(blank: Blank, *, actor: User | None) -> None:
    """Its document has been made."""
    _move(blank, S.PERSONALISED, expected=[S.ASSIGNED], actor=actor)


def spoil(document: IssuedDocument, *, actor: User, text: str, photo: Attachment | None) -> None:
    """The print is bad: kept, with its photograph, until it is destroyed."""
    if document.blank_id is None:
        return
    _of(document, S.SPOILT, [S.PERSONALISED], actor=actor, text=text, photo=photo)


def void(document: IssuedDocument, *, actor: User | None, text: str) -> None:
    """*Anulado*: the document was cancelled before its delivery."""
    if document.blank_id is not None:
        _of(document, S.VOIDED, [S.PERSONALISED], actor=actor, text=text)


def hand_over(document: IssuedDocument, *, actor: User) -> None:
    """It leaves the house with its document."""
    if document.blank_id is not None:
        _of(document, S.DELIVERED, [S.PERSONALISED], actor=actor)


def write_off(document: IssuedDocument, *, actor: User | None, text: str) -> None:
    """*Baja*: a delivered document was taken out of circulation. Done once, whatever follows."""
    if document.blank_id is not None:
        blanks = Blank.objects.filter(pk=document.blank_id)
        move(blanks, S.WRITTEN_OFF, expected=[S.DELIVERED], actor=actor, text=text)


def _of(document: IssuedDocument, to: str, expected: list[str], *, actor: Any, text: str = "", **changes: Any) -> None:
    assert document.blank_id is not None, "a document on plain paper has no blank"
    blanks = Blank.objects.filter(pk=document.blank_id)
    move(blanks, to, expected=expected, actor=actor, text=text, many=1, **changes)


def release(case: Case, *, actor: User | None) -> None:
    """The case ended before anything was printed: its number goes back into stock."""
    blanks = Blank.objects.filter(case_id=case.pk, state=S.ASSIGNED)
    move(blanks, S.AVAILABLE, expected=[S.ASSIGNED], actor=actor, case=None, text=_("The case ended before printing."))


def check_photo(document_kind: str, photo: Any) -> None:
    """Raises ValidationError when a spoilt blank of this kind has to be photographed and was not."""
    kind = kind_for(document_kind)
    if kind is not None and kind.photo_required and not photo:
        raise ValidationError({"photo": _("Attach a photograph of what is spoilt.")})
