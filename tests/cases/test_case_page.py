"""The case page: what it shows to whom, what it costs, and how its live panel behaves."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEvent
from cases import services
from cases.models import Case, Ground, Note, Task
from cases.page import page_of
from cases.panels import panels
from offices import services as offices
from offices.roles import Role
from people.models import Person
from tests import factories as f
from tests.cases.pages import browser, case_url, panel_url, text
from tests.flows import answer, answer_all, assess, do, interview, to_decision
from wall.realm import PROTECTED, in_realm

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"


@pytest.fixture
def case(house):
    return f.visa_case(house)


@pytest.fixture
def warm(settings):
    """Configuration is kept, as in a running process."""
    settings.CONFIGURATION_TTL = 60


def statements(client, url, **kwargs) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(url, **kwargs)
    assert response.status_code == 200, response.status_code
    return [query["sql"] for query in captured.captured_queries]


# --- what it costs -----------------------------------------------------------------------------------------------


def at_correction(house):
    return f.visa_case(house, complete=False), "correct", house.intake


def at_checks(house):
    return f.visa_case(house), None, house.analyst


def at_hit(house):
    case = f.visa_case(house)
    answer_all(case, {"pnp.requisitorias": "POSSIBLE_MATCH"})
    return case, "adjudicate", house.checks


def at_assessment(house):
    case = f.visa_case(house)
    answer_all(case)
    interview(case, house.analyst)
    return case, "assess", house.analyst


def at_decision(house):
    case = f.visa_case(house)
    to_decision(case, house)
    return case, "decide", house.consul


@pytest.mark.parametrize("reach", [at_correction, at_checks, at_hit, at_assessment, at_decision])
def test_the_page_takes_ten_statements_at_most_with_its_form(house, warm, reach):
    case, step, user = reach(house)
    if step:
        services.take_task(f.open_step(case, step), actor=user)
    client = browser(user)
    client.get(case_url(case))
    found = statements(client, case_url(case))
    assert len(found) <= 10, "\n".join(found)


@pytest.mark.parametrize("panel", ["timeline", "checks", "notes", "related"])
def test_a_panel_costs_the_same_for_one_and_for_many(house, warm, case, panel):
    answer_all(case)
    services.add_note(case, actor=house.analyst, text="Una")
    f.visa_case(house, known_person=case.applicant)
    client = browser(house.analyst)
    client.get(panel_url(case, panel), headers=HTMX)
    few = statements(client, panel_url(case, panel), headers=HTMX)
    for number in range(12):
        services.add_note(case, actor=house.analyst, text=f"Nota {number}")
    model = case.checks.first()
    for number in range(12):
        model.pk, model.key = None, f"00000000-0000-4000-8000-{number:012d}"
        model.save(force_insert=True)
    f.visa_case(house, known_person=case.applicant)
    many = statements(client, panel_url(case, panel), headers=HTMX)
    assert len(many) == len(few) <= 10


# --- who sees it ---------------------------------------------------------------------------------------------------


def test_another_office_and_a_wrong_number_get_the_same_answer(house, case):
    client = browser(house.foreign)
    for url in (
        case_url(case),
        reverse("cases:case", args=["VIS-2026-SCL-999999-A"]),
        reverse("cases:case", args=["XXX-1"]),
        reverse("cases:diagram", args=[case.number]),
        panel_url(case, "timeline"),
    ):
        assert client.get(url).status_code == 404, url
    assert client.post(reverse("cases:add_note", args=[case.number]), {"text": "x"}).status_code == 404
    assert not Note.objects.exists()


def test_who_is_not_signed_in_is_sent_to_sign_in(case):
    client = browser()
    for url in (case_url(case), panel_url(case, "checks"), reverse("cases:bpmn", args=["visa"])):
        response = client.get(url)
        assert response.status_code == 302 and response["Location"].startswith(reverse("account_login"))
    part = client.get(panel_url(case, "checks"), headers=HTMX)
    assert part.status_code == 286  # htmx stops polling, and does not put a sign-in page inside the tab
    assert part["HX-Reswap"] == "none" and "toast" in part["HX-Trigger"]


def test_every_reading_is_recorded_and_a_protected_one_behind_the_wall(house, case):
    browser(house.analyst).get(case_url(case))
    ordinary = AuditEvent.objects.get(verb="case.read")
    assert ordinary.actor == house.analyst and not ordinary.protected
    f.protect(case=case)
    assert browser(house.analyst).get(case_url(case)).status_code == 404
    officer = f.staff(Role.ANALYST, house.santiago)
    offices.open_posting(
        actor=None, user=officer, office=house.lima, role=Role.PROTECTION, since=f.LONG_AGO, source="Prueba"
    )
    assert browser(f.fresh(officer)).get(case_url(case)).status_code == 200
    with in_realm(PROTECTED):
        assert AuditEvent.objects.get(verb="case.read", protected=True).actor == officer


# --- what it shows -------------------------------------------------------------------------------------------------


def test_header_says_where_the_case_is_and_who_has_it(house, case):
    answer_all(case)
    page = text(browser(house.analyst).get(case_url(case)))
    assert case.number in page and "ERIKSSON" in page and "Interview" in page and "Nobody has it yet" in page
    services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    assert "You have it" in text(browser(house.analyst).get(case_url(case)))
    assert "R. Quispe has it" in text(browser(house.consul).get(case_url(case)))


def test_the_strip_shows_done_active_and_what_may_come(house, case):
    answer_all(case)
    track = {step.node: step.state for step in page_of(house.analyst, case.number).track()}
    assert track["register"] == track["checks"] == "done"
    assert track["interview"] == "active"
    assert track["decide"] == track["deliver"] == "pending"
    assert "adjudicate" not in track and "correct" not in track  # passed by


def test_check_digits_of_the_passport_are_verified_and_a_wrong_one_is_named(house):
    good = f.visa_case(house, passport={"number": "L898902C3", "issuer": "UTO", "mrz": ZONE})
    page = text(browser(house.analyst).get(case_url(good)))
    assert "Check digits verified" in page and "L898902C36UTO" in page
    bad = f.visa_case(house, passport={"number": "L898902C3", "issuer": "UTO", "mrz": ZONE.replace("C36", "C35")})
    page = text(browser(house.analyst).get(case_url(bad)))
    assert "Check digits verified" not in page and "document number" in page


def test_other_cases_of_the_person_are_shown_when_they_may_be_seen(house, case):
    other = f.visa_case(house, known_person=case.applicant)
    hidden = f.visa_case(house, known_person=case.applicant)
    Case.objects.filter(pk=hidden.pk).update(office=house.madrid)
    page = text(browser(house.analyst).get(case_url(case, "related")))
    assert other.number in page and hidden.number not in page
    assert hidden.number in text(browser(house.supervisor).get(case_url(case)))


def test_a_form_for_its_owner_a_button_for_who_may_and_the_reason_for_the_rest(house, case):
    to_decision(case, house)
    taking = reverse("cases:take", args=[f.open_step(case, "decide").pk])
    assert taking in text(browser(house.consul).get(case_url(case)))

    analyst = text(browser(house.analyst).get(case_url(case)))
    assert taking not in analyst and "which your postings do not give you" in analyst

    both = f.staff(Role.CONSUL, house.santiago)
    case.refresh_from_db()
    services.take_task(f.open_step(case, "decide"), actor=house.consul)
    assert "Has this step since" in text(browser(both).get(case_url(case)))
    consul = text(browser(house.consul).get(case_url(case)))
    assert reverse("cases:complete", args=[f.open_step(case, "decide").pk]) in consul


def test_four_eyes_are_explained_before_anyone_tries(house, case):
    answer_all(case)
    interview(case, house.consul)
    assess(case, house.analyst)
    page = text(browser(house.consul).get(case_url(case)))
    assert "You did the step «Interview»" in page
    assert reverse("cases:take", args=[f.open_step(case, "decide").pk]) not in page


def test_a_stopped_step_offers_the_retry_to_supervisors_only(house, case):
    to_decision(case, house)
    do(case, "decide", house.consul, result="grant", grounds=[], text="")
    step = Task.objects.get(process=case, finished__isnull=True)
    for _attempt in range(step.flow_task.attempts):
        services.record_step_failure(step, error=OSError("secreto"))
    retry = reverse("cases:retry", args=[step.pk])
    consul = text(browser(house.consul).get(case_url(case)))
    assert retry in consul and "secreto" not in consul
    assert retry not in text(browser(house.analyst).get(case_url(case)))


# --- panels --------------------------------------------------------------------------------------------------------


def test_every_panel_opens_by_its_address_and_as_a_part(house, case):
    client = browser(house.analyst)
    for code in panels():
        assert 'id="case-panel"' in text(client.get(case_url(case, code))), code
        part = text(client.get(panel_url(case, code), headers=HTMX))
        assert part.lstrip().startswith("<section") and "<html" not in part, code
        whole = client.get(panel_url(case, code))  # without htmx the address leads to the page
        assert whole.status_code == 302 and whole["Location"] == case_url(case, code)
    assert client.get(case_url(case, "nothing")).status_code == 404
    assert client.get(panel_url(case, "nothing"), headers=HTMX).status_code == 404


def test_the_first_panel_is_the_checks_while_they_are_waited_for(house, case):
    client = browser(house.analyst)
    assert 'data-panel="checks"' in text(client.get(case_url(case)))
    answer_all(case)
    page = text(client.get(case_url(case)))  # another panel is fetched after the page has been painted
    assert 'data-panel="' not in page and f'hx-get="{panel_url(case, "application")}"' in page
    assert f'href="{case_url(case, "application")}"' in page  # and has an address for who has no scripts


def poll(client, case, page: str, **changes):
    """What the page's own poll would send, read from the page."""
    mark = re.search(r"\?mark=(\w+)", page).group(1)
    sent = {"mark": mark}
    for name in ("state", "forms"):
        sent[name] = re.search(rf'name="{name}" value="([^"]*)"', page).group(1)
    return client.get(panel_url(case, "checks"), {**sent, **changes}, headers=HTMX)


