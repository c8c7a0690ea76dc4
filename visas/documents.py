"""What a visa and its letters say; how they look and are produced is the documents room's business."""

from datetime import date
from typing import Any

from django.utils import translation

from documents.content import DocumentContent
from documents.portraits import portrait_of
from offices.zones import zone_of
from visas import rules
from visas.models import VisaApplication, VisaClass


def visa_content(case: VisaApplication, *, issued: date | None = None) -> DocumentContent:
    """The machine-readable visa of a granted case (ICAO 9303-7 §4): format, holder, number in the zone, validity and
    the fields a person reads. The zone carries the visa number, or the passport's when that is longer than nine
    (ICAO 9303-7 §4.2.2)."""
    with translation.override("es"):  # an official document speaks Spanish, whoever's session produces it
        return _visa_content(case, issued)


def _visa_content(case: VisaApplication, issued: date | None) -> DocumentContent:
    visa_class = case.visa_class
    issued = issued or case.office.today()
    until = rules.valid_until(visa_class, issued, case.passport.expires)
    multiple = visa_class.entries == 0
    return DocumentContent(
        kind="visa",
        mrz_format=visa_class.mrv_format,
        document_code="V",
        holder=case.applicant,
        passport=case.passport,
        valid_from=issued,
        valid_until=until,
        photo=portrait_of(case),
        fields={
            "class": visa_class.name,
            "status": visa_class.get_status_display(),
            "entries": "MULT" if multiple else str(visa_class.entries),
            "stay_days": visa_class.stay_days,
            "place_of_issue": case.office.city,
            "issuing_office": case.office.name,
            "passport_number": case.passport.number,
        },
    )


def letter_context(case: VisaApplication) -> dict[str, Any]:
    """What the refusal letter says: the decision's date, and the grounds that have a text for the applicant. Grounds
    without one stay reserved (domain §5.1 G)."""
    decision = case.decisions.filter(kind="decision").first()
    return {
        "visa_class": case.visa_class.name,
        "office": case.office.name,
        "city": case.office.city,
        "decided_on": decision.at.astimezone(zone_of(case.office.time_zone)).date(),
        "grounds": [ground.letter_text for ground in decision.grounds.all() if ground.letter_text],
        "appealable": visa_appealable(case.visa_class),
    }


def visa_appealable(visa_class: VisaClass) -> bool:
    """Whether the refusal may be appealed; by default only where Lima or Migraciones had a say (domain §5.1 G)."""
    return visa_class.needs_authorisation
