"""A text filled in for an invented applicant, for the administrator who words it."""

from datetime import date
from typing import Any

from documents import letters
from documents.models import TextTemplate
from documents.pdf import render
from documents.wording import KINDS, plain
from offices.models import Office
from people.models import Person

DAY = date(2026, 11, 20)
CASE = "VIS-2026-XXX-000000-0"
OFFICE = Office(code="XXX", name="Consulado General del Perú en Ciudad Ejemplo", city="Ciudad Ejemplo")
APPLICANT = Person(primary="Ejemplo Ficticio", secondary="Persona Inventada", sex=Person.Sex.UNSPECIFIED)
VALUES: dict[str, Any] = {
    "number": CASE,
    "office": OFFICE.name,
    "city": OFFICE.city,
    "applicant": APPLICANT.full_name,
    "visa_class": "Turista",
    "decided_on": DAY,
    "grounds": ["Primer motivo, como lo lee quien recibe la carta.", "Segundo motivo."],
    "observations": ["Falta: pasaje de ida y vuelta.", "Falta: recibo de la tasa."],
    "appealable": True,
}


def preview(text: TextTemplate) -> tuple[bytes | str, str]:
    """The PDF of a letter or the text of a message, and its media type. Raises DocumentError as the real one does."""
    if not KINDS[text.code].letter:
        return plain(letters.fill(text, VALUES)), "text/plain; charset=utf-8"
    data = letters.letter_data(
        text,
        VALUES,
        number="C00000000",
        case_number=CASE,
        office=OFFICE,
        applicant=APPLICANT,
        signed_by=["Nombre Inventado", OFFICE.name],
        day=DAY,
    )
    return render("letter", data, day=DAY), "application/pdf"
