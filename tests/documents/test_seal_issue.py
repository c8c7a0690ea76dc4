"""A visa is sealed when it is issued, and its seal is read back from the printed page."""

import io

import pypdfium2
import pytest
import zxingcpp
from django.db import transaction
from PIL import Image
from pypdf import PdfReader

from documents.errors import DocumentError
from documents.models import DocumentSeal, IssuedDocument
from documents.pages import PAGES
from documents.pdf import render
from documents.seals import pki, services
from documents.seals.barcode import MODULE_MM, modules, png, read_image, read_picture, svg
from documents.seals.messages import stay_of
from documents.seals.validation import contents, validate
from icao.vds import Code, Stay
from tests.documents.sealing import PASSPORT_MRZ, Chain


@pytest.fixture
def chain(db, settings, tmp_path):
    settings.SEAL_KEYS = tmp_path / "keys"
    made = Chain(settings.SEAL_KEYS)
    made.take_in()
    return made


@pytest.fixture
def signer(chain):
    return chain.signer(documents=frozenset({"V"}))


def pdf_of(document):
    with document.pdf.file.open("rb") as file:
        return file.read()


def page_of(content: bytes, dpi: int = 200) -> Image.Image:
    """The page as a scanner of ``dpi`` sees it, in grey."""
    opened = pypdfium2.PdfDocument(content)
    page = opened[0]
    picture = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    page.close()
    opened.close()
    return picture


@pytest.mark.parametrize("mrz_format", ["MRV-A", "MRV-B"])
def test_the_seal_is_read_back_from_the_page_at_200_dpi(issue, signer, mrz_format):
    document = issue(mrz_format=mrz_format)
    data = bytes(document.seal.data)
    picture = page_of(pdf_of(document))
    assert read_image(picture) == data
    found = [each for each in zxingcpp.read_barcodes(picture) if each.format == zxingcpp.DataMatrix]
    assert [bytes(each.bytes) for each in found] == [data]
    judgement = validate(data, printed_mrz=document.mrz, passport_mrz="\n".join(PASSPORT_MRZ))
    assert (judgement.code, judgement.valid) == (Code.NONE, True)
    told = contents(judgement.seal)
    assert told["mrz"] == [document.mrz_lines[0], document.mrz_lines[1][:28]]
    assert (told["entries"], told["stay"]["days"], told["passport_number"]) == (0, 183, "L898902C3")
    assert (told["country"], told["signer"]) == ("PER", "PEVS")


@pytest.mark.parametrize("turned", [90, 183])
def test_a_turned_and_a_smaller_photograph_are_read(issue, signer, turned):
    document = issue()
    picture = page_of(pdf_of(document), 300).rotate(turned, expand=True, fillcolor=255)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    assert read_picture(out.getvalue()) == bytes(document.seal.data)


@pytest.mark.parametrize(("mrz_format", "width", "height"), [("MRV-A", 120, 80), ("MRV-B", 105, 74)])
def test_the_seal_stands_above_zone_vii_at_the_recommended_size(issue, signer, mrz_format, width, height):
    """ICAO 9303-7 §8.3 and figures 11, 12; a module of 0.3386 mm (9303-13 §2.1)."""
    document = issue(mrz_format=mrz_format)
    dpi = 400
    picture = page_of(pdf_of(document), dpi)
    found = next(each for each in zxingcpp.read_barcodes(picture) if each.format == zxingcpp.DataMatrix)
    corners = [found.position.top_left, found.position.top_right, found.position.bottom_right]
    x, y = [[value * 25.4 / dpi for value in values] for values in zip(*[(c.x, c.y) for c in corners], strict=True)]
    size = len(modules(bytes(document.seal.data)))
    assert x[1] - x[0] == pytest.approx(size * MODULE_MM, abs=0.4)
    label_right, label_bottom = (210 + width) / 2, 34 + height
    assert label_right - 5 < x[1] < label_right - 2  # within the margin of the label
    assert label_bottom - 23.2 - 18.35 < y[0]
    assert y[2] < label_bottom - 23.2  # clear of zone VII


