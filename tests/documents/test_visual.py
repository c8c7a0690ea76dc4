"""Every official paper as it looks: rendered page by page and compared with a kept picture; and what its file
has to be.

A wanted change of a layout: ``make pictures`` draws the kept ones anew; look at them before they are committed.
"""

import io
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops
from pypdf import PdfReader

from documents import instrument_specimens, previews, specimens
from documents.default_texts import TEXTS
from documents.defaults import load
from documents.links import public_link
from documents.models import TextTemplate
from documents.pages import PAGES
from documents.pdf import render
from documents.specimens import DAY, LONG, ORDINARY
from documents.wording import KINDS
from icao.mrz import read

KEPT = Path(__file__).parent / "pictures"
FOUND = Path(os.environ.get("SUGM_TEST_RESULTS", "test-results")) / "pictures"
RENEW = os.environ.get("SUGM_PICTURES") == "renew"

DPI = 72
COLOURS = 256  # of a kept picture
UNLIKE = 56  # a pixel differs when one of its channels differs by more than this, of 255
SHARE = 0.00003  # of a page's pixels may differ: a comma is more

SHEET = {
    "number": "XXX-000001",
    "office": specimens.OFFICE,
    "city": "Ciudad Ejemplo",
    "kind": "Etiquetas de visa",
    "date": "20 de noviembre de 2026",
    "moment": "20/11/2026 17:30",
    "rows": [["Saldo anterior", "120", ""], ["Recibidas", "500", "+"], ["Utilizadas", "34", "−"]],
    "closing": "586",
    "counted": "585",
    "difference": "-1",
    "reason": "Una etiqueta no se encontró en el conteo; se investiga.",
    "by": "Custodia Inventada",
}  # fmt: skip


def _text(code: str, language: str, case: str) -> bytes:
    text = next(text for text in TEXTS if text["code"] == code and text.get("language", "es") == language)
    content, _media_type = previews.preview(TextTemplate(**{**text, "language": language}), case)
    assert isinstance(content, bytes)
    return content


PRINTED = sorted(code for code, kind in KINDS.items() if kind.printed)
PAPERS: dict[str, Callable[[], bytes]] = {
    **{f"{kind}-{case}": partial(previews.layout, kind, case) for kind in PAGES for case in (ORDINARY, LONG)},
    **{f"{code}-{case}": partial(_text, code, "es", case) for code in PRINTED for case in (ORDINARY, LONG)},
    **{
        f"notification-{language}": partial(_text, "notification", language, ORDINARY)
        for language in ("ar", "fr", "pt")
    },
    "visa-mrv-b": lambda: render("visa", specimens.page_data("visa", LONG, mrz_format="MRV-B"), day=DAY),
    "visa-bare": lambda: render("visa", {**specimens.page_data("visa"), "photo": None, "seal": None}, day=DAY),
    "idcard-bare": lambda: render("card", {**specimens.page_data("idcard"), "photo": None}, day=DAY),
    "sheet": lambda: render("sheet", SHEET, day=DAY),
}


@pytest.fixture(autouse=True)
def house(db, settings):
    """The first wordings, and one public address everywhere."""
    settings.PUBLIC_URL = "https://documentos.example"
    load()


@pytest.fixture(params=sorted(PAPERS))
def name(request) -> str:
    return request.param


@pytest.fixture
def paper(name) -> bytes:
    return PAPERS[name]()


def pages(content: bytes, dpi: int) -> list[Image.Image]:
    opened = pypdfium2.PdfDocument(content)
    drawn = []
    for number in range(len(opened)):
        page = opened[number]
        drawn.append(page.render(scale=dpi / 72).to_pil().convert("RGB"))
        page.close()
    opened.close()
    return drawn