def test_the_checks_poll_while_pending_and_a_poll_without_news_changes_nothing(house, case):
    client = browser(house.analyst)
    page = text(client.get(case_url(case, "checks")))
    assert "every 2s" in page
    assert poll(client, case, page).status_code == 204
    answer(case.checks.unsettled().first())
    news = poll(client, case, page)
    assert news.status_code == 200 and "1 of 5 answered" in text(news)
    assert "every 2s" in text(news) and 'id="case-head"' not in text(news)


def test_when_the_case_moves_on_header_and_step_come_along(house, case):
    client = browser(house.analyst)
    page = text(client.get(case_url(case, "checks")))
    answer_all(case)
    news = text(poll(client, case, page))
    assert "every 2s" not in news
    assert '<div id="case-head" hx-swap-oob="innerHTML">' in news and "Interview" in news
    assert '<div id="case-side" hx-swap-oob="innerHTML">' in news
    assert reverse("cases:take", args=[f.open_step(case, "interview").pk]) in news


def test_a_form_on_the_page_is_never_replaced(house, case):
    answer_all(case)
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    client = browser(house.analyst)
    page = text(client.get(case_url(case, "checks")))
    services.reassign_task(task, actor=house.supervisor, to=house.consul, reason="Prueba")
    gone = text(poll(client, case, page))
    assert 'id="case-side"' not in gone and '<div id="step-notice" hx-swap-oob="innerHTML">' in gone
    services.reassign_task(task, actor=house.supervisor, to=house.analyst, reason="Prueba")
    still = text(poll(client, case, page, state="older"))
    assert 'id="case-side"' not in still and 'id="step-notice"' not in still and 'id="case-head"' in still


