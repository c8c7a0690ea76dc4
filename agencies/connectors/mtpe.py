"""MTPE: contracts of foreign workers, which the labour authority approves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .base import AgencyRecord, Ask, Endpoint, Manifest
from .fields import PLATFORM, audit, details, document_query, person_record
from .held import Held
from .payload import Tree, text
from .registry import registry
from .rest import RestConnector
from .settings import OfficerSettings


@registry.register
class Contract(Held, RestConnector):
    """Is there an approved contract? By the worker's document and, when the subject has one, the employer's RUC.
    INDETERMINATE: none is known, which confirms nothing of what was declared."""

    manifest = Manifest(
        code="mtpe.contract",
        agency="mtpe",
        title=_("MTPE: work contract"),
        path="Rest/MTPE/ContratoExtranjero",
        transport="rest",
        needs=("primary", "travel_document"),
        sends=("document",),
        legal_basis=PLATFORM,
        heard_by="PER",
        credentials=("entity", "key"),
    )
    settings_form = OfficerSettings
    code_field, words_field = "codigo", "mensaje"
    group, item = "contratos", "contrato"
    in_force = frozenset(("aprobado", "vigente"))

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        employer = ask.subject.document("RUC")
        return {
            **document_query(ask.subject),
            "ruc": employer[1] if employer else "",
            **audit(self, ask, endpoint),
        }

    def record(self, row: Tree) -> AgencyRecord:
        return person_record(
            row,
            category=text(row, "estado"),
            detail=details(row, "empleador", "ruc", "vigenteHasta"),
            reference=text(row, "numero"),
        )
