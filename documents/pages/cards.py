"""Cards of size ID-1: the foreigner's identity card (ICAO 9303-5), the applicant's provisional card, the ABTC."""

from typing import Any, TypedDict

from documents.models import IssuedDocument
from documents.pages.shared import born, common, field, names
from documents.visual import day_text, identifier

SIZE = "ID-1, 85,60 × 53,98 mm"


class IdentityCardFields(TypedDict):
    """Of the *carné de identidad* for foreigners (domain §5.4 F, H)."""

    status: str  # calidad migratoria
    post: str  # cargo; empty when it has none
    mission: str  # who requested it
    bond: str  # «Titular», or of whom the holder depends
    issuing_office: str


class ApplicantCardFields(TypedDict):
    """Of the provisional card (domain §5.2 C 5): identity, validity and what it lets the holder do. It names no
    procedure: whoever finds it learns nothing (domain §8.4)."""

    status: str  # «Solicitante»
    notes: list[str]  # what the card is good for; an administrator's words
    issuing_office: str


class AbtcFields(TypedDict):
    """Of the APEC Business Travel Card (domain §5.3 F)."""

    economies: list[str]  # that have given their pre-clearance, as the card names them
    issuing_office: str


def identity_card_page(document: IssuedDocument) -> dict[str, Any]:
    """Front: zones I to V in the order of 9303-5 figure 5; back: zones VI and VII."""
    held = document.fields
    return {
        **common(document, "Carné de identidad", issued_at=held["issuing_office"]),
        "size": SIZE,
        "heading": ["CARNÉ DE IDENTIDAD", "Identity card for foreigners"],
        "front": [
            *names(document),
            [
                field("Sexo", "Sex", held["sex"], share=0.7),
                field("Nacionalidad", "Nationality", held["nationality"], share=1.2),
                field("Nacimiento", "Date of birth", born(document), share=1.6),
            ],
            [field("Calidad migratoria", "Status", identifier(held["status"]))],
            [
                field("Expedición", "Date of issue", day_text(document.valid_from)),
                field("Vencimiento", "Date of expiry", day_text(document.valid_until), strong=True),
            ],
        ],
        "back": [
            [field("Misión o institución", "Mission or institution", held["mission"])],
            [
                field("Cargo", "Post", held["post"] or "—", share=1.4),
                field("Vínculo", "Holder or dependant", held["bond"]),
            ],
        ],
        "notes": ["Devuélvase al Ministerio de Relaciones Exteriores al término de las funciones."],
    }


def applicant_page(document: IssuedDocument) -> dict[str, Any]:
    """The provisional card: no zone, a public code."""
    held = document.fields
    return {
        **common(document, "Carné de solicitante", issued_at=held["issuing_office"]),
        "size": SIZE,
        "heading": ["CARNÉ DE SOLICITANTE", "Provisional identity card"],
        "front": [
            *names(document),
            [
                field("Sexo", "Sex", held["sex"], share=0.7),
                field("Nacimiento", "Date of birth", born(document), share=1.6),
            ],
            [field("Condición", "Status", identifier(held["status"]))],
            [
                field("Expedición", "Date of issue", day_text(document.valid_from)),
                field("Vencimiento", "Date of expiry", day_text(document.valid_until), strong=True),
            ],
        ],
        "back": [[field("Expedido por", "Issued by", held["issuing_office"])]],
        "notes": held["notes"],
    }


def abtc_page(document: IssuedDocument) -> dict[str, Any]:
    """The card and the economies that it opens. Its layout is APEC's to set; a zone is printed when it has one."""
    held = document.fields
    return {
        **common(document, "Tarjeta ABTC", issued_at=held["issuing_office"]),
        "size": SIZE,
        "heading": ["APEC BUSINESS TRAVEL CARD", "Tarjeta de viaje de negocios de APEC"],
        "front": [
            *names(document),
            [
                field("Sexo", "Sex", held["sex"], share=0.7),
                field("Nacionalidad", "Nationality", held["nationality"], share=1.2),
                field("Nacimiento", "Date of birth", born(document), share=1.6),
            ],
            [field("Pasaporte", "Passport No.", held["passport_number"])],
            [
                field("Expedición", "Date of issue", day_text(document.valid_from)),
                field("Vencimiento", "Date of expiry", day_text(document.valid_until), strong=True),
            ],
        ],
        "back": [[field("Expedida por", "Issued by", held["issuing_office"])]],
        "notes": [
            "Economías con autorización previa / Pre-cleared economies: " + ", ".join(held["economies"]) + ".",
            "Válida con el pasaporte indicado. La relación vigente es la del sistema ABTC.",
        ],
    }
