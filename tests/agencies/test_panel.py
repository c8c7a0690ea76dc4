"""The panel of checks on the case page: findings, waits, hits side by side, and giving up on a question."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from agencies import services as checks
from agencies.connectors.base import AgencyRecord
from agencies.models import Check
from audit.models import AuditEvent
from tests import factories as f
from tests.cases.pages import browser, case_url, text
from tests.flows import answer, answer_all, settle

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(house):
    return f.visa_case(house)


def panel(user, case) -> str:
    return text(browser(user).get(case_url(case, "checks")))


def question(case, code: str) -> Check:
    return case.checks.get(question=code)


# --- findings ------------------------------------------------------------------------------------------------------


def test_each_check_says_agency_question_finding_and_basis(house, case):
    answer(question(case, "pnp.requisitorias"))
    page = panel(house.analyst, case)
    assert "1 of 5 answered" in page and "Answers appear here by themselves." in page
    assert "<strong>PNP</strong>" in page and "warrants (requisitorias)" in page
    assert page.count("finding-clear") == 1 and page.count("finding-pending") == 4
    assert "DL 1350" in page and "valid until" in page


def test_an_agency_that_does_not_answer_is_shown_as_no_answer_with_its_next_attempt(house, case):
    check = checks.lease_check(question(case, "sbs.un_list").pk)
    checks.postpone_check(check, fault="timeout", transport=True)
    Check.objects.filter(pk=check.pk).update(next_attempt_at=datetime(2030, 7, 1, 18, 20, tzinfo=UTC))
    page = panel(house.analyst, case)
    assert "No answer · next attempt 14:20" in page  # the time of Santiago
    assert "The case waits for this answer." in page and "it did not answer in time" in page


def test_a_flag_is_explained_where_the_policy_lets_the_case_go_on(house, case):
    check = question(case, "sbs.un_list")
    Check.objects.filter(pk=check.pk).update(on_outage="proceed", patience=30)
    checks.postpone_check(checks.lease_check(check.pk), fault="refused", transport=True)
    assert "30 minutes after it was asked, the case goes on with a flag" in panel(house.analyst, case)
    checks.give_up_check(check)
    page = panel(house.analyst, case)
    assert "finding-unavailable" in page and "it is not a clear answer" in page
    assert "4 of 5" not in page and "0 of 5 answered" in page  # a question given up on is not an answer


# --- hits ----------------------------------------------------------------------------------------------------------


def test_a_hit_stands_beside_the_person_record_by_record(house, case):
    records = (
        AgencyRecord(name="ANNA MARIA ERIKSSON", birth_date="1974-08-12", category="Captura", reference="OF-1"),
        AgencyRecord(name="ERICSON ANA", birth_date="1979", category="Ubicación", detail="Juzgado 3"),
    )
    answer(question(case, "pnp.requisitorias"), "POSSIBLE_MATCH", *records)
    answer_all(case)
    page = panel(house.checks, case)
    assert "Record 1 of 2" in page and "Record 2 of 2" in page and "OF-1" in page and "Juzgado 3" in page
    first, second = page.split("Record 1 of 2")[1].split("Record 2 of 2")
    assert "Same" in first and "Different" not in first
    assert "<mark>ERICSON</mark>" in second and "Different" in second and "equal-not" in second
    assert "Not stated" in first  # what the agency does not say is said
    assert "Contact the NCB" not in page


def test_the_form_asks_hit_by_hit(house, case):
    answer_all(case, {"pnp.requisitorias": "POSSIBLE_MATCH", "interpol.nominals": "HIT"})
    from cases import services

    services.take_task(f.open_step(case, "adjudicate"), actor=house.checks)
    page = text(browser(house.checks).get(case_url(case)))
    for code in ("pnp.requisitorias", "interpol.nominals"):
        hit = question(case, code)
        assert f'href="#hit-{hit.pk}"' in page and f'id="hit-{hit.pk}"' in page
        assert f'name="decision_{hit.pk}"' in page and f'name="reason_{hit.pk}"' in page


def test_a_hit_of_interpol_says_what_to_do_and_what_not(house, case):
    answer_all(case, {"interpol.nominals": "HIT"})
    assert "Contact the NCB; do not tell the bearer." in panel(house.checks, case)


def test_a_settled_hit_says_who_decided_what_and_why(house, case):
    answer_all(case, {"pnp.requisitorias": "POSSIBLE_MATCH"})
    hit = case.checks.open_hits().get()
    settle(case, house, reason="El año difiere <y> el padre")
    page = panel(house.analyst, case)
    assert "Another person" in page and "T. Vera" in page and "El año difiere &lt;y&gt; el padre" in page
    assert f'id="hit-{hit.pk}"' not in page and "OTRA PERSONA" in page.replace("<mark>", "").replace("</mark>", "")


# --- giving up -------------------------------------------------------------------------------------------------------


def cancel_url(check) -> str:
    return reverse("agencies:cancel", args=[check.pk])


def test_a_supervisor_gives_up_on_a_question_with_a_reason(house, case):
    check = question(case, "sbs.un_list")
    assert cancel_url(check) in panel(house.supervisor, case)
    client = browser(house.supervisor)
    assert "never clear" in text(client.get(cancel_url(check)))
    assert client.post(cancel_url(check), {"reason": "  "}).status_code == 422
    response = client.post(cancel_url(check), {"reason": "Entidad sin servicio, oficio 12"})
    assert response.status_code == 302 and response["Location"] == case_url(case, "checks")
    check.refresh_from_db()
    assert check.state == Check.State.CANCELLED and not check.finding
    page = panel(house.analyst, case)
    assert "finding-cancelled" in page and "0 of 4 answered" in page


def test_the_dialog_closes_itself_and_lets_the_panel_look_again(house, case):
    check, client = question(case, "sbs.un_list"), browser(house.supervisor)
    dialog = text(client.get(cancel_url(check), headers=HTMX))
    assert "<html" not in dialog and 'id="case-dialog-title"' in dialog
    assert client.post(cancel_url(check), {"reason": ""}, headers=HTMX).status_code == 422
    done = client.post(cancel_url(check), {"reason": "Sin servicio"}, headers=HTMX)
    assert done.status_code == 204
    assert "panel-refresh" in done["HX-Trigger"] and "case-dialog-close" in done["HX-Trigger"]


def test_nobody_else_gives_up_on_a_question(house, case):
    check = question(case, "sbs.un_list")
    assert cancel_url(check) not in panel(house.analyst, case)
    assert browser(house.analyst).post(cancel_url(check), {"reason": "x"}).status_code == 403
    assert browser(house.foreign).post(cancel_url(check), {"reason": "x"}).status_code == 404
    assert browser().post(cancel_url(check), {"reason": "x"}).status_code == 302
    check.refresh_from_db()
    assert check.state == Check.State.QUEUED
    assert AuditEvent.objects.filter(denied=True, verb="cancel_check", actor=house.analyst).exists()


def test_a_question_that_was_answered_meanwhile_can_not_be_cancelled(house, case):
    check, client = question(case, "sbs.un_list"), browser(house.supervisor)
    answer(check)
    assert client.get(cancel_url(check)).status_code == 409
    assert client.post(cancel_url(check), {"reason": "tarde"}).status_code == 409
    late = client.post(cancel_url(check), {"reason": "tarde"}, headers=HTMX)
    assert late.status_code == 204 and "already been settled" in late["HX-Trigger"]
    check.refresh_from_db()
    assert check.finding == "CLEAR"
