"""What later procedures issue: cards, booklets and safe conducts, from what they hand over to the row and the page."""

import io
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from django.db import transaction
from django.urls import reverse
from pypdf import PdfReader

from documents import services, specimens
from documents.content import DocumentContent
from documents.models import BlankKind
from documents.pages import PAGES
from documents.pdf import render
from documents.seals.validation import contents, validate
from icao.mrz import read
from icao.vds import Code
from tests.documents.sealing import Chain

KINDS = sorted(set(PAGES) - {"visa"})


@pytest.fixture
def issue_kind(visa):
    """Issue a kind with the fields of its specimen, for the applicant of a case; on plain paper."""
    BlankKind.objects.exclude(document_kind="visa").update(active=False)

    def _issue(kind: str):
        made = specimens.SPECIMENS[kind]
        content = DocumentContent(
            kind=kind,
            mrz_format=made.mrz_format,
            document_code=made.document_code,
            holder=visa.applicant,
            passport=None if kind == "passport" else visa.passport,
            valid_from=date(2026, 11, 20),
            valid_until=date(2026, 12, 20),
            nationality=made.zone_nationality,
            personal_number=made.personal_number,
            fields=made.fields(False),
        )
        with transaction.atomic():
            return services.issue(visa, content=content, actor=None)

    return _issue


def pdf_of(document) -> bytes:
    with document.pdf.file.open("rb") as file:
        return file.read()


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_issued_from_plain_values(issue_kind, kind):
    document = issue_kind(kind)
    document.refresh_from_db()
    text = PdfReader(io.BytesIO(pdf_of(document))).pages[0].extract_text()
    assert document.number in text
    assert "ERIKSSON" in text
    assert "SIN FOTOGRAFÍA" in text
    assert render(PAGES[kind].layout, PAGES[kind].content(document), day=document.valid_from) == pdf_of(document)


@pytest.mark.parametrize(
    ("kind", "code", "nationality", "optional"),
    [("idcard", "IR", "UTO", ""), ("passport", "PP", "UTO", "00000000"), ("travel", "PR", "XXB", ""),
     ("safeconduct", "PU", "UTO", "")],
)  # fmt: skip
def test_its_zone_is_read_back(issue_kind, kind, code, nationality, optional):
    """Codes of 2026 (ICAO 9303-3 §5, 9303-8); XXB for a refugee (domain §5.2 F)."""
    document = issue_kind(kind)
    verdict = read(document.mrz, today=date(2026, 11, 20))
    assert verdict.valid, verdict.problems
    fields = verdict.fields
    assert (fields.document_code, fields.issuer, fields.nationality) == (code, "PER", nationality)
    assert (fields.number, fields.optional) == (document.number, optional)
    assert document.fields["nationality"] == nationality


@pytest.mark.parametrize("kind", ["applicant", "abtc"])
def test_a_card_without_a_zone_has_none(issue_kind, kind):
    document = issue_kind(kind)
    assert (document.mrz_format, document.mrz) == ("", "")


def test_a_provisional_card_does_not_say_what_was_applied_for(issue_kind):
    """Domain §8.4: neither the page nor the name of the file."""
    document = issue_kind("applicant")
    text = PdfReader(io.BytesIO(pdf_of(document))).pages[0].extract_text().lower()
    for word in ("refugi", "asilo", "acnur", "cepr", "protecci"):
        assert word not in text
        assert word not in document.pdf.name


def test_a_safe_conduct_is_sealed_and_the_seal_is_read_at_200_dpi(issue_kind, settings, tmp_path):
    """ICAO 9303-8 §6: the zone, in a seal of version 4."""
    settings.SEAL_KEYS = tmp_path / "keys"
    chain = Chain(settings.SEAL_KEYS)
    chain.take_in()
    chain.signer("etd", profile="etd", documents=frozenset({"PU"}))
    document = issue_kind("safeconduct")
    page = pypdfium2.PdfDocument(pdf_of(document))[0]
    picture = page.render(scale=200 / 72).to_pil().convert("L")
    codes = [each for each in zxingcpp.read_barcodes(picture) if each.format == zxingcpp.DataMatrix]
    assert [bytes(each.bytes) for each in codes] == [bytes(document.seal.data)]
    judgement = validate(bytes(document.seal.data), printed_mrz=document.mrz)
    assert (judgement.code, judgement.valid) == (Code.NONE, True)
    assert contents(judgement.seal)["mrz"] == document.mrz_lines


def test_the_case_page_lists_it(issue_kind, visa, house, client):
    issue_kind("applicant")
    client.force_login(house.analyst, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("cases:panel", args=[visa.number, "documents"]), HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    assert "Carné de solicitante" in answer.content.decode()
