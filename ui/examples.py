"""Invented data for the page of examples: shell, work list and small components. No real person."""

# Tables read better with a row per line.
# ruff: noqa: E501

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.utils import timezone

OFFICE = "Consulado General en Santiago"
OFFICER = "Rosa Quispe Ficticia"


def due(kind: str, days: int = 0, late: bool = False) -> SimpleNamespace:
    """A clock's state as :class:`cases.clocks.ClockState` has it."""
    sign = -1 if kind == "overdue" else 1
    end = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return SimpleNamespace(kind=kind, days=days, late=late, ends_at=end + timedelta(days=sign * days * 7 // 5 + 1))


def shell(urls: dict[str, str], active: str) -> dict[str, Any]:
    """The context that base.html takes."""
    posting = SimpleNamespace(pk=1, office=OFFICE, get_role_display="Analista consular")
    second = SimpleNamespace(pk=2, office="Sección Consular en La Paz", get_role_display="Registradora")

    def item(page: str, label: str, icon: str, count: str = "", group: str = "") -> dict[str, Any]:
        return {
            "url": urls[page],
            "label": label,
            "icon": icon,
            "count": count,
            "group": group,
            "active": page == active,
        }

    return {
        "user": SimpleNamespace(is_authenticated=True, is_staff=False, get_full_name=OFFICER),
        "posting": posting,
        "postings": [posting, second],
        "posting_switch_url": "#",
        "search_url": urls["worklist"],
        "home_url": urls["worklist"],
        "nav": [
            item("worklist", "Mi bandeja", "inbox", "8"),
            item("queue", "Cola de la oficina", "stack-2", "37"),
            item("empty", "Lista vacía", "search", "", "Control"),
        ],
    }


def _row(
    pk: int, state: Any, number: str, kind: str, person: str, nation: str, step: str, checks: str, waiting: str
) -> dict[str, Any]:
    letters = {"c": "CLEAR", "h": "HIT", "p": "POSSIBLE_MATCH", "u": "UNAVAILABLE", "i": "INDETERMINATE", ".": ""}
    procedure, _dot, subtype = kind.partition(" · ")
    unit = {"d": "days", "h": "hours", "m": "minutes"}[waiting[-1]]
    return {
        "pk": pk,
        "url": "../conflict/",
        "number": number,
        "procedure": procedure,
        "subtype": subtype,
        "person": person,
        "nationality": nation,
        "step": step,
        "due": state,
        "checks": [letters[letter] for letter in checks],
        "since": timezone.now() - timedelta(**{unit: int(waiting[:-1])}),
    }


def rows() -> list[dict[str, Any]]:
    run = due
    table = [
        _row(1, run("overdue", 2), "VIS-2026-SCL-001843-K", "Visa · Negocios", "SOTO VARGAS, Camila", "CHL", "Evaluar", "cccchc", "9d"),
        _row(2, run("due_today"), "VIS-2026-SCL-001851-3", "Visa · Humanitaria", "PÉREZ LUGO, José Ángel", "VEN", "Entrevistar", "cccccc", "7d"),
        _row(3, run("due_today"), "PAS-2026-SCL-004410-7", "Pasaporte · Menor", "MAMANI FLORES, Luz", "PER", "Verificar identidad", "ccc", "1d"),
        _row(4, run("running", 2), "VIS-2026-SCL-001860-1", "Visa · Turista", "OKAFOR, Chinedu", "NGA", "Resolver coincidencia", "ccpccu", "4h"),
        _row(5, run("running", 4), "SAL-2026-SCL-000097-2", "Salvoconducto", "HUAMÁN RÍOS, Pedro", "PER", "Aprobar", "cc", "1h"),
        _row(6, run("running", 5), "VIS-2026-SCL-001866-9", "Visa · Periodista", "LINDQVIST, Åsa", "SWE", "Evaluar", "ccc...", "2h"),
        _row(7, run("paused", 3), "VIS-2026-SCL-001790-0", "Visa · Trabajador", "NGUYỄN, Thị Hoa", "VNM", "Esperar subsanación", "ccccci", "12d"),
        _row(8, run("running", 9), "ABT-2026-LIM-000311-4", "ABTC", "CASTILLO BRAVO, Renzo", "PER", "Evaluar", "ccccc", "1d"),
    ]  # fmt: skip
    table[1]["urgent"] = True
    return table


def worklist() -> dict[str, Any]:
    return {
        "title": "Mi bandeja",
        "subtitle": "8 tareas · 1 vencida · 2 vencen hoy",
        "caption": "Tareas que usted tiene, la más urgente primero",
        "scopes": [
            {"url": "#", "label": "Todas", "count": 8, "active": True},
            {"url": "#", "label": "Vencidas", "count": 1, "tone": "red"},
            {"url": "#", "label": "Vencen hoy", "count": 2, "tone": "amber"},
            {"url": "#", "label": "Con coincidencia", "count": 2},
            {"url": "#", "label": "En pausa", "count": 1},
        ],
        "rows": rows(),
        "bulk": {
            "url": "#",
            "acts": [{"value": "release", "label": "Liberar", "icon": "arrow-back-up"}],
            "assignees": [(1, "Rosa Quispe Ficticia"), (2, "Luis Rojas Inventado")],
        },
        "pager": {"summary": "1–8 de 8"},
        "take_next": True,
    }


def queue() -> dict[str, Any]:
    context = worklist()
    queued = rows()
    queued[3]["owner"] = "Luis Rojas Inventado"
    queued[4]["failed"] = True
    acts = [{"value": "take", "label": "Tomar", "icon": "user-plus", "primary": True}]
    return context | {
        "title": "Cola de la oficina",
        "subtitle": "37 tareas por tomar",
        "rows": queued,
        "show_owner": True,
        "bulk": context["bulk"] | {"acts": acts},
        "pager": {"summary": "1–8 de 37", "next_url": "?after=8"},
    }


def empty() -> dict[str, Any]:
    return worklist() | {
        "rows": [],
        "subtitle": "Sin tareas",
        "scopes": [],
        "empty": {
            "icon": "inbox",
            "title": "Su bandeja está vacía",
            "text": "Tome el siguiente expediente de la oficina: el sistema le da el más urgente.",
            "url": "../queue/",
            "link": "Ver la cola de la oficina",
        },
    }


def conflict() -> dict[str, Any]:
    return {
        "detail": "Luis Rojas Inventado tomó «Evaluar» del expediente VIS-2026-SCL-001843-K a las 14:02.",
        "back_url": "../worklist/",
    }


def components() -> dict[str, Any]:
    now = timezone.now()
    return {
        "dues": [
            due("overdue", 2),
            due("overdue", 0),
            due("due_today"),
            due("running", 1),
            due("running", 5),
            due("paused"),
            due("stopped"),
            due("stopped", late=True),
        ],
        "dot_sets": [["CLEAR"] * 6, ["CLEAR", "HIT", "POSSIBLE_MATCH", "INDETERMINATE", "UNAVAILABLE", ""], []],
        "person": SimpleNamespace(primary="Ñáñez Åkerström", secondary="Thị Hoa", nationality="VNM"),
        "moments": [now, now - timedelta(minutes=5), now - timedelta(days=9), now + timedelta(minutes=12)],
        "dates": ["1988-03-14", "1988-03-00", "1988-00-00", "0000-00-00"],
        "messages": [
            Message(constants.SUCCESS, "Solicitud registrada: VIS-2026-SCL-001867-7."),
            Message(constants.WARNING, "El pasaporte vence en menos de seis meses."),
            Message(constants.ERROR, "No se pudo enviar la notificación. Se intentará de nuevo."),
        ],
        "pager": {"summary": "51–100 de 1 000+", "previous_url": "?before=51", "next_url": "?after=100"},
    }
