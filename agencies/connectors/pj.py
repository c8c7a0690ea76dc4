"""Poder Judicial: final criminal convictions. Every question carries who asks, why and for which file."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .base import AgencyRecord, Ask, Endpoint, Manifest
from .fields import details, latin, person_record, surnames
from .listed import Listed
from .payload import Tree, text
from .registry import registry
from .rest import RestConnector


@registry.register
class Antecedentes(Listed, RestConnector):
    """Convictions by names and, for Peruvians, DNI."""

    manifest = Manifest(
        code="pj.antecedentes",
        agency="pj",
        title=_("Poder Judicial: criminal records (antecedentes penales)"),
        path="Rest/PJ/APenales",
        transport="rest",
        needs=("primary", "secondary"),
        credentials=("ruc",),
    )
    code_field, words_field = "codigoRespuesta", "mensajeRespuesta"
    group, item = "antecedentes", "antecedente"

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        first, second = surnames(ask.subject)
        given = [*latin(ask.subject.secondary).split(maxsplit=2), "", ""]
        document = ask.subject.document("DNI")
        return {
            "xApellidoPaterno": first,
            "xApellidoMaterno": second,
            "xNombre1": given[0],
            "xNombre2": given[1],
            "xNombre3": given[2],
            "xDni": document[1] if document else "",
            "xMotivoConsulta": ask.purpose,
            "xProcesoEntidadConsultante": ask.case_ref or ask.idempotency_key,
            "xRucEntidadConsultante": endpoint.credentials["ruc"],
            "xDniPersonaConsultante": ask.officer_ref,
            "xAudDireccion": ask.office_ref,
        }

    def record(self, row: Tree) -> AgencyRecord:
        return person_record(
            row,
            category=text(row, "delito"),
            detail=details(row, "sentencia"),
            reference=text(row, "expediente"),
        )
