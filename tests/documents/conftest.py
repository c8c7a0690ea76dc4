"""A filed visa case with the content of its visa, and a way to issue it.

Models are imported where they are used: pytest reads this file before the settings have their servers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cases.models import Case, Decision
    from documents.content import DocumentContent
    from documents.models import IssuedDocument


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Any) -> None:
    """Files of a test go with it."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }


@pytest.fixture
def house(db: None) -> SimpleNamespace:
    from tests import factories as f

    return f.ministry()


@pytest.fixture
def visa(house: SimpleNamespace) -> Case:
    """A filed visa case of Anna Maria Eriksson, citizen of Utopia."""
    from tests import factories as f

    return f.visa_case(
        house,
        person={
            "primary": "Eriksson", "secondary": "Anna Maria", "sex": "F", "birth_date": "1974-08-12",
            "nationality": "UTO", "email": "anna@correo.example",
        },
        passport={"number": "L898902C3", "issuer": "UTO", "expires": date(2036, 4, 15)},
    )  # fmt: skip


@pytest.fixture
def content(visa: Case) -> DocumentContent:
    """The visa of ICAO's specimen person, valid until 19 May 2027 (domain §9.7, made-up vector V)."""
    from documents.content import DocumentContent

    return DocumentContent(
        kind="visa",
        mrz_format="MRV-A",
        document_code="V",
        holder=visa.applicant,
        passport=visa.passport,
        valid_from=date(2026, 11, 20),
        valid_until=date(2027, 5, 19),
        fields={
            "class": "Turista",
            "status": "Temporal",
            "entries": "MULT",
            "stay_days": 183,
            "place_of_issue": "Santiago de Chile",
            "issuing_office": "Consulado General en Santiago",
            "passport_number": visa.passport.number,
        },
    )


@pytest.fixture
def issue(visa: Case, content: DocumentContent) -> Callable[..., IssuedDocument]:
    """Issue the visa, with changes to its content if given."""
    from django.db import transaction

    from documents import services

    def _issue(**changes: Any) -> IssuedDocument:
        with transaction.atomic():
            return services.issue(visa, content=replace(content, **changes), actor=None)

    return _issue


@pytest.fixture
def decision(visa: Case, house: SimpleNamespace) -> Decision:
    """A refusal with internal reasons that must never leave the house."""
    from cases.models import Decision

    return Decision.objects.create(
        case=visa, kind=Decision.Kind.DECISION, result=Decision.Result.DENY, text="Motivo interno 4711", by=house.consul
    )
