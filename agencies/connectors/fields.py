"""The common vocabulary of PIDE services: how they want names and dates, and how they send people."""

from __future__ import annotations

import re
import unicodedata

from icao.names import fold
from icao.transliteration import transliterate

from .base import AgencyRecord, Ask, Connector, Endpoint, Sample, Subject
from .payload import Tree, text
from .settings import officer

PLATFORM = "DL 1246; DS 083-2011-PCM"
"""Legal basis of the interoperability platform that most questions go over (domain §7)."""

_PARTICLES = frozenset(
    """
    AL ABU BIN BINT DA DAS DE DEL DELLA DEN DER DI DO DOS EL LA LAS LE LO LOS MC SAN SANTA TEN TER VAN VON Y
    """.split()  # noqa: SIM905
)
# What neither XML 1.0 nor UTF-8 can carry.
_UNSENDABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPANISH_DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4})")
_ISO_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")


def sendable(arguments: dict[str, str]) -> dict[str, str]:
    """``arguments`` with a blank for every character that cannot travel in XML or JSON."""
    return {name: _UNSENDABLE.sub(" ", value) for name, value in arguments.items()}


def latin(name: str) -> str:
    """``name`` in upper case as a Peruvian register takes it: Latin letters keep their marks (Ñ stays Ñ),
    other scripts go by ICAO 9303-3 §6, control characters and doubled blanks are dropped."""
    clean = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in unicodedata.normalize("NFC", name))
    upper = " ".join(clean.upper().split())
    foreign = any(c.isalpha() and "LATIN" not in unicodedata.name(c, "") for c in upper)
    return transliterate(upper, strict=False) if foreign else upper


def surnames(subject: Subject) -> tuple[str, str]:
    """*Apellido paterno* and *materno*: the first surname with its particles (DE LA CRUZ), then the rest."""
    parts = latin(subject.primary).split()
    first = next((n for n, part in enumerate(parts) if part not in _PARTICLES), len(parts) - 1) + 1
    return " ".join(parts[:first]), " ".join(parts[first:])


def pide_date(iso: str) -> str:
    """``1979-03-05`` as ``05/03/1979``; a partial date gives its known tail (``03/1979``)."""
    return "/".join(reversed(iso.split("-"))) if iso else ""


def iso_date(value: str) -> str | None:
    """A date as agencies write it (``DD/MM/YYYY``, ``YYYYMMDD``, ISO; zeros for unknown parts) in ISO 8601.

    None when there is none, or it is of no known form: it then neither agrees nor contradicts.
    """
    value = value.strip()[:10]
    if found := _SPANISH_DATE.fullmatch(value):
        value = f"{found[3]}-{found[2]}-{found[1]}"
    elif found := _COMPACT_DATE.fullmatch(value):
        value = f"{found[1]}-{found[2]}-{found[3]}"
    if not _ISO_DATE.fullmatch(value) or value.startswith("0000"):
        return None
    return re.sub(r"(-00)+$", "", value) if "-00-" not in value else value[:4]


def sex(value: str) -> str | None:
    """``M``, ``F`` or None from an agency's word or letter."""
    return {"m": "M", "masculino": "M", "male": "M", "f": "F", "femenino": "F", "female": "F"}.get(fold(value))


def parents(father: str, mother: str) -> str | None:
    """``"FATHER / MOTHER"``, either side possibly empty; None without both."""
    return f"{father} / {mother}" if father or mother else None


def joined(*names: str) -> str | None:
    return " ".join(" ".join(names).split()) or None


def person_record(row: Tree, *, category: str = "", detail: str = "", reference: str = "") -> AgencyRecord:
    """The person block of PNP, PJ and Migraciones as a record."""
    return AgencyRecord(
        name=joined(text(row, "apellidoPaterno"), text(row, "apellidoMaterno"), text(row, "nombres")),
        birth_date=iso_date(text(row, "fechaNacimiento")),
        document=text(row, "numeroDocumento") or None,
        sex=sex(text(row, "sexo")),
        nationality=text(row, "nacionalidad") or None,
        birth_place=text(row, "lugarNacimiento") or None,
        parents=parents(text(row, "nombrePadre"), text(row, "nombreMadre")),
        category=category or None,
        detail=detail or None,
        reference=reference or None,
    )


def details(row: Tree, *names: str) -> str:
    """The leaves ``names`` of ``row`` that say something, one after the other."""
    return " · ".join(value for name in names if (value := text(row, name)))


def person_query(subject: Subject) -> dict[str, str]:
    """Who is asked about, in the field names of PNP, Migraciones and SBS."""
    first, second = surnames(subject)
    return {
        "apellidoPaterno": first,
        "apellidoMaterno": second,
        "nombres": latin(subject.secondary),
        "fechaNacimiento": pide_date(subject.birth_date),
        "nacionalidad": subject.nationality,
    }


def document_query(subject: Subject) -> dict[str, str]:
    """The document that Peruvian registers know best, or empty fields."""
    document = subject.document("DNI", "CE", "PASSPORT", "TRAVEL", "ID")
    return {
        "tipoDocumento": document[0] if document else "",
        "numeroDocumento": document[1] if document else "",
    }


def audit(connector: Connector, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
    """Who asks and why: the officer's own identity, the entity's access, the purpose."""
    return {
        "usuario": officer(connector, ask, endpoint),
        "entidad": endpoint.credentials.get("entity", ""),
        "clave": endpoint.credentials.get("key", ""),
        "motivo": ask.purpose,
        "referencia": case_reference(ask),
    }


def case_reference(ask: Ask) -> str:
    """The case's number; for a case that must not be named the idempotency key, which names nothing (domain §8.4)."""
    return ask.case_ref or ask.idempotency_key


def specimen(question: str) -> Ask:
    """A question about ICAO's specimen holder, for looking whether a service would take it. Never sent."""
    documents = (("PASSPORT", "L898902C3", "UTO"), ("DNI", "00000000", "PER"), ("CE", "000000000", "PER"))
    subject = Subject(
        primary="ERIKSSON",
        secondary="ANNA MARIA",
        birth_date="1974-08-12",
        sex="F",
        nationality="UTO",
        documents=(*documents, ("RUC", "00000000000", "PER")),
        sample=Sample(kind="face", reference="", media_type="image/jpeg", read=lambda: b""),
    )
    return Ask(question=question, subject=subject, idempotency_key="", legal_basis="", purpose="")
