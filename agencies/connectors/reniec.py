"""RENIEC: the register of Peruvian citizens (SOAP; result code ``0000`` is an answer)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from agencies.findings import Finding
from icao.names import fold

from . import payload, reading
from .base import AgencyRecord, Ask, Endpoint, Manifest, Outcome, Reply
from .fields import PLATFORM, iso_date, joined, sex
from .matching import contradicts, same_name, settle
from .registry import registry
from .settings import OfficerSettings, officer
from .soap import SoapConnector

_UNRESTRICTED = ("", "ninguna", "ninguno", "sin restriccion", "sin restricciones")


def _dni(ask: Ask) -> str:
    document = ask.subject.document("DNI")
    return document[1] if document else ""


@registry.register
class Identity(SoapConnector):
    """Is this DNI this person's, and is the inscription alive?

    CLEAR: the register's person is the subject, without restriction. HIT: theirs, with a restriction
    (deceased, cancelled). POSSIBLE_MATCH: the DNI is somebody else's. INDETERMINATE: no such DNI.
    """

    manifest = Manifest(
        code="reniec.identity",
        agency="reniec",
        title=_("RENIEC: identity by DNI"),
        path="soap/reniec",
        transport="soap",
        needs=("dni", "primary"),
        sends=("document",),
        legal_basis=f"Ley 26497; {PLATFORM}",
        heard_by="PER",
        credentials=("ruc", "password"),
    )
    settings_form = OfficerSettings
    operation = "consultar"
    reads = ("coResultado", "deResultado", "datosPersona", "apPrimer", "restriccion")

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        return {
            "nuDniConsulta": _dni(ask),
            "nuDniUsuario": officer(self, ask, endpoint),
            "nuRucUsuario": endpoint.credentials["ruc"],
            "password": endpoint.credentials["password"],
        }

    def read(self, ask: Ask, endpoint: Endpoint, reply: Reply) -> Outcome:
        body = payload.group(payload.tree(reply), "return")
        code = payload.text(body, "coResultado", required=True)
        said = reading.read(self.manifest.code, code, payload.text(body, "deResultado", required=True))
        if said is not reading.Reading.SOMETHING:
            return settle(ask.subject, said, (), code)
        row = payload.group(body, "datosPersona")
        payload.text(row, "apPrimer", required=True)
        restriction = payload.text(row, "restriccion")
        record = AgencyRecord(
            name=joined(*(payload.text(row, name) for name in ("apPrimer", "apSegundo", "prenombres"))),
            birth_date=iso_date(payload.text(row, "feNacimiento")),
            document=_dni(ask),
            sex=sex(payload.text(row, "sexo")),
            birth_place=payload.text(row, "ubigeo") or None,
            category=restriction or None,
        )
        if not same_name(ask.subject, record.name or "") or contradicts(ask.subject, record):
            return Outcome(Finding.POSSIBLE_MATCH, (record,))
        clear = fold(restriction) in _UNRESTRICTED
        return Outcome(Finding.CLEAR if clear else Finding.HIT, (record,))
