"""Short hand for writing scripted people down."""

from __future__ import annotations

from .people import Person, Record, numbered

NOWHERE = ("birth_date", "documents", "parents", "sex", "birth_place")
RED = {"notice": "RED", "reason": "FRAUD", "ncb": "UTO", "score": "97"}
YELLOW = {"notice": "YELLOW", "reason": "MISSING PERSON", "ncb": "UTO", "score": "91"}
STOLEN = {"status": "STOLEN", "declaredOn": "2025-08-30", "ncb": "UTO"}
LOST = {"status": "LOST", "declaredOn": "2026-01-12", "ncb": "UTO"}
PASEE = {"tipoAlerta": "PASEE", "motivo": "SALIDA OBLIGATORIA CON IMPEDIMENTO", "autoridad": "JZ UTOPIA"}
EXIT_BAN = {
    "tipoAlerta": "IMPEDIMENTO DE SALIDA",
    "motivo": "MANDATO JUDICIAL",
    "autoridad": "JUZGADO FICTICIO",
}
DETAINED = {"tipoAntecedente": "DETENCION", "detalle": "LESIONES LEVES, 2017"}
JAILED = {"detalle": "INGRESO 2014, EGRESO 2016"}
CONVICTED = {"delito": "ESTAFA AGRAVADA", "sentencia": "4 AÑOS SUSPENDIDA"}
LISTED = {"lista": "QDi", "coincideEn": "NOMBRE,FECHA_NACIMIENTO,NACIONALIDAD"}

_serial = iter(range(1, 10_000))


def held(question: str, fields: dict[str, str], **shape: object) -> dict[str, tuple[Record, ...]]:
    """One record of one agency, with a file number of its own."""
    record = Record(numbered(question, fields, next(_serial)), **shape)  # type: ignore[arg-type]
    return {question: (record,)}


def who(name: str, born: str, sex: str, nationality: str, documents: str = "", **more: object) -> Person:
    """``"PATERNO MATERNO, GIVEN"`` (blanks inside one surname as ``_``); documents ``"KIND:NUMBER …"``."""
    surnames, given = (part.strip() for part in name.split(","))
    first, _, second = surnames.partition(" ")
    papers = []
    for paper in documents.split():
        kind, number = paper.split(":")
        papers.append((kind, number, "PER" if kind in ("DNI", "CE", "RUC") else nationality))
    return Person(
        (first.replace("_", " "), second.replace("_", " ")),
        given,
        born,
        sex,
        nationality,
        documents=tuple(papers),
        **more,  # type: ignore[arg-type]
    )


def other(name: str, born: str, sex: str, nationality: str, question: str, fields: dict[str, str]) -> Person:
    """The stranger behind a homonym: only a record, never an applicant."""
    return who(name, born, sex, nationality, shape="record", records=held(question, fields))