# --- notes, diagram, BPMN ------------------------------------------------------------------------------------------


def test_notes_are_added_and_an_empty_one_is_refused_at_its_field(house, case):
    client, url = browser(house.analyst), reverse("cases:add_note", args=[case.number])
    empty = client.post(url, {"text": "   "})
    assert empty.status_code == 422 and "is-invalid" in text(empty)
    assert client.get(url).status_code == 405
    added = client.post(url, {"text": "Llamó <b>ayer</b>"})
    assert added.status_code == 302 and added["Location"] == case_url(case, "notes")
    assert "Llamó &lt;b&gt;ayer" in text(client.get(added["Location"]))


def test_the_diagram_page_shows_picture_and_words(house, case):
    to_decision(case, house)
    page = text(browser(house.consul).get(reverse("cases:diagram", args=[case.number])))
    assert '<svg class="flow"' in page and 'class="outline"' in page
    assert "style=" not in page  # the policy of the house allows no inline style
    assert "L. Rojas" in page and "flow-now" in page


def test_bpmn_is_for_who_may_see_the_procedure(house, case):
    response = browser(house.analyst).get(reverse("cases:bpmn", args=["visa"]))
    assert response.status_code == 200 and 'filename="visa.bpmn"' in response["Content-Disposition"]
    assert browser(house.analyst).get(reverse("cases:bpmn", args=["nothing"])).status_code == 404
    assert browser(f.UserFactory()).get(reverse("cases:bpmn", args=["visa"])).status_code == 404


