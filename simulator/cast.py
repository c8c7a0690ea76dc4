"""The hand-shaped cast: people the demonstration and the tests call by name. All invented.

Document numbers, dates and file numbers belong to nobody; UTO (Utopia) is ICAO's specimen State.
"""

from __future__ import annotations

from .cast_records import CONTRADICTORY, HITS, INCOMPLETE
from .casting import CONVICTED, DETAINED, EXIT_BAN, JAILED, RED, held, other, who
from .people import REQUISITORIA, Person, Record

CLEAR = (
    who(
        "ERIKSSON, ANNA MARIA",
        "1974-08-12",
        "F",
        "UTO",
        "PASSPORT:L898902C3 ID:D23145890",
        birth_place="ZENITH",
    ),
    who(
        "MUÑOZ NÚÑEZ, JOSÉ ÁNGEL",
        "1985-02-28",
        "M",
        "PER",
        "DNI:80000011 PASSPORT:X00000001",
        birth_place="TACNA",
    ),
    who(
        "QUISPE MAMANI, ROSA",
        "2001-03-17",
        "F",
        "PER",
        "DNI:80000012",
        father="HILARIO QUISPE",
        mother="ZOILA MAMANI",
    ),
    who("ÅKERSTRÖM, ÅSA LINNÉA", "1990-05-06", "F", "SWE", "PASSPORT:SW0000017", birth_place="LULEÅ"),
    who("NGUYỄN, THỊ HƯƠNG GIANG", "1995-11-30", "F", "VNM", "PASSPORT:VN0000023", birth_place="HUẾ"),
    who("ARKFREITH, ", "1968-01-15", "M", "UTO", "PASSPORT:UT0000031"),
    who("SMITH-JONES, SUSIE MARGARET", "1982-07-19", "F", "UTO", "PASSPORT:UT0000048"),
    who("O'CONNOR, ENYA SIÓBHAN", "1979-03-02", "F", "UTO", "PASSPORT:UT0000055"),
    who("VAN_DER_MUELLEN, MARTIN", "1966-09-09", "M", "UTO", "PASSPORT:UT0000062"),
    who("AL-BASRI, HUDA MUHAMMAD JAWAD", "1993-12-24", "F", "UTO", "PASSPORT:UT0000079"),
    who("HENG, DEBORAH MING LO", "1987-04-18", "F", "UTO", "PASSPORT:UT0000086"),
    who("CAÑÓN, TÉRÈSA", "1975-06-21", "F", "UTO", "PASSPORT:UT0000093"),
    who("DE_LA_CRUZ SOLTARRIEGA, LUZ", "1972-10-08", "F", "PER", "DNI:80000029", birth_place="AYACUCHO"),
    who("FERREIRINHA, LUÍS GONÇALO", "1991-01-27", "M", "PRT", "PASSPORT:PT0000101"),
    who("TANAKAWA, HARUKI", "1984-08-03", "M", "JPN", "PASSPORT:JP0000118"),
    who("OYELARANTI, FUNMI", "1996-02-14", "F", "NGA", "PASSPORT:A00000125"),
)

HOMONYMS = (
    who(
        "OKAFOR, Chinedu",
        "1988-03-14",
        "M",
        "NGA",
        "PASSPORT:A09418227",
        birth_place="ENUGU",
        shape="homonym",
    ),
    other("OKAFOR, Chinedum", "1979-11-02", "M", "NGA", "pnp.requisitorias", REQUISITORIA),
    who(
        "CONDORI QUISPE, JUAN CARLOS",
        "1990-06-24",
        "M",
        "BOL",
        "PASSPORT:BO0000202",
        father="PEDRO CONDORI",
        mother="LUISA QUISPE",
        shape="homonym",
    ),
    other("CONDORI QUISPE, JUAN CARLOS", "1971-02-03", "M", "PER", "pnp.requisitorias", REQUISITORIA),
    other("CONDORI QUISPE, JUAN", "1983-09-15", "M", "PER", "pnp.antecedentes", DETAINED),
    other("CONDORI QUISPE, JUAN CARLOS", "1965-12-01", "M", "PER", "inpe.antecedentes", JAILED),
    who("QUISPE CONDORI, MARÍA ELENA", "1987-01-09", "F", "BOL", "PASSPORT:BO0000219", shape="homonym"),
    other("QUISPE CONDORI, MARÍA", "1959-04-30", "F", "PER", "pnp.antecedentes", DETAINED),
    other("QUISPE CONDORI, MARÍA ELENA", "1962-07-11", "F", "PER", "pj.antecedentes", CONVICTED),
    who("MAMANI HUANCA, LUIS", "1994-10-20", "M", "BOL", "PASSPORT:BO0000226", shape="homonym"),
    other("MAMANI HUANCA, LUIS ALBERTO", "1977-03-03", "M", "PER", "inpe.antecedentes", JAILED),
    who("HERNÁNDEZ INVENTADO, CARLOS", "1980-05-05", "M", "VEN", "PASSPORT:VE0000233", shape="homonym"),
    other("HERNÁNDEZ INVENTADO, CARLOS", "1980-05-06", "M", "VEN", "interpol.nominals", RED),
    who("AL-MANSURI, KARIM", "1986-12-12", "M", "MAR", "PASSPORT:MA0000240", shape="homonym"),
    Person(
        ("AL MANSURI", ""),
        "KARIM",
        "1955-01-01",
        "M",
        "XXX",
        shape="record",
        records=held("sbs.un_list", {"lista": "QDi", "coincideEn": "NOMBRE"}),
    ),
    who("PETROVSKAYA, IRINA", "1992-03-08", "F", "UKR", "PASSPORT:UA0000257", shape="homonym"),
    other("PETROVSKAYA, IRINA", "1970-06-06", "F", "UKR", "migraciones.alerts", EXIT_BAN),
)

