"""What the pages share: captioned fields, the portrait, the seal and the public code."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from documents.links import public_link, qr_svg
from documents.models import IssuedDocument
from documents.portraits import printed
from documents.seals.barcode import modules, side_mm, svg
from documents.visual import birth_text, day_text, identifier, printable

Row = list[dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """How one kind of document is produced: its file in ``documents/layouts``, its Spanish name, and what it prints."""

    layout: str
    title: str
    content: Callable[[IssuedDocument], dict[str, Any]]


def field(spanish: str, english: str, value: str, *, share: float = 1, strong: bool = False) -> dict[str, Any]:
    """One captioned field of a row; ``share`` is its part of the row's width (ICAO 9303-3 §3.3: the captions in the
    State's language and in English)."""
    return {"es": spanish, "en": english, "value": printable(value), "share": share, "weight": 700 if strong else 600}


def names(document: IssuedDocument) -> list[Row]:
    """Primary and secondary identifier, a row each."""
    held = document.fields
    return [
        [field("Apellidos", "Surname", identifier(held["primary"]), strong=True)],
        [field("Nombres", "Given names", identifier(held["secondary"]), strong=True)],
    ]


def common(document: IssuedDocument, title: str, *, issued_at: str) -> dict[str, Any]:
    """What every page has. ``issued_at``: the office, as the line under the sheet's heading names it."""
    return {
        "title": title,
        "number": document.number,
        "mrz": document.mrz_lines if document.mrz else [],
        "qr": qr_svg(public_link(document.token)),
        "photo": photo_picture(document),
        "seal": seal_picture(document),
        "caption": printable(f"Expediente {document.case.number} · {issued_at} · {day_text(document.valid_from)}"),
    }


def born(document: IssuedDocument) -> str:
    return birth_text(document.fields["birth_date"])


def photo_picture(document: IssuedDocument) -> list[int] | None:
    """The portrait's bytes as numbers, for JSON; None when the document has none."""
    return None if document.photo is None else list(printed(document.photo))


def seal_picture(document: IssuedDocument) -> dict[str, Any] | None:
    """The seal as a picture and the side of its square in millimetres; None when the document has none."""
    seal = getattr(document, "seal", None)
    if seal is None:
        return None
    matrix = modules(bytes(seal.data))
    return {"svg": svg(matrix), "side": round(side_mm(matrix), 3)}
