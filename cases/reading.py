"""What the audit log keeps of reads: one event per case or file opened, per search, per vain look for a case. They are
written together, in one statement, when the answer is ready (:func:`audit.services.note_read`)."""

from typing import Any

from audit import services as audit
from cases.models import Attachment, Case
from offices.authority import authority_of
from offices.roles import Act, right


def _capacity(user: Any, case: Case) -> dict[str, Any]:
    grant = authority_of(user).capacity(case.office_id, right(Act.VIEW, case.procedure))
    return {"role": grant.role, "on_behalf_of_id": grant.absentee_id} if grant else {"role": ""}


def note_case_read(user: Any, case: Case, **data: Any) -> None:
    """Somebody sees a case, or one of its panels (``panel``)."""
    audit.note_read(
        "case.read", actor=user, office_id=case.office_id, case_id=case.pk, person_id=case.applicant_id,
        data={name: value for name, value in data.items() if value}, **_capacity(user, case),
    )  # fmt: skip


def note_file_read(user: Any, attachment: Attachment) -> None:
    """Somebody sees a file of a case or of their own draft."""
    case = attachment.case
    audit.note_read(
        "file.read", actor=user, office_id=case.office_id if case else None, case_id=attachment.case_id,
        data={"attachment": attachment.pk, "requirement": attachment.requirement},
        **(_capacity(user, case) if case else {}),
    )  # fmt: skip


def note_sought(user: Any, number: str) -> None:
    """Somebody asked for a case that they may not see or that does not exist: the log does not know which, as the
    person does not, and answering takes as long."""
    audit.note_read("case.sought", actor=user, denied=True, data={"number": audit.hashed(number)})


def note_search(user: Any, text: str, *, where: str, found: int | None = None) -> None:
    """Somebody searched; the words are kept as keyed hashes."""
    data = {"where": where, **audit.hashed_terms(text), **({} if found is None else {"found": found})}
    audit.note_read("search", actor=user, data=data)
