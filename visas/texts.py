"""Sentences of this procedure that more than one place says."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def observation_text(observation: dict[str, str]) -> str:
    """What is missing, as the officer and the applicant read it."""
    detail = observation["detail"]
    match observation["code"]:
        case "requirement":
            return _("Missing: %(name)s.") % {"name": detail}
        case "fee":
            return _("Missing: receipt of the fee (%(amount)s).") % {"amount": detail}
        case "passport_expires":
            shown = date_format(date.fromisoformat(detail), "DATE_FORMAT")
            return _("The passport expires on %(date)s, too soon after the planned arrival.") % {"date": shown}
        case "passport_expiry_unknown":
            return _("The passport's expiry date is not known.")
        case code:
            raise KeyError(code)
