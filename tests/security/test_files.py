"""File names that would be paths, headers or formulas."""

import csv
import io
from email.message import Message

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from cases.exports import csv_lines, harmless, preamble, write_xlsx
from cases.models import Attachment
from cases.uploads import clean_name
from demo.files import page
from tests import factories as f
from tests.cases.pages import browser


@pytest.fixture
def house(db, settings, tmp_path):
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    return f.ministry()


NAMES = (
    "../../../etc/passwd.pdf",
    "..\\..\\windows\\system32\\x.pdf",
    "/absolute/x.pdf",
    "x.pdf\x00.exe",
    "x.pdf\r\nSet-Cookie: sessionid=robada",
    'x.pdf"; filename="tool.exe',
    "x.pdf; filename*=UTF-8''tool.exe",
    "\u202efdp.exe.pdf",
    "CON.pdf",
    "~root/.ssh/authorized_keys.pdf",
    "a" * 400 + ".pdf",
    "....pdf",
    "ñandú 日本.pdf",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_neither_path_nor_header(house, tmp_path, name):
    case = f.visa_case(house)
    client = browser(house.analyst)
    upload = SimpleUploadedFile("x.pdf", page("x"), "text/html")  # what the browser says of the type says nothing
    upload._name = name  # Django's client and parser would tidy it; a hand-written request does not
    from cases import services

    attachment = services.attach_file(upload, actor=house.analyst, case=case, label="x")
    stored = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert [path.name for path in stored] == [attachment.key.hex]
    answer = client.get(reverse("cases:attachment", args=[attachment.key]))
    assert b"".join(answer) == page("x") and answer["Content-Type"] == "application/pdf"
    disposition = answer["Content-Disposition"]
    assert "Set-Cookie" not in answer.headers and answer["X-Content-Type-Options"] == "nosniff"
    parsed = Message()
    parsed["Content-Disposition"] = disposition
    kind, *names = parsed.get_params(header="content-disposition")
    assert kind == ("inline", "") and len(names) == 1 and names[0][0].startswith("filename")
    assert not set(disposition) & set("\r\n\0\u202e/\\")
    assert "robada" not in str(answer.cookies)


def test_the_type_a_browser_claims_and_the_name_do_not_decide(house):
    case = f.visa_case(house)
    url = reverse("cases:attach", args=[case.number])
    client = browser(house.analyst)
    for name, content, claimed in (
        ("a.pdf", b"<html><script>alert(1)</script></html>", "application/pdf"),
        ("a.png", b"<svg onload=alert(1)>", "image/png"),
        ("a.html", b"<html>", "text/html"),
        ("a.jpg", b"#!/bin/sh", "image/jpeg"),
    ):
        answer = client.post(url, {"label": "x", "file": SimpleUploadedFile(name, content, claimed)})
        assert answer.status_code == 422
    assert not Attachment.objects.exists()


def test_no_address_leads_to_the_files_themselves(house):
    case = f.visa_case(house)
    from cases import services

    attachment = services.attach_file(SimpleUploadedFile("x.pdf", page("x")), actor=house.analyst, case=case, label="x")
    client = browser(house.analyst)
    for path in (
        f"/{attachment.file.name}", f"/media/{attachment.file.name}", f"/files/{attachment.file.name}",
        f"/static/../files/{attachment.file.name}", f"/static/%2e%2e/files/{attachment.file.name}",
        "/static/../config/settings.py", "/static/..%2f..%2fmanage.py", "/adjuntos/../../manage.py/",
    ):  # fmt: skip
        assert client.get(path).status_code == 404


# --- formulas --------------------------------------------------------------------------------------------------------

FORMULAS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "=cmd|' /C calc'!A0", "\uff1d1",
    "\x0b=1", "\u200b=1", "\ufeff=1", "\x00=1", "'=1",
)  # fmt: skip


@pytest.mark.parametrize("value", FORMULAS)
def test_no_cell_begins_a_formula(value):
    safe = harmless(value)
    assert safe.startswith("'"), repr(safe)