def difference(actual: Image.Image, kept: Image.Image) -> tuple[float, Image.Image]:
    """The share of pixels that differ, and a picture of them: red on what is kept, made pale."""
    if actual.size != kept.size:
        return 1.0, actual
    channels = ImageChops.difference(actual, kept).split()
    worst = ImageChops.lighter(ImageChops.lighter(channels[0], channels[1]), channels[2])
    mask = worst.point(lambda value: 255 if value > UNLIKE else 0)
    pale = Image.blend(kept, Image.new("RGB", kept.size, "white"), 0.7)
    pale.paste((214, 0, 28), mask=mask)
    return mask.histogram()[255] / (actual.width * actual.height), pale


def check(name: str, content: bytes) -> None:
    """Compare each page with its kept picture; what differs is left in ``test-results/pictures``."""
    drawn = pages(content, DPI)
    kept = sorted(KEPT.glob(f"{name}.*.png"))
    wrong = []
    for number, page in enumerate(drawn, 1):
        path = KEPT / f"{name}.{number}.png"
        if not path.exists():
            wrong.append(f"page {number}: no picture is kept")
            continue
        with Image.open(path) as picture:
            share, shown = difference(page, picture.convert("RGB"))
        if share > SHARE:
            FOUND.mkdir(parents=True, exist_ok=True)
            page.save(FOUND / f"{name}.{number}.actual.png")
            shown.save(FOUND / f"{name}.{number}.difference.png")
            wrong.append(f"page {number}: {share:.4%} of its pixels differ, see {FOUND}")
    if len(kept) > len(drawn):
        wrong.append(f"{len(kept)} pages are kept, {len(drawn)} were drawn")
    assert not wrong, f"{name}: {'; '.join(wrong)}. A wanted change? `make pictures`, and look at them."


def test_it_looks_as_it_did(name, paper):
    if RENEW:
        for path in KEPT.glob(f"{name}.*.png"):
            path.unlink()
        for number, page in enumerate(pages(paper, DPI), 1):
            small = page.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
            small.save(KEPT / f"{name}.{number}.png", optimize=True)
    check(name, paper)


def test_no_picture_is_kept_of_what_is_no_longer_made():
    assert {path.name.split(".")[0] for path in KEPT.glob("*.png")} == set(PAPERS)
    assert sum(path.stat().st_size for path in KEPT.glob("*.png")) < 3_000_000


def test_two_millimetres_are_noticed(tmp_path):
    """The comparison bites: one field moved by 2 mm, one wrong sign, one colour, one page less."""
    kept = pages(PAPERS["passport-ordinary"](), DPI)[0]
    moved = kept.copy()
    field = (300, 228, 345, 240)  # the date of birth's row, at 72 dpi
    ink = kept.crop(field)
    assert ink.convert("L").getextrema()[0] < 120, "there is text in this place"
    moved.paste("white", field)
    moved.paste(ink, (field[0], field[1] + round(2 / 25.4 * DPI)))
    assert difference(moved, kept)[0] > SHARE
    data = specimens.page_data("passport")
    data["mrz"] = [data["mrz"][0], data["mrz"][1][:-1] + "7"]
    assert difference(pages(render("booklet", data, day=DAY), DPI)[0], kept)[0] > SHARE
    assert difference(kept, kept) == (0.0, difference(kept, kept)[1])
    with pytest.raises(AssertionError, match="make pictures"):
        check("passport-ordinary", PAPERS["passport-long"]())
    with pytest.raises(AssertionError, match="pages are kept"):
        check("resolution-long", PAPERS["resolution-ordinary"]())


def _fonts(reader: PdfReader) -> dict[str, bool]:
    """Each font of the file, and whether it is embedded (ISO 19005-2 §6.2.11.4)."""
    found = {}
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            descriptor = inner["/FontDescriptor"].get_object()
            found[str(font["/BaseFont"])] = any(f"/FontFile{n}" in descriptor for n in ("", "2", "3"))
            assert "/ToUnicode" in font, f"{font['/BaseFont']}: its text can not be copied (PDF/A-2u)"
    return found


