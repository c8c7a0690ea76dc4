"""Bad input and bad luck at the pages: each is a message at its field or a clear page, and nothing typed is lost."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases import services
from cases.models import Attachment, Case, Draft, Stage
from demo import files
from offices.models import Session
from tests import factories as f
from tests import flows
from tests.e2e.desk import NUMBER, Desk, Traveller
from tests.workers import wait_until

WHO = Traveller("Lindqvist", "Åsa", "SWE", "SW0000372", date(1990, 5, 6), "F")
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"  # domain §9.7
BIG = 80 * 2**20


@pytest.fixture
def intake(house, desk) -> Desk:
    """An intake officer before an empty form."""
    officer = desk(house.intake)
    officer.begin()
    return officer


@pytest.fixture
def big_file(tmp_path):
    """A file of 80 MB that takes no room."""
    path = tmp_path / "escaneo.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.4\n")
        file.truncate(BIG)
    return path


def refused(desk: Desk) -> None:
    """Submitting says that it was not submitted."""
    desk.button("Presentar la solicitud").click()
    expect(desk.page.get_by_role("alert").filter(has_text="No se presentó")).to_be_visible()


def waiting_interview(house) -> Case:
    """A case that waits for its interview; the worker has asked the agencies."""
    case = f.visa_case(house)
    wait_until(lambda: Case.objects.get(pk=case.pk).stage == Stage.INTERVIEW, what="for the agencies")
    return case


# --- the zone ---------------------------------------------------------------------------------------------------------


def test_a_wrong_check_digit_is_named_by_field(intake):
    verdict = intake.paste_zone(WHO.zone.replace("SW0000372", "SW0000373"))
    expect(verdict).to_contain_text(re.compile(r"Número.*: el dígito de control debería ser \d y es «\d»"))
    expect(intake.page.locator("#id_number")).to_have_value("")  # never filled in from a wrong digit
    expect(intake.page.locator("#id_primary")).to_have_value("LINDQVIST")
    intake.fill_journey()
    refused(intake)
    expect(intake.note("mrz")).to_contain_text("Corrija la zona, o declárela dañada")
    expect(intake.page.locator("#id_mrz")).to_have_attribute("aria-invalid", "true")
    expect(intake.page.locator("#id_purpose")).to_have_value("Turismo en Cusco y Arequipa")


def test_a_zone_in_small_letters_with_blanks_is_read(intake):
    upper, lower = WHO.zone.lower().splitlines()
    verdict = intake.paste_zone(f"  {upper[:9]} {upper[9:]}  \n\n {lower[:20]} {lower[20:]} ")
    expect(verdict).to_contain_text("La zona es correcta: 5 de 5")
    expect(intake.page.locator("#id_number")).to_have_value(WHO.number)
    expect(intake.page.locator("#id_birth_date")).to_have_value("06/05/1990")


def test_a_zone_scanned_before_the_scripts_are_there_is_read(intake):
    held = []
    intake.page.route("**/*htmx*.js", lambda route: held.append(route))
    intake.page.goto(intake.page.url, wait_until="commit")
    intake.page.locator("#id_mrz").fill(WHO.zone)
    intake.page.locator("#id_email").fill("temprano@correo.example")
    wait_until(lambda: intake.page.wait_for_timeout(20) or held, what="for the browser to ask for its scripts")
    for each in held:
        each.continue_()
    expect(intake.page.locator("#zone-part")).to_contain_text("La zona es correcta: 5 de 5")
    expect(intake.page.locator("#id_number")).to_have_value(WHO.number)
    wait_until(lambda: Draft.objects.filter(data__email="temprano@correo.example").exists(), what="for the draft")


def test_the_zone_of_an_identity_card_is_named_and_fills_nothing(intake):
    verdict = intake.paste_zone(TD1)
    expect(verdict).to_contain_text("TD1")
    expect(intake.note("mrz")).to_contain_text("TD3")
    for name in ("number", "primary", "birth_date"):
        expect(intake.page.locator(f"#id_{name}")).to_have_value("")


def test_names_of_forty_letters(intake):
    """The zone cuts them (ICAO 9303-4 §4.2.3); the form takes them whole, and the case bears them."""
    long = replace(
        WHO, primary="Wolfeschlegelsteinhausenbergerdorffowitz", secondary="Maximiliane-Alexandrina Wilhelmine Josef"
    )
    assert len(long.primary) == len(long.secondary) == 40
    verdict = intake.paste_zone(long.zone)
    expect(verdict).to_contain_text("La zona es correcta: 5 de 5")
    expect(verdict).to_contain_text("el nombre", ignore_case=True)  # that it may have been cut
    intake.fill_person(long)
    intake.page.locator("#id_email").press("Tab")
    for name in ("primary", "secondary"):
        expect(intake.note(name)).to_be_empty()
    intake.fill_journey("transito")
    intake.attach_everything()
    intake.pay()
    intake.submit()
    expect(intake.heading(long.heading)).to_be_visible()


# --- dates ------------------------------------------------------------------------------------------------------------


def test_a_passport_that_expires_soon_is_observed_and_not_refused(house, desk, intake):
    soon = replace(WHO, expires=timezone.localdate() + timedelta(days=120))
    intake.paste_zone(soon.zone)
    intake.fill_person(soon)
    intake.fill_journey()
    expect(intake.note("expires")).to_contain_text("demasiado pronto")
    intake.attach_everything()
    intake.pay()
    missing = intake.page.locator("#missing")
    expect(missing).to_contain_text("El pasaporte vence")
    intake.button("Presentar la solicitud").click()
    asked = intake.page.get_by_role("alertdialog")
    expect(asked).to_contain_text("El pasaporte vence")
    asked.get_by_role("button", name="Presentarla incompleta").click()
    number = intake.number_here()
    expect(intake.page.locator("#case-head")).to_contain_text("Por subsanar")
    expect(intake.page.locator(".messages")).to_contain_text("lo que falta debe llegar")
    assert Case.objects.get(number=number).stage == Stage.OBSERVED


def test_a_birth_date_in_the_future(intake):
    intake.paste_zone(WHO.zone)
    tomorrow = timezone.localdate() + timedelta(days=1)
    intake.page.locator("#id_birth_date").fill(f"{tomorrow:%d/%m/%Y}")
    expect(intake.note("birth_date")).to_have_text("Esta fecha está en el futuro.")
    intake.fill_journey()
    refused(intake)
    expect(intake.note("birth_date")).to_have_text("Esta fecha está en el futuro.")
    expect(intake.page.locator("#id_birth_date")).to_have_value(f"{tomorrow:%d/%m/%Y}")


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_picture_that_is_called_pdf(intake):
    intake.fill_journey()
    row = intake.attach("Copia del pasaporte", files.portrait(), name="pasaporte.pdf")
    expect(row.get_by_role("alert")).to_contain_text("se llama .pdf pero su contenido es PNG")
    row = intake.attach("Copia del pasaporte", files.portrait(), name="pasaporte.png", kind="image/png")
    expect(row.get_by_text("Reemplazar")).to_be_visible()
    expect(row).to_contain_text("pasaporte.png")


def test_a_file_of_80_mb_does_not_travel(intake, big_file):
    intake.paste_zone(WHO.zone)
    intake.fill_journey()
    row = intake.attach("Copia del pasaporte", big_file)
    expect(row.get_by_role("alert")).to_have_text("El archivo pasa de 10 MB. Escanéelo con menor resolución.")
    expect(intake.page.locator("#id_primary")).to_have_value("LINDQVIST")
    assert not Attachment.objects.exists()


def test_a_file_of_80_mb_without_scripts(house, browser, live_server, big_file):
    """The server refuses it as well, at its row, and keeps the rest of the form."""
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    officer = Desk(context.new_page())
    officer.page.set_default_timeout(60_000)
    officer.sign_in(house.intake.username)
    officer.begin()
    officer.fill_person(WHO)
    officer.fill_journey()
    officer.button("Mostrar los requisitos").click()
    row = officer.attach("Copia del pasaporte", big_file)
    officer.button("Presentar la solicitud").click()
    expect(row.get_by_role("alert")).to_have_text("El archivo pasa de 10 MB. Escanéelo con menor resolución.")
    expect(officer.page.locator("#id_primary")).to_have_value(WHO.primary)
    assert not Attachment.objects.exists()
    context.close()


# --- twice, too late, meanwhile ---------------------------------------------------------------------------------------


def test_submitting_twice_makes_one_case(intake):
    intake.paste_zone(WHO.zone)
    intake.fill_person(WHO)
    intake.fill_journey()
    intake.attach_everything()
    intake.pay()
    address = intake.page.url
    expect(intake.page.locator("#missing")).to_contain_text("Completa: lista para presentar")
    form = intake.page.locator("#registration")
    sent = dict(form.evaluate("f => [...new FormData(f)].filter(([, v]) => typeof v === 'string')"))
    intake.button("Presentar la solicitud").dblclick()
    number = intake.number_here()
    again = intake.page.request.post(address, form={**sent, "act": "submit"}, headers={"Referer": address})
    assert NUMBER.search(again.url)[1] == number
    intake.page.goto(address)  # the form's own address leads there too
    assert intake.number_here() == number
    assert Case.objects.count() == 1


def test_a_registration_left_open_overnight(house, intake):
    intake.paste_zone(WHO.zone)
    intake.fill_person(WHO)
    expect(intake.page.locator("#save-state")).to_contain_text("Guardado")
    Session.objects.update(seen=timezone.now() - timedelta(hours=12))
    intake.fill_journey(purpose="Visita a su hermana en Arequipa")
    expect(intake.page.locator("#save-state")).to_contain_text("Su sesión ha vencido")
    intake.button("Presentar la solicitud").click()
    intake.give_credentials(house.intake.username)
    expect(intake.page.locator(".messages")).to_contain_text("Aquí está lo que había escrito")
    expect(intake.page.locator("#id_purpose")).to_have_value("Visita a su hermana en Arequipa")
    expect(intake.page.locator("#id_primary")).to_have_value(WHO.primary)
    expect(intake.page.locator("#id_visa_class")).to_have_value("turista")
    intake.attach_everything()
    intake.pay()
    intake.submit()


def test_a_step_left_open_overnight(house, desk):
    case = waiting_interview(house)
    analyst = desk(house.analyst)
    analyst.take(case.number)
    analyst.write("Idioma", "sueco")
    analyst.write("Resumen", "Viaja con su hermana; reservas a la vista.")
    analyst.pick("Modalidad", "Por video")
    Session.objects.update(seen=timezone.now() - timedelta(hours=12))
    analyst.button("Terminar").click()
    analyst.give_credentials(house.analyst.username)
    expect(analyst.step).to_contain_text("Se recuperó lo que había escrito")
    expect(analyst.labelled("Idioma")).to_have_value("sueco")
    expect(analyst.labelled("Resumen")).to_have_value("Viaja con su hermana; reservas a la vista.")
    expect(analyst.labelled("Modalidad")).to_have_value("video")


def test_a_step_that_someone_else_finished_meanwhile(house, desk):
    case = waiting_interview(house)
    other = f.staff(f.Role.ANALYST, house.santiago, first_name="Diego", last_name="Salas")
    analyst = desk(house.analyst)
    analyst.take(case.number)
    analyst.write("Idioma", "sueco")
    analyst.write("Resumen", "Viaja con su hermana; reservas a la vista.")
    task = f.open_step(case, "interview")
    services.reassign_task(task, actor=house.supervisor, to=other, reason="Licencia")
    flows.interview(case, other)
    analyst.button("Terminar").click()
    expect(analyst.heading("Alguien fue más rápido")).to_be_visible()
    expect(analyst.page.locator(".conflict")).to_contain_text("Diego Salas lo terminó")
    expect(analyst.page.locator("#typed")).to_contain_text("Viaja con su hermana; reservas a la vista.")
    analyst.page.get_by_role("link", name="Ver cómo está el expediente ahora").click()
    expect(analyst.step).to_contain_text("Evaluar y proponer")


def test_two_take_one_step(house, desk):
    case = waiting_interview(house)
    other = f.staff(f.Role.ANALYST, house.santiago, first_name="Diego", last_name="Salas")
    other.set_password("una-clave-de-prueba")
    other.save(update_fields=["password"])
    first, second = desk(house.analyst), desk(other)
    for analyst in (first, second):
        analyst.open_case(case.number)
        expect(analyst.button("Tomar este paso")).to_be_visible()
    first.button("Tomar este paso").click()
    expect(first.step.get_by_text("Su paso")).to_be_visible()
    with second.page.expect_response(lambda answer: answer.url.endswith("/tomar/")) as answer:
        second.button("Tomar este paso").click()
    assert answer.value.status == 409
    expect(second.heading("Alguien fue más rápido")).to_be_visible()
    expect(second.page.locator(".note")).to_contain_text(f"{house.analyst.short_name} tomó este paso")
