"""The wire contract of every question: paths, operation names, request and response fields.

One table from which the WSDLs, the OpenAPI document, the request parser and the response writers are made,
so none of them can drift from another. Leaves are strings, as on PIDE.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """A response element: a string leaf, or a group when ``fields`` is not empty."""

    name: str
    fields: tuple[Field, ...] = ()
    many: bool = False


@dataclass(frozen=True)
class Operation:
    """One question of one agency as it looks on the wire."""

    question: str
    agency: str
    name: str
    request: tuple[str, ...]
    response: tuple[Field, ...]
    summary: str
    entity: str = ""  # REST path segment; empty for SOAP
    enveloped: bool = False  # REST whose XML comes inside a SOAP envelope, as some PIDE services do

    @property
    def is_soap(self) -> bool:
        return not self.entity

    @property
    def path(self) -> str:
        return f"/soap/{self.agency}" if self.is_soap else f"/Rest/{self.entity}/{self.name}"


def _leaves(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name) for name in names)


def _list(group: str, item: str, *names: str) -> Field:
    return Field(group, (Field(item, _leaves(*names), many=True),))


PERSON_QUERY = ("apellidoPaterno", "apellidoMaterno", "nombres", "fechaNacimiento", "nacionalidad")
DOCUMENT_QUERY = ("tipoDocumento", "numeroDocumento")
AUDIT = ("usuario", "entidad", "clave", "motivo", "referencia")
PERSON = (
    "apellidoPaterno",
    "apellidoMaterno",
    "nombres",
    "fechaNacimiento",
    "sexo",
    "nacionalidad",
    "lugarNacimiento",
    "nombrePadre",
    "nombreMadre",
    "tipoDocumento",
    "numeroDocumento",
)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "reniec.identity",
        "reniec",
        "consultar",
        ("nuDniConsulta", "nuDniUsuario", "nuRucUsuario", "password"),
        (
            Field(
                "return",
                (
                    *_leaves("coResultado", "deResultado"),
                    Field(
                        "datosPersona",
                        _leaves(
                            "apPrimer",
                            "apSegundo",
                            "prenombres",
                            "feNacimiento",
                            "sexo",
                            "estadoCivil",
                            "direccion",
                            "ubigeo",
                            "restriccion",
                        ),
                    ),
                ),
            ),
        ),
        "Identity of a Peruvian citizen by DNI",
    ),
    Operation(
        "reniec.biometric",
        "reniec",
        "cotejarBiometria",
        (
            "nuDniConsulta",
            "nuDniUsuario",
            "nuRucUsuario",
            "password",
            "tipoBiometria",
            "formato",
            "datoBiometrico",
        ),
        (
            Field(
                "return",
                (
                    *_leaves("coResultado", "deResultado"),
                    Field("cotejo", _leaves("nuDni", "puntaje", "coincide", "nuOperacion")),
                ),
            ),
        ),
        "One face image or fingerprint template against the one of a DNI; score 0 to 100",
    ),
    Operation(
        "pnp.requisitorias",
        "pnp",
        "consultarRequisitoria",
        (*PERSON_QUERY, *DOCUMENT_QUERY, *AUDIT),
        (
            *_leaves("codigoMensaje", "descripcionMensaje"),
            _list(
                "requisitorias",
                "requisitoria",
                *PERSON,
                "delito",
                "juzgado",
                "situacion",
                "fechaDocumento",
                "numeroOficio",
            ),
        ),
        "Live capture and location orders",
    ),
    Operation(
        "pnp.antecedentes",
        "pnp",
        "consultarAntecedentePolicial",
        (*PERSON_QUERY, *DOCUMENT_QUERY, *AUDIT),
        (
            *_leaves("codigoMensaje", "descripcionMensaje"),
            _list("personas", "persona", *PERSON, "homonimia", "tipoAntecedente", "detalle", "numeroRegistro"),
        ),
        "Police records",
    ),
    Operation(
        "inpe.antecedentes",
        "inpe",
        "getAJudiciales",
        ("apepat", "apemat", "nombres", "usuario", "motivo"),
        _leaves("resultado"),
        "Prison records, by names only, as free text",
    ),
    Operation(
        "interpol.sltd",
        "interpol",
        "searchSltd",
        ("documentNumber", "issuingCountry", "documentType", "user", "endUser", "purpose"),
        (
            *_leaves("resultCode", "resultMessage"),
            _list(
                "hits",
                "hit",
                "documentNumber",
                "issuingCountry",
                "documentType",
                "status",
                "declaredOn",
                "ncb",
                "recordId",
            ),
        ),
        "Stolen and lost travel documents, by document",
    ),
    Operation(
        "interpol.sltd_report",
        "interpol",
        "reportSltd",
        ("documentNumber", "issuingCountry", "documentType", "status", "declaredOn", "user"),
        _leaves("resultCode", "resultMessage", "recordId"),
        "A document that the asking State reports as stolen or lost",
    ),
    Operation(
        "interpol.nominals",
        "interpol",
        "searchNominals",
        ("name", "forename", "dateOfBirth", "nationality", "sex", "user", "endUser", "purpose"),
        (
            *_leaves("resultCode", "resultMessage"),
            _list(
                "hits",
                "hit",
                "name",
                "forename",
                "dateOfBirth",
                "sex",
                "nationality",
                "placeOfBirth",
                "fatherName",
                "motherName",
                "documentNumber",
                "notice",
                "reason",
                "ncb",
                "entityId",
                "score",
            ),
        ),
        "Persons wanted, missing or noticed",
    ),
    Operation(
        "pj.antecedentes",
        "pj",
        "APenales",
        (
            "xApellidoPaterno",
            "xApellidoMaterno",
            "xNombre1",
            "xNombre2",
            "xNombre3",
            "xDni",
            "xMotivoConsulta",
            "xProcesoEntidadConsultante",
            "xRucEntidadConsultante",
            "xIpPublica",
            "xDniPersonaConsultante",
            "xAudNombrePC",
            "xAudIP",
            "xAudNombreUsuario",
            "xAudDireccionMAC",
        ),
        (
            *_leaves("codigoRespuesta", "mensajeRespuesta"),
            _list("antecedentes", "antecedente", *PERSON, "delito", "sentencia", "expediente"),
        ),
        "Final criminal convictions",
        entity="PJ",
    ),
    Operation(
        "migraciones.alerts",
        "migraciones",
        "Alertas",
        (*PERSON_QUERY, *DOCUMENT_QUERY, *AUDIT),
        (
            *_leaves("codRespuesta", "desRespuesta"),
            _list("alertas", "alerta", *PERSON, "tipoAlerta", "motivo", "autoridad", "vigenteHasta", "numero"),
        ),
        "Alerts and PASEE",
        entity="MIGRACIONES",
        enveloped=True,
    ),
    Operation(
        "migraciones.exit_bans",
        "migraciones",
        "ImpedimentoSalida",
        (*PERSON_QUERY, *DOCUMENT_QUERY, *AUDIT),
        (
            *_leaves("codRespuesta", "desRespuesta"),
            _list(
                "impedimentos",
                "impedimento",
                *PERSON,
                "tipoImpedimento",
                "autoridad",
                "expediente",
                "vigenteHasta",
                "numero",
            ),
        ),
        "Orders not to leave the country",
        entity="MIGRACIONES",
    ),
    Operation(
        "migraciones.card",
        "migraciones",
        "CarnetExtranjeria",
        (*DOCUMENT_QUERY, "ip", "mac", *AUDIT),
        (
            *_leaves("codRespuesta", "desRespuesta"),
            _list("carnes", "carne", *PERSON, "calidadMigratoria", "estado", "vigenteHasta"),
        ),
        "Foreigner's card, by number",
        entity="MIGRACIONES",
    ),
    Operation(
        "migraciones.movements",
        "migraciones",
        "Movimientos",
        (*PERSON_QUERY, *DOCUMENT_QUERY, *AUDIT),
        (
            *_leaves("codRespuesta", "desRespuesta"),
            _list(
                "movimientos",
                "movimiento",
                *PERSON,
                "tipoMovimiento",
                "fechaMovimiento",
                "puestoControl",
                "pais",
                "observacion",
                "numero",
            ),
        ),
        "Entries and exits",
        entity="MIGRACIONES",
    ),
    Operation(
        "sbs.un_list",
        "sbs",
        "ListasONU",
        (*PERSON_QUERY, *AUDIT),
        (
            *_leaves("codigo", "mensaje", "listado"),
            _list("referencias", "item", "referencia", "lista", "coincideEn"),
        ),
        "UN Security Council lists: listed or not, with the list reference only",
        entity="SBS",
    ),
    Operation(
        "sunat.ruc",
        "sunat",
        "DatosRuc",
        ("numruc",),
        _leaves(
            "cod",
            "msg",
            "ddp_numruc",
            "ddp_nombre",
            "desc_estado",
            "desc_flag22",
            "desc_ciiu",
            "ddp_fecalt",
            "representante",
        ),
        "Taxpayer register",
        entity="SUNAT",
    ),
    Operation(
        "mtc.licence",
        "mtc",
        "LicenciaConducir",
        ("tipodoc", "numdoc", *AUDIT),
        (
            *_leaves("codigo", "mensaje"),
            _list("licencias", "licencia", *PERSON, "numeroLicencia", "categoria", "estado", "vigenteHasta"),
        ),
        "Driving licence",
        entity="MTC",
    ),
    Operation(
        "mtpe.contract",
        "mtpe",
        "ContratoExtranjero",
        (*DOCUMENT_QUERY, "ruc", *AUDIT),
        (
            *_leaves("codigo", "mensaje"),
            _list("contratos", "contrato", *PERSON, "ruc", "empleador", "estado", "vigenteHasta", "numero"),
        ),
        "Work contract of a foreigner",
        entity="MTPE",
    ),
)

BY_QUESTION = {operation.question: operation for operation in OPERATIONS}
AGENCIES = tuple(dict.fromkeys(operation.agency for operation in OPERATIONS))
SOAP_AGENCIES = tuple(dict.fromkeys(op.agency for op in OPERATIONS if op.is_soap))


def namespace(agency: str) -> str:
    """XML namespace of an agency's service."""
    return f"urn:pide:{agency}:1"


def soap_operations(agency: str) -> dict[str, Operation]:
    return {op.name: op for op in OPERATIONS if op.is_soap and op.agency == agency}


def rest_operation(path: str) -> Operation | None:
    """The REST operation served at ``path``; case does not matter, PIDE itself has varied."""
    wanted = path.rstrip("/").lower()
    return next((op for op in OPERATIONS if not op.is_soap and op.path.lower() == wanted), None)
