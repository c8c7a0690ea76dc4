"""The visa (ICAO 9303-7)."""

from typing import Any, TypedDict

from documents.errors import DocumentError
from documents.models import IssuedDocument
from documents.pages.shared import born, common
from documents.visual import day_text, identifier, printable

SIZES = {"MRV-A": "120 × 80 mm", "MRV-B": "105 × 74 mm"}  # ICAO 9303-7 §2.1, §5.1

VisaFields = TypedDict(
    "VisaFields",
    {
        "class": str,  # name of the type of visa
        "status": str,  # «Temporal», «Residente»
        "entries": str,  # a number, or MULT
        "stay_days": int | None,  # calendar days; empty: residence
        "place_of_issue": str,
        "issuing_office": str,
    },
)


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
        **common(document, "Visa", issued_at=held["issuing_office"]),
        "mrz_format": document.mrz_format,
        "size": SIZES[document.mrz_format],
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
        "birth_date": born(document),
        "nationality": held["nationality"],
        "remarks": remarks,
    }