def _tags(node, seen: list) -> list:
    """The elements of the structure tree, as (type, alternative text)."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for each in node:
            _tags(each, seen)
    elif hasattr(node, "get"):
        if "/S" in node:
            seen.append((str(node["/S"]), str(node.get("/Alt", ""))))
        if "/K" in node:
            _tags(node["/K"], seen)
    return seen


def test_the_file_is_an_archive_that_can_be_read_aloud(name, paper):
    """PDF/A-2u and PDF/UA-1 by their own declaration, and the parts of them that can be seen from outside."""
    reader = PdfReader(io.BytesIO(paper))
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    for said in ("<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>U</pdfaid:conformance>", "pdfuaid:part"):
        assert said in metadata
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("es")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title
    fonts = _fonts(reader)
    assert fonts
    assert all(fonts.values()), fonts
    tags = _tags(root["/StructTreeRoot"], [])
    kinds = {kind for kind, _alt in tags}
    assert kinds & {"/H1", "/H"}, kinds
    assert all(alt for kind, alt in tags if kind == "/Figure"), tags


def test_the_same_data_give_the_same_bytes(name, paper):
    assert PAPERS[name]() == paper


@pytest.mark.parametrize("case", [ORDINARY, LONG])
@pytest.mark.parametrize("kind", sorted(PAGES))
def test_codes_and_zone_are_read_back_from_the_page(kind, case):
    """The zone as text, and the bar codes as a scanner of 200 dpi sees them."""
    document = specimens.document(kind, case)
    content = previews.layout(kind, case)
    codes = {code.format: code for code in zxingcpp.read_barcodes(pages(content, 200)[0])}
    assert codes[zxingcpp.BarcodeFormat.QRCode].text == public_link(document.token)
    assert (zxingcpp.BarcodeFormat.DataMatrix in codes) == specimens.SPECIMENS[kind].sealed
    if specimens.SPECIMENS[kind].sealed:
        assert codes[zxingcpp.BarcodeFormat.DataMatrix].bytes == specimens.SEAL
    text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    if document.mrz:
        verdict = read("\n".join(line for line in text.split("\n") if "<<" in line), today=DAY)
        assert verdict.lines == tuple(document.mrz_lines)
        assert verdict.valid, verdict.problems
        assert str(verdict.format) == document.mrz_format
    else:
        assert "<<" not in text


@pytest.mark.parametrize("kind", sorted(PAGES))
def test_long_names_and_offices_are_on_the_page_in_full(kind):
    document = specimens.document(kind, LONG)
    text = "".join(PdfReader(io.BytesIO(previews.layout(kind, LONG))).pages[0].extract_text().split()).replace("-", "")
    for name in ("primary", "secondary"):
        assert "".join(document.fields[name].upper().split()).replace("-", "") in text


@pytest.mark.parametrize("kind", sorted(PAGES))
def test_a_name_of_one_endless_word_stays_within_its_field(kind):
    """Sixty letters without a space: set smaller, never cut off or over the edge."""
    data = specimens.page_data(kind)
    endless = "HUAMAÑ" * 10
    for row in [*data.get("front", []), *data.get("rows", [])]:
        for each in row:
            if each["es"] == "Apellidos":
                each["value"] = endless
    data["primary"] = endless
    content = render(PAGES[kind].layout, data, day=DAY)
    opened = pypdfium2.PdfDocument(content)
    text = opened[0].get_textpage()
    start = text.get_text_range().replace("\r\n", "\n").index(endless)
    right = max(text.get_charbox(start + n)[2] for n in range(len(endless)))
    edge = {"visa": 165, "passport": 167.5, "travel": 167.5, "safeconduct": 190}.get(kind, 147.8)  # mm on the sheet
    assert right / 72 * 25.4 <= edge - 1.9
    text.close()
    opened.close()


def test_every_kind_has_a_specimen():
    assert set(specimens.SPECIMENS) == set(PAGES)
    layouts = {kind.layout for kind in KINDS.values() if kind.printed} - {"letter"}
    assert set(instrument_specimens.MADE) == layouts
