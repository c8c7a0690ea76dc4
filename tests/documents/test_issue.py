"""Issuing a visa: its number, its zone, its page."""

import io
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from audit.models import AuditEvent
from cases.errors import StateConflict
from documents import services
from documents.errors import DocumentError
from documents.models import DocumentSeries, IssuedDocument
from documents.numbers import next_number
from documents.pages import PAGES
from documents.pdf import render
from documents.services.issuing import zone_lines
from icao.mrz import read

NAMES = "V<PERERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
NUMBERS = "V000123450UTO7408122F2705192<<<<<<<<<<<<<<<<"
MM = 72 / 25.4


def pdf_of(document: IssuedDocument) -> bytes:
    with document.pdf.file.open("rb") as file:
        return file.read()


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize(("mrz_format", "width"), [("MRV-A", 44), ("MRV-B", 36)])
def test_zone_is_that_of_the_specimen_person(issue, mrz_format, width):
    document = issue(mrz_format=mrz_format)
    assert document.mrz_lines == [NAMES[:width], NUMBERS[:width]]
    verdict = read(document.mrz, today=date(2026, 11, 21))
    assert (str(verdict.format), verdict.errors) == (mrz_format, ())
    assert all(check.ok for check in verdict.checks)


def test_page_shows_name_number_and_zone(issue):
    text = text_of(pdf_of(issue()))
    for shown in (
        "V00012345",
        "ERIKSSON",
        "ANNA MARIA",
        "L898902C3",
        "12 AGO 1974",
        "19 MAYO 2027",
        "MULT",
        NAMES,
        NUMBERS,
    ):
        assert shown in text


def test_unknown_parts_of_the_birth_date_are_x_and_fillers(issue, visa):
    visa.applicant.birth_date = "1974-00-00"
    document = issue(holder=visa.applicant)
    assert document.mrz_lines[1][13:19] == "74<<<<"
    assert "XX XXX 1974" in text_of(pdf_of(document))


def test_long_and_foreign_names_are_set_and_truncated_in_the_zone(issue, visa):
    person = visa.applicant
    person.primary = "von Högerström Åkerlund de la Barrera y Gutiérrez-Montenegro"
    person.secondary = "Nguyễn Thị Ánh Phương"
    document = issue(mrz_format="MRV-B", holder=person)
    assert document.mrz_lines[0].startswith("V<PERVON<HOEGERSTROEM<") or document.mrz_lines[0].startswith(
        "V<PERVON<HOGERSTROM<"
    )
    assert document.mrz_lines[0][-1].isalpha()
    assert document.fields["primary"] == person.primary
    text = text_of(pdf_of(document)).replace("\n", " ")
    assert "GUTIÉRREZ-MONTENEGRO" in text
    assert "PHƯƠNG" in text


def test_a_name_in_another_script_is_shown_in_its_icao_form(issue, visa):
    visa.applicant.primary, visa.applicant.secondary = "Щукин", "Фёдор"
    assert "SHCHUKIN" in text_of(pdf_of(issue(holder=visa.applicant)))


def test_a_name_without_icao_form_says_so_without_the_name(issue, visa):
    visa.applicant.primary = "王"
    with pytest.raises(DocumentError) as failure:
        issue(holder=visa.applicant)
    assert "primary (not_transliterable)" in failure.value.safe_message
    assert "王" not in str(failure.value)


def test_a_layout_that_fails_says_so_without_the_data(issue):
    document = issue()
    data = {**PAGES["visa"].content(document), "mrz": 4711}
    with pytest.raises(DocumentError) as failure:
        render("visa", data, day=document.valid_from)
    assert "visa" in failure.value.safe_message
    assert "4711" not in str(failure.value)
    assert failure.value.__suppress_context__


def test_same_document_same_bytes(issue):
    document = issue()
    page = PAGES["visa"]
    again = IssuedDocument.objects.select_related("case").get(pk=document.pk)
    assert render(page.layout, page.content(again), day=again.valid_from) == pdf_of(document)


