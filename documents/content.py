"""What a procedure hands over to have a document made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from people.models import IdentityDocument, Person


@dataclass(frozen=True)
class DocumentContent:
    """The content of one document.

    :param kind: what it is (``visa``); decides number series and layout.
    :param mrz_format: ``MRV-A``, ``MRV-B``, ``TD1``, ``TD2`` or ``TD3`` (ICAO 9303-3 to -7).
    :param document_code: first letters of the zone.
    :param valid_from, valid_until: dates, both included.
    :param fields: the other fields of the layout, by name.
    """

    kind: str
    mrz_format: str
    document_code: str
    holder: Person
    passport: IdentityDocument
    valid_from: date
    valid_until: date
    fields: Mapping[str, Any] = field(default_factory=dict)
