"""Work lists as files: what is filtered and says so, at most :data:`LIMIT` rows, harmless in a spreadsheet."""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from cases.clocks import ClockKind
from cases.due import last_day
from cases.listing import Row
from ui.templatetags.ui import FINDINGS, finding_code

LIMIT = 10_000
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_BOM = "\ufeff"  # or Excel reads UTF-8 as Latin-1
# What a spreadsheet takes for the beginning of a formula, full-width forms included, also after blanks and signs
# that are not seen.
_FORMULA = re.compile(r"^[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_WIDTHS = (16, 12, 14, 24, 28, 34, 8, 26, 34, 30, 12, 22, 18)


def harmless(value: Any) -> Any:
    """Text that no spreadsheet takes for a formula: what would begin one gets a leading apostrophe."""
    if not isinstance(value, str):
        return value
    text = _CONTROL.sub("", value)
    return f"'{text}" if _FORMULA.match(value) else text


def header() -> list[str]:
    return [
        _("Term"), _("Business days left"), _("Last day"), _("Case"), _("Procedure"), _("Applicant"),
        _("Nationality"), _("Step"), _("Checks"), _("Office"), _("Priority"), _("With"), _("Waiting since"),
    ]  # fmt: skip


def cells(row: Row) -> list[Any]:
    """One row. Business days left are negative once the term is over, and empty while it rests."""
    kind = row.due.kind
    names = {
        ClockKind.OVERDUE: _("Overdue"),
        ClockKind.DUE_TODAY: _("Due today"),
        ClockKind.PAUSED: _("Paused"),
        ClockKind.STOPPED: _("Term closed"),
        ClockKind.RUNNING: _("Running"),
    }
    left = {ClockKind.OVERDUE: -row.due.days, ClockKind.PAUSED: "", ClockKind.STOPPED: ""}.get(kind, row.due.days)
    return [
        names[kind],
        left,
        date_format(last_day(row.due), "Y-m-d"),
        row.case.number,
        row.procedure,
        row.case.applicant_name,
        row.case.nationality,
        row.step,
        _checks(row.checks),
        row.office.name,
        row.task.get_priority_display(),
        str(row.task.owner) if row.task.owner_id else "",
        date_format(timezone.localtime(row.task.created), "Y-m-d H:i"),
    ]


def _checks(checks: Iterable[Any]) -> str:
    codes = [finding_code(check) for check in checks]
    parts = [f"{codes.count(code)} {str(look.label).lower()}" for code, look in FINDINGS.items() if code in codes]
    return ", ".join(parts)


def preamble(title: str, filtered: Iterable[tuple[str, str]], *, by: Any, at: datetime, office: str) -> list[list[str]]:
    """What the file holds, above its rows."""
    said = "; ".join(f"{name}: {value}" for name, value in filtered)
    return [
        [f"SUGM · {title}"],
        [_("Filter"), said or _("None: the whole list")],
        [_("Exported"), date_format(timezone.localtime(at), "Y-m-d H:i"), str(by), office],
        [_("Limit"), _("The first %(limit)d rows, most urgent first") % {"limit": LIMIT}],
        [],
    ]


def csv_lines(head: list[list[str]], rows: Iterable[Row]) -> Iterator[str]:
    """A CSV file line by line, in the language and zone of the request, which is over by the time they are sent."""
    language, zone = translation.get_language(), timezone.get_current_timezone()
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        with timezone.override(zone), translation.override(language):
            yield _BOM
            for line in [*head, header()]:
                yield writer.writerow(map(harmless, line))
            for row in rows:
                yield writer.writerow(map(harmless, cells(row)))

    return lines()


class _Echo:
    def write(self, line: str) -> str:
        return line


def write_xlsx(target: IO[bytes], title: str, head: list[list[str]], rows: Iterable[Row]) -> None:
    """An XLSX workbook; rows go to disk as they come."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(title))
    for index, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + index)].width = width
    sheet.freeze_panes = f"A{len(head) + 2}"
    bold = Font(bold=True)

    def strong(text: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet, value=harmless(text))
        cell.font = bold
        return cell

    for line in head:
        sheet.append([strong(line[0]), *map(harmless, line[1:])] if line else [])
    sheet.append([strong(text) for text in header()])
    for row in rows:
        sheet.append([harmless(value) for value in cells(row)])
    book.save(target)


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31]
