"""Writes of a registration: submitting it, keeping its files, forgetting its draft."""

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from audit import services as audit
from cases.acts import act
from cases.models import Attachment, Case, Draft, Requirement
from cases.services import attach_file, drop_attachment
from offices.models import User

if TYPE_CHECKING:
    from cases.registration.form import RegistrationForm


@act
def submit(form: "RegistrationForm", *, actor: User) -> Case:
    """File a valid registration and forget its draft; its files go with the case.

    What the officer answered for personally (a zone that is wrong, data that differ from it, a known person with the
    same document declared another) is an audit event of its own, with their reason. Raises what the procedure's act
    raises: ValidationError by field, NotAllowed, StateConflict (``submitted``) when the draft is a case already.
    """
    case = form.file(actor=actor)
    remarks = _remarks(form)
    if remarks:
        audit.record(
            "registration.remarked",
            actor=actor,
            office_id=case.office_id,
            case_id=case.pk,
            person_id=case.applicant_id,
            reason=form.cleaned_data.get("zone_reason", "") if "zone" in remarks else "",
            data=remarks,
        )
    _forget(form.draft)
    return case


def _forget(draft: Draft) -> None:
    """Delete a draft whose files are a case's by now: one statement, where the ORM would look for them twice."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_draft WHERE id = %s", [draft.pk])


def _remarks(form: "RegistrationForm") -> dict[str, Any]:
    """Codes and field names only: values do not belong in the log."""
    remarks: dict[str, Any] = {}
    if form.zone.needs_override:
        remarks["zone"] = form.zone.wrong_checks or [problem.code for problem in form.zone.verdict.errors]
    if differences := form.differences():
        remarks["differs_from_zone"] = differences
    if form.matches and form.known_person is None:
        remarks["not_persons"] = [match.person.pk for match in form.matches if match.reason.strong]
    return {name: value for name, value in remarks.items() if value}


@transaction.atomic
def bring_file(draft: Draft, upload: UploadedFile, *, actor: User, requirement: Requirement) -> Attachment:
    """Attach a file to the draft for a requirement; it takes the place of an earlier one.

    Raises ValidationError when it is no PDF, JPEG or PNG, is empty, or is too large; the earlier one then stays.
    """
    earlier = list(Attachment.objects.filter(draft=draft, requirement=requirement.code))
    attachment = attach_file(
        upload, actor=actor, draft_id=draft.pk, requirement=requirement.code, label=requirement.name
    )
    for replaced in earlier:
        drop_attachment(replaced, actor=actor)
    return attachment
