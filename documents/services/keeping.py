"""What the acts of this room share: produced files, changes of state, events."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection
from django.utils.translation import gettext as _

from audit import services as audit
from cases.errors import StateConflict
from cases.models import Attachment, Case
from documents.models import IssuedDocument
from documents.signatures import services as signatures
from offices.models import User


def keep(case: Case, content: bytes, *, name: str, label: str, actor: User | None) -> Attachment:
    """Store a produced PDF with the case."""
    return Attachment.objects.create(
        case_id=case.pk,
        label=label,
        file=ContentFile(content, name=name),
        name=name,
        content_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        by=actor,
    )


def keep_signed(
    case: Case, content: bytes, *, kind: str, day: date, name: str, label: str, actor: User | None
) -> Attachment:  # fmt: skip
    """Sign a rendered file when its kind is signed, and store it with the case. Raises DocumentError when it has to be
    signed and can not be; nothing is stored then."""
    signed = signatures.sign(content, kind=kind, office=case.office, day=day)
    attachment = keep(case, signed.content, name=name, label=label, actor=actor)
    signatures.keep_signature(signed, attachment, actor=actor)
    return attachment


def move(document: IssuedDocument, expected: str | tuple[str, ...], state: str, **fields: Any) -> None:
    """Change the state in one statement, and only from an expected one: two officers can not both do it."""
    assert connection.in_atomic_block, "a document changes within an act"
    expected = expected if isinstance(expected, tuple) else (expected,)
    moved = IssuedDocument.objects.filter(pk=document.pk, state__in=expected).update(state=state, **fields)
    if not moved:
        raise StateConflict(
            _("The document %(number)s can not do that now.") % {"number": document.number}, code="document_state"
        )
    for name, value in {"state": state, **fields}.items():
        setattr(document, name, value)


def record(
    verb: str, document: IssuedDocument, case: Case, *, actor: User | None, reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    audit.record(
        verb,
        actor=actor,
        office_id=case.office_id,
        case_id=case.pk,
        person_id=document.holder_id,
        reason=reason,
        data={"document": document.pk, "number": document.number, **(data or {})},
    )
