"""The written acts filled in for invented persons, as :mod:`documents.specimens` does for documents on a carrier."""

from decimal import Decimal
from typing import Any

from documents.instruments import AgendaItem, Head, Instrument, Minutes, Notice, Receipt, Resolution, Vote
from documents.specimens import CASE, DAY, LONG, LONG_OFFICE, OFFICE, ORDINARY

SIGNER = ["Nombre Inventado", "Director General", OFFICE]
SECRETARY = ["Secretaria Inventada Ejemplo", "Secretaria Ejecutiva"]
PRESIDENT = ["Presidente Inventado", "Presidente de la Comisión"]

GROUNDS = [
    "Que, mediante solicitud presentada el 2 de octubre de 2026, la persona administrada pidió lo que es materia del "
    "expediente y acompañó la documentación que obra en él;",
    "Que, conforme al artículo 1 del Reglamento Ejemplo, aprobado por el Decreto Supremo N.º 000-2026-XX, la autoridad "
    "evalúa la solicitud sobre la base de los hechos acreditados y de los informes de los órganos competentes;",
    "Que el Informe N.º 000-2026-EJEMPLO concluye que se cumplen los requisitos, y que esta autoridad hace suyo ese "
    "informe, que forma parte de la motivación de la presente resolución;",
]
ARTICLES = [
    "Declarar fundada la solicitud presentada en el expediente, en los términos expuestos en la parte considerativa.",
    "Disponer las actuaciones siguientes:\n- que se expida el documento que corresponde;"
    "\n- que se inscriba en el registro;"
    "\n- que se comunique a las entidades competentes, en lo que a cada una concierne.",
    "Notificar la presente resolución a la persona administrada, con indicación de los recursos que proceden.",
]


def head(case: str = ORDINARY, *, number: str = "X00000000") -> Head:
    office = LONG_OFFICE if case == LONG else OFFICE
    return Head(number, CASE, office, "Ciudad Ejemplo del Norte" if case == LONG else "Ciudad Ejemplo", DAY)


def _resolution(long: bool) -> Resolution:
    name = "Condorcanqui Huamanñahui viuda de Choquehuanca, Encarnación Ñusta" if long else "Ejemplo Ficticio, Persona"
    return Resolution(
        kind="Resolución de la Comisión Especial Ejemplo para Asuntos Inventados" if long else "Resolución",
        values={
            "applicant": name,
            "matter": "solicitud de ejemplo",
            "filed_on": DAY,
            "facts": ["El Informe N.º 000-2026-EJEMPLO, de la unidad evaluadora; y"] if long else [],
            "grounds": GROUNDS * (4 if long else 1),
            "articles": ARTICLES * (4 if long else 1),
            "appealable": True,
        },
        signatures=[PRESIDENT, SECRETARY] if long else [SIGNER],
        digital=not long,
    )


def _minutes(long: bool) -> Minutes:
    members = [
        ("Presidente Inventado", "Presidente", "Con voz y voto"),
        ("Miembro Inventada de los Ángeles", "Miembro por el sector Ejemplo", "Con voz y voto"),
        ("Miembro Inventado", "Miembro por el sector Muestra", "Con voz y voto"),
        ("Secretaria Inventada Ejemplo", "Secretaria Ejecutiva", "Con voz"),
        ("Observador Inventado", "Observador del organismo Ejemplo", "Con voz"),
    ]
    items = [
        AgendaItem("Aprobación del acta anterior", "Se aprueba el acta de la sesión anterior.", Vote(3)),
        AgendaItem(
            "Expediente XXX-2026-XXX-000001-0",
            "Estimar la solicitud y expedir la resolución correspondiente.",
            Vote(2, 1),
            ["La Secretaria Ejecutiva expuso el informe de evaluación. Los miembros formularon preguntas, que fueron "
             "absueltas."],
            [("Miembro Inventado", "Considera que debió pedirse un informe complementario antes de resolver.")],
        ),
    ]  # fmt: skip
    more = [
        AgendaItem(f"Expediente XXX-2026-XXX-0000{n:02d}-0", "Desestimar la solicitud.", Vote(2, 0, 1), [GROUNDS[1]])
        for n in range(2, 9)
    ]
    return Minutes(
        body="Comisión Especial Ejemplo para Asuntos Inventados",
        facts=[
            ("Sesión", "Ordinaria N.º 00-2026"),
            ("Lugar", "Sala de sesiones, Jr. Ejemplo 000, Ciudad Ejemplo"),
            ("Inicio y término", "09:00 a 11:30 horas"),
            ("Quórum", "3 de 3 miembros con voto"),
        ],
        attendees=members,
        items=items + (more if long else []),
        values={
            "body": "la Comisión Especial Ejemplo para Asuntos Inventados",
            "date": DAY,
            "begins": "09:00 horas",
            "ends": "11:30 horas",
            "present": "tres",
        },
        signatures=[PRESIDENT, SECRETARY],
    )


def _notification(long: bool, language: str = "en") -> Notice:
    address = ["Jr. Ejemplo 000, interior 12, urbanización Las Muestras del Norte", "distrito Ejemplo, Ciudad Ejemplo"]
    named = "von Högerström Åkerlund de la Barrera y Gutiérrez-Montenegro, Nguyễn Thị Ánh Phương"
    acts = {"en": "Resolution", "fr": "Résolution", "pt": "Resolução", "ar": "قرار"}
    return Notice(
        addressee=[named, *address] if long else ["Ejemplo Ficticio, Persona", "Av. Ejemplo 000, Ciudad Ejemplo"],
        act="Resolución",
        act_number="R00000000",
        act_date=DAY,
        sheets=4,
        values={"appealable": True, "reconsiderable": long, "ends_route": False, "term_days": 15},
        signatures=[SIGNER],
        language=language,
        reader_values={"act": acts.get(language, "Resolución")},
    )  # fmt: skip


def _receipt(long: bool) -> Receipt:
    lines = [("Solicitud de visa", Decimal("30.00"))]
    more = [
        ("Legalización de firma en documento público extranjero, por cada documento presentado", Decimal("1250.50")),
        ("Copia certificada", Decimal("7.25")),
    ]
    return Receipt(
        payer="Condorcanqui Huamanñahui viuda de Choquehuanca, Encarnación Ñusta Wayra del Pilar"
        if long
        else "Ejemplo Ficticio, Persona",
        lines=lines + (more if long else []),
        currency="USD",
        paid_on=DAY,
        reference="OP-0000000",
    )


MADE: dict[str, Any] = {
    "resolution": _resolution,
    "minutes": _minutes,
    "notification": _notification,
    "receipt": _receipt,
}


def instrument(layout: str, case: str = ORDINARY, **changes: Any) -> Instrument:
    """The specimen of an instrument, by its layout; ``changes`` (a language) where it takes them."""
    return MADE[layout](case == LONG, **(changes if layout == "notification" else {}))
