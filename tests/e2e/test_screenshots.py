"""The pictures of ``docs/screenshots``, taken of the demonstration ministry: ``make screenshots``.

Collected only when SUGM_SCREENSHOTS names the folder (see conftest.py).
"""

import os
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.db import transaction
from django.utils import timezone, translation
from PIL import Image, ImageOps
from playwright.sync_api import expect

from agencies.models import Agency
from cases.models import Case, Stage
from demo import loading
from demo.accounts import PASSWORD
from demo.people import Population
from documents import previews
from documents.defaults import load as load_texts
from documents.models import IssuedDocument, TextTemplate
from documents.pages import PAGES
from documents.wording import KINDS
from offices.models import User
from tests.e2e.desk import Desk
from tests.workers import wait_until

NARROW = {"width": 390, "height": 844}
CASES = int(os.environ.get("SUGM_SCREENSHOT_CASES", loading.CASES))


@pytest.fixture
def folder() -> Path:
    path = Path(os.environ["SUGM_SCREENSHOTS"]).absolute()
    path.mkdir(parents=True, exist_ok=True)
    return path


@pytest.fixture
def ministry(jobs, agencies, settings, tmp_path):
    """The demonstration ministry; its agencies are the simulator. Files go with the test."""
    settings.SIMULATOR_URL = agencies.base_url
    agencies.reset()
    with translation.override("es-pe"), transaction.atomic():
        loading.load(seed=loading.SEED, many=CASES)
    assert not Agency.objects.exclude(base_url=f"{agencies.base_url}/").exists()


# Chromium without its language packs writes dates of date fields as in the United States; a Spanish one like this.
SPANISH_DATES = """() => document.querySelectorAll("input[type=date]").forEach((field) => {
    const [year, month, day] = field.value.split("-");
    field.type = "text";
    field.placeholder = "dd/mm/aaaa";
    field.value = day ? `${day}/${month}/${year}` : "";
})"""


def save(folder: Path, name: str, desk: Desk) -> None:
    """The page as it stands, once its fonts are there and nothing moves."""
    desk.page.evaluate(SPANISH_DATES)
    desk.page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    desk.page.mouse.move(0, 0)
    desk.page.evaluate("document.fonts.ready")
    desk.page.screenshot(path=folder / f"{name}.png", animations="disabled", caret="hide")


def at_desk(desk, name: str, **more) -> Desk:
    return desk(User.objects.get(username=name), password=PASSWORD, **more)


def case_of(owner: str, subtype: str, stage: Stage) -> Case:
    """A case whose open step somebody has taken."""
    return Case.objects.filter(
        task__owner__username=owner, task__finished__isnull=True, subtype=subtype, stage=stage
    ).latest("pk")


def draw_visa(target: Path) -> None:
    """The first page of a delivered visa."""
    visa = IssuedDocument.objects.filter(state="active", mrz_format="MRV-A").latest("pk")
    with visa.pdf.file.open("rb") as file:
        draw_page(file.read(), target)


def draw_page(content: bytes, target: Path) -> None:
    """The first page of a PDF, as far down as it is printed on."""
    opened = pypdfium2.PdfDocument(content)
    picture = opened[0].render(scale=2).to_pil().convert("RGB")
    opened.close()
    ink = ImageOps.invert(picture.convert("L")).getbbox()  # the rest of the sheet is empty
    lower = min(picture.height, ink[3] + max(ink[1], 56))
    picture.crop((0, 0, picture.width, lower)).quantize(256, method=Image.Quantize.FASTOCTREE).save(
        target, optimize=True
    )


