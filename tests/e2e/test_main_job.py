"""One visa, from the passport to the printed visa, at the pages and against the running worker and simulator.

Nothing is done behind the pages' back: every act is a person's, at their own browser. The database and the worker's
outbox are only looked into, to compare with what the pages say.
"""

import io
import re
from datetime import date, timedelta
from email import message_from_bytes
from pathlib import Path
from xml.etree import ElementTree

import pypdf
import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from audit.models import AuditEvent
from cases.models import Case, Notification, Stage
from demo import files
from documents.models import IssuedDocument
from icao.mrz import read
from icao.names import components
from offices import services as offices
from offices.roles import Role
from tests import factories as f
from tests.e2e.desk import Traveller
from tests.workers import wait_until

SPECIMEN = (  # ICAO 9303-4, appendix B: it expired in 2012
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
)
ERIKSSON = Traveller("Eriksson", "Anna Maria", "UTO", "L898902C3", date(1974, 8, 12), "F")
MUNOZ = Traveller("Muñoz Núñez", "José Ángel", "COL", "AX0000371", date(1985, 2, 28), "M")
LINDQVIST = Traveller("Lindqvist", "Åsa", "SWE", "SW0000372", date(1990, 5, 6), "F")
NGUYEN = Traveller("Nguyễn", "Thị Hoa", "VNM", "VN0000373", date(1995, 11, 30), "F")
OKAFOR = Traveller("Okafor", "Chinedu", "NGA", "A09418227", date(1988, 3, 14), "M")  # has a namesake at PNP


# --- the steps, as the people do them ---------------------------------------------------------------------------------


def fill_from_zone(desk, who: Traveller) -> None:
    """An open registration form, from the zone of the passport to the e-mail."""
    verdict = desk.paste_zone(who.zone)
    expect(verdict).to_contain_text("La zona es correcta: 5 de 5 dígitos de control verificados")
    expect(desk.page.locator("#id_number")).to_have_value(who.number)
    expect(desk.page.locator("#id_nationality")).to_have_value(who.nationality)
    expect(desk.page.locator("#id_birth_date")).to_have_value(f"{who.birth_date:%d/%m/%Y}")
    expect(desk.page.locator("#id_expires")).to_have_value(who.expires.isoformat())
    desk.fill_person(who)
    for name in ("primary", "secondary"):
        expect(desk.note(name)).to_be_empty()  # its letters give those of the zone


def complete(desk, who: Traveller) -> str:
    """The rest of the form; the number of the case."""
    desk.fill_journey()
    desk.attach_everything()
    desk.pay()
    number = desk.submit()
    expect(desk.heading(who.heading)).to_be_visible()
    return number


def register(desk, who: Traveller) -> str:
    desk.begin()
    fill_from_zone(desk, who)
    return complete(desk, who)


def see_answers(desk) -> None:
    """The answers come up on the page that is open, which is never loaded again. The tab is opened by hand: agencies
    that answer before the page is there leave it at the application."""
    desk.page.evaluate("window.never_left = true")
    desk.panel("Consultas")
    expect(desk.page.locator(".case-panel")).to_contain_text("5 de 5 respondieron")
    assert desk.page.evaluate("window.never_left"), "the page was loaded again"


def see_answers_arrive(desk, agencies) -> None:
    """The police come back to life and answer: the open page shows it, and is never loaded again."""
    checks = desk.panel("Consultas")
    police = checks.locator(".check", has_text="PNP")
    expect(checks).to_contain_text("4 de 5 respondieron", timeout=30_000)
    expect(police.locator(".check-finding")).to_contain_text("Sin respuesta")  # never taken for a clear answer
    desk.page.evaluate("window.neverLeft = true")
    agencies.set("pnp", fault=None)
    expect(police.locator(".check-finding")).to_have_text("Sin observación", timeout=30_000)
    expect(checks).to_contain_text("5 de 5 respondieron")
    expect(desk.page.locator("#case-head")).to_contain_text("Entrevista")
    assert desk.page.evaluate("window.neverLeft"), "the page was loaded again"


def interview(desk, number: str) -> None:
    desk.take_next()
    assert desk.number_here() == number
    desk.write("Fecha", timezone.localdate().isoformat())
    desk.pick("Modalidad", "Presencial")
    desk.write("Idioma", "inglés")
    for question in ("Motivo del viaje", "Arraigo en el país de residencia", "Solvencia"):
        desk.pick(question, "Convincente")
    desk.write("Resumen", "Explica su viaje con detalle y muestra sus reservas.")
    desk.finish("Entrevista")


