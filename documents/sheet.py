"""The reconciliation sheet as the layout ``sheet`` prints it."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import override

from documents.letters import LANGUAGE, long_date
from documents.models import BlankSheet
from documents.visual import printable
from offices.zones import zone_of


def sheet_data(sheet: BlankSheet) -> dict[str, Any]:
    """Plain values of a signed sheet; its language is Spanish, whoever prints it."""
    at = sheet.at.astimezone(zone_of(sheet.office.time_zone))
    with override(LANGUAGE):
        moment = date_format(at, "j/m/Y H:i")
    return {
        "number": f"{sheet.office.code}-{sheet.pk:06d}",
        "office": printable(sheet.office.name),
        "city": printable(sheet.office.city),
        "kind": printable(sheet.kind.name),
        "date": long_date(sheet.day),
        "moment": moment,
        "rows": [
            ["Saldo anterior", str(sheet.opening), ""],
            ["Recibidas", str(sheet.received), "+"],
            ["Reingresadas (halladas o devueltas)", str(sheet.recovered), "+"],
            ["Utilizadas (documentos entregados)", str(sheet.used), "−"],
            ["Malogradas o anuladas", str(sheet.spoilt), "−"],
            ["Enviadas a otra oficina", str(sheet.sent), "−"],
            ["Entregadas por emergencia o faltantes", str(sheet.left), "−"],
        ],
        "closing": str(sheet.closing),
        "counted": str(sheet.counted),
        "difference": f"{sheet.difference:+d}" if sheet.difference else "0",
        "reason": printable(sheet.reason),
        "by": printable(sheet.by.get_full_name()),
    }