def fill_registration(officer: Desk) -> None:
    """A registration half done: the zone read, most papers there."""
    who = Population(11, timezone.localdate()).draw("VEN")
    officer.begin()
    officer.paste_zone(str(who.document()["mrz"]))
    officer.page.locator("#id_primary").fill(who.primary)
    officer.page.locator("#id_secondary").fill(who.secondary)
    officer.page.locator("#id_email").fill("maria.delgado@correo.example")
    officer.fill_journey(purpose="Visita a su hermana y turismo en Cusco")
    for requirement in ("Copia del pasaporte", "Formulario DGC 005"):
        row = officer.attach(requirement)
        expect(row.get_by_text("Reemplazar")).to_be_visible()
    expect(officer.page.locator("#save-state")).to_contain_text("Guardado")
    expect(officer.page.locator("#missing")).not_to_contain_text("Motivo del viaje")


def test_documents(db, folder, settings):
    """Each official document and paper, with invented persons."""
    settings.PUBLIC_URL = "https://documentos.example"
    load_texts()
    for kind in PAGES:
        draw_page(previews.layout(kind), folder / f"document-{kind}.png")
    printed = [code for code, kind in KINDS.items() if kind.printed]
    for text in TextTemplate.objects.filter(code__in=printed, language="es"):
        content, _media_type = previews.preview(text, previews.LONG if text.code == "minutes" else previews.ORDINARY)
        draw_page(content, folder / f"document-{text.code.replace('_', '-')}.png")


def test_screenshots(ministry, desk, folder):
    started = timezone.now()
    outside = desk(None)
    outside.page.goto("/")
    save(folder, "login", outside)

    analyst = at_desk(desk, "rquispe")
    save(folder, "inbox", analyst)
    analyst.page.goto("/cola/")
    save(folder, "queue", analyst)
    case = case_of("rquispe", "familiar-residente", Stage.EVALUATION)
    analyst.open_case(case.number, "checks")
    save(folder, "case", analyst)
    analyst.page.goto(f"/expedientes/{case.number}/diagrama/")
    expect(analyst.page.locator(".flow-scroll svg")).to_be_visible()
    save(folder, "diagram", analyst)

    checks = at_desk(desk, "tvera")
    hit = Case.objects.get(applicant__primary__iexact="okafor", stage=Stage.ADJUDICATION)
    checks.take(hit.number)
    checks.open_case(hit.number)
    expect(checks.page.locator(".compare-wrap")).to_be_visible()
    save(folder, "adjudication", checks)

    intake = at_desk(desk, "lrojas")
    fill_registration(intake)
    save(folder, "registration", intake)

    supervisor = at_desk(desk, "orey")
    supervisor.page.goto("/tablero/")
    for chart in ("load", "ahead", "ages"):
        expect(supervisor.page.locator(f"[data-chart={chart}]").locator("svg, canvas").first).to_be_visible()
    save(folder, "board", supervisor)
    supervisor.page.goto("/consultas/entidades/")
    save(folder, "agencies", supervisor)
    consul = at_desk(desk, "ipaz")
    consul.page.goto("/especies/")
    save(folder, "blanks", consul)
    auditor = at_desk(desk, "cmeza")
    auditor.page.goto("/auditoria/")
    save(folder, "audit", auditor)

    small = at_desk(desk, "rquispe", size=NARROW)
    save(folder, "inbox-390", small)
    small.open_case(case.number, "checks")
    save(folder, "case-390", small)
    narrow = at_desk(desk, "lrojas", size=NARROW)
    narrow.page.goto(intake.page.url)
    expect(narrow.page.locator("#zone-part")).to_contain_text("La zona es correcta")
    save(folder, "registration-390", narrow)

    wait_until(lambda: IssuedDocument.objects.filter(state="active").exists(), what="for a visa")
    draw_visa(folder / "visa.png")
    outside_small = desk(None, size=NARROW)
    visa = IssuedDocument.objects.filter(state="active", mrz_format="MRV-A").latest("pk")
    outside_small.page.goto(f"/v/{visa.token}")
    save(folder, "verification-390", outside_small)
    taken = [path for path in folder.glob("*.png") if not path.name.startswith("document-")]
    assert all(path.stat().st_mtime >= (started - timedelta(seconds=1)).timestamp() for path in taken)