def assess(
    desk, result: str = "Conceder", *, ground: str = "", text: str = "Expediente conforme.", then: str = "decide"
) -> None:
    """At the case, whose assessment the analyst keeps from the interview or takes."""
    if desk.button("Tomar este paso").count():
        desk.button("Tomar este paso").click()
    desk.mark(result)
    if ground:
        desk.mark(ground)
    desk.write("Fundamento", text)
    desk.finish("Evaluar y proponer")
    at_step(desk.number_here(), then)  # the agencies that are asked again have answered


def at_step(number: str, step: str) -> None:
    """Wait until the step is open: the agencies are asked again before it."""
    case = Case.objects.get(number=number)

    def open_now() -> bool:
        return any(task.flow_task.name == step for task in case.task_set.filter(finished__isnull=True))

    wait_until(open_now, what=f"for {step}")


def decide(desk, number: str, result: str, *, ground: str = "", text: str = "") -> None:
    desk.take(number)
    desk.mark(result)
    if ground:
        desk.mark(ground)
    if text:
        desk.write("Fundamento", text)
    desk.finish("Decidir")


def confirm_print(desk, number: str) -> None:
    desk.take(number)
    desk.mark("Impresión conforme")
    desk.finish("Control de calidad")
    at_step(number, "deliver")


def hand_over(desk, number: str, *, to: str) -> None:
    desk.take(number)
    desk.write("Recibido por", to)
    desk.finish("Entregar")


# --- what came of it --------------------------------------------------------------------------------------------------


def produced(number: str) -> IssuedDocument:
    """The visa that waits for its quality control; the worker produces it."""
    issued = IssuedDocument.objects.filter(case__number=number, state=IssuedDocument.State.PERSONALISED)
    wait_until(lambda: issued.exists() and Case.objects.get(number=number).stage == Stage.QUALITY, what="for the visa")
    return issued.get()


def pdf_text(desk, link) -> str:
    """The text of the PDF behind a link, fetched as its reader would."""
    answer = desk.page.request.get(link.get_attribute("href"))
    assert answer.ok
    assert answer.headers["content-type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.body())).pages)


def check_visa(desk, who: Traveller, document: IssuedDocument) -> None:
    """The page shows the visa, and the PDF bears a right zone with the person's name (ICAO 9303-7 §4.2)."""
    article = desk.panel("Documentos").locator("article", has_text=document.number)
    text = pdf_text(desk, article.get_by_role("link", name=re.compile("^Ver ")))
    upper, lower = document.mrz.splitlines()
    assert read(document.mrz, today=timezone.localdate()).valid
    name = "<<".join("<".join(components(part)) for part in (who.primary, who.secondary))
    assert upper == f"V<PER{name}".ljust(44, "<")
    assert lower[10:13] == who.nationality
    assert upper in text
    assert lower in text
    assert document.number in text
    assert document.photo is not None
    assert "SIN FOTOGRAFÍA" not in text


def mailed(number: str) -> str:
    """The message with which the applicant was told of the decision, as the worker sent it."""
    sent = Notification.objects.filter(case__number=number, state=Notification.State.SENT)
    wait_until(sent.exists, what="for the e-mail")
    for path in sorted(Path(settings.HOME, "outbox").glob("*")):
        message = message_from_bytes(path.read_bytes())
        parts = {part.get_content_type(): part for part in message.walk()}
        text = parts["text/plain"].get_payload(decode=True).decode()
        if number in text:
            return f"{message['To']}\n{text}\n{' '.join(part.get_filename() or '' for part in message.walk())}"
    raise AssertionError(f"no message about {number} in the outbox")


def check_outbox(desk, number: str) -> None:
    """The page of notifications says that it went out."""
    desk.page.goto("/notificaciones/")
    message = desk.page.locator("details.message", has_text=number)
    expect(message.locator(".message-state")).to_have_text("Enviada")


def check_timeline(desk, number: str, *entries: tuple[str, str, str]) -> None:
    """Who did what, and why; with the hour."""
    desk.open_case(number)
    timeline = desk.panel("Cronología")
    nameless = timeline.locator(".event-what strong").filter(has_text=re.compile(r"^[a-z]+: "))
    expect(nameless).to_have_count(0)  # an event that nobody has a sentence for
    for who, what, why in entries:
        entry = timeline.locator(".event").filter(has_text=what).filter(has_text=who).filter(has_text=why).first
        expect(entry, f"{who}: {what}").to_be_visible()
        expect(entry.locator("time")).to_have_text(re.compile(r"^\d\d:\d\d$"))


def check_flow(desk, number: str) -> None:
    """The diagram with what was done, in a picture and in words, and the flow as BPMN."""
    desk.page.get_by_role("link", name="Diagrama").click()
    expect(desk.heading("Diagrama del flujo")).to_be_visible()
    expect(desk.page.locator(".flow-scroll svg")).to_be_visible()
    for step in ("Entrevista", "Decidir", "Entregar"):
        expect(desk.page.locator(".outline li.is-done", has_text=step).first).to_be_visible()
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="Descargar BPMN").click()
    flow = ElementTree.parse(download.value.path())
    names = {element.get("name") for element in flow.iter() if element.tag.endswith("}userTask")}
    assert {"Entrevista", "Evaluar y proponer", "Decidir", "Control de calidad", "Entregar"} <= names


