"""Invented data for the example of the case page. No real person."""

# Tables read better with a row per line.
# ruff: noqa: E501

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from ui.examples import OFFICE, due
from ui.examples_forms import AdjudicationForm

ZONE = "P<NGAOKAFOR<<CHINEDU<<<<<<<<<<<<<<<<<<<<<<<<\nA094182270NGA8803143M3107020<<<<<<<<<<<<<<04"


def _at(**ago: int) -> Any:
    return timezone.now() - timedelta(**ago)


def _groups() -> list[dict[str, Any]]:
    return [
        {
            "title": "Solicitante",
            "items": [
                {"label": "Nacimiento", "value": "14 mar 1988"},
                {"label": "Lugar", "value": "Lagos"},
                {"label": "Nacionalidad", "value": "Nigeria (NGA)"},
                {"label": "Sexo", "value": "Masculino"},
                {"label": "Pasaporte", "value": "A09418227", "mono": True},
                {"label": "Vence", "value": "2 jul 2031"},
            ],
            "zone": {"text": ZONE, "valid": True, "summary": "Zona leída, dígitos correctos"},
            "url": "#",
            "link": "Ver a la persona",
        },
        {
            "title": "Visa solicitada",
            "items": [
                {"label": "Calidad migratoria", "value": "Turista · temporal", "wide": True},
                {"label": "Ingreso previsto", "value": "12 ene 2027"},
                {"label": "Días", "value": "30"},
                {"label": "Motivo", "value": "Turismo en Cusco y Arequipa", "wide": True},
                {"label": "Tasa", "value": "USD 30,00"},
                {"label": "Recibo", "value": "0044821", "mono": True},
            ],
        },
    ]


def _checks() -> list[dict[str, Any]]:
    def check(agency: str, question: str, finding: str, seconds: float | None = None, **more: Any) -> dict[str, Any]:
        answered = _at(minutes=18) if seconds else None
        base = {"agency": agency, "question": question, "finding": finding, "seconds": seconds, "attempts": 1}
        return base | {"answered_at": answered} | more

    return [
        check("PNP", "requisitorias", "POSSIBLE_MATCH", 2.3, needs_person=True, url="../adjudication/", reference="RQ-7731"),
        check("SBS", "listas de las Naciones Unidas", "UNAVAILABLE", attempts=3, next_attempt_at=_at(minutes=-12)),
        check("RENIEC", "garante", "CLEAR", 0.4),
        check("Migraciones", "alertas y permanencias", "CLEAR", 1.1, valid_until=_at(days=-30)),
        check("INTERPOL", "documentos robados (SLTD)", "CLEAR", 0.9),
        check("INTERPOL", "personas", "HIT", 0.9, settled={"text": "Es otra persona", "by": "Elena Paz Imaginaria", "at": _at(hours=2), "reason": "Año de nacimiento y sexo distintos; la foto no corresponde."}),
    ]  # fmt: skip


def _compare() -> dict[str, Any]:
    rows = [
        ("Apellidos", "OKAFOR", "OKAFOR", "same"),
        ("Nombres", "Chinedu", "Chinedum", "near"),
        ("Nacimiento", "14 mar 1988", "1979", "different"),
        ("Sexo", "Masculino", "Masculino", "same"),
        ("Nacionalidad", "Nigeria", "Nigeria", "same"),
        ("Documento", "A09418227", "", "missing"),
        ("Padre", "Emeka Okafor", "", "missing"),
    ]
    return {
        "check": {"agency": "PNP", "question": "requisitorias", "finding": "POSSIBLE_MATCH", "reference": "RQ-7731"},
        "records": [
            {
                "title": "Registro 1 de 1",
                "rows": [dict(zip(("label", "ours", "theirs", "verdict"), row, strict=True)) for row in rows],
                "same": 3,
                "different": 1,
                "missing": 2,
            }
        ],
    }


