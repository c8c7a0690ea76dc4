"""What a procedure hands over to have a document made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cases.models import Attachment
from people.models import IdentityDocument, Person


@dataclass(frozen=True)
class DocumentContent:
    """The content of one document.

    :param kind: what it is (``visa``); decides number series and layout.
    :param mrz_format: ``MRV-A``, ``MRV-B``, ``TD1``, ``TD2`` or ``TD3`` (ICAO 9303-3 to -7); empty: it has no zone.
    :param document_code: first letters of the zone.
    :param valid_from, valid_until: dates, both included.
    :param passport: the passport it belongs to; None where there is none or it is one itself.
    :param nationality: in its zone and on it, where that is not the holder's (``XXB``, ``UNO``; domain §9.4).
    :param personal_number: optional data of the zone (DNI).
    :param photo: the holder's portrait, a file of the same case; None when there is none (the document says so).
    :param fields: the other fields of the layout, by name.
    """

    kind: str
    mrz_format: str
    document_code: str
    holder: Person
    passport: IdentityDocument | None
    valid_from: date
    valid_until: date
    nationality: str = ""
    personal_number: str = ""
    photo: Attachment | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
