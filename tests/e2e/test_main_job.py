"""One visa, from the passport to the printed visa, at the pages and against the running worker and simulator."""

import io
import re
from datetime import date, timedelta
from pathlib import Path

import pypdf
import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from audit.models import AuditEvent
from cases.models import Case, Notification
from documents.models import IssuedDocument
from tests.e2e.desk import Traveller
from tests.workers import wait_until

SPECIMEN = (  # domain §9.7, ICAO 9303-4 appendix B
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
)
ERIKSSON = Traveller("Eriksson", "Anna Maria", "UTO", "L898902C3", date(1974, 8, 12), "F")
MUNOZ = Traveller("Muñoz Núñez", "José Ángel", "COL", "AX0000371", date(1985, 2, 28), "M")
LINDQVIST = Traveller("Lindqvist", "Åsa", "SWE", "SW0000372", date(1990, 5, 6), "F")
NGUYEN = Traveller("Nguyễn", "Thị Hoa", "VNM", "VN0000373", date(1995, 11, 30), "F")
OKAFOR = Traveller("Okafor", "Chinedu", "NGA", "A09418227", date(1988, 3, 14), "M")  # has a homonym at PNP


def register(desk, house, who: Traveller, **zone) -> str:
    """Steps 1 and 2 at the intake officer's desk; the case's number."""
    intake = desk(house.intake)
    intake.begin()
    intake.paste_zone(who.zone)
    expect(intake.page.locator("#zone-part")).to_contain_text("La zona es correcta: 5 de 5")
    expect(intake.page.locator("#id_number")).to_have_value(who.number)
    expect(intake.page.locator("#id_nationality")).to_have_value(who.nationality)
    expect(intake.page.locator("#id_birth_date")).to_have_value(f"{who.birth_date:%d/%m/%Y}")
    expect(intake.page.locator("#id_expires")).to_have_value(who.expires.isoformat())
    intake.fill_person(who)
    for name in ("primary", "secondary"):
        expect(intake.note(name)).to_be_empty()  # its letters give those of the zone
    intake.fill_journey()
    intake.attach_everything()
    intake.pay()
    number = intake.submit()
    expect(intake.heading(who.heading)).to_be_visible()
    return number


def see_answers(desk) -> None:
    """The answers come up on the page that is open, which is never loaded again."""
    desk.page.evaluate("window.never_left = true")
    panel = desk.page.locator(".case-panel")
    expect(panel).to_contain_text("5 de 5 respondieron")
    assert desk.page.evaluate("window.never_left"), "the page was loaded again"


def interview(desk, number: str) -> None:
    desk.take_next()
    assert desk.number_here() == number
    desk.write("Fecha", timezone.localdate().isoformat())
    desk.choose("Modalidad", "En persona")
    desk.write("Idioma", "inglés")
    for question in ("Motivo del viaje", "Arraigo en el país de residencia", "Solvencia"):
        desk.choose(question, "Convincente")
    desk.write("Resumen", "Explica su viaje con detalle y muestra sus reservas.")
    desk.finish("Entrevista")


def assess(desk, result: str = "Conceder", ground: str = "", text: str = "Expediente conforme.") -> None:
    """At the page of a case whose assessment the analyst has or may take."""
    if desk.button("Tomar este paso").count():
        desk.button("Tomar este paso").click()
    desk.choose("Propuesta", result)
    if ground:
        desk.step.get_by_label(ground, exact=True).check()
    desk.write("Fundamento", text)
    desk.finish("Evaluar y proponer")


def decide(desk, number: str, result: str, *, ground: str = "", text: str = "") -> None:
    desk.take(number)
    desk.choose("Decisión", result)
    if ground:
        desk.step.get_by_label(ground, exact=True).check()
    if text:
        desk.write("Fundamento", text)
    desk.finish("Decidir")


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def mails() -> str:
    """What the worker has put into its outbox."""
    return "\n".join(path.read_text() for path in Path(settings.HOME, "outbox").glob("*"))


@pytest.mark.parametrize("who", [ERIKSSON, MUNOZ, LINDQVIST, NGUYEN], ids=lambda who: who.nationality)
def test_a_visa_from_the_passport_to_the_hand(house, desk, slow_agencies, who):
    number = register(desk, house, who)
    assert re.fullmatch(rf"VIS-{timezone.localdate().year}-SCL-000001-[0-9A-Z]", number)
    see_answers(desk(house.intake))
    expect(desk(house.intake).page.locator("#case-head")).to_contain_text("Entrevista")

    analyst = desk(house.analyst)
    interview(analyst, number)
    assess(analyst)

    consul = desk(house.consul)
    decide(consul, number, "Aprobar la visa")
