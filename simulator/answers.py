"""What each agency answers to a question: its business code, its words, its rows.

Every function takes the request's fields and the :class:`World` and returns the response as nested
dictionaries under the names of :mod:`simulator.contract`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from .lookup import Query, World
from .people import Person, Record

Fields = dict[str, str]
Body = dict[str, Any]
MIN_SAMPLE_BYTES = 64
AnswerFunction = Callable[[Fields, World, Query], Body]


def iso(date: str) -> str:
    """``DD/MM/YYYY`` (or its tail, when day or month are unknown) as ISO 8601; ISO passes."""
    return "-".join(reversed(date.split("/"))) if "/" in date else date


def query_of(question: str, sent: Fields) -> Query:
    """Who a request is about, whatever names its agency gives to the fields."""
    if question in ("reniec.identity", "reniec.biometric"):
        return Query(document=sent.get("nuDniConsulta", ""))
    if question == "inpe.antecedentes":
        return Query(f"{sent.get('apepat', '')} {sent.get('apemat', '')}", sent.get("nombres", ""))
    if question in ("interpol.sltd", "interpol.sltd_report"):
        return Query(document=sent.get("documentNumber", ""))
    if question == "interpol.nominals":
        return Query(sent.get("name", ""), sent.get("forename", ""), sent.get("dateOfBirth", ""))
    if question == "pj.antecedentes":
        given = " ".join(sent.get(f"xNombre{n}", "") for n in (1, 2, 3))
        surnames = f"{sent.get('xApellidoPaterno', '')} {sent.get('xApellidoMaterno', '')}"
        return Query(surnames, given, document=sent.get("xDni", ""))
    if question == "sunat.ruc":
        return Query(document=sent.get("numruc", ""))
    if question == "mtc.licence":
        return Query(document=sent.get("numdoc", ""))
    return Query(
        f"{sent.get('apellidoPaterno', '')} {sent.get('apellidoMaterno', '')}".strip(),
        sent.get("nombres", ""),
        iso(sent.get("fechaNacimiento", "")),
        sent.get("numeroDocumento", ""),
    )


def person_fields(person: Person, record: Record) -> Fields:
    """The PIDE person block of ``person``, less what ``record`` lacks; dates as DD/MM/YYYY."""
    year, _, rest = person.birth_date.partition("-")
    kind, number = (person.documents[0][0], person.documents[0][1]) if person.documents else ("", "")
    block = {
        "apellidoPaterno": person.surnames[0],
        "apellidoMaterno": person.surnames[1],
        "nombres": person.given,
        "fechaNacimiento": "" if "birth_date" in record.hide else f"{rest[3:]}/{rest[:2]}/{year}",
        "sexo": "" if "sex" in record.hide else person.sex,
        "nacionalidad": person.nationality,
        "lugarNacimiento": "" if "birth_place" in record.hide else person.birth_place,
        "nombrePadre": "" if "parents" in record.hide else person.father,
        "nombreMadre": "" if "parents" in record.hide else person.mother,
        "tipoDocumento": "" if "documents" in record.hide else kind,
        "numeroDocumento": "" if "documents" in record.hide else number,
    }
    return {**block, **record.fields}


def _reniec_refusal(sent: Fields) -> Body | None:
    if sent.get("password") in (None, ""):
        return {"return": {"coResultado": "1001", "deResultado": "USUARIO O CONTRASEÑA NO VALIDOS"}}
    if sent["password"] == "caducada":  # noqa: S105 - the word that plays an expired password
        return {"return": {"coResultado": "1002", "deResultado": "LA CONTRASEÑA HA CADUCADO"}}
    return None


_NO_SUCH_DNI = "EL DNI NO SE ENCUENTRA REGISTRADO"


def _reniec(sent: Fields, world: World, query: Query) -> Body:
    if refusal := _reniec_refusal(sent):
        return refusal
    person = next((p for p in world.by_document(query.document) if p.document("DNI")), None)
    if person is None:
        return {"return": {"coResultado": "0001", "deResultado": _NO_SUCH_DNI}}
    record = next(iter(person.records.get("reniec.identity", ())), Record())
    if record.insufficient:
        return {"return": {"coResultado": "0002", "deResultado": "DATOS INSUFICIENTES PARA LA CONSULTA"}}
    block = person_fields(person, Record())
    words = "CONSULTA REALIZADA CORRECTAMENTE"
    return {
        "return": {
            "coResultado": "0000",
            "deResultado": f"{words}. {_NO_SUCH_DNI}" if record.message else words,
            "datosPersona": {
                "apPrimer": person.surnames[0],
                "apSegundo": person.surnames[1],
                "prenombres": person.given,
                "feNacimiento": block["fechaNacimiento"],
                "sexo": "MASCULINO" if person.sex == "M" else "FEMENINO",
                "estadoCivil": "SOLTERO",
                "direccion": "AV. INVENTADA 100",
                "ubigeo": person.birth_place or "LIMA",
                "restriccion": "NINGUNA",
                **record.fields,
            },
        }
    }


def _biometric(sent: Fields, world: World, query: Query) -> Body:
    """Compares nothing: whose DNI it is decides the score. A sample that is none is refused, as a real one would be."""
    if refusal := _reniec_refusal(sent):
        return refusal
    person = next((p for p in world.by_document(query.document) if p.document("DNI")), None)
    if person is None:
        return {"return": {"coResultado": "0001", "deResultado": _NO_SUCH_DNI}}
    record = next(iter(person.records.get("reniec.biometric", ())), Record())
    try:
        sample = base64.b64decode(sent.get("datoBiometrico", ""), validate=True)
    except ValueError:
        sample = b""
    if record.insufficient or len(sample) < MIN_SAMPLE_BYTES or sent.get("tipoBiometria") not in ("ROSTRO", "HUELLA"):
        return {"return": {"coResultado": "0003", "deResultado": "CALIDAD INSUFICIENTE DE LA MUESTRA"}}
    return {
        "return": {
            "coResultado": "0000",
            "deResultado": "COTEJO REALIZADO CORRECTAMENTE",
            "cotejo": {"nuDni": query.document, "puntaje": "97.4", "coincide": "S", **record.fields},
        }
    }


_PJ_AUDIT = (
    "xMotivoConsulta",
    "xProcesoEntidadConsultante",
    "xRucEntidadConsultante",
    "xDniPersonaConsultante",
    "xAudIP",
)


def _pj(answer: AnswerFunction) -> AnswerFunction:
    """Poder Judicial answers nobody who does not say why, for which file, who and from where."""

    def audited(sent: Fields, world: World, query: Query) -> Body:
        if not all(sent.get(name, "").strip() for name in _PJ_AUDIT):
            return {"codigoRespuesta": "0096", "mensajeRespuesta": "NO AUTORIZADO: FALTAN DATOS DE AUDITORIA"}
        return answer(sent, world, query)

    return audited


def _listed(
    question: str,
    code: str,
    text: str,
    group: str,
    item: str,
    words: dict[str, str],
    codes: dict[str, str],
) -> AnswerFunction:
    """An answer of code, words and rows: the pattern of PNP, PJ, Migraciones, MTC and MTPE."""

    def answer(sent: Fields, world: World, query: Query) -> Body:
        rows = world.held(question, query)
        if any(record.insufficient for _, record in rows):
            return {code: codes["insufficient"], text: words["insufficient"]}
        if not rows:
            return {code: codes["nothing"], text: words["nothing"]}
        own = any(
            person.birth_date == query.birth_date or query.document in [n for _, n, _ in person.documents]
            for person, _ in rows
        )
        said = next((record.message for _, record in rows if record.message), "") or ("found" if own else "homonym")
        return {
            code: codes.get(said, codes["found"]),
            text: words[said],
            group: {item: [person_fields(person, record) for person, record in rows]},
        }

    return answer


def _words(found: str, nothing: str) -> dict[str, str]:
    return {
        "found": found,
        "nothing": nothing,
        "homonym": "SE ENCONTRARON HOMONIMOS, VERIFICAR IDENTIDAD",
        "insufficient": "DATOS INSUFICIENTES PARA LA BUSQUEDA",
        "both": f"{nothing}. {found}",
    }


def _inpe(sent: Fields, world: World, query: Query) -> Body:
    rows = world.held("inpe.antecedentes", query, loose=False)
    if not rows:
        return {"resultado": "LA PERSONA CONSULTADA NO REGISTRA ANTECEDENTES JUDICIALES"}
    record = rows[0][1]
    if record.insufficient:
        return {"resultado": "DATOS INSUFICIENTES PARA LA BUSQUEDA"}
    if record.message:
        return {"resultado": "NO REGISTRA ANTECEDENTES JUDICIALES. REGISTRA INGRESO A PENAL"}
    return {"resultado": f"REGISTRA ANTECEDENTES JUDICIALES: {record.fields.get('detalle', '')}".rstrip(": ")}


def _sltd(sent: Fields, world: World, query: Query) -> Body:
    found = [
        (person, record)
        for person in world.by_document(query.document)
        for record in person.records.get("interpol.sltd", ())
    ]
    hits = [
        {"documentNumber": number, "issuingCountry": issuer, "documentType": kind, **record.fields}
        for person, record in found
        for kind, number, issuer in person.documents
        if kind == "PASSPORT"
    ]
    if not hits:
        return {"resultCode": "NO_ANSWER", "resultMessage": "NO HIT"}
    if any(record.message for _person, record in found):
        return {"resultCode": "NO_ANSWER", "resultMessage": "NO HIT", "hits": {"hit": hits}}
    return {"resultCode": "NO_ERROR", "resultMessage": "HIT", "hits": {"hit": hits}}


def _sltd_report(sent: Fields, world: World, query: Query) -> Body:
    """Only the issuing State adds a record; the same document twice is one record."""
    number, issuer = sent["documentNumber"].strip(), sent["issuingCountry"].strip()
    if not number or issuer != "PER" or sent["status"] not in ("LOST", "STOLEN", "REVOKED"):
        return {"resultCode": "INVALID_RECORD", "resultMessage": "RECORD REFUSED"}
    record = f"SLTD-{issuer}-{number}"
    return {"resultCode": "NO_ERROR", "resultMessage": "RECORD ADDED", "recordId": record}


def _nominals(sent: Fields, world: World, query: Query) -> Body:
    year = query.birth_date[:4]
    hits, said = [], ""
    for person, record in world.held("interpol.nominals", query):
        born = "" if "birth_date" in record.hide else person.birth_date
        if born and year and abs(int(born[:4]) - int(year)) > 5:
            continue
        said = said or record.message
        hits.append(
            {
                "name": person.surnames[0] + (f" {person.surnames[1]}" if person.surnames[1] else ""),
                "forename": person.given,
                "dateOfBirth": born,
                "sex": "" if "sex" in record.hide else person.sex,
                "nationality": person.nationality,
                "placeOfBirth": "" if "birth_place" in record.hide else person.birth_place,
                **record.fields,
            }
        )
    if not hits:
        return {"resultCode": "NO_ANSWER", "resultMessage": "NO HIT"}
    if said:
        return {"resultCode": "NO_ANSWER", "resultMessage": "NO HIT", "hits": {"hit": hits}}
    return {"resultCode": "NO_ERROR", "resultMessage": "HIT", "hits": {"hit": hits}}


def _movements(sent: Fields, world: World, query: Query) -> Body:
    rows = [
        (person, record)
        for person in world.by_document(query.document)
        for record in person.records.get("migraciones.movements", ())
    ]
    if not rows:
        return {"codRespuesta": "0001", "desRespuesta": "NO REGISTRA MOVIMIENTOS MIGRATORIOS"}
    nothing = any(record.message for _person, record in rows)
    return {
        "codRespuesta": "0000",
        "desRespuesta": f"{'NO ' if nothing else ''}REGISTRA MOVIMIENTOS MIGRATORIOS",
        "movimientos": {"movimiento": [person_fields(person, record) for person, record in rows]},
    }


def _un_list(sent: Fields, world: World, query: Query) -> Body:
    items, said = [], ""
    for person, record in world.held("sbs.un_list", query):
        said = said or record.message
        agreed = record.fields["coincideEn"].split(",")
        if person.birth_date != query.birth_date:
            agreed = ["NOMBRE"]
        items.append(
            {
                "referencia": record.fields.get("referencia", ""),
                "lista": record.fields["lista"],
                "coincideEn": ",".join(agreed),
            }
        )
    if not items:
        return {"codigo": "00", "mensaje": "NO SE ENCUENTRA EN LISTAS", "listado": "N"}
    return {
        "codigo": "00",
        "mensaje": "NO SE ENCUENTRA EN LISTAS" if said else "SE ENCUENTRA EN LISTAS",
        "listado": "S",
        "referencias": {"item": items},
    }


def _ruc(sent: Fields, world: World, query: Query) -> Body:
    person = next((p for p in world.by_document(query.document) if p.document("RUC")), None)
    if person is None:
        return {"cod": "2", "msg": "EL NUMERO DE RUC NO EXISTE"}
    record = person.records["sunat.ruc"][0]
    if record.insufficient:
        return {"cod": "3", "msg": "NO SE PUDO REALIZAR LA CONSULTA"}
    return {
        "cod": "1",
        "msg": "CONSULTA EXITOSA. EL NUMERO DE RUC NO EXISTE" if record.message else "CONSULTA EXITOSA",
        "ddp_numruc": person.document("RUC"),
        "ddp_nombre": " ".join((*person.surnames, person.given)).strip(),
        **record.fields,
    }


_PNP = {"found": "00", "nothing": "00", "homonym": "00", "insufficient": "02"}
_PIDE = {"found": "0000", "nothing": "0000", "homonym": "0000", "insufficient": "0002"}

ANSWERS: dict[str, AnswerFunction] = {
    "reniec.identity": _reniec,
    "reniec.biometric": _biometric,
    "pnp.requisitorias": _listed(
        "pnp.requisitorias",
        "codigoMensaje",
        "descripcionMensaje",
        "requisitorias",
        "requisitoria",
        _words("REGISTRA REQUISITORIA VIGENTE", "NO REGISTRA REQUISITORIAS VIGENTES"),
        _PNP,
    ),
    "pnp.antecedentes": _listed(
        "pnp.antecedentes",
        "codigoMensaje",
        "descripcionMensaje",
        "personas",
        "persona",
        _words("REGISTRA ANTECEDENTES POLICIALES", "NO REGISTRA ANTECEDENTES POLICIALES"),
        _PNP,
    ),
    "inpe.antecedentes": _inpe,
    "interpol.sltd": _sltd,
    "interpol.nominals": _nominals,
    "interpol.sltd_report": _sltd_report,
    "pj.antecedentes": _pj(
        _listed(
            "pj.antecedentes",
            "codigoRespuesta",
            "mensajeRespuesta",
            "antecedentes",
            "antecedente",
            _words("REGISTRA ANTECEDENTES PENALES", "NO REGISTRA ANTECEDENTES PENALES"),
            _PIDE,
        )
    ),
    "migraciones.alerts": _listed(
        "migraciones.alerts",
        "codRespuesta",
        "desRespuesta",
        "alertas",
        "alerta",
        _words("REGISTRA ALERTA MIGRATORIA", "NO REGISTRA ALERTAS MIGRATORIAS"),
        _PIDE,
    ),
    "migraciones.exit_bans": _listed(
        "migraciones.exit_bans",
        "codRespuesta",
        "desRespuesta",
        "impedimentos",
        "impedimento",
        _words("REGISTRA IMPEDIMENTO DE SALIDA", "NO REGISTRA IMPEDIMENTOS DE SALIDA"),
        _PIDE,
    ),
    "migraciones.card": _listed(
        "migraciones.card",
        "codRespuesta",
        "desRespuesta",
        "carnes",
        "carne",
        _words("REGISTRA CARNE DE EXTRANJERIA", "EL CARNE NO EXISTE"),
        {**_PIDE, "nothing": "0001"},
    ),
    "migraciones.movements": _movements,
    "sbs.un_list": _un_list,
    "sunat.ruc": _ruc,
    "mtc.licence": _listed(
        "mtc.licence",
        "codigo",
        "mensaje",
        "licencias",
        "licencia",
        _words("REGISTRA LICENCIA DE CONDUCIR", "NO REGISTRA LICENCIA DE CONDUCIR"),
        _PNP,
    ),
    "mtpe.contract": _listed(
        "mtpe.contract",
        "codigo",
        "mensaje",
        "contratos",
        "contrato",
        _words("REGISTRA CONTRATO DE TRABAJO", "NO REGISTRA CONTRATO DE TRABAJO"),
        _PNP,
    ),
}