_TABS = [
    ("application", "Solicitud", "", ""),
    ("case", "Consultas", "1", "amber"),
    ("documents", "Documentos", "7", ""),
    ("timeline", "Cronología", "", ""),
    ("notes", "Notas", "2", ""),
]


def _case(active: str, panel: str, **context: Any) -> dict[str, Any]:
    label = "Resolver coincidencia"
    steps = [("Registro", "done"), ("Requisitos", "done"), ("Consultas", "done"), (label, "active"), ("Evaluar", "pending"), ("Decidir", "pending"), ("Emitir", "pending")]  # fmt: skip
    track = [{"label": name, "state": state} for name, state in steps]
    track[2]["note"] = "5/6"
    return {
        "title": "VIS-2026-SCL-001860-1",
        "case": {
            "number": "VIS-2026-SCL-001860-1",
            "applicant": "OKAFOR, Chinedu",
            "procedure": "Visa",
            "subtype": "Turista",
            "stage": "adjudication",
            "clock": due("running", 3),
            "office": OFFICE,
            "mine": True,
        },
        "actions": [{"url": "../diagram/", "label": "Diagrama", "icon": "sitemap"}],
        "acts": [
            {"url": "#", "label": "Registrar desistimiento", "icon": "arrow-back-up"},
            {"url": "#", "label": "Declarar abandono", "icon": "hourglass"},
            {"url": "#", "label": "Anular el expediente", "icon": "ban", "danger": True},
        ],
        "track": track,
        "groups": _groups(),
        "tabs": [
            {"code": code, "title": title, "url": f"../{code}/", "badge": badge, "tone": tone, "active": code == active}
            for code, title, badge, tone in _TABS
        ],
        "panel": {"template": f"cases/partials/{panel}.html"},
        "step": {
            "mode": "form",
            "title": label,
            "intro": "PNP · requisitorias. Su decisión queda registrada con su nombre.",
            "due": due("due_today"),
            "form": AdjudicationForm(),
            "url": "#",
            "autosave_url": "",
            "buttons": [
                {"label": "Registrar y continuar", "kind": "primary", "icon": "check"},
                {"name": "act", "value": "return", "label": "Devolver", "kind": "quiet"},
            ],
            "release_url": "#",
        },
        "events_recent": [
            {"at": _at(minutes=18), "title": "Respondieron 5 entidades"},
            {"at": _at(minutes=19), "title": "Solicitud registrada por Luis Rojas Inventado"},
            {"at": _at(minutes=22), "title": "Pago de USD 30, recibo 0044821"},
        ],
    } | context


def case_checks() -> dict[str, Any]:
    return _case("case", "panel_checks", checks=_checks(), pending=False, summary="5 de 6 entidades respondieron")


def case_adjudication() -> dict[str, Any]:
    context = _case("case", "adjudication", **_compare())
    form = AdjudicationForm({"decision": "other", "reason": ""})
    return context | {"step": context["step"] | {"form": form}}


def case_application() -> dict[str, Any]:
    sections = [
        {
            "title": "Viaje",
            "items": [
                {"label": "Calidad migratoria", "value": "Turista"},
                {"label": "Modalidad", "value": "Temporal"},
                {"label": "Ingreso previsto", "value": "12 ene 2027"},
                {"label": "Salida prevista", "value": "10 feb 2027"},
                {"label": "Puerto", "value": "Aeropuerto Jorge Chávez"},
                {"label": "Ingresos", "value": "Múltiples"},
            ],
        },
        {
            "title": "Contacto",
            "items": [
                {"label": "Correo", "value": "chinedu.okafor@correo.example"},
                {"label": "Teléfono", "value": "+56 2 5555 0101"},
                {"label": "Dirección en el Perú", "value": None},
            ],
        },
    ]
    blocked = {
        "mode": "blocked",
        "title": "Decidir",
        "due": due("running", 3),
        "reason": "Usted registró la solicitud: la decide otra persona (regla de los cuatro ojos).",
    }
    return _case("application", "panel_application", sections=sections, step=blocked)