# --- side exits ----------------------------------------------------------------------------------------------------


def closing(case, **changes):
    ground = Ground.objects.get(kind="withdrawn", code="procedimiento")
    return {"outcome": "withdrawn", "ground": ground.code, "text": "Carta", "confirm": "on", **changes}


def test_a_case_is_ended_after_a_confirmation_that_names_it(house, case):
    client, url = browser(house.consul), reverse("cases:close", args=[case.number])
    assert f"I end case {case.number} of {case.applicant_name}" in text(client.get(url)).replace("&#x27;", "'")
    unconfirmed = client.post(url, closing(case, confirm=""))
    assert unconfirmed.status_code == 422 and "Carta" in text(unconfirmed)
    assert Case.objects.get(pk=case.pk).is_open
    assert client.post(url, closing(case)).status_code == 302
    ended = Case.objects.get(pk=case.pk)
    assert ended.outcome == "withdrawn" and not ended.checks.unsettled().exists()
    again = client.post(url, closing(case))
    assert again.status_code == 409 and case_url(case) in text(again)


def test_a_ground_of_another_ending_is_refused_at_its_field(house, case):
    response = browser(house.consul).post(reverse("cases:close", args=[case.number]), closing(case, outcome="void"))
    assert response.status_code == 422 and "another kind of ending" in text(response)


def test_who_may_not_end_cases_is_told_and_the_attempt_is_recorded(house, case):
    client, url = browser(house.intake), reverse("cases:close", args=[case.number])
    assert url not in text(client.get(case_url(case)))
    assert client.get(url).status_code == 403
    assert client.post(url, closing(case)).status_code == 403
    refused = AuditEvent.objects.filter(denied=True, verb="page.refused", actor=house.intake, case_id=case.pk)
    assert {event.data["page"] for event in refused} == {"cases:close"}
    assert refused.count() == 2
    assert browser(house.foreign).post(url, closing(case)).status_code == 404


def test_a_person_known_by_no_zone_and_no_documents_has_a_page_too(house, case):
    Person.objects.filter(pk=case.applicant_id).update(birth_date="0000-00-00", email="")
    assert browser(house.analyst).get(case_url(case)).status_code == 200
