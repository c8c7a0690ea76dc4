"""The safe conduct: a single sheet for one journey (ICAO 9303-8; domain §5.6 F)."""

from typing import Any, TypedDict

from documents.models import IssuedDocument
from documents.pages.shared import born, common, field, names
from documents.visual import day_text, identifier, printable


class SafeConductFields(TypedDict):
    """What the sheet prints. Never why the holder travels, above all not a deportation (domain §5.6 G)."""

    nationality_name: str
    personal_number: str  # DNI; empty when not known
    birth_place: str
    legs: list[list[str]]  # from, to, date as written, flight
    signed_by: list[str]  # who signs, a line each
    place_of_issue: str
    issuing_office: str


NOTES = [
    "Válido para un solo viaje, hasta el destino y por los puntos de tránsito indicados. No es prorrogable.",
    "Se ruega a las autoridades de los Estados de tránsito prestar al titular la ayuda que necesite.",
    "Entréguese a la autoridad migratoria a la llegada.",
]
ENGLISH = [
    "Emergency travel document. Valid for a single journey to the destination and through the transit points shown. "
    "It cannot be extended.",
    "The authorities of transit States are requested to afford the holder any assistance needed.",
    "To be surrendered to the immigration authority on arrival.",
]


def safeconduct_page(document: IssuedDocument) -> dict[str, Any]:
    """The sheet: holder, journey, conditions, seal and zone of format TD2 (ICAO 9303-8 §4.3, §4.4, §6)."""
    held = document.fields
    return {
        **common(document, "Salvoconducto", issued_at=held["issuing_office"]),
        "office": printable(held["issuing_office"]),
        "heading": ["SALVOCONDUCTO", "Emergency travel document · single journey"],
        "rows": [
            *names(document),
            [
                field("Nacionalidad", "Nationality", identifier(held["nationality_name"]), share=1.4),
                field("Sexo", "Sex", held["sex"], share=0.6),
                field("Nacimiento", "Date of birth", born(document), share=1.4),
            ],
            [
                field("Lugar de nacimiento", "Place of birth", identifier(held["birth_place"]), share=2),
                field("N.º personal", "Personal No.", held["personal_number"] or "—", share=1.4),
            ],
            [
                field("Lugar de expedición", "Place of issue", identifier(held["place_of_issue"]), share=2),
                field("Tipo", "Type", document.mrz_lines[0][:2].rstrip("<"), share=1.4),
            ],
            [
                field("Válido desde", "Valid from", day_text(document.valid_from), share=2),
                field("Válido hasta", "Valid until", day_text(document.valid_until), share=1.4, strong=True),
            ],
        ],
        "legs": [[printable(each) for each in leg] for leg in held["legs"]],
        "notes": NOTES,
        "english": ENGLISH,
        "signature": [printable(each) for each in held["signed_by"]],
    }
