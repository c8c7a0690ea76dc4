"""Writes of this room. They run inside an act of the engine: its transaction, its lock on the case, its rights."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import services as audit
from cases.errors import StateConflict
from cases.models import Attachment, Case, Ground
from documents import letters
from documents.content import DocumentContent
from documents.errors import DocumentError
from documents.models import IssuedDocument, TextTemplate
from documents.numbers import LENGTH, next_number
from documents.pages import PAGES
from documents.pdf import render
from documents.wording import plain
from icao.mrz import Format, MrzError, MrzSpec, PartialDate, write
from offices.configuration import forget_configuration
from offices.models import User
from offices.zones import zone_of

ISSUER = "PER"
State = IssuedDocument.State


def issue(case: Case, *, content: DocumentContent, actor: User | None) -> IssuedDocument:
    """Give a document its number, write its zone and produce its page.

    Raises StateConflict when the case has a standing document of this kind, DocumentError when its zone or its page can
    not be made.
    """
    assert connection.in_atomic_block, "a document belongs to the act that issues it"
    if IssuedDocument.objects.standing().filter(case_id=case.pk, kind=content.kind).exists():
        raise StateConflict(_("This case already has its document."), code="issued")
    number = next_number(content.kind)
    holder = content.holder
    document = IssuedDocument(
        case=case,
        kind=content.kind,
        number=number,
        holder=holder,
        issued_by_office_id=case.office_id,
        mrz_format=content.mrz_format,
        mrz="\n".join(_zone(content, number)),
        valid_from=content.valid_from,
        valid_until=content.valid_until,
        fields={
            **content.fields,
            "primary": holder.primary,
            "secondary": holder.secondary,
            "sex": holder.sex,
            "birth_date": holder.birth_date,
            "nationality": holder.nationality,
            "passport_number": content.passport.number,
            "passport_issuer": content.passport.issuer,
        },
    )
    page = PAGES[content.kind]
    document.pdf = _keep(
        case,
        render(page.layout, page.content(document), day=content.valid_from),
        name=f"{content.kind}-{number}.pdf",
        label=f"{page.title} {number}",
        actor=actor,
    )
    document.save(force_insert=True)
    _record("document.issued", document, case, actor=actor, data={"attachment": document.pdf_id})
    return document


def _zone(content: DocumentContent, number: str) -> tuple[str, ...]:
    """The lines of the zone. A visa's number goes into it when it has nine characters or fewer, else the passport's
    (ICAO 9303-7 §4.2.2)."""
    own = len(number) <= LENGTH or not content.mrz_format.startswith("MRV")
    holder = content.holder
    try:
        return write(
            MrzSpec(
                format=Format(content.mrz_format),
                document_code=content.document_code,
                issuer=ISSUER,
                primary=holder.primary,
                secondary=holder.secondary,
                number=number if own else content.passport.number,
                nationality=holder.nationality,
                birth_date=PartialDate.parse(holder.birth_date),
                sex=holder.sex,
                expiry_date=content.valid_until,
                issue_date=content.valid_from,
                number_is_visa_number=own and content.mrz_format.startswith("MRV"),
            ),
            today=content.valid_from,
        )
    except MrzError as error:
        wrong = ", ".join(f"{each.field} ({each.code})" for each in error.errors)
        raise DocumentError(
            _("The machine-readable zone can not be written: %(fields)s.") % {"fields": wrong}
        ) from None


def _keep(case: Case, content: bytes, *, name: str, label: str, actor: User | None) -> Attachment:
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


def current(case: Case, kind: str = "") -> IssuedDocument:
    """The document of a case that is neither spoilt nor cancelled (of ``kind``, when it may have several).

    Raises StateConflict when there is none.
    """
    standing = IssuedDocument.objects.standing().filter(case_id=case.pk)
    document = (standing.filter(kind=kind) if kind else standing).order_by("-id").first()
    if document is None:
        raise StateConflict(_("This case has no document."), code="no_document")
    document.case = case
    return document


def confirm_quality(document: IssuedDocument, *, actor: User) -> None:
    """The print is good. Raises StateConflict unless it waits for this."""
    _move(document, State.PERSONALISED, State.QC_OK, quality_at=timezone.now(), quality_by=actor)
    _record("document.quality_confirmed", document, document.case, actor=actor)


def spoil(document: IssuedDocument, *, actor: User, ground: Ground | None, text: str = "") -> None:
    """The print is bad: its number is burnt, and the case may get another document.

    Raises ValidationError unless the ground is one for spoilt prints, StateConflict unless the print waits for control.
    """
    if ground is None or ground.kind != Ground.Kind.SPOILT:
        raise ValidationError({"ground": _("Say what is wrong with the print.")})
    _move(
        document, State.PERSONALISED, State.SPOILT,
        spoilt_at=timezone.now(), spoilt_by=actor, spoilt_ground=ground, spoilt_text=text,
    )  # fmt: skip
    _record(
        "document.spoilt", document, document.case, actor=actor, data={"ground": ground.code},
        reason="\n".join(filter(None, [ground.text, text])),
    )  # fmt: skip


def deliver(document: IssuedDocument, *, actor: User, receiver: str, receiver_document: str) -> None:
    """Hand the document over; from now on it is active. Raises StateConflict unless its quality was confirmed."""
    if not receiver.strip():
        raise ValidationError({"receiver": _("Say who received it.")})
    _move(
        document, State.QC_OK, State.ACTIVE,
        delivered_at=timezone.now(), delivered_by=actor, receiver=receiver.strip(),
        receiver_document=receiver_document.strip(),
    )  # fmt: skip
    _record("document.delivered", document, document.case, actor=actor)


def cancel(document: IssuedDocument, *, actor: User | None, reason: str) -> None:
    """Take a document out of the world: before its delivery (*anulado*) or after it (*baja*). Its number stays burnt.

    Raises StateConflict when it is spoilt or cancelled already.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason.")})
    before = document.state
    _move(
        document, IssuedDocument.STANDING, State.CANCELLED,
        cancelled_at=timezone.now(), cancelled_by=actor, cancel_reason=reason.strip(),
    )  # fmt: skip
    _record("document.cancelled", document, document.case, actor=actor, reason=reason.strip(), data={"before": before})


