"""axe-core finds nothing on the pages of the main job, at the width of a desk and of a telephone (WCAG 2.2 AA and its
good practices)."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from cases import services
from cases.models import Case, Decision, Stage
from tests import factories as f
from tests import flows
from tests.e2e.desk import Desk, Traveller
from tests.workers import wait_until

PANELS = ("application", "checks", "documents", "timeline", "notes", "related")
NARROW = {"width": 390, "height": 844}
OKAFOR = {"primary": "Okafor", "secondary": "Chinedu", "sex": "M", "birth_date": "1988-03-14", "nationality": "NGA"}
LINDQVIST = Traveller("Lindqvist", "Åsa", "SWE", "SW0000372", date(1990, 5, 6), "F")


def accessible(desk: Desk, what: str) -> None:
    """Fails with axe's report when it finds anything on the page as it stands."""
    found = Axe().run(desk.page)
    assert found.violations_count == 0, f"{what}: {found.generate_report()}"


def reached(case: Case, stage: Stage) -> None:
    """The worker has brought the case to a stage."""
    wait_until(lambda: Case.objects.get(pk=case.pk).stage == stage, what=f"for {stage}")


def test_before_signing_in(house, desk):
    page = desk(None)
    page.page.goto("/")
    expect(page.heading("Ingresar")).to_be_visible()
    accessible(page, "sign-in")
    page.give_credentials(house.intake.username, password="otra")
    expect(page.page.get_by_role("alert")).to_be_visible()
    accessible(page, "sign-in refused")


@pytest.mark.parametrize("size", [{"width": 1366, "height": 768}, NARROW], ids=["wide", "narrow"])
def test_lists(house, desk, size):
    case = f.visa_case(house)
    f.visa_case(house, complete=False)
    reached(case, Stage.INTERVIEW)
    analyst = desk(house.analyst, size=size)
    accessible(analyst, "empty inbox")
    analyst.page.goto("/cola/")
    expect(analyst.page.get_by_text(case.number)).to_be_visible()
    accessible(analyst, "queue")
    services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    analyst.page.goto("/")
    expect(analyst.page.get_by_text(case.number)).to_be_visible()
    accessible(analyst, "inbox")
    analyst.page.goto("/buscar/?q=eriksson")
    expect(analyst.page.get_by_text(case.number).first).to_be_visible()
    accessible(analyst, "search")
    supervisor = desk(house.supervisor, size=size)
    supervisor.page.goto("/tablero/")
    expect(supervisor.page.locator("[data-chart=load] svg, [data-chart=load] canvas").first).to_be_visible()
    accessible(supervisor, "board")
    supervisor.page.goto("/notificaciones/")
    accessible(supervisor, "notifications")


def test_registration(house, desk):
    intake = desk(house.intake)
    intake.page.goto("/registrar/")
    accessible(intake, "choice of a procedure")
    intake.begin()
    accessible(intake, "empty registration")
    intake.paste_zone(LINDQVIST.zone.replace("SW0000372", "SW0000373"))
    intake.fill_journey()
    intake.attach("Copia del pasaporte")
    expect(intake.page.locator("#checklist").get_by_text("Reemplazar")).to_be_visible()
    intake.button("Presentar la solicitud").click()
    expect(intake.page.get_by_role("alert").first).to_be_visible()
    accessible(intake, "registration with errors")


@pytest.mark.parametrize("size", [{"width": 1366, "height": 768}, NARROW], ids=["wide", "narrow"])
def test_the_case_page_and_its_panels(house, desk, size):
    case = f.visa_case(house)
    reached(case, Stage.INTERVIEW)
    flows.interview(case, house.analyst)
    flows.assess(case, house.analyst, answered=False)
    reached(case, Stage.PROPOSED)
    services.add_note(case, actor=house.analyst, text="Llamó para preguntar por el plazo.")
    services.take_task(f.open_step(case, "decide"), actor=house.consul)
    consul = desk(house.consul, size=size)
    for panel in PANELS:
        consul.open_case(case.number, panel)
        expect(consul.page.locator(f".panel-body[data-panel={panel}]")).to_be_visible()
        accessible(consul, f"panel {panel}")
    consul.button("Terminar").click()
    expect(consul.step.get_by_role("alert")).to_be_visible()
    accessible(consul, "step with errors")
    consul.page.goto(f"/expedientes/{case.number}/diagrama/")
    accessible(consul, "diagram")
    consul.page.goto(f"/expedientes/{case.number}/terminar/")
    accessible(consul, "end of the case")


def test_adjudication(house, desk):
    case = f.visa_case(
        house, person=OKAFOR, passport={"number": "A09418227", "issuer": "NGA", "expires": date(2031, 1, 1)}
    )
    reached(case, Stage.ADJUDICATION)
    checks = desk(house.checks)
    checks.take(case.number)
    expect(checks.page.locator(".compare-wrap")).to_be_visible()
    accessible(checks, "adjudication")


def test_a_finished_case(house, desk):
    case = f.visa_case(house)
    reached(case, Stage.INTERVIEW)
    flows.interview(case, house.analyst)
    flows.assess(case, house.analyst, answered=False)
    reached(case, Stage.PROPOSED)
    flows.decide(case, house.consul, Decision.Result.GRANT)
    reached(case, Stage.QUALITY)
    flows.do(case, "quality", house.printer, result="good", ground=None, text="Sin fotografía: conforme")
    reached(case, Stage.DELIVERY)
    flows.do(case, "deliver", house.delivery, receiver="Anna Maria Eriksson", receiver_document="L898902C3", remarks="")
    consul = desk(house.consul)
    consul.open_case(case.number, "documents")
    accessible(consul, "finished case")


def test_refusals(house, desk):
    case = f.visa_case(house)
    reached(case, Stage.INTERVIEW)
    other = f.staff(f.Role.ANALYST, house.santiago, first_name="Diego", last_name="Salas")
    analyst = desk(house.analyst)
    analyst.take(case.number)
    analyst.write("Resumen", f"Entrevista del {timezone.localdate():%d/%m}: reservas a la vista.")
    services.reassign_task(f.open_step(case, "interview"), actor=house.supervisor, to=other, reason="Licencia")
    flows.interview(case, other)
    analyst.button("Terminar").click()
    expect(analyst.heading("Alguien fue más rápido")).to_be_visible()
    accessible(analyst, "409")
    analyst.page.goto("/expedientes/VIS-2020-SCL-000001-A/")
    accessible(analyst, "404")
    analyst.page.goto("/tablero/")
    accessible(analyst, "403")
