"""The holder's portrait: where it comes from, how it is cut, and what is said when there is none."""

import io
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image
from pypdf import PdfReader

from cases.models import Stage
from cases.services import attach_file, run_step
from demo.files import page, portrait
from documents import portraits, services
from documents.errors import DocumentError
from tests import factories as f
from tests import flows
from visas.documents import visa_content
from visas.forms import QualityForm


def hand_in(case, actor, content=None, *, name="foto.png", media_type="image/png"):
    upload = SimpleUploadedFile(name, content or portrait(), media_type)
    return attach_file(upload, actor=actor, case=case, label="Fotografía", requirement="foto")


def picture(size, *, colour=(200, 10, 10), mode="RGB", fmt="PNG"):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, fmt)
    return out.getvalue()


def images(document):
    with document.pdf.file.open("rb") as file:
        return [image.image.convert("RGB") for image in PdfReader(io.BytesIO(file.read())).pages[0].images]


def text_of(document):
    with document.pdf.file.open("rb") as file:
        return PdfReader(io.BytesIO(file.read())).pages[0].extract_text()


def test_the_portrait_of_the_file_is_on_the_page(visa, house):
    photo = hand_in(visa, house.intake)
    with transaction.atomic():
        document = services.issue(visa, content=visa_content(visa), actor=None)
    assert document.photo == photo
    assert "SIN FOTOGRAFÍA" not in text_of(document)
    shown = images(document)
    assert len(shown) == 1
    assert shown[0].width / shown[0].height == pytest.approx(35 / 45, abs=0.005)
    centre = shown[0].getpixel((shown[0].width // 2, shown[0].height * 85 // 100))
    assert centre == pytest.approx((156, 28, 52), abs=4)  # the coat of the drawn face


def test_the_last_portrait_counts(visa, house):
    hand_in(visa, house.intake)
    newest = hand_in(visa, house.intake, portrait(20))
    assert portraits.portrait_of(visa) == newest


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1000, 900), (413, 531)), ((413, 531), (413, 531)), ((240, 400), (240, 309)), ((3000, 600), (413, 531))],
)
def test_a_portrait_is_cut_and_never_made_larger(size, expected):
    cut = portraits.cut(picture(size), media_type="image/png")
    with Image.open(io.BytesIO(cut)) as shown:
        assert (shown.size, shown.format, shown.mode) == (expected, "JPEG", "RGB")
        assert not shown.getexif()
    assert cut == portraits.cut(picture(size), media_type="image/png")


def test_what_is_transparent_becomes_white():
    cut = portraits.cut(picture((350, 450), colour=(0, 0, 0, 0), mode="RGBA"), media_type="image/png")
    with Image.open(io.BytesIO(cut)) as shown:
        assert shown.mode == "RGB"
        assert shown.getpixel((5, 5)) == (255, 255, 255)


def test_more_is_cut_below_than_above():
    """A head stands high in a portrait: of a picture that is too tall, the lower part gives way."""
    tall = Image.new("RGB", (350, 650), "white")
    tall.paste("blue", (0, 0, 350, 86))  # 200 rows too many: 80 go above
    out = io.BytesIO()
    tall.save(out, "PNG")
    with Image.open(io.BytesIO(portraits.cut(out.getvalue(), media_type="image/png"))) as shown:
        assert shown.getpixel((175, 3)) == pytest.approx((0, 0, 255), abs=4)
        assert shown.getpixel((175, 12)) == pytest.approx((255, 255, 255), abs=4)


def test_a_real_photograph_stays_small():
    """Noise is what compresses least: no portrait makes a file that is a burden by the million."""
    noise = Image.effect_noise((1200, 1600), 60).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=95)
    assert len(portraits.cut(out.getvalue(), media_type="image/jpeg")) < 250_000


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(picture((60, 80)), "image/png"), (picture((400, 500))[:400], "image/png"), (page("Foto"), "application/pdf")],
    ids=["small", "damaged", "pdf"],
)
def test_what_can_not_be_printed_is_told(content, media_type):
    with pytest.raises(DocumentError):
        portraits.cut(content, media_type=media_type)


