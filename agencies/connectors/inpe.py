"""INPE: the prison institute. Asked by names only, answers in free text: homonyms are the rule."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from . import payload, reading
from .base import AgencyRecord, Ask, Endpoint, Manifest, Outcome, Reply
from .fields import PLATFORM, latin, surnames
from .matching import settle
from .registry import registry
from .settings import OfficerSettings, officer
from .soap import SoapConnector

MAX_DETAIL = 500


@registry.register
class Antecedentes(SoapConnector):
    """Has been in prison or community work. Nothing in the answer can tell two people of one name apart, so
    the finding is never HIT."""

    manifest = Manifest(
        code="inpe.antecedentes",
        agency="inpe",
        title=_("INPE: prison records (antecedentes judiciales)"),
        path="soap/inpe",
        transport="soap",
        needs=("primary", "secondary"),
        sends=("names",),
        legal_basis=PLATFORM,
        heard_by="PER",
    )
    settings_form = OfficerSettings
    operation = "getAJudiciales"
    reads = ("resultado",)

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        first, second = surnames(ask.subject)
        return {
            "apepat": first,
            "apemat": second,
            "nombres": latin(ask.subject.secondary),
            "usuario": officer(self, ask, endpoint),
            "motivo": ask.purpose,
        }

    def read(self, ask: Ask, endpoint: Endpoint, reply: Reply) -> Outcome:
        words = payload.text(payload.tree(reply), "resultado", required=True)
        said = reading.read(self.manifest.code, "", words)
        held = said in (reading.Reading.SOMETHING, reading.Reading.HOMONYM, reading.Reading.CONTRADICTORY)
        records = (AgencyRecord(detail=words[:MAX_DETAIL]),) if held else ()
        return settle(ask.subject, said, records)
