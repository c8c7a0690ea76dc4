"""Layouts and texts filled in for invented persons, for the administrator who words them: an ordinary case, and one
that is as long as they get."""

from typing import Any

from documents import instrument_specimens, letters, specimens
from documents.models import TextTemplate
from documents.pages import PAGES
from documents.pdf import render
from documents.specimens import DAY, LONG, LONG_OFFICE, OFFICE, ORDINARY
from documents.wording import KINDS, plain
from offices.models import Office
from people.models import Person

CASES = (ORDINARY, LONG)
PDF, PLAIN = "application/pdf", "text/plain; charset=utf-8"
NUMBER = "C00000000"
GROUNDS = ["Primer motivo, como lo lee quien recibe la carta.", "Segundo motivo."]


def _values(case: str) -> dict[str, Any]:
    return {
        "number": specimens.CASE,
        "office": LONG_OFFICE if case == LONG else OFFICE,
        "city": "Ciudad Ejemplo",
        "applicant": _applicant(case).full_name,
        "visa_class": "Turista",
        "decided_on": DAY,
        "grounds": GROUNDS * (6 if case == LONG else 1),
        "observations": ["Falta: pasaje de ida y vuelta.", "Falta: recibo de la tasa."],
        "appealable": True,
    }


def _applicant(case: str) -> Person:
    if case == LONG:
        return Person(**specimens.PERSONS[LONG], sex=Person.Sex.FEMALE)
    return Person(primary="Ejemplo Ficticio", secondary="Persona Inventada", sex=Person.Sex.UNSPECIFIED)


def preview(text: TextTemplate, case: str = ORDINARY) -> tuple[bytes | str, str]:
    """The PDF of what is printed, or the text of a message, and its media type. A translation is shown where it stands:
    after the Spanish text in use. Raises DocumentError as the real one does."""
    kind = KINDS[text.code]
    if not kind.printed:
        return plain(letters.fill(text, _values(case))), PLAIN
    data = _letter(text, case) if kind.layout == "letter" else _instrument(text, case)
    return render(kind.layout, data, day=DAY), PDF


def _spanish(text: TextTemplate) -> TextTemplate:
    return text if text.language == letters.LANGUAGE else letters.current_text(text.code)


def _letter(text: TextTemplate, case: str) -> dict[str, Any]:
    office = Office(code="XXX", name=LONG_OFFICE if case == LONG else OFFICE, city="Ciudad Ejemplo")
    data = letters.letter_data(
        _spanish(text),
        _values(case),
        number=NUMBER,
        case_number=specimens.CASE,
        office=office,
        applicant=_applicant(case),
        signed_by=["Nombre Inventado", office.name],
        day=DAY,
    )
    return data if text.language == letters.LANGUAGE else {**data, "other": letters.reader_part(text, _values(case))}


def _instrument(text: TextTemplate, case: str) -> dict[str, Any]:
    layout, head = KINDS[text.code].layout, instrument_specimens.head(case)
    if text.language == letters.LANGUAGE:
        return instrument_specimens.instrument(layout, case).data(head, text)
    made = instrument_specimens.instrument(layout, case, language=text.language)
    own = instrument_specimens.instrument(layout, case, language="")
    return {**own.data(head, _spanish(text)), "other": letters.reader_part(text, made.reader_wording(head))}


def layout(kind: str, case: str = ORDINARY) -> bytes:
    """The page of a document on a carrier."""
    return render(PAGES[kind].layout, specimens.page_data(kind, case), day=DAY)