def test_a_portrait_that_can_not_be_printed_is_as_none(visa, house):
    hand_in(visa, house.intake, page("Foto"), name="foto.pdf", media_type="application/pdf")
    assert portraits.portrait_of(visa) is None
    lost = hand_in(visa, house.intake)
    lost.file.storage.delete(lost.file.name)
    assert portraits.portrait_of(visa) is None


def test_the_portrait_of_another_file_is_refused(visa, house, issue):
    other = f.visa_case(house)
    photo = hand_in(other, house.intake)
    with pytest.raises(DocumentError) as refusal:
        issue(photo=photo)
    assert "expediente" in refusal.value.safe_message or "case" in refusal.value.safe_message


def test_the_frame_says_that_there_is_no_portrait(issue):
    document = issue()
    assert document.photo is None
    assert "SIN FOTOGRAFÍA" in text_of(document)


def test_same_document_same_bytes_with_its_portrait(visa, house, content):
    from documents.pages import PAGES
    from documents.pdf import render

    photo = hand_in(visa, house.intake)
    with transaction.atomic():
        document = services.issue(visa, content=replace(content, photo=photo), actor=None)
    with document.pdf.file.open("rb") as file:
        kept = file.read()
    document.refresh_from_db()
    assert render("visa", PAGES["visa"].content(document), day=document.valid_from) == kept


@pytest.fixture
def printing(visa, house):
    """A granted visa before quality control; nobody has handed in a portrait."""
    flows.to_decision(visa, house)
    flows.decide(visa, house.consul)
    for step in ("assign", "issue"):
        run_step(f.open_step(visa, step))
    visa.refresh_from_db()
    assert visa.stage == Stage.QUALITY
    return visa


def quality(case, house, **values):
    flows.do(case, "quality", house.printer, **{"result": "good", "ground": None, "text": "", **values})


def test_quality_control_says_that_there_is_no_portrait(printing, house):
    task = f.open_step(printing, "quality")
    form = QualityForm({"result": "good"}, case=printing, task=task, actor=house.printer)
    assert form.notice
    assert "text" in form.errors
    with pytest.raises(ValidationError) as refusal:
        quality(printing, house)
    assert "text" in refusal.value.message_dict
    quality(printing, house, text="El titular no puede ser fotografiado.")
    assert services.current(printing).state == "qc_ok"


def test_the_page_is_produced_again_with_a_portrait(printing, house):
    before = services.current(printing)
    kept, zone, number = before.pdf_id, before.mrz, before.number
    upload = SimpleUploadedFile("foto.png", portrait(), "image/png")
    quality(printing, house, result="again", portrait=upload)
    document = services.current(printing)
    assert (document.number, document.mrz, document.state) == (number, zone, "personalised")
    assert document.pdf_id != kept
    assert len(images(document)) == 1
    form = QualityForm({"result": "good"}, case=printing, task=f.open_step(printing, "quality"), actor=house.printer)
    assert not form.notice
    assert form.is_valid(), form.errors
    quality(printing, house)
    assert services.current(printing).state == "qc_ok"


@pytest.mark.parametrize(
    ("upload", "field"),
    [
        (None, "portrait"),
        (SimpleUploadedFile("foto.pdf", page("Foto"), "application/pdf"), "portrait"),
        (SimpleUploadedFile("foto.png", picture((40, 40)), "image/png"), "portrait"),
    ],
    ids=["none", "pdf", "small"],
)
def test_a_portrait_is_asked_for_at_its_field(printing, house, upload, field):
    task = f.open_step(printing, "quality")
    files = {"portrait": upload} if upload else {}
    form = QualityForm({"result": "again"}, files, case=printing, task=task, actor=house.printer)
    assert list(form.errors) == [field]
