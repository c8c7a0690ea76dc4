"""One invented person for every question and every shape, so that no agency lacks an example of anything.

Their surnames say what they are: the first one the question, the second one the shape. ``clear`` stands for "all in
order": nothing held where a record is bad news, a live one where it is good news (a card, a contract).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .casting import CONVICTED, DETAINED, JAILED, LISTED, NOWHERE, PASEE, RED, STOLEN
from .people import REQUISITORIA, Person, Record, numbered

SHAPES = ("clear", "hit", "homonym", "incomplete", "contradictory", "slow", "down", "wrong")
SLOW_MS = 400
_SECOND = dict(
    zip(
        SHAPES,
        ("LIMPIEZA", "ACERTADEZ", "HOMONIMO", "INCOMPLETTI", "CONTRADICHO", "PAUSADILLO", "CAIDERO", "GARABATO"),
        strict=True,
    )
)
_NONSENSE = ("garbage", "unknown_text", "truncated", "wrong_charset", "html", "empty")
_GIVEN = ("ADALBERTO", "BIBIANA", "CASIMIRO", "DOROTEA", "EVARISTO", "FILOMENA", "GUMERSINDO", "HERMINIA")
_SOMEBODY_ELSE = {"apellidoPaterno": "AJENEZ", "apellidoMaterno": "DISTINTO", "nombres": "TERCERO"}


@dataclass(frozen=True)
class Script:
    """What a question shows per shape. ``fields`` is the bad record (of ``hit``), ``good`` the live one where there is
    such a thing. ``by_number``: asked by a document, so a homonym is another's name under the same number; that and
    the incomplete and the contradictory record may have fields of their own."""

    surname: str
    fields: dict[str, str]
    good: dict[str, str] | None = None
    by_number: bool = False
    homonym: dict[str, str] = field(default_factory=lambda: _SOMEBODY_ELSE)
    incomplete: dict[str, str] | None = None
    unsearchable: bool = False  # its incomplete record is one that it can not search for
    contradictory: dict[str, str] | None = None
    says: str = "nothing"


SCRIPTS: dict[str, Script] = {
    "reniec.identity": Script(
        "IDENTILLO",
        {"restriccion": "FALLECIDO"},
        by_number=True,
        homonym={"apPrimer": "AJENEZ", "apSegundo": "DISTINTO", "prenombres": "TERCERO"},
        unsearchable=True,
    ),
    "reniec.biometric": Script(
        "COTEJARDO",
        {"puntaje": "11.9", "coincide": "N"},
        by_number=True,
        homonym={"puntaje": "61", "coincide": "N"},
        unsearchable=True,
        contradictory={"puntaje": "97", "coincide": "N"},
    ),
    "pnp.requisitorias": Script("BUSCADINO", REQUISITORIA),
    "pnp.antecedentes": Script("POLICIARTE", DETAINED),
    "inpe.antecedentes": Script("PENITENZA", JAILED, unsearchable=True, says="both"),
    "pj.antecedentes": Script("SENTENCIARIO", CONVICTED),
    "migraciones.alerts": Script("FRONTERANO", PASEE),
    "migraciones.exit_bans": Script(
        "RETENIDEZCO",
        {"tipoImpedimento": "IMPEDIMENTO DE SALIDA", "autoridad": "JUZGADO FICTICIO", "vigenteHasta": "2031-01-01"},
    ),
    "migraciones.movements": Script(
        "VIAJERETTI",
        {
            "tipoMovimiento": "SALIDA",
            "fechaMovimiento": "2025-12-20",
            "puestoControl": "TUMBES",
            "pais": "ECU",
            "observacion": "EXCESO DE PERMANENCIA 90 DIAS",
        },
        by_number=True,
    ),
    "migraciones.card": Script(
        "CARNETORENA",
        {"calidadMigratoria": "TRABAJADOR", "estado": "ANULADO", "vigenteHasta": "2031-01-01"},
        good={"calidadMigratoria": "TRABAJADOR", "estado": "VIGENTE", "vigenteHasta": "2031-01-01"},
        by_number=True,
    ),
    "interpol.sltd": Script(
        "PASAPORTOV",
        STOLEN,
        by_number=True,
        homonym={**STOLEN, "issuingCountry": "XXX"},
        incomplete={**STOLEN, "issuingCountry": ""},
    ),
    "interpol.nominals": Script("DIFUNDIDOVA", RED),
    "sbs.un_list": Script("SANCIONATO", LISTED, incomplete={"lista": "QDi", "coincideEn": "NOMBRE"}),
    "sunat.ruc": Script(
        "TRIBUTARIA",
        {"desc_estado": "BAJA DEFINITIVA", "desc_flag22": "NO HABIDO"},
        good={"desc_estado": "ACTIVO", "desc_flag22": "HABIDO"},
        by_number=True,
        homonym={"desc_estado": "ACTIVO", "desc_flag22": "HABIDO", "ddp_nombre": "AJENA Y DISTINTOS S.A."},
        unsearchable=True,
    ),
    "mtc.licence": Script(
        "CONDUCTORIZ",
        {"categoria": "A-I", "estado": "CANCELADA", "vigenteHasta": "2031-01-01"},
        good={"categoria": "A-I", "estado": "VIGENTE", "vigenteHasta": "2031-01-01"},
        by_number=True,
    ),
    "mtpe.contract": Script(
        "LABORIOSKI",
        {"empleador": "MINERA IMAGINARIA S.A.", "estado": "DESAPROBADO", "vigenteHasta": "2031-01-01"},
        good={"empleador": "MINERA IMAGINARIA S.A.", "estado": "APROBADO", "vigenteHasta": "2031-01-01"},
        by_number=True,
    ),
}


def _record(question: str, shape: str, serial: int) -> Record | None:
    """What the agency holds; None for nothing."""
    script = SCRIPTS[question]
    bad = numbered(question, script.good or script.fields, 50_000 + serial)
    match shape:
        case "hit":
            return Record({**bad, **script.fields})
        case "homonym":
            return Record({**bad, **script.homonym})
        case "incomplete" if script.unsearchable:
            return Record(bad, insufficient=True)
        case "incomplete":
            return Record({**bad, **(script.incomplete or {})}, hide=NOWHERE)
        case "contradictory" if script.contradictory:
            return Record({**bad, **script.contradictory})
        case "contradictory":
            return Record(bad, message=script.says)
        case _:
            return Record(bad) if script.good else None


def _documents(question: str, serial: int) -> tuple[tuple[str, str, str], ...]:
    if question == "sunat.ruc":
        return (("RUC", f"20998{serial:06d}", "PER"),)
    if question.startswith("reniec."):
        return (("DNI", f"{81_000_000 + serial:08d}", "PER"), ("PASSPORT", f"XM{serial:07d}", "PER"))
    passport, card = ("PASSPORT", f"UM{serial:07d}", "UTO"), ("CE", f"{1_000_000 + serial:09d}", "PER")
    return (card, passport) if question == "migraciones.card" else (passport, card)


def _people() -> Iterator[Person]:
    serial = 0
    for number, question in enumerate(SCRIPTS):
        for shape in SHAPES:
            serial += 1
            yield from _of(question, shape, serial, _NONSENSE[number % len(_NONSENSE)])


def _of(question: str, shape: str, serial: int, nonsense: str) -> Iterator[Person]:
    script = SCRIPTS[question]
    company = question == "sunat.ruc"
    person = Person(
        (f"{script.surname} {_SECOND[shape]} S.A.C.", "") if company else (script.surname, _SECOND[shape]),
        "" if company else _GIVEN[serial % len(_GIVEN)],
        "" if company else f"{1960 + serial % 40}-{serial % 12 + 1:02d}-{serial % 28 + 1:02d}",
        "" if company else "FM"[serial % 2],
        "PER" if company or question.startswith("reniec.") else "UTO",
        documents=_documents(question, serial),
        shape="company" if company and shape == "clear" else shape,
        slow_ms=SLOW_MS if shape == "slow" else 0,
        fault={"down": "down", "wrong": nonsense}.get(shape, ""),
        about=question,
    )
    record = _record(question, shape, serial)
    if shape == "homonym" and not script.by_number:
        yield person
        record = Record(numbered(question, script.fields, 50_000 + serial))
        yield Person(
            person.surnames,
            person.given,
            f"{int(person.birth_date[:4]) + 3}-11-30",  # near enough for a service that searches by age
            person.sex,
            person.nationality,
            shape="record",
            records={question: (record,)},
        )
        return
    held = {question: (record,)} if record else {}
    yield Person(**{**person.__dict__, "records": held})


MATRIX: tuple[Person, ...] = tuple(_people())


def scripted_for(question: str, shape: str) -> Person:
    """The person written for ``question`` and ``shape`` (not the stranger behind a homonym)."""
    wanted = _SECOND[shape]
    return next(p for p in MATRIX if p.about == question and wanted in " ".join(p.surnames))