@pytest.mark.parametrize(("mrz_format", "size"), [("MRV-A", (120, 80)), ("MRV-B", (105, 74))])
def test_zone_is_ocr_b_at_its_place(issue, mrz_format, size):
    """ICAO 9303-7 §4.2.1.4 and figures 3 and 8; 9303-3 §4.4."""
    document = issue(mrz_format=mrz_format)
    content = pdf_of(document)
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in PdfReader(io.BytesIO(content)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("OCRB" in name.replace("-", "").replace(" ", "") for name in fonts), fonts
    opened = pypdfium2.PdfDocument(content)
    page = opened[0]
    text = page.get_textpage()
    everything = text.get_text_range().replace("\r\n", "\n")
    boxes = [text.get_charbox(index) for index in range(text.count_chars())]
    left = (210 - size[0]) / 2 * MM
    lower_edge = (297 - 34 - size[1]) * MM
    for line, centre in zip(document.mrz_lines, (15.75, 9.40), strict=True):
        start = text.get_text_range().index(line)
        letters = boxes[start : start + len(line)]
        assert letters[0][0] - left == pytest.approx(4.0 * MM, abs=1.0 * MM)
        pitch = (letters[-1][0] - letters[0][0]) / (len(line) - 1)
        assert pitch == pytest.approx(2.54 * MM, abs=0.03 * MM)
        bottom, top = letters[0][1], letters[0][3]
        assert (bottom + top) / 2 - lower_edge == pytest.approx(centre * MM, abs=0.2 * MM)
        assert top - bottom == pytest.approx(2.45 * MM, abs=0.15 * MM)
    assert everything.count(document.number)
    text.close()
    page.close()
    opened.close()


def test_file_is_an_archive_and_accessible_pdf(issue):
    reader = PdfReader(io.BytesIO(pdf_of(issue())))
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "pdfaid:part" in metadata
    assert "pdfuaid:part" in metadata
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("es")


def test_numbers_follow_each_other_and_are_given_back_with_the_transaction(db):
    DocumentSeries.objects.update_or_create(kind="letter", defaults={"prefix": "C", "last": 41})
    with transaction.atomic():
        assert next_number("letter") == "C00000042"
    with pytest.raises(RuntimeError), transaction.atomic():
        next_number("letter")
        raise RuntimeError
    with transaction.atomic():
        assert next_number("letter") == "C00000043"
        assert next_number("otro") == "O00000001"


def test_a_full_series_asks_for_another_prefix(db):
    DocumentSeries.objects.update_or_create(kind="visa", defaults={"prefix": "V", "last": 99_999_999})
    with pytest.raises(DocumentError), transaction.atomic():
        next_number("visa")
    DocumentSeries.objects.filter(kind="visa").update(prefix="W", last=0)
    with transaction.atomic():
        assert next_number("visa") == "W00000001"


def test_a_number_longer_than_nine_gives_the_zone_to_the_passport(content):
    """ICAO 9303-7 §4.2.2 note j."""
    lines = zone_lines(content, "SCL0000012345")
    assert lines[1].startswith("L898902C3")
    assert zone_lines(replace(content, mrz_format="MRV-B"), "V00012345")[1].startswith("V000123450")


def test_one_standing_document_per_case(issue, visa):
    first = issue()
    with pytest.raises(StateConflict):
        issue()
    first.pk, first.number, first.pdf = None, "V99999999", None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.pdf_id = visa.attachments.last().pk
        first.save(force_insert=True)


def test_issue_is_recorded_and_belongs_to_an_act(issue, visa):
    document = issue()
    event = AuditEvent.objects.get(verb="document.issued")
    assert (event.case_id, event.office_id, event.person_id) == (visa.pk, visa.office_id, visa.applicant_id)
    assert event.data["number"] == document.number
    assert document.pdf.by is None
    assert services.current(visa) == document