def case_documents() -> dict[str, Any]:
    names = ["Formulario DGC-005", "Pasaporte, página de datos", "Fotografía", "Extracto bancario, 3 meses", "Reserva de hotel", "Pasaje de ida y vuelta"]  # fmt: skip
    documents = [
        {"label": name, "name": f"escaneo-{number}.pdf", "size": 184_320 * number, "url": "#", "at": _at(hours=3)}
        for number, name in enumerate(names, start=1)
    ]
    documents.append({"label": "Carta de invitación", "missing": True, "mandatory": True})
    issued = [{"label": "Visa", "number": "PE26004417", "url": "#", "state": "granted", "state_label": "Vigente"}]
    step = {"mode": "take", "title": "Evaluar", "due": due("running", 3), "take_url": "#"}
    return _case("documents", "panel_documents", documents=documents, issued=issued, step=step)


def case_timeline() -> dict[str, Any]:
    events = [
        {"at": _at(minutes=18), "title": "PNP respondió: posible coincidencia", "icon": "user-question", "tone": "amber"},
        {"at": _at(minutes=18), "title": "Cuatro entidades respondieron sin observación", "icon": "circle-check", "tone": "green"},
        {"at": _at(minutes=19), "title": "Solicitud registrada", "by": "Luis Rojas Inventado · Registrador", "icon": "file-import"},
        {"at": _at(days=2, minutes=22), "title": "Subsanada", "by": "Luis Rojas Inventado · Registrador", "reason": "Presentó el extracto bancario que faltaba.", "icon": "circle-check", "tone": "green"},
        {"at": _at(days=4), "title": "Observada", "by": "Luis Rojas Inventado · Registrador", "reason": "Falta el extracto bancario de tres meses.", "icon": "corner-up-left", "tone": "amber"},
    ]  # fmt: skip
    step = {
        "mode": "waiting",
        "title": "Consultas a entidades",
        "reason": "Falta 1 de 6 respuestas. El paso sigue solo cuando llegue la última.",
    }
    return _case("timeline", "panel_timeline", events=events, more_url="#", step=step)


def case_notes() -> dict[str, Any]:
    notes = [
        {"text": "Llamó para preguntar por el plazo.\nSe le informó la fecha.", "by": "Rosa Quispe Ficticia", "at": _at(hours=1)},
        {"text": "Trae los originales el jueves.", "by": "Luis Rojas Inventado", "at": _at(days=1)},
    ]  # fmt: skip
    step = {
        "mode": "taken",
        "title": "Evaluar",
        "owner": "Luis Rojas Inventado",
        "reason": "Lo tomó hace 20 min. Si es urgente, pídale que lo libere.",
    }
    return _case("notes", "panel_notes", notes=notes, add_url="#", step=step)


def case_diagram() -> dict[str, Any]:
    outline = [
        {"label": "Registro", "state": "done", "who": "Luis Rojas Inventado", "at": _at(minutes=19)},
        {"label": "Consultas a entidades", "state": "done", "who": "Sistema", "at": _at(minutes=18), "note": "5 de 6 respondieron"},
        {"label": "Resolver coincidencia", "state": "active", "who": "Rosa Quispe Ficticia"},
        {"label": "Autorización de Lima", "state": "skipped"},
        {"label": "Evaluar", "state": "pending"},
    ]  # fmt: skip
    cases = [
        SimpleNamespace(url="#", number="VIS-2023-SCL-000412-5", procedure="Visa", subtype="Turista", outcome="granted", at=_at(days=1100), relation="misma persona", stage="")
    ]  # fmt: skip
    step = {"mode": "closed", "title": "Concedida", "reason": "Notificada y entregada. El expediente está cerrado."}
    return _case("diagram", "panel_outline", outline=outline, bpmn_url="#", cases=cases, step=step)
