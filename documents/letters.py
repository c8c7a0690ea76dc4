"""What letters and messages say: the wording in use, filled in. No writes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases.models import Case, Decision
from documents.errors import DocumentError
from documents.fonts import RIGHT_TO_LEFT, families_for
from documents.models import TextTemplate
from documents.visual import printable
from documents.wording import Paragraph, paragraphs, plain
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
        raise DocumentError(
            _("There is no wording for «%(code)s» in the language «%(language)s».")
            % {"code": code, "language": language}
        )
    return text


def long_date(day: date, language: str = LANGUAGE) -> str:
    """«21 de noviembre de 2026», as letters are dated; in a language that is not known, as in Spanish."""
    try:
        return format_date(day, "long", locale=Locale.parse(language, sep="-"))
    except (UnknownLocaleError, ValueError):
        return format_date(day, "long", locale=LANGUAGE)


def written_out(values: Mapping[str, Any], language: str = LANGUAGE) -> dict[str, Any]:
    """The values of a wording with its dates written out."""
    return {name: long_date(value, language) if isinstance(value, date) else value for name, value in values.items()}


def fill(text: TextTemplate, values: Mapping[str, Any]) -> list[Paragraph]:
    """The paragraphs of a text; dates are written out."""
    return paragraphs(text.body, written_out(values, text.language))


def translation(code: str, language: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The part of a paper in its reader's language, as the layouts print it after the Spanish text; None for Spanish.

    The Spanish text is the act; this one tells its reader what it says (domain §5.2 C 12). Raises DocumentError when
    the text is not worded in that language, or no installed typeface can set it.
    """
    if language in ("", LANGUAGE):
        return None
    return reader_part(current_text(code, language), values)


def reader_part(text: TextTemplate, values: Mapping[str, Any]) -> dict[str, Any]:
    """:func:`translation` of one version of a text."""
    language = text.language
    rtl = language.split("-")[0] in RIGHT_TO_LEFT
    held = {name: _settable(value) for name, value in values.items()}
    composed = fill(text, _isolated(held, language) if rtl else held)
    return {
        "lang": language.split("-")[0],
        "rtl": rtl,
        "fonts": families_for(f"{text.subject}\n{plain(composed)}"),
        "title": text.subject,
        "paragraphs": composed,
    }


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
    language: str = "",
) -> dict[str, Any]:
    """What the layout ``letter`` prints, with a part in ``language`` when that is not Spanish.
    The last paragraph of the text is the closing: it stays with the signature."""
    body = fill(text, values)
    closing = body.pop() if body and isinstance(body[-1], str) else ""
    data = printable_all(
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
    return {**data, "other": translation(text.code, language, values)}


def _settable(value: Any) -> Any:
    """A name in a script that can not be set is transliterated, as in the Spanish text; the wording itself never is."""
    if not isinstance(value, str):
        return value
    try:
        families_for(value)
    except DocumentError:
        return printable(value)
    return value


def _isolated(values: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Values for a text that runs from right to left: names and numbers keep their own direction (Unicode UAX 9)."""
    return {
        name: f"\u2068{value}\u2069" if isinstance(value, str | int) and not isinstance(value, bool) else value
        for name, value in written_out(values, language).items()
    }


def printable_all(value: Any) -> Any:
    """The same value with texts that the typeface can set."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: printable_all(item) for key, item in value.items()}
    return [printable_all(item) for item in value]
