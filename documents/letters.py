"""What letters and messages say: the wording in use, filled in. No writes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases.models import Case, Decision
from documents.errors import DocumentError
from documents.models import TextTemplate
from documents.visual import printable
from documents.wording import Paragraph, paragraphs
from offices.configuration import configuration
from offices.models import Office, Posting, User
from offices.roles import ROLES, Act
from people.models import Person

LANGUAGE = "es"  # of the ministry's letters, whatever the language of the screen
SALUTATION = {Person.Sex.MALE: "Señor", Person.Sex.FEMALE: "Señora", Person.Sex.UNSPECIFIED: "Señor(a)"}


@configuration
def current_text(code: str, language: str = LANGUAGE) -> TextTemplate:
    """The version in use of a text. Raises DocumentError when there is none."""
    text = TextTemplate.objects.filter(code=code, language=language).order_by("-version").first()
    if text is None:
        raise DocumentError(_("There is no wording for «%(code)s».") % {"code": code})
    return text


def long_date(day: date) -> str:
    """«21 de noviembre de 2026», as letters are dated."""
    with override(LANGUAGE):
        return date_format(day, r"j \d\e F \d\e Y")


def fill(text: TextTemplate, values: Mapping[str, Any]) -> list[Paragraph]:
    """The paragraphs of a text; dates are written out."""
    return paragraphs(
        text.body, {name: long_date(value) if isinstance(value, date) else value for name, value in values.items()}
    )


def signature(office: Office, decider: User | None) -> list[str]:
    """Who signs: the person who decided, with the role that let them decide; else the office alone."""
    if decider is None:
        return [office.name]
    deciding = [code for code, role in ROLES.items() if Act.DECIDE in role.acts]
    posting = Posting.objects.in_force(timezone.now()).filter(user=decider, role__in=deciding).first()
    with override(LANGUAGE):
        role = [str(posting.get_role_display())] if posting else []
    return [decider.get_full_name(), *role, office.name]


def decider_of(case: Case) -> User | None:
    decision = case.decisions.filter(kind=Decision.Kind.DECISION).select_related("by").first()
    return decision.by if decision else None


def letter_data(
    text: TextTemplate,
    values: Mapping[str, Any],
    *,
    number: str,
    case_number: str,
    office: Office,
    applicant: Person,
    signed_by: list[str],
    day: date,
) -> dict[str, Any]:
    """What the layout ``letter`` prints. The last paragraph of the text is the closing: it stays with the signature."""
    body = fill(text, values)
    closing = body.pop() if body and isinstance(body[-1], str) else ""
    return _printable(
        {
            "title": f"Carta {number}",
            "office": office.name,
            "city": office.city,
            "date": long_date(day),
            "number": number,
            "case_number": case_number,
            "addressee": [SALUTATION[applicant.sex], applicant.full_name, "Presente.-"],
            "subject": text.subject,
            "paragraphs": body,
            "closing": closing,
            "signature": signed_by,
        }
    )


def _printable(value: Any) -> Any:
    """The same value with texts that the typeface can set."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    return [_printable(item) for item in value]
