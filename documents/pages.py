"""What the page of each kind of document prints, from the document's row alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from documents.errors import DocumentError
from documents.links import public_link, qr_svg
from documents.models import IssuedDocument
from documents.seals.barcode import modules, side_mm, svg
from documents.visual import birth_text, day_text, identifier, printable

SIZES = {"MRV-A": "120 × 80 mm", "MRV-B": "105 × 74 mm"}  # ICAO 9303-7 §2.1, §5.1


def visa_page(document: IssuedDocument) -> dict[str, Any]:
    """The fields of zones I to V and the lines of zone VII (ICAO 9303-7 §4.1.1, §4.2)."""
    held = document.fields
    if document.mrz_format not in SIZES:
        raise DocumentError(f"visa: {document.mrz_format}")
    days = held["stay_days"]
    stay, remarks = (
        (
            f"{days} DÍAS / DAYS",
            [
                f"{days} días calendario por año. Ingreso hasta la fecha de validez.",
                f"{days} calendar days per year. Entry until the date of validity.",
            ],
        )
        if days
        else (
            "RESIDENCIA",
            [
                "Permanencia según la calidad migratoria. Ingreso hasta la fecha de validez.",
                "Stay according to the type of visa. Entry until the date of validity.",
            ],
        )
    )
    return {
        "mrz_format": document.mrz_format,
        "size": SIZES[document.mrz_format],
        "mrz": document.mrz_lines,
        "number": document.number,
        "place_of_issue": identifier(held["place_of_issue"]),
        "valid_from": day_text(document.valid_from),
        "valid_until": day_text(document.valid_until),
        "entries": held["entries"],
        "stay": stay,
        "class": identifier(f"{held['class']} ({held['status']})"),
        "primary": identifier(held["primary"]),
        "secondary": identifier(held["secondary"]),
        "passport_number": printable(held["passport_number"]),
        "sex": held["sex"],
        "birth_date": birth_text(held["birth_date"]),
        "nationality": held["nationality"],
        "remarks": remarks,
        "qr": qr_svg(public_link(document.token)),
        "caption": printable(
            f"Expediente {document.case.number} · {held['issuing_office']} · {day_text(document.valid_from)}"
        ),
        "seal": seal_picture(document),
    }


def seal_picture(document: IssuedDocument) -> dict[str, Any] | None:
    """The seal as a picture and the side of its square in millimetres; None when the document has none."""
    seal = getattr(document, "seal", None)
    if seal is None:
        return None
    matrix = modules(bytes(seal.data))
    return {"svg": svg(matrix), "side": round(side_mm(matrix), 3)}


@dataclass(frozen=True)
class Page:
    """How one kind of document is produced: its file in ``documents/layouts``, its Spanish name, and what it prints."""

    layout: str
    title: str
    content: Callable[[IssuedDocument], dict[str, Any]]


PAGES: dict[str, Page] = {"visa": Page("visa", "Visa", visa_page)}