def test_no_cell_of_an_export_begins_a_formula(house):
    title = "=HYPERLINK(1)"
    head = preamble(title, [("=a", "=b")], by="=c", at=house.analyst.date_joined, office="=d")
    lines = list(csv.reader(io.StringIO("".join(csv_lines(head, [])).removeprefix("\ufeff"))))
    assert not [cell for line in lines for cell in line if cell.lstrip()[:1] in set("=+-@")]
    out = io.BytesIO()
    write_xlsx(out, title, head, [])
    sheet = load_workbook(io.BytesIO(out.getvalue())).worksheets[0]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_name_of_an_applicant_is_no_formula_in_the_export(house):
    from tests.flows import answer_all

    case = f.visa_case(house)
    answer_all(case)
    type(case).objects.filter(pk=case.pk).update(applicant_name='=HYPERLINK("https://malo.example")')
    client = browser(house.analyst)
    for kind in ("csv", "xlsx"):
        answer = client.get(reverse("cases:queue"), {"export": kind})
        assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
        content = b"".join(answer) if answer.streaming else answer.content
        if kind == "csv":
            cells = [cell for line in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in line]
        else:
            sheet = load_workbook(io.BytesIO(content)).worksheets[0]
            assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
            cells = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        assert any("HYPERLINK" in cell for cell in cells)
        assert not [cell for cell in cells if cell.startswith("=")]


def test_the_auditors_export_holds_no_formula(house):
    """Reasons and searches are what people typed, the address and the request's name what their programs sent."""
    from audit import services as audit
    from offices.roles import Role

    auditor = f.staff(Role.AUDITOR, house.lima)
    for formula in FORMULAS:
        if "\x00" not in formula:
            audit.record_many([audit.event("search", actor=house.analyst, reason=formula, data={"typed": formula})])
    answer = browser(auditor).get(reverse("cases:events"), {"export": "csv"}, headers={"X-Request-ID": "=1+1"})
    assert answer["Content-Disposition"].startswith("attachment") and "nosniff" in answer["X-Content-Type-Options"]
    content = b"".join(answer).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(content, newline="")))
    assert len(lines) > len(FORMULAS) - 1
    for cell in (cell for line in lines for cell in line):
        assert cell == "" or harmless(cell) == cell, repr(cell)


def test_every_table_that_leaves_the_house_is_written_where_these_tests_look():
    """A new export in CSV or XLSX has to be tried here too."""
    from pathlib import Path

    root, found = Path(__file__).resolve().parents[2], set()
    for room in ("agencies", "audit", "cases", "config", "documents", "offices", "people", "visas"):
        for path in (root / room).rglob("*.py"):
            if any(sign in path.read_text() for sign in ("csv.writer", "csv.DictWriter", "Workbook(", "text/csv")):
                found.add(path.relative_to(root).as_posix())
    assert found == {"cases/exports.py", "cases/views/auditing.py"}


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_signed_act_is_neither_path_nor_header(house, name):
    """The other address that gives out files: papers of the ledger of blanks."""
    from datetime import date

    from documents.models import BlankKind
    from documents.services import blanks
    from offices.roles import Role

    keeper = f.staff(Role.CUSTODIAN, house.santiago)
    scan = SimpleUploadedFile("x.pdf", page("x"), "text/html")
    scan._name = name
    act = blanks.receive(
        kind=BlankKind.objects.get(document_kind="visa"), office=house.santiago, numbers="W00000001", actor=keeper,
        paper=blanks.Paper(number="A", dated=date(2026, 1, 5), file=scan),
    )  # fmt: skip
    answer = browser(keeper).get(reverse("documents:file", args=[act.key]))
    assert answer.status_code == 200 and b"".join(answer) == page("x")
    parsed = Message()
    parsed["Content-Disposition"] = answer["Content-Disposition"]
    kind, *names = parsed.get_params(header="content-disposition")
    assert kind == ("inline", "") and len(names) == 1 and names[0][0].startswith("filename")
    assert not set(answer["Content-Disposition"]) & set("\r\n\0\u202e/\\") and "Set-Cookie" not in answer.headers


def test_a_name_is_shortened_to_what_a_disk_takes():
    assert clean_name("a" * 400 + ".pdf") == "a" * 146 + ".pdf"
    assert clean_name("../..") == clean_name("") == clean_name(None) == "archivo"
