"""What the seal of each kind of document says, from the document's row alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icao.vds import Feature, Stay, etd_features, visa_features
from icao.vds.profiles import AT_THE_BORDER, ETD, VISA

if TYPE_CHECKING:
    from documents.models import IssuedDocument

_YEAR = 365
_GREATEST = 253  # days in one byte; the values above mean something else when all three bytes have them


@dataclass(frozen=True)
class Message:
    """How one kind is sealed: the signers' profile, the reference in the header, and the features."""

    profile: str
    definition: tuple[int, int]
    features: Callable[["IssuedDocument"], tuple[Feature, ...]]


def stay_of(days: int) -> Stay:
    """The stay that a visa grants, in the seal's terms (ICAO 9303-7 §9.1.3 table 1): whole years and days. None (a
    residence visa), or more days than can be said so, is left to the authority at entry."""
    years, rest = (0, days) if days <= _GREATEST else divmod(days, _YEAR)
    if not days or rest > _GREATEST or years > _GREATEST:
        return AT_THE_BORDER
    return Stay.period(days=rest, years=years)


def visa_message(document: "IssuedDocument") -> tuple[Feature, ...]:
    """ICAO 9303-7 §9.1.2. The seal has no class of visa: the State's own code for it would have to be agreed on."""
    held = document.fields
    entries = held["entries"]
    return visa_features(
        mrz=document.mrz_lines,
        stay=stay_of(held["stay_days"] or 0),
        passport_number=held["passport_number"],
        entries=0 if entries == "MULT" else int(entries),
    )


def etd_message(document: "IssuedDocument") -> tuple[Feature, ...]:
    """ICAO 9303-8 §6.1: the zone and nothing else."""
    return etd_features(document.mrz_lines)


MESSAGES: dict[str, Message] = {
    "visa": Message("visa", VISA, visa_message),
    "safeconduct": Message("etd", ETD, etd_message),
}
"""By kind of document. A kind that is not here has no seal."""
