"""Every layout of this room filled in for invented persons: for previews, tests and pictures. An ordinary case, and one
that is as long as documents get. Nothing of it is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from cases.models import Case
from documents.content import DocumentContent
from documents.models import DocumentSeal, IssuedDocument
from documents.pages import PAGES
from documents.portraits import SIZE, cut
from documents.services.issuing import zone_lines
from people.models import IdentityDocument, Person

DAY = date(2026, 11, 20)
CASE = "XXX-2026-XXX-000000-0"
OFFICE = "Consulado General del Perú en Ciudad Ejemplo"
LONG_OFFICE = "Oficina Desconcentrada del Ministerio de Relaciones Exteriores en la Ciudad de Ejemplo del Norte"
TOKEN = "ESPECIMENESPECIMENESPECI"  # noqa: S105 (of no document)  # nosec B105

# The seal that ICAO 9303-8 App. B publishes: of the specimen State Utopia, signed by a key nobody believes.
SEAL = bytes.fromhex(
    "DC03D9C5D9CAC8A73A995D913A7D9C575E030230BAB3D2B3C549CD1DA93C5BD4"
    "58135C6F57FC133C133C133C6B38208A4D0D4A32B0C11AE6268427153F7C453C"
    "133C1345FF4039034E85DA183C1CC0D3AC16732D7EE2C20D7AEF7B381C0AE509"
    "F10A97890D511C3C47B94807A4D0F67CE9083A7F206F04FB35AFDB8AB9658A93"
    "327A4E0EE6ED"
)

ORDINARY, LONG = "ordinary", "long"
PERSONS = {
    ORDINARY: {"primary": "Eriksson", "secondary": "Anna Maria"},
    LONG: {
        "primary": "von Högerström Åkerlund de la Barrera y Gutiérrez-Montenegro",
        "secondary": "Nguyễn Thị Ánh Phương María de los Ángeles",
    },
}
PERUVIANS = {
    ORDINARY: {"primary": "Quispe Mamani", "secondary": "Rosa"},
    LONG: {
        "primary": "Condorcanqui Huamanñahui viuda de Choquehuanca",
        "secondary": "Encarnación Ñusta Wayra del Pilar",
    },
}


@dataclass(frozen=True)
class Specimen:
    """One kind: the zone it has and, per case, the fields that a procedure would hand over."""

    number: str
    mrz_format: str
    document_code: str
    until: date
    persons: Mapping[str, Mapping[str, str]]
    fields: Callable[[bool], dict[str, Any]]
    nationality: str = "UTO"
    zone_nationality: str = ""
    personal_number: str = ""
    sealed: bool = False


def _visa(long: bool) -> dict[str, Any]:
    return {
        "class": "Familiar de residente permanente por reunificación" if long else "Turista",
        "status": "Residente" if long else "Temporal",
        "entries": "MULT",
        "stay_days": None if long else 183,
        "place_of_issue": "San Francisco de Ejemplo del Norte" if long else "Ciudad Ejemplo",
        "issuing_office": LONG_OFFICE if long else OFFICE,
    }


def _idcard(long: bool) -> dict[str, Any]:
    return {
        "status": "Familiar de oficial (residente)" if long else "Oficial",
        "post": "Segunda secretaria y encargada de la sección consular" if long else "Agregada",
        "mission": "Misión Permanente de la Organización Ejemplo para la Cooperación entre los Pueblos"
        if long
        else "Embajada de Utopía",
        "bond": "Dependiente de N00000001" if long else "Titular",
        "issuing_office": LONG_OFFICE if long else "Dirección de Privilegios e Inmunidades",
    }


def _applicant(long: bool) -> dict[str, Any]:
    notes = [
        "Identifica a su titular mientras dura el trámite y le permite permanecer en el territorio nacional.",
        "Autoriza provisionalmente a trabajar. Su vigencia se consulta con el código.",
    ]
    more = [
        "Se renueva antes de su vencimiento. En caso de pérdida, comuníquelo de inmediato a la oficina que lo expidió."
    ]
    return {
        "status": "Solicitante",
        "notes": notes + (more if long else []),
        "issuing_office": LONG_OFFICE if long else "Oficina Ejemplo",
    }


def _abtc(long: bool) -> dict[str, Any]:
    every = [
        "AUS",
        "BRN",
        "CHL",
        "CHN",
        "HKG",
        "IDN",
        "JPN",
        "KOR",
        "MYS",
        "MEX",
        "NZL",
        "PNG",
        "PHL",
        "RUS",
        "SGP",
        "TWN",
        "THA",
        "VNM",
    ]
    return {
        "economies": every if long else every[:6],
        "issuing_office": LONG_OFFICE if long else "Secretaría Ejecutiva del Esquema ABTC",
    }


def _passport(long: bool) -> dict[str, Any]:
    return {
        "nationality_name": "Peruana",
        "personal_number": "00000000",
        "birth_place": "San Juan de la Frontera de los Ejemplos, Amazonas" if long else "Lima, Perú",
        "issuing_office": LONG_OFFICE if long else OFFICE,
    }


def _travel(long: bool) -> dict[str, Any]:
    return {
        "convention": "Convención de 28 de julio de 1951",
        "birth_place": "San Juan de los Ejemplos Perdidos del Sur" if long else "Ciudad Ejemplo",
        "issuing_office": LONG_OFFICE if long else "Ministerio de Relaciones Exteriores",
    }


def _safeconduct(long: bool) -> dict[str, Any]:
    legs = [
        ["Ciudad Ejemplo", "Puerto Ejemplo", "22 NOV 2026", "XX 0123"],
        ["Puerto Ejemplo", "Lima", "23 NOV 2026", "XX 4567"],
    ]
    far = [
        "Aeropuerto Internacional San Francisco de Ejemplo",
        "Ciudad Ejemplo de la Asunción del Norte",
        "22 NOV 2026",
        "XX 9876",
    ]
    return {
        "nationality_name": "Peruana",
        "personal_number": "" if long else "00000000",
        "birth_place": "San Juan de la Frontera de los Ejemplos, Amazonas" if long else "Lima, Perú",
        "legs": [far, *legs, ["Lima", "Cusco", "24 NOV 2026", "XX 0001"]] if long else legs,
        "signed_by": [
            "Nombre Inventado Ejemplo de Apellidos Compuestos" if long else "Nombre Inventado",
            "Cónsul General",
            LONG_OFFICE if long else OFFICE,
        ],
        "place_of_issue": "San Francisco de Ejemplo del Norte" if long else "Ciudad Ejemplo",
        "issuing_office": LONG_OFFICE if long else OFFICE,
    }


SPECIMENS: dict[str, Specimen] = {
    "visa": Specimen("V00012345", "MRV-A", "V", date(2027, 5, 19), PERSONS, _visa, sealed=True),
    "idcard": Specimen("D00001234", "TD1", "IR", date(2028, 11, 20), PERSONS, _idcard),
    "applicant": Specimen("000001234", "", "", date(2027, 1, 19), PERSONS, _applicant),
    "abtc": Specimen("PER000123", "", "", date(2031, 11, 19), PERUVIANS, _abtc, nationality="PER"),
    "passport": Specimen(
        "X00000001", "TD3", "PP", date(2036, 11, 20), PERUVIANS, _passport, "PER", personal_number="00000000"
    ),
    "travel": Specimen("R00000012", "TD3", "PR", date(2028, 11, 20), PERSONS, _travel, zone_nationality="XXB"),
    "safeconduct": Specimen("S00000123", "TD2", "PU", date(2026, 12, 20), PERUVIANS, _safeconduct, "PER", sealed=True),
}


@cache
def portrait() -> bytes:
    """A portrait of nobody, as documents print it: a bust in even tones."""
    scale = 2
    width, height = SIZE[0] * scale, SIZE[1] * scale
    picture = Image.new("RGB", (width, height), (240, 242, 245))
    draw = ImageDraw.Draw(picture)

    def oval(x: float, y: float, rx: float, ry: float, colour: tuple[int, int, int]) -> None:
        draw.ellipse([(x - rx) * width, (y - ry) * height, (x + rx) * width, (y + ry) * height], fill=colour)

    oval(0.5, 1.06, 0.46, 0.33, (92, 101, 118))
    oval(0.5, 0.40, 0.235, 0.265, (96, 82, 74))
    draw.rectangle([0.42 * width, 0.58 * height, 0.58 * width, 0.80 * height], fill=(206, 178, 158))
    oval(0.5, 0.79, 0.10, 0.05, (206, 178, 158))
    oval(0.5, 0.44, 0.19, 0.225, (219, 192, 172))
    for x in (0.425, 0.575):
        oval(x, 0.43, 0.022, 0.011, (84, 72, 66))
    oval(0.5, 0.56, 0.06, 0.009, (176, 124, 112))
    out = BytesIO()
    picture.save(out, "PNG")
    return cut(out.getvalue(), media_type="image/png")


def document(kind: str, case: str = ORDINARY, *, mrz_format: str = "") -> IssuedDocument:
    """A specimen as a row that is never saved; ``mrz_format`` where it is not the usual one (``MRV-B``)."""
    made = SPECIMENS[kind]
    mrz_format = mrz_format or made.mrz_format
    long = case == LONG
    holder = Person(**made.persons[case], sex=Person.Sex.FEMALE, birth_date="1974-08-12", nationality=made.nationality)
    passport = IdentityDocument(number="L898902C3", issuer=made.nationality)
    content = DocumentContent(
        kind=kind,
        mrz_format=mrz_format,
        document_code=made.document_code,
        holder=holder,
        passport=passport,
        valid_from=DAY,
        valid_until=made.until,
        nationality=made.zone_nationality,
        personal_number=made.personal_number,
    )
    shown = IssuedDocument(
        case=Case(number=CASE),
        kind=kind,
        number=made.number,
        token=TOKEN,
        mrz_format=mrz_format,
        mrz="\n".join(zone_lines(content, made.number)),
        valid_from=DAY,
        valid_until=made.until,
        fields={
            **made.fields(long),
            "primary": holder.primary,
            "secondary": holder.secondary,
            "sex": holder.sex,
            "birth_date": holder.birth_date,
            "nationality": made.zone_nationality or made.nationality,
            "passport_number": passport.number,
            "passport_issuer": passport.issuer,
        },
    )
    if made.sealed:
        DocumentSeal(document=shown, data=SEAL)  # hangs on ``document.seal`` from now on
    return shown


def page_data(kind: str, case: str = ORDINARY, *, mrz_format: str = "") -> dict[str, Any]:
    """What the layout of ``kind`` prints for its specimen."""
    return {**PAGES[kind].content(document(kind, case, mrz_format=mrz_format)), "photo": list(portrait())}