def test_the_page_is_still_accessible_and_tells_what_the_picture_is(issue, signer):
    root = PdfReader(io.BytesIO(pdf_of(issue()))).trailer["/Root"]
    alternatives = []

    def walk(element, depth=0):
        element = element.get_object() if hasattr(element, "get_object") else element
        if isinstance(element, list):
            for each in element:
                walk(each, depth + 1)
        elif hasattr(element, "get") and depth < 40:
            if "/Alt" in element:
                alternatives.append(element["/Alt"])
            if "/K" in element:
                walk(element["/K"], depth + 1)

    walk(root["/StructTreeRoot"])
    assert "Sello digital visible (ICAO 9303-13)" in alternatives


def test_the_same_document_gives_the_same_bytes(issue, signer):
    """A key in a file signs deterministically (RFC 6979): seal and page are those of the first time."""
    document = issue()
    again = IssuedDocument.objects.select_related("case").get(pk=document.pk)
    assert render("visa", PAGES["visa"].content(again), day=again.valid_from) == pdf_of(document)
    with transaction.atomic():
        assert services.make_seal(again, day=document.case.office.today(document.seal.at)).data == document.seal.data


def test_without_a_signer_a_visa_has_no_seal(issue, chain):
    document = issue()
    assert not DocumentSeal.objects.exists()
    assert not read_image(page_of(pdf_of(document))).startswith(b"\xdc")  # only the public link


def test_a_signer_whose_key_is_gone_stops_the_issuing(issue, chain, signer):
    """A document is not issued without the seal that it should have; the message has no personal data."""
    (chain.folder / "signer.pem").unlink()
    with pytest.raises(DocumentError) as failure:
        issue()
    assert "PEVS" in failure.value.safe_message
    assert "signer.pem" in failure.value.safe_message
    assert not IssuedDocument.objects.exists()


def test_a_key_that_is_not_the_certificates_stops_the_issuing(issue, chain, signer):
    (chain.folder / "signer.pem").write_text(pki.key_pem(pki.new_key()))
    with pytest.raises(DocumentError):
        issue()
    assert not IssuedDocument.objects.exists()


def test_a_long_passport_number_is_sealed_with_its_first_nine(issue, signer, visa):
    visa.passport.number = "AB12345678901"
    document = issue(passport=visa.passport)
    assert contents(validate(bytes(document.seal.data)).seal)["passport_number"] == "AB1234567"


@pytest.mark.parametrize(
    ("days", "stay"),
    [
        (0, Stay("border")),
        (90, Stay.period(days=90)),
        (183, Stay.period(days=183)),
        (253, Stay.period(days=253)),
        (254, Stay("border")),
        (365, Stay.period(years=1)),
        (400, Stay.period(days=35, years=1)),
    ],
)
def test_days_of_stay_as_the_seal_says_them(days, stay):
    assert stay_of(days) == stay


@pytest.mark.parametrize("length", [1, 60, 134, 157, 200, 400])
def test_a_data_matrix_of_any_content(length):
    data = bytes((index * 89 + 7) % 256 for index in range(length))
    matrix = modules(data)
    assert len({len(matrix), *(len(row) for row in matrix)}) == 1  # square
    assert read_picture(png(matrix)) == data
    assert svg(matrix) == svg(modules(data))
    # the drawing has as many dark squares as the matrix
    runs = [part.partition("h")[2].partition("v")[0] for part in svg(matrix).rpartition('d="')[2].split("M")[1:]]
    assert sum(map(int, runs)) == sum(map(sum, matrix))


def test_a_scratched_seal_is_corrected(issue, signer):
    data = bytes(issue().seal.data)
    with Image.open(io.BytesIO(png(modules(data), scale=6))) as picture:
        damaged = picture.convert("L")
    side = damaged.width
    damaged.paste(255, (side // 2, side // 2, side // 2 + side // 6, side // 2 + side // 6))
    assert read_image(damaged) == data
