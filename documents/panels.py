"""What documents add to the case page: what was issued and what became of it, and every file of the case."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from cases.models import Attachment, Case, Stage
from cases.registry import Panel, registry
from documents.models import BlankMovement, IssuedDocument, LifeChange
from documents.services.life import WAYS
from offices.authority import authority_of
from offices.roles import Act

BLANKS = (Stage.ISSUANCE, Stage.QUALITY, Stage.DELIVERY)  # stages in which a case may have a blank and no document


class Step(NamedTuple):
    """One event in the life of a document, as the panel lists it."""

    title: Any
    at: Any
    by: Any
    text: str = ""


def life(document: IssuedDocument) -> list[Step]:
    """The life of a document so far, in order."""
    spoilt = filter(None, [str(document.spoilt_ground or ""), document.spoilt_text])
    receiver = filter(None, [document.receiver, document.receiver_document])
    steps = [
        Step(pgettext("document", "Produced"), document.created, None),
        Step(pgettext("document", "Quality confirmed"), document.quality_at, document.quality_by),
        Step(pgettext("document", "Spoilt"), document.spoilt_at, document.spoilt_by, " · ".join(spoilt)),
        Step(pgettext("document", "Delivered"), document.delivered_at, document.delivered_by, " · ".join(receiver)),
        *_changes(document),
    ]
    return [step for step in steps if step.at]


def _changes(document: IssuedDocument) -> list[Step]:
    """What happened after the delivery, or the cancellation before it."""
    changes = [
        Step(
            change.get_state_display(),
            change.at,
            change.by,
            " · ".join(filter(None, [str(change.ground or ""), change.text])),
        )
        for change in document.changes.all()
    ]
    if document.cancelled_at and not any(change.state == "cancelled" for change in document.changes.all()):
        title = pgettext("document", "Cancelled")
        changes.append(Step(title, document.cancelled_at, document.cancelled_by, document.cancel_reason))
    return changes


def documents_context(case: Case, user) -> Mapping[str, Any]:
    """Issued documents with their lives, the history of the case's blanks, and the other files, produced or brought;
    four statements at most."""
    issued = list(
        IssuedDocument.objects.visible_to(user)
        .filter(case_id=case.pk)
        .select_related(
            "issued_by_office",
            "quality_by",
            "spoilt_by",
            "spoilt_ground",
            "delivered_by",
            "cancelled_by",
            "pdf__signature__signer",
        )
        .prefetch_related(Prefetch("changes", LifeChange.objects.select_related("ground", "by")))
    )
    supervises = authority_of(user).offices(Act.SUPERVISE, case.procedure)
    for document in issued:
        document.life = life(document)
        document.expired = document.stands and document.is_over()
        document.may_change = document.state in WAYS and document.issued_by_office_id in supervises
    pages = {document.pdf_id for document in issued}
    files = [
        file
        for file in Attachment.objects.visible_to(user)
        .filter(case_id=case.pk)
        .select_related("by", "signature__signer")
        if file.pk not in pages
    ]
    moves = (
        BlankMovement.objects.filter(case_id=case.pk)
        if issued or case.stage in BLANKS
        else BlankMovement.objects.none()
    )
    blanks: dict[str, list[BlankMovement]] = {}
    for move in moves.select_related("blank", "by", "to_office", "photo").order_by("id"):
        blanks.setdefault(move.blank.number, []).append(move)
    return {"issued": issued, "blanks": blanks, "files": files, "badge": len(issued) + len(files) or None}


def install() -> None:
    registry.add_panel(Panel("documents", _("Documents"), "documents/panel.html", documents_context, position=30))