# --- the main job -----------------------------------------------------------------------------------------------------


def test_the_specimen_and_a_valid_passport_of_its_holder(house, desk, agencies):
    """The official specimen expired in 2012: it is said at the field and nothing is lost; her new passport will do."""
    agencies.set("pnp", fault="down")
    intake = desk(house.intake)
    intake.begin()
    verdict = intake.paste_zone(SPECIMEN)
    expect(verdict).to_contain_text("La zona es correcta: 5 de 5 dígitos de control verificados")
    expect(intake.page.locator("#id_primary")).to_have_value("ERIKSSON")
    expect(intake.page.locator("#id_secondary")).to_have_value("ANNA MARIA")
    expect(intake.note("expires")).to_have_text("El documento venció el 15 de abril de 2012.")
    intake.page.locator("#id_email").fill(ERIKSSON.email)
    intake.fill_journey()
    intake.button("Presentar la solicitud").click()
    expect(intake.page.get_by_role("alert").first).to_contain_text("No se presentó")
    expect(intake.note("expires")).to_have_text("El documento venció el 15 de abril de 2012.")
    expect(intake.page.locator("#id_expires")).to_have_attribute("aria-invalid", "true")
    expect(intake.page.locator("#id_email")).to_have_value(ERIKSSON.email)

    fill_from_zone(intake, ERIKSSON)  # the values of the first zone give way to those of the second
    expect(intake.note("expires")).to_be_empty()
    number = complete(intake, ERIKSSON)
    assert re.fullmatch(rf"VIS-{timezone.localdate().year}-SCL-000001-[0-9A-Z]", number)
    see_answers_arrive(intake, agencies)

    interview(desk(house.analyst), number)
    assess(desk(house.analyst))
    decide(desk(house.consul), number, "Aprobar la visa")
    document = produced(number)
    confirm_print(desk(house.printer), number)
    delivery = desk(house.delivery)
    hand_over(delivery, number, to="Anna Maria Eriksson")
    expect(delivery.page.locator("#case-head")).to_contain_text("Concedido")
    check_visa(delivery, ERIKSSON, document)
    expect(delivery.panel("Documentos")).to_contain_text("Anna Maria Eriksson")

    message = mailed(number)
    assert message.startswith(ERIKSSON.email)
    consul = desk(house.consul)
    check_outbox(consul, number)
    check_timeline(
        consul,
        number,
        (house.intake.short_name, "Solicitud registrada", ""),
        ("Sistema", "PNP: requisitorias", ""),
        (house.analyst.short_name, "«Entrevista» terminado", ""),
        (house.analyst.short_name, "«Evaluar y proponer»", "Expediente conforme."),
        (house.consul.short_name, "«Decidir»", ""),
        (house.printer.short_name, "«Control de calidad»", ""),
        (house.delivery.short_name, "«Entregar»", ""),
    )
    check_flow(consul, number)