SLOW = (
    who("TARDÍO PAUSADO, FIDEL", "1974-04-14", "M", "PER", "DNI:80000701", shape="slow", slow_ms=2_000),
    who("LENTOVSKA, GRETA", "1985-05-25", "F", "UTO", "PASSPORT:UT0000718", shape="slow", slow_ms=2_000),
    who("DEMORADO TREN, HUGO", "1976-06-16", "M", "BOL", "PASSPORT:BO0000725", shape="slow", slow_ms=6_000),
    who(
        "ETERNANDEZ ESPERA, INÉS",
        "1967-07-07",
        "F",
        "ARG",
        "PASSPORT:AR0000732",
        shape="slow",
        slow_ms=30_000,
    ),
)


def company(ruc: str, name: str, state: str, address: str, representative: str = "") -> Person:
    """A taxpayer: only SUNAT knows it, by RUC."""
    fields = {
        "desc_estado": state,
        "desc_flag22": address,
        "desc_ciiu": "ACTIVIDADES DE INVENCION",
        "ddp_fecalt": "2015-01-01",
        "representante": representative,
    }
    return Person(
        (name, ""),
        "",
        "",
        "",
        "PER",
        documents=(("RUC", ruc, "PER"),),
        shape="company",
        records={"sunat.ruc": (Record(fields),)},
    )


OTHERS = (
    company("20999000011", "COMERCIAL FICTICIA S.A.C.", "ACTIVO", "HABIDO", "MUÑOZ NÚÑEZ JOSÉ ÁNGEL"),
    company("20999000029", "MINERA IMAGINARIA S.A.", "ACTIVO", "HABIDO", "QUISPE MAMANI ROSA"),
    company("20999000037", "FANTASMAL E.I.R.L.", "BAJA DE OFICIO", "NO HABIDO"),
    company("20999000045", "DIFUSA Y ASOCIADOS S.R.L.", "ACTIVO", "NO HABIDO"),
    who(
        "CHOFER INVENTADO, JAIRO",
        "1980-10-10",
        "M",
        "PER",
        "DNI:80000801",
        records=held("mtc.licence", {"categoria": "A-IIb", "estado": "VIGENTE", "vigenteHasta": "2029-10-10"}),
    ),
    who(
        "CHOFERA RETENIDA, KELLY",
        "1981-11-11",
        "F",
        "PER",
        "DNI:80000818",
        records=held("mtc.licence", {"categoria": "A-I", "estado": "CANCELADA", "vigenteHasta": "2024-11-11"}),
    ),
    who(
        "CONTRATADO, LAURENT",
        "1989-09-09",
        "M",
        "FRA",
        "PASSPORT:FR0000825",
        records=held(
            "mtpe.contract",
            {
                "ruc": "20999000029",
                "empleador": "MINERA IMAGINARIA S.A.",
                "estado": "APROBADO",
                "vigenteHasta": "2027-09-09",
            },
        ),
    ),
)

CAST: tuple[Person, ...] = (*CLEAR, *HOMONYMS, *HITS, *INCOMPLETE, *CONTRADICTORY, *SLOW, *OTHERS)
