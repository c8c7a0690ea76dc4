"""Data pages of booklets of size TD3 (ICAO 9303-4): passport and Convention travel document."""

from typing import Any, TypedDict

from documents.models import IssuedDocument
from documents.pages.shared import Row, born, common, field, names
from documents.visual import day_text, identifier

SIZE = "125 × 88 mm"


class PassportFields(TypedDict):
    """Of the ordinary passport (domain §5.5 F)."""

    nationality_name: str  # «PERUANA»
    personal_number: str  # DNI
    birth_place: str
    issuing_office: str


class TravelDocumentFields(TypedDict):
    """Of the Convention travel document (domain §5.2 F; 1951 Convention, Schedule): its title says no more than the
    Convention wants."""

    convention: str  # «Convención de 28 de julio de 1951»
    birth_place: str
    issuing_office: str


def _rows(document: IssuedDocument, nationality: Row, personal: Row) -> list[Row]:
    """Fields 03 to 16 in the order of 9303-4 figure 4."""
    held = document.fields
    return [
        [
            field("Tipo", "Type", document.mrz_lines[0][:2].rstrip("<"), share=0.6),
            field("País emisor", "Issuing State", "PER", share=1),
            field("N.º de documento", "Document No.", document.number, share=1.6, strong=True),
        ],
        *names(document),
        nationality,
        personal,
        [
            field("Sexo", "Sex", held["sex"], share=0.6),
            field("Lugar de nacimiento", "Place of birth", identifier(held["birth_place"]), share=2.6),
        ],
        [
            field("Expedición", "Date of issue", day_text(document.valid_from)),
            field("Autoridad", "Authority", held["issuing_office"], share=1.6),
        ],
        [
            field("Vencimiento", "Date of expiry", day_text(document.valid_until), strong=True),
            field("", "", "", share=1.6),
        ],
    ]


def passport_page(document: IssuedDocument) -> dict[str, Any]:
    held = document.fields
    return {
        **common(document, "Pasaporte", issued_at=held["issuing_office"]),
        "size": SIZE,
        "heading": ["PASAPORTE", "Passport"],
        "rows": _rows(
            document,
            [field("Nacionalidad", "Nationality", identifier(held["nationality_name"]))],
            [
                field("Nacimiento", "Date of birth", born(document)),
                field("N.º personal", "Personal No.", held["personal_number"] or "—"),
            ],
        ),
    }


def travel_document_page(document: IssuedDocument) -> dict[str, Any]:
    held = document.fields
    return {
        **common(document, "Documento de viaje", issued_at=held["issuing_office"]),
        "size": SIZE,
        "heading": ["DOCUMENTO DE VIAJE", held["convention"]],
        "rows": _rows(
            document,
            [field("Nacionalidad o condición", "Nationality or status", held["nationality"])],
            [field("Nacimiento", "Date of birth", born(document))],
        ),
    }