def test_returned_by_the_consul_and_then_approved(house, desk):
    number = register(desk(house.intake), MUNOZ)
    see_answers(desk(house.intake))
    interview(desk(house.analyst), number)
    assess(desk(house.analyst))
    consul = desk(house.consul)
    decide(consul, number, "Devolver al analista", text="Falta valorar el arraigo.")

    analyst = desk(house.analyst)
    analyst.open_case(number)
    assess(analyst, text="Acredita trabajo estable en Santiago.")
    decide(consul, number, "Aprobar la visa")
    document = produced(number)
    confirm_print(desk(house.printer), number)
    delivery = desk(house.delivery)
    hand_over(delivery, number, to="José Ángel Muñoz Núñez")
    check_visa(delivery, MUNOZ, document)
    mailed(number)
    check_timeline(
        consul,
        number,
        (house.consul.short_name, "«Decidir»", "Falta valorar el arraigo."),
        (house.analyst.short_name, "«Evaluar y proponer»", "Acredita trabajo estable en Santiago."),
    )


def test_a_spoilt_print_burns_its_number(house, desk):
    number = register(desk(house.intake), LINDQVIST)
    see_answers(desk(house.intake))
    interview(desk(house.analyst), number)
    assess(desk(house.analyst))
    decide(desk(house.consul), number, "Aprobar la visa")
    first = produced(number)
    printer = desk(house.printer)
    printer.take(number)
    printer.mark("Malogrado: imprimir de nuevo")
    printer.button("Terminar").click()
    expect(printer.step.get_by_role("alert")).to_contain_text("Qué está mal")  # the ground is asked for
    printer.pick("Qué está mal", "La zona de lectura mecánica no se lee")
    picture = {"name": "etiqueta.png", "mimeType": "image/png", "buffer": files.portrait()}
    printer.step.get_by_label("Fotografía de la etiqueta malograda").set_input_files(picture)
    printer.finish("Control de calidad")

    second = produced(number)
    assert second.number != first.number
    confirm_print(printer, number)
    delivery = desk(house.delivery)
    hand_over(delivery, number, to="Åsa Lindqvist")
    check_visa(delivery, LINDQVIST, second)
    burnt = delivery.panel("Documentos").get_by_role("article", name=f"Visa {first.number}")
    expect(burnt).to_contain_text("La zona de lectura mecánica no se lee")
    expect(burnt).to_contain_text("Malogrado")


def test_who_registered_can_not_decide(house, desk):
    """Not even with the right to decide, neither at the page nor by its address; the attempt is in the audit log."""
    offices.open_posting(
        actor=None, user=house.intake, office=house.santiago, role=Role.CONSUL, since=f.LONG_AGO, source="Prueba"
    )
    number = register(desk(house.intake), NGUYEN)
    see_answers(desk(house.intake))
    interview(desk(house.analyst), number)
    assess(desk(house.analyst))

    intake = desk(house.intake)
    intake.open_case(number)
    expect(intake.step).to_contain_text("Usted no puede tomar este paso")
    expect(intake.step).to_contain_text("Usted realizó el paso «Registro» de este expediente")
    task = f.open_step(Case.objects.get(number=number), "decide")
    intake.page.evaluate(
        """(address) => {
            const form = Object.assign(document.createElement("form"), {method: "post", action: address});
            form.append(document.querySelector("[name=csrfmiddlewaretoken]").cloneNode());
            document.body.append(form);
            form.submit();
        }""",
        f"/tareas/{task.pk}/tomar/",
    )
    expect(intake.heading("No puede hacer esto")).to_be_visible()
    expect(intake.page.locator(".note")).to_contain_text("Usted realizó el paso «Registro» de este expediente")
    task.refresh_from_db()
    assert task.owner_id is None
    assert AuditEvent.objects.filter(case_id=task.process_id, actor=house.intake, denied=True).exists()

    decide(desk(house.consul), number, "Aprobar la visa")
    document = produced(number)
    confirm_print(desk(house.printer), number)
    delivery = desk(house.delivery)
    hand_over(delivery, number, to="Thị Hoa Nguyễn")
    check_visa(delivery, NGUYEN, document)


