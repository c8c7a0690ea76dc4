"""PNP: the national police. Warrants and police records are two questions (domain §6.1), never merged."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .base import AgencyRecord, Ask, Endpoint, Manifest
from .fields import PLATFORM, audit, details, document_query, person_query, person_record
from .listed import Listed
from .payload import Tree, text
from .registry import registry
from .settings import OfficerSettings
from .soap import SoapConnector


class _Police(Listed, SoapConnector):
    """Asked by names, birth date and document; answers with people of like names too."""

    settings_form = OfficerSettings
    code_field = "codigoMensaje"
    words_field = "descripcionMensaje"

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        return {**person_query(ask.subject), **document_query(ask.subject), **audit(self, ask, endpoint)}


@registry.register
class Requisitorias(_Police):
    """Live orders to capture or locate."""

    manifest = Manifest(
        code="pnp.requisitorias",
        agency="pnp",
        title=_("PNP: warrants (requisitorias)"),
        path="soap/pnp",
        transport="soap",
        needs=("primary", "birth_year"),
        sends=("names", "birth_date", "nationality", "document"),
        legal_basis=PLATFORM,
        heard_by="PER",
        credentials=("entity", "key"),
        grave=True,
        reask_at_decision=True,
    )
    operation = "consultarRequisitoria"
    group, item = "requisitorias", "requisitoria"
    reads = ("codigoMensaje", "descripcionMensaje", "requisitorias", "requisitoria")

    def record(self, row: Tree) -> AgencyRecord:
        return person_record(
            row,
            category=text(row, "situacion"),
            detail=details(row, "delito", "juzgado", "fechaDocumento"),
            reference=text(row, "numeroOficio"),
        )


@registry.register
class Antecedentes(_Police):
    """Records of police investigations; the certificate lives 90 calendar days."""

    manifest = Manifest(
        code="pnp.antecedentes",
        agency="pnp",
        title=_("PNP: police records (antecedentes policiales)"),
        path="soap/pnp",
        transport="soap",
        needs=("primary", "birth_year"),
        sends=("names", "birth_date", "nationality", "document"),
        legal_basis=PLATFORM,
        heard_by="PER",
        credentials=("entity", "key"),
    )
    operation = "consultarAntecedentePolicial"
    group, item = "personas", "persona"
    reads = ("codigoMensaje", "descripcionMensaje", "personas", "persona")

    def record(self, row: Tree) -> AgencyRecord:
        return person_record(
            row,
            category=text(row, "tipoAntecedente"),
            detail=details(row, "detalle", "homonimia"),
            reference=text(row, "numeroRegistro"),
        )