def cancel_undelivered(case: Case, *, actor: User | None) -> None:
    """What happens to documents when their case is withdrawn, abandoned or voided: those that nobody holds are
    cancelled."""
    waiting = IssuedDocument.objects.filter(case_id=case.pk, state__in=[State.PERSONALISED, State.QC_OK])
    for document in waiting.select_related("case"):
        cancel(document, actor=actor, reason=_("The case ended before its delivery."))


def _move(document: IssuedDocument, expected: str | tuple[str, ...], state: str, **fields: Any) -> None:
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


def _record(
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


# --- letters and messages ---------------------------------------------------------------------------------------


def write_letter(case: Case, *, kind: str, context: Mapping[str, Any], actor: User | None) -> Attachment:
    """Write an official letter in its current wording and keep it with the case.

    ``context`` gives the names, lists and conditions of the wording (:data:`documents.wording.KINDS`); the case's
    number, office and applicant are added. Raises DocumentError when there is no wording or a name has no value.
    """
    assert connection.in_atomic_block, "a letter belongs to the act that sends it"
    text = letters.current_text(f"letter_{kind}")
    office, applicant = case.office, case.applicant
    day = _today(case)
    number = next_number("letter")
    data = letters.letter_data(
        text,
        {
            "office": office.name, "city": office.city, "applicant": applicant.full_name, **context,
            "number": case.number,
        },
        number=number,
        case_number=case.number,
        office=office,
        applicant=applicant,
        signed_by=letters.signature(office, letters.decider_of(case)),
        day=day,
    )  # fmt: skip
    attachment = _keep(
        case, render("letter", data, day=day), name=f"carta-{number}.pdf", label=f"Carta {number}", actor=actor
    )
    audit.record(
        "letter.written",
        actor=actor,
        office_id=case.office_id,
        case_id=case.pk,
        person_id=case.applicant_id,
        data={"number": number, "kind": kind, "attachment": attachment.pk, "text": str(text)},
    )
    return attachment


def message_body(case: Case, kind: str, **context: Any) -> str:
    """The text of an e-mail in its current wording. It says no more than the applicant has to know: no names, no
    reasons, nothing that a wrong address should not read."""
    text = letters.current_text(f"message_{kind}")
    return plain(letters.fill(text, {**context, "number": case.number, "office": case.office.name}))


def _today(case: Case) -> date:
    return timezone.now().astimezone(zone_of(case.office.time_zone)).date()


@transaction.atomic
def publish_text(
    *, actor: User | None, code: str, language: str = "es", subject: str = "", body: str, legal_basis: str = "",
    verified: bool = False, change_note: str = "",
) -> TextTemplate:  # fmt: skip
    """Put a new version of a text into use; the earlier ones stay. Raises ValidationError by field."""
    rows = TextTemplate.objects.filter(code=code, language=language)
    latest = rows.aggregate(latest=Max("version"))["latest"] or 0
    text = TextTemplate(
        code=code, language=language, version=latest + 1, subject=subject, body=body, legal_basis=legal_basis,
        verified=verified, change_note=change_note, by=actor,
    )  # fmt: skip
    text.full_clean()
    text.save(force_insert=True)
    audit.record("text.published", actor=actor, data={"text": str(text)}, reason=change_note)
    forget_configuration()
    return text
