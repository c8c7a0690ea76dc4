"""Letters and messages, in their current wording."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from audit import services as audit
from cases.models import Attachment, Case
from documents import letters
from documents.numbers import next_number
from documents.pdf import render
from documents.services.keeping import keep_signed
from documents.wording import plain
from offices.models import User


def write_letter(
    case: Case, *, kind: str, context: Mapping[str, Any], actor: User | None, language: str = ""
) -> Attachment:
    """Write an official letter in its current wording and keep it with the case.

    ``context`` gives the names, lists and conditions of the wording (:data:`documents.wording.KINDS`); the case's
    number, office and applicant are added. ``language`` (ISO 639) adds a part in the reader's language after the
    Spanish text. Raises DocumentError when there is no wording, in that language too, a name has no value, or the
    letter can not be signed.
    """
    assert connection.in_atomic_block, "a letter belongs to the act that sends it"
    text = letters.current_text(f"letter_{kind}")
    office, applicant = case.office, case.applicant
    day = case.office.today()
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
        language=language,
    )  # fmt: skip
    attachment = keep_signed(
        case, render("letter", data, day=day), kind="letter", day=day, name=f"carta-{number}.pdf",
        label=f"Carta {number}", actor=actor,
    )  # fmt: skip
    audit.record(
        "letter.written",
        actor=actor,
        office_id=case.office_id,
        case_id=case.pk,
        person_id=case.applicant_id,
        data={"number": number, "kind": kind, "attachment": attachment.pk, "text": text.edition, "language": language},
    )
    return attachment


def message_body(case: Case, kind: str, **context: Any) -> str:
    """The text of an e-mail in its current wording. It says no more than the applicant has to know: no names, no
    reasons, nothing that a wrong address should not read."""
    text = letters.current_text(f"message_{kind}")
    return plain(letters.fill(text, {**context, "number": case.number, "office": case.office.name}))
