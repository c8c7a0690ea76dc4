"""Drafts, attached files and notes."""

import hashlib
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import services as audit
from cases import rules
from cases.acts import act
from cases.errors import NotAllowed, StateConflict
from cases.models import Attachment, Case, Draft, Note
from cases.uploads import clean_name, inspect
from offices.authority import authority_of
from offices.models import Office, User
from offices.roles import Act

READING = (Act.VIEW, Act.VIEW_PROTECTED, Act.AUDIT)


@transaction.atomic
def open_draft(*, actor: User, procedure: str, office: Office) -> Draft:
    """Begin a registration. Raises NotAllowed without the right to register there."""
    if not authority_of(actor).can(Act.REGISTER, procedure, office.pk):
        raise NotAllowed(
            _("Your postings do not let you register applications at this office."),
            code="no_right",
            office_id=office.pk,
        )
    return Draft.objects.create(procedure=procedure, office=office, owner=actor)


def keep_draft(draft: Draft, *, actor: User, data: dict[str, Any]) -> None:
    """Save what has been typed so far; drafts are private to their owner and are not audited."""
    Draft.objects.filter(pk=draft.pk, owner=actor).update(data=data, updated=timezone.now())


@act
def attach_file(
    upload: UploadedFile, *, actor: User, label: str, requirement: str = "", case: Case | None = None,
    draft_id: UUID | None = None,
) -> Attachment:  # fmt: skip
    """Store a file with a case or a draft. The type is read from the content; raises ValidationError when
    :func:`cases.uploads.inspect` refuses it, StateConflict when the case has ended."""
    if (case is None) == (draft_id is None):
        raise ValueError("a file belongs to a case or to a draft")
    if case is not None and not case.is_open:
        raise StateConflict(_("This case has already ended."), code="closed")
    if case is not None:
        rules.check_conflict(case, actor)
    found = inspect(upload)
    if draft_id and not Draft.objects.filter(pk=draft_id, owner=actor).exists():
        raise ValidationError(_("This draft no longer exists."))
    attachment = Attachment.objects.create(
        case=case,
        draft_id=draft_id,
        requirement=requirement,
        label=label,
        file=ContentFile(found.content, name="x"),  # the storage's name is the attachment's own (Attachment.file)
        name=clean_name(upload.name),
        content_type=found.content_type,
        marks=list(found.marks),
        size=len(found.content),
        sha256=hashlib.sha256(found.content).hexdigest(),
        by=actor,
    )
    if case is not None:
        audit.record(
            "file.attached", actor=actor, office_id=case.office_id, case_id=case.pk,
            data={"attachment": attachment.pk, "requirement": requirement, "marks": attachment.marks},
        )  # fmt: skip
    return attachment


@transaction.atomic
def drop_attachment(attachment: Attachment, *, actor: User) -> None:
    """Take a file out of the actor's own draft. Files of a case stay with it."""
    if attachment.case_id is not None or attachment.draft is None or attachment.draft.owner_id != actor.pk:
        raise StateConflict(_("A file of a case can not be removed."), code="filed")
    storage, name = attachment.file.storage, str(attachment.file.name)
    attachment.delete()
    transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def drop_draft(draft: Draft, *, actor: User) -> None:
    """Forget an unfinished registration of the actor's own, with its files."""
    for attachment in Attachment.objects.filter(draft=draft, draft__owner=actor).select_related("draft"):
        drop_attachment(attachment, actor=actor)
    Draft.objects.filter(pk=draft.pk, owner=actor).delete()


@act
def add_note(case: Case, *, actor: User, text: str) -> Note:
    """Write an internal note on a case."""
    if not text.strip():
        raise ValidationError({"text": _("Write something.")})
    rules.check_conflict(case, actor)
    authority = authority_of(actor)
    if not any(authority.can(each, case.procedure, case.office_id) for each in Act if each not in READING):
        raise NotAllowed(
            _("Your postings let you read this case, not write on it."),
            code="no_right", office_id=case.office_id, case_id=case.pk,
        )  # fmt: skip
    added = Note.objects.create(case=case, text=text.strip(), by=actor)
    audit.record("note.added", actor=actor, office_id=case.office_id, case_id=case.pk, data={"note": added.pk})
    return added