def test_a_namesake_at_the_police_and_a_refusal(house, desk):
    """A possible match is settled side by side with a reason; the consul refuses, and the applicant gets the letter."""
    number = register(desk(house.intake), OKAFOR)
    see_answers(desk(house.intake))
    expect(desk(house.intake).page.locator(".check", has_text="PNP")).to_contain_text("Posible coincidencia")

    checks = desk(house.checks)
    checks.take_next()
    assert checks.number_here() == number
    compared = checks.page.locator(".compare-wrap")
    expect(compared).to_contain_text("14 mar 1988")
    expect(compared).to_contain_text("2 nov 1979")
    expect(compared.locator("tr.is-different", has_text="Fecha de nacimiento")).to_be_visible()
    checks.mark("Es otra persona")
    checks.button("Terminar").click()
    expect(checks.step.get_by_role("alert")).to_contain_text("Motivo")  # without a reason it is not settled
    checks.write("Motivo", "Otra fecha de nacimiento y otro segundo nombre.")
    checks.finish("Resolver coincidencia")
    second = desk(house.second)  # warrants are grave: another officer decides too, and alone
    second.take(number)
    expect(second.page.locator(".case-panel")).not_to_contain_text("Otra fecha de nacimiento y otro segundo nombre.")
    second.mark("Es otra persona")
    second.write("Motivo", "No coincide el año de nacimiento.")
    second.finish("Resolver coincidencia")

    interview(desk(house.analyst), number)
    assess(
        desk(house.analyst), "Denegar", ground="No acredita solvencia económica", text="Sin movimientos bancarios.",
        then="adjudicate_new",
    )  # fmt: skip
    for officer in (checks, second):  # asked again, the police name him again; nothing has changed since
        officer.take(number)
        officer.mark("Confirmar la decisión anterior")
        officer.finish("Resolver nueva coincidencia")
    consul = desk(house.consul)
    consul.take(number)
    consul.mark("Denegar la visa")
    consul.button("Terminar").click()
    expect(consul.step.get_by_role("alert")).to_contain_text("Causales de denegatoria")
    consul.mark("No acredita solvencia económica")
    consul.write("Fundamento", "Se comparte la propuesta.")
    consul.finish("Decidir")

    message = mailed(number)
    assert message.startswith(OKAFOR.email)
    assert ".pdf" in message
    consul.open_case(number)
    expect(consul.page.locator("#case-head")).to_contain_text("Denegado")
    letter = consul.panel("Documentos").locator(".doc", has_text=re.compile(r"Carta C\d"))
    text = " ".join(pdf_text(consul, letter.get_by_role("link", name=re.compile("^Ver "))).split())
    assert number in text
    assert "No se acreditaron medios económicos suficientes" in text
    assert "Sin movimientos bancarios" not in text  # reasons stay in the file
    check_outbox(consul, number)
    check_timeline(
        consul,
        number,
        (house.second.short_name, "coincidencia resuelta", "No coincide el año de nacimiento."),
        (house.consul.short_name, "«Decidir»", "Se comparte la propuesta."),
    )


@pytest.mark.parametrize("way", ["corrected", "damaged"])
def test_a_passport_whose_zone_is_not_the_last_word(house, desk, way):
    """The officer answers for the document: with another date than the zone's, or with a zone that is damaged."""
    until = (timezone.localdate() + timedelta(days=1500)).isoformat()
    zone = SPECIMEN if way == "corrected" else ERIKSSON.zone.replace("7408122", "7408123")
    intake = desk(house.intake)
    intake.begin()
    verdict = intake.paste_zone(zone)
    if way == "corrected":
        intake.page.locator("#id_expires").fill(until)
        expect(intake.note("expires")).to_contain_text("La zona dice 15/04/2012")
    else:
        expect(verdict).to_contain_text("Fecha de nacimiento: el dígito de control debería ser 2 y es «3»")
        expect(intake.page.locator("#id_birth_date")).to_have_value("")  # never filled in from a wrong digit
        intake.page.locator("#id_birth_date").fill("12/08/1974")
        intake.page.get_by_label("La zona está dañada; verifiqué el documento").check()
        intake.page.get_by_label("Cómo lo verificó").fill("Comparada con la página de datos y el chip.")
    intake.fill_person(ERIKSSON)
    number = complete(intake, ERIKSSON)
    event = AuditEvent.objects.get(verb="registration.remarked")
    assert event.actor == house.intake
    assert event.data == (
        {"differs_from_zone": ["expires"]} if way == "corrected" else {"zone": ["birth_date", "composite"]}
    )
    assert event.reason == ("" if way == "corrected" else "Comparada con la página de datos y el chip.")
    see_answers(intake)
    assert Case.objects.get(number=number).stage == Stage.INTERVIEW
