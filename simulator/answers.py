"""What each agency answers to a question: its business code, its words, its rows.

Every function takes the request's fields and the :class:`World` and returns the response as nested
dictionaries under the names of :mod:`simulator.contract`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .lookup import Query, World
from .people import Person, Record

Fields = dict[str, str]
Body = dict[str, Any]
AnswerFunction = Callable[[Fields, World, Query], Body]


def iso(date: str) -> str:
    """``DD/MM/YYYY`` (or its tail, when day or month are unknown) as ISO 8601; ISO passes."""
    return "-".join(reversed(date.split("/"))) if "/" in date else date


def query_of(question: str, sent: Fields) -> Query:
    """Who a request is about, whatever names its agency gives to the fields."""
    if question == "reniec.identity":
        return Query(document=sent.get("nuDniConsulta", ""))
    if question == "inpe.antecedentes":
        return Query(f"{sent.get('apepat', '')} {sent.get('apemat', '')}", sent.get("nombres", ""))
    if question == "interpol.sltd":
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


def _reniec(sent: Fields, world: World, query: Query) -> Body:
    if sent.get("password") in (None, ""):
        return {"return": {"coResultado": "1001", "deResultado": "USUARIO O CONTRASEÑA NO VALIDOS"}}
    if sent["password"] == "caducada":  # noqa: S105 - the word that plays an expired password
        return {"return": {"coResultado": "1002", "deResultado": "LA CONTRASEÑA HA CADUCADO"}}
    person = next((p for p in world.by_document(query.document) if p.document("DNI")), None)
    if person is None:
        return {"return": {"coResultado": "0001", "deResultado": "EL DNI NO SE ENCUENTRA REGISTRADO"}}
    restriction = next((r.fields["restriccion"] for r in person.records.get("reniec.identity", ())), "NINGUNA")
    block = person_fields(person, Record())
    return {
        "return": {
            "coResultado": "0000",
            "deResultado": "CONSULTA REALIZADA CORRECTAMENTE",
            "datosPersona": {
                "apPrimer": person.surnames[0],
                "apSegundo": person.surnames[1],
                "prenombres": person.given,
                "feNacimiento": block["fechaNacimiento"],
                "sexo": "MASCULINO" if person.sex == "M" else "FEMENINO",
                "estadoCivil": "SOLTERO",
                "direccion": "AV. INVENTADA 100",
                "ubigeo": person.birth_place or "LIMA",
                "restriccion": restriction,
            },
        }
    }


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
    hits = [
        {
            "documentNumber": number,
            "issuingCountry": issuer,
            "documentType": kind,
            **record.fields,
        }
        for person in world.by_document(query.document)
        for record in person.records.get("interpol.sltd", ())
        for kind, number, issuer in person.documents
        if kind == "PASSPORT"
    ]
    if not hits:
        return {"resultCode": "NO_ANSWER", "resultMessage": "NO HIT"}
    return {"resultCode": "NO_ERROR", "resultMessage": "HIT", "hits": {"hit": hits}}


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
    return {
        "codRespuesta": "0000",
        "desRespuesta": "REGISTRA MOVIMIENTOS MIGRATORIOS",
        "movimientos": {"movimiento": [person_fields(person, record) for person, record in rows]},
    }


def _un_list(sent: Fields, world: World, query: Query) -> Body:
    items = []
    for person, record in world.held("sbs.un_list", query):
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
        "mensaje": "SE ENCUENTRA EN LISTAS",
        "listado": "S",
        "referencias": {"item": items},
    }


def _ruc(sent: Fields, world: World, query: Query) -> Body:
    person = next((p for p in world.by_document(query.document) if p.document("RUC")), None)
    if person is None:
        return {"cod": "2", "msg": "EL NUMERO DE RUC NO EXISTE"}
    return {
        "cod": "1",
        "msg": "CONSULTA EXITOSA",
        "ddp_numruc": person.document("RUC"),
        "ddp_nombre": " ".join((*person.surnames, person.given)).strip(),
        **person.records["sunat.ruc"][0].fields,
    }


_PNP = {"found": "00", "nothing": "00", "homonym": "00", "insufficient": "02"}
_PIDE = {"found": "0000", "nothing": "0000", "homonym": "0000", "insufficient": "0002"}

ANSWERS: dict[str, AnswerFunction] = {
    "reniec.identity": _reniec,
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
    "pj.antecedentes": _listed(
        "pj.antecedentes",
        "codigoRespuesta",
        "mensajeRespuesta",
        "antecedentes",
        "antecedente",
        _words("REGISTRA ANTECEDENTES PENALES", "NO REGISTRA ANTECEDENTES PENALES"),
        _PIDE,
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

# What an agency says, still with HTTP 200, when its own service is overloaded.
BUSY: dict[str, Body] = {
    "reniec": {"return": {"coResultado": "0999", "deResultado": "SERVICIO TEMPORALMENTE NO DISPONIBLE"}},
    "pnp": {"codigoMensaje": "99", "descripcionMensaje": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
    "inpe": {"resultado": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
    "interpol": {"resultCode": "SERVER_BUSY", "resultMessage": "TRY AGAIN LATER"},
    "pj": {"codigoRespuesta": "0999", "mensajeRespuesta": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
    "migraciones": {"codRespuesta": "0999", "desRespuesta": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
    "sbs": {"codigo": "99", "mensaje": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
    "sunat": {"cod": "99", "msg": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
    "mtc": {"codigo": "99", "mensaje": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
    "mtpe": {"codigo": "99", "mensaje": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
}

# The refusal of a caller that has no agreement for the service.
REFUSED: dict[str, Body] = {
    "reniec": {"return": {"coResultado": "1001", "deResultado": "USUARIO O CONTRASEÑA NO VALIDOS"}},
    "pnp": {"codigoMensaje": "97", "descripcionMensaje": "USUARIO NO AUTORIZADO"},
    "inpe": {"resultado": "USUARIO NO AUTORIZADO"},
    "interpol": {"resultCode": "ACCESS_DENIED", "resultMessage": "ACCESS DENIED"},
    "pj": {"codigoRespuesta": "0097", "mensajeRespuesta": "USUARIO NO AUTORIZADO"},
    "migraciones": {"codRespuesta": "0097", "desRespuesta": "USUARIO NO AUTORIZADO"},
    "sbs": {"codigo": "97", "mensaje": "USUARIO NO AUTORIZADO"},
    "sunat": {"cod": "97", "msg": "USUARIO NO AUTORIZADO"},
    "mtc": {"codigo": "97", "mensaje": "USUARIO NO AUTORIZADO"},
    "mtpe": {"codigo": "97", "mensaje": "USUARIO NO AUTORIZADO"},
}
