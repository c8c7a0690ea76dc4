"""SUNAT: the taxpayer register, by RUC."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from agencies.findings import Finding
from icao.names import fold

from . import payload, reading
from .base import AgencyRecord, Ask, Endpoint, MalformedAnswer, Manifest, Outcome, Reply
from .fields import PLATFORM, details
from .matching import same_name, settle
from .payload import text
from .registry import registry
from .rest import RestConnector


@registry.register
class Ruc(RestConnector):
    """Is the company or sponsor alive and to be found?

    CLEAR: ACTIVO and HABIDO, and the name is the one declared (when one is). HIT: the same, but neither
    active nor found. POSSIBLE_MATCH: the RUC is another's. INDETERMINATE: no such RUC. By GET, the only way
    the service offers; the URL holds the RUC and is never logged. It is a public register and asks for no officer.
    """

    manifest = Manifest(
        code="sunat.ruc",
        agency="sunat",
        title=_("SUNAT: taxpayer (RUC)"),
        path="Rest/SUNAT/DatosRuc",
        transport="rest",
        needs=("ruc",),
        sends=("document",),
        legal_basis=PLATFORM,
        heard_by="PER",
    )
    method = "GET"

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        document = ask.subject.document("RUC")
        return {"numruc": document[1] if document else ""}

    def read(self, ask: Ask, endpoint: Endpoint, reply: Reply) -> Outcome:
        body = payload.tree(reply)
        code = text(body, "cod", required=True)
        said = reading.read(self.manifest.code, code, text(body, "msg", required=True))
        if said is not reading.Reading.SOMETHING:
            return settle(ask.subject, said, (), code)
        document = ask.subject.document("RUC")
        number = text(body, "ddp_numruc", required=True)
        if not document or number != document[1].strip():
            raise MalformedAnswer("schema")
        state = text(body, "desc_estado", required=True)
        address = text(body, "desc_flag22", required=True)
        record = AgencyRecord(
            name=text(body, "ddp_nombre", required=True),
            document=number,
            category=f"{state} / {address}",
            detail=details(body, "desc_ciiu", "representante") or None,
            reference=number,
        )
        if ask.subject.primary and not self._named(ask, record.name or ""):
            return Outcome(Finding.POSSIBLE_MATCH, (record,), number)
        alive = (fold(state), fold(address)) == ("activo", "habido")
        return Outcome(Finding.CLEAR if alive else Finding.HIT, (record,), number)

    @staticmethod
    def _named(ask: Ask, name: str) -> bool:
        declared = f"{ask.subject.primary} {ask.subject.secondary}"
        return fold(declared) == fold(name) or same_name(ask.subject, name)
