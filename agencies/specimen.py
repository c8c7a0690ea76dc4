"""The fictitious person agencies are tried with: the bearer of ICAO's specimen passport (ICAO 9303-4 appendix A)."""

import uuid

from agencies.connectors.base import Ask, Subject
from agencies.connectors.registry import registry as questions
from agencies.models import Agency

SPECIMEN = Subject(
    primary="ERIKSSON",
    secondary="ANNA MARIA",
    birth_date="1974-08-12",
    sex="F",
    nationality="UTO",
    documents=(
        ("PASSPORT", "L898902C3", "UTO"),
        # numbers that are given to nobody: the register says so, and that is an answer
        ("DNI", "00000000", "PER"),
        ("RUC", "20000000001", "PER"),
        ("CE", "000000000", "PER"),
    ),
)


def harmless_question(agency: Agency) -> Ask | None:
    """A question about the specimen's bearer; None when none of the agency's questions can be put about her."""
    for connector in questions.all():
        if connector.manifest.agency == agency.code and not connector.missing(SPECIMEN):
            return Ask(
                question=connector.manifest.code,
                subject=SPECIMEN,
                idempotency_key=str(uuid.uuid4()),
                legal_basis="DL 1246",
                purpose="Prueba de conexión",
                officer_ref="SUGM",
                office_ref="",
            )
    return None
