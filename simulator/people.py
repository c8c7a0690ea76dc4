"""The scripted people: what each invented person is, and what which agency holds on them.

Each person has a *shape* that says what a question about them shows:

``clear``          known, nothing held;
``hit``            a record that agrees on a second identifier;
``homonym``        nothing of their own, somebody else's record under the same or a near name;
``incomplete``     a record without the second identifiers, or one that cannot be searched;
``contradictory``  an answer whose words and data disagree;
``slow``           answered correctly but late;
``down``           whoever is asked about them hangs up;
``wrong``          whoever is asked about them answers something that is no answer;
``record``         not an applicant: the other person behind a homonym.

Who is in no script at all gets the agency's own "not registered" answer.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, field
from functools import cache

SEED = 20261121
POPULATION = 560


@dataclass(frozen=True)
class Record:
    """What one agency holds: free ``fields`` of its own answer and what it lacks.

    ``hide`` names person fields absent from the record. ``message`` replaces the words of the answer
    (contradictory shapes). ``insufficient`` makes the agency say it cannot search.
    """

    fields: dict[str, str] = field(default_factory=dict)
    hide: tuple[str, ...] = ()
    message: str = ""
    insufficient: bool = False


@dataclass(frozen=True)
class Person:
    """An invented person as the agencies know them. Dates are ISO 8601; nationality is alpha-3."""

    surnames: tuple[str, str]
    given: str
    birth_date: str
    sex: str
    nationality: str
    birth_place: str = ""
    father: str = ""
    mother: str = ""
    documents: tuple[tuple[str, str, str], ...] = ()  # (kind, number, issuer)
    shape: str = "clear"
    records: dict[str, tuple[Record, ...]] = field(default_factory=dict)
    slow_ms: int = 0
    fault: str = ""  # what goes wrong with every answer about them, as the control endpoint names it
    about: str = ""  # the question they were written for, where it is one

    def document(self, kind: str) -> str:
        return next((number for k, number, _ in self.documents if k == kind), "")


_EXPANSIONS = str.maketrans(
    {"Æ": "AE", "Ø": "O", "Œ": "OE", "ß": "SS", "ẞ": "SS", "Þ": "TH", "Đ": "D", "Ð": "D", "Ł": "L"}
)


def fold(text: str) -> str:
    """Upper case, no accents, letters and digits separated by single blanks (the agencies' own habit)."""
    decomposed = unicodedata.normalize("NFD", text.upper().replace("'", "").translate(_EXPANSIONS))
    kept = (c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


# Surnames nobody bears, so that no applicant of a test or demonstration meets a record by accident.
SURNAMES = """
VALDORRIBA QUENTARI OSMARETE TALVIRI HUAYLLARANI CERROVENTE ISTUPIÑA LLACTAMUY BRENQUETA MORRIQUELME
ÑAUPARIMAY SOLTARRIEGA ZUMBRALES PARIHUANCO YUPARCANI OLLANTUERO CUSQUINIA TARAPOLLO AREQUIPOYA
VIRACOTEGUI CHINCHAMAYTA QUEROSILLA PUMACORDA RONDAVEJA SAYHUITE UBINARES MACUSARI ILLARIPA
""".split()  # noqa: SIM905
GIVEN = """
ROSA JULIO MARÍA JOSÉ ÁNGEL LUZ NOEMÍ EDGAR ELÍAS NÉLIDA TEÓFILO YOLANDA WILFREDO ZOILA FÉLIX MARISOL RAÚL
SÓCRATES VIOLETA OMAR
""".split()  # noqa: SIM905
FOREIGN_SURNAMES = """
ADEYINKOLA BRANDTVÅG CHUKWUNARO DUBRAVETSKY ESPERANÇOTO FÜRSTENHAIN GWANGSEOLI HARRINGSTEAD IVANOSHKIN
JOHANSDÅL KOWALCZEWNY LINDSTRØMME MATSUHAREDA NGUYENTRANG OKONJIWE PETRESCOVICI QURAYSHANI RODRIGALVA
SZENTMIHALYI TAVARESINHA
""".split()  # noqa: SIM905
FOREIGN_GIVEN = """
ADA BRUNO CELIA DMITRI ELIF FATOU GREGOR HANA IVO JULIETA KENJI LEILA MILOS NADIA OLAV PRIYA SAMI TERESA
""".split()  # noqa: SIM905
NATIONALITIES = """
NGA NOR UKR BRA DEU KOR GBR RUS SWE POL DNK JPN VNM ROU MAR COL HUN PRT VEN BOL
""".split()  # noqa: SIM905
CITIES = ("LIMA", "CUSCO", "PUNO", "PIURA", "TACNA", "AYACUCHO", "IQUITOS", "TRUJILLO")

REQUISITORIA = {
    "delito": "ESTAFA",
    "juzgado": "JUZGADO PENAL DE INVENCION 01",
    "situacion": "CAPTURA",
    "fechaDocumento": "2024-05-17",
}
GENERATED_RECORDS: tuple[tuple[str, dict[str, str]], ...] = (
    ("pnp.requisitorias", REQUISITORIA),
    ("pnp.antecedentes", {"tipoAntecedente": "DETENCION", "detalle": "HURTO SIMPLE, 2019"}),
    ("inpe.antecedentes", {"detalle": "EGRESADO 2018"}),
    ("pj.antecedentes", {"delito": "FALSIFICACION DE DOCUMENTOS", "sentencia": "3 AÑOS SUSPENDIDA"}),
    (
        "migraciones.alerts",
        {"tipoAlerta": "IMPEDIMENTO DE INGRESO", "motivo": "PASEE", "autoridad": "JZ 00"},
    ),
    ("migraciones.exit_bans", {"tipoImpedimento": "IMPEDIMENTO DE SALIDA", "autoridad": "JUZGADO FICTICIO 02"}),
    ("interpol.nominals", {"notice": "RED", "reason": "FRAUD", "ncb": "UTO"}),
    ("interpol.sltd", {"status": "STOLEN", "declaredOn": "2025-02-03", "ncb": "UTO"}),
    ("sbs.un_list", {"lista": "QDi", "coincideEn": "NOMBRE,FECHA_NACIMIENTO"}),
)
_NUMBERED = {
    "reniec.biometric": "nuOperacion",
    "migraciones.exit_bans": "numero",
    "migraciones.movements": "numero",
    "pnp.requisitorias": "numeroOficio",
    "pnp.antecedentes": "numeroRegistro",
    "inpe.antecedentes": "referencia",
    "pj.antecedentes": "expediente",
    "migraciones.alerts": "numero",
    "interpol.nominals": "entityId",
    "interpol.sltd": "recordId",
    "sbs.un_list": "referencia",
    "mtc.licence": "numeroLicencia",
    "mtpe.contract": "numero",
}


def numbered(question: str, fields: dict[str, str], number: int) -> dict[str, str]:
    """``fields`` with a file number of the agency's own under the name its contract uses, where it has one."""
    name = _NUMBERED.get(question)
    return {**fields, name: f"SIM-{number:05d}"} if name else fields


def _generate(rng: random.Random, serial: int) -> tuple[Person, ...]:
    """One generated applicant, and whoever else their shape needs."""
    peruvian = serial % 3 == 0
    shape = rng.choices(("clear", "hit", "homonym", "incomplete", "contradictory", "slow"), (70, 9, 9, 5, 4, 3))[0]
    if peruvian:
        surnames = (rng.choice(SURNAMES), rng.choice(SURNAMES))
        given = f"{rng.choice(GIVEN)} {rng.choice(GIVEN)}"
        nationality, place = "PER", rng.choice(CITIES)
        passport = ("PASSPORT", f"XZ{serial:07d}", "PER")
        documents: tuple[tuple[str, str, str], ...] = (
            ("DNI", f"{90_000_000 + serial:08d}", "PER"),
            passport,
        )
    else:
        surnames = (rng.choice(FOREIGN_SURNAMES), "")
        given = f"{rng.choice(FOREIGN_GIVEN)} {rng.choice(FOREIGN_GIVEN)}"
        nationality, place = rng.choice(NATIONALITIES), ""
        documents = (("PASSPORT", f"ZZ{serial:07d}", nationality),)
    person = Person(
        surnames,
        given,
        f"{rng.randint(1950, 2004)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
        rng.choice("FM"),
        nationality,
        place,
        father=f"{rng.choice(GIVEN)} {surnames[0]}",
        mother=f"{rng.choice(GIVEN)} {rng.choice(SURNAMES)}",
        documents=documents,
        shape=shape,
        slow_ms=rng.randint(1500, 4000) if shape == "slow" else 0,
    )
    if shape in ("clear", "slow"):
        return (person,)
    question, fields = rng.choice(GENERATED_RECORDS)
    if shape != "hit" and question in ("interpol.sltd", "sbs.un_list"):
        question, fields = GENERATED_RECORDS[0]
    record = Record(numbered(question, fields, 10_000 + serial))
    if shape == "homonym":
        other = Person(
            person.surnames,
            person.given,
            f"{rng.randint(1950, 2004)}-{rng.randint(1, 12):02d}-28",
            person.sex,
            person.nationality,
            shape="record",
            records={question: (record,)},
        )
        return (person, other)
    if shape == "incomplete":
        hide = ("birth_date", "documents", "parents", "sex", "birth_place")
        record = Record(record.fields, hide=hide)
    if shape == "contradictory":
        record = Record(record.fields, message="nothing")
    return (Person(**{**person.__dict__, "records": {question: (record,)}}),)


@cache
def population(seed: int = SEED, size: int = POPULATION) -> tuple[Person, ...]:
    """Everybody in the script: the hand-shaped cast, one person per question and shape, then generated people up to
    ``size``.

    Deterministic: the same ``seed`` and ``size`` give the same people.
    """
    from .cast import CAST  # the cast is made of Person, so it imports this module
    from .matrix import MATRIX

    people = [*CAST, *MATRIX]
    rng = random.Random(seed)
    serial = 0
    while len(people) < size:
        serial += 1
        people.extend(_generate(rng, serial))
    return tuple(people)
