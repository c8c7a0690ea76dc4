"""MTC: driving licences, by document."""

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
class Licence(Held, RestConnector):
    """Does the person hold a driving licence, and is it alive? CLEAR also when they hold none: nothing is held
    against them, and the answer says so by having no record."""

    manifest = Manifest(
        code="mtc.licence",
        agency="mtc",
        title=_("MTC: driving licence"),
        path="Rest/MTC/LicenciaConducir",
        transport="rest",
        needs=("primary", "travel_document"),
        sends=("document",),
        legal_basis=PLATFORM,
        heard_by="PER",
        credentials=("entity", "key"),
    )
    settings_form = OfficerSettings
    code_field, words_field = "codigo", "mensaje"
    group, item = "licencias", "licencia"
    in_force = frozenset(("vigente",))

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        document = document_query(ask.subject)
        return {
            "tipodoc": document["tipoDocumento"],
            "numdoc": document["numeroDocumento"],
            **audit(self, ask, endpoint),
        }

    def record(self, row: Tree) -> AgencyRecord:
        return person_record(
            row,
            category=text(row, "estado"),
            detail=details(row, "categoria", "vigenteHasta"),
            reference=text(row, "numeroLicencia"),
        )
