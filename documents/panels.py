"""What documents add to the case page: what was issued and what became of it, and every file of the case."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from cases.models import Attachment, Case
from cases.registry import Panel, registry
from documents.models import IssuedDocument
from offices.zones import zone_of


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
        Step(pgettext("document", "Cancelled"), document.cancelled_at, document.cancelled_by, document.cancel_reason),
    ]
    return [step for step in steps if step.at]


def documents_context(case: Case, user) -> Mapping[str, Any]:
    """Issued documents with their lives, and the other files, produced or brought; two statements."""
    issued = list(
        IssuedDocument.objects.visible_to(user)
        .filter(case_id=case.pk)
        .select_related("pdf", "quality_by", "spoilt_by", "spoilt_ground", "delivered_by", "cancelled_by")
    )
    today = timezone.now().astimezone(zone_of(case.office.time_zone)).date()
    for document in issued:
        document.life = life(document)
        document.expired = document.stands and document.valid_until < today
    pages = {document.pdf_id for document in issued}
    files = [
        file
        for file in Attachment.objects.visible_to(user).filter(case_id=case.pk).select_related("by")
        if file.pk not in pages
    ]
    return {"issued": issued, "files": files, "badge": len(issued) + len(files) or None}


def install() -> None:
    registry.add_panel(Panel("documents", _("Documents"), "documents/panel.html", documents_context, position=30))
