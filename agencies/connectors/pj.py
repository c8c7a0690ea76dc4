"""Poder Judicial: final criminal convictions. Every question carries who asks, why and for which file."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .base import AgencyRecord, Ask, Endpoint, Manifest
from .fields import PLATFORM, case_reference, details, latin, person_record, surnames
from .listed import Listed
from .payload import Tree, text
from .registry import registry
from .rest import RestConnector
from .settings import WorkstationSettings, officer, workstation


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
        sends=("names", "document"),
        legal_basis=PLATFORM,
        heard_by="PER",
        credentials=("ruc",),
    )
    settings_form = WorkstationSettings
    code_field, words_field = "codigoRespuesta", "mensajeRespuesta"
    group, item = "antecedentes", "antecedente"

    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        first, second = surnames(ask.subject)
        given = [*latin(ask.subject.secondary).split(maxsplit=2), "", ""]
        document = ask.subject.document("DNI")
        address, machine, mac = workstation(self, endpoint)
        who = officer(self, ask, endpoint)
        return {
            "xApellidoPaterno": first,
            "xApellidoMaterno": second,
            "xNombre1": given[0],
            "xNombre2": given[1],
            "xNombre3": given[2],
            "xDni": document[1] if document else "",
            "xMotivoConsulta": ask.purpose,
            "xProcesoEntidadConsultante": case_reference(ask),
            "xRucEntidadConsultante": endpoint.credentials["ruc"],
            "xIpPublica": address,
            "xDniPersonaConsultante": who,
            "xAudNombrePC": machine,
            "xAudIP": address,
            "xAudNombreUsuario": who,
            "xAudDireccionMAC": mac,
        }

    def record(self, row: Tree) -> AgencyRecord:
        return person_record(
            row,
            category=text(row, "delito"),
            detail=details(row, "sentencia"),
            reference=text(row, "expediente"),
        )
