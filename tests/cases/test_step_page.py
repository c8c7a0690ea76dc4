"""Doing a step on its page: take, finish, and what becomes of what was typed when it can not be finished."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import AuditEvent
from cases import services
from cases.models import Attachment, Case, Decision, Task
from demo.files import page, portrait
from offices.roles import Role
from tests import factories as f
from tests.cases.pages import browser, case_url, text
from tests.flows import answer_all, assess, interview, to_decision

pytestmark = pytest.mark.django_db

PDF = page("Prueba")


@pytest.fixture
def case(house):
    case = f.visa_case(house)
    answer_all(case)
    return case


def at(name: str, task: Task) -> str:
    return reverse(f"cases:{name}", args=[task.pk])


def interview_values(**changes):
    return {
        "held_on": f.today().isoformat(), "channel": "in_person", "language": "inglés", "interpreter": "",
        "purpose": "convincing", "ties": "doubtful", "funds": "convincing", "summary": "Habló <de> su viaje", **changes,
    }  # fmt: skip


# --- taking ------------------------------------------------------------------------------------------------------


def test_a_step_is_taken_and_its_form_opens(house, case):
    task, client = f.open_step(case, "interview"), browser(house.analyst)
    response = client.post(at("take", task))
    assert response.status_code == 302 and response["Location"] == f"{case_url(case)}#step"
    assert f'action="{at("complete", task)}"' in text(client.get(case_url(case)))
    assert client.get(at("take", task)).status_code == 405


def test_the_second_to_take_a_step_hears_that_someone_was_faster(house, case):
    task = services.take_task(f.open_step(case, "interview"), actor=house.consul)
    response = browser(house.analyst).post(at("take", task))
    assert response.status_code == 409 and "I. Paz" in text(response) and case_url(case) in text(response)
    again = browser(house.consul).post(at("take", task))  # their own double click is no conflict
    assert again.status_code == 302


def test_four_eyes_and_rights_hold_on_the_page_too(house, case):
    interview(case, house.consul)
    assess(case, house.analyst)
    task = f.open_step(case, "decide")
    refused = browser(house.consul).post(at("take", task))
    assert refused.status_code == 403 and "You did the step" in text(refused)
    assert browser(house.analyst).post(at("take", task)).status_code == 403
    assert browser(house.foreign).post(at("take", task)).status_code == 404
    assert AuditEvent.objects.filter(denied=True, verb="take_task", case_id=case.pk).count() == 2
    assert f.open_step(case, "decide").owner is None


def test_a_step_is_released_by_its_owner_only(house, case):
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    assert browser(house.consul).post(at("release", task)).status_code == 409
    assert browser(house.analyst).post(at("release", task)).status_code == 302
    assert f.open_step(case, "interview").owner is None


def test_next_leads_back_only_inside_the_house(house, case):
    task, client = f.open_step(case, "interview"), browser(house.analyst)
    assert client.post(at("take", task), {"next": "https://malo.example/"})["Location"] == f"{case_url(case)}#step"
    back = reverse("cases:queue")
    assert client.post(at("release", task), {"next": back})["Location"] == back


# --- finishing -----------------------------------------------------------------------------------------------------


def test_finishing_redirects_to_the_case_and_moves_it_on(house, case):
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    client = browser(house.analyst)
    response = client.post(at("complete", task), interview_values())
    assert response.status_code == 302 and response["Location"] == case_url(case)
    page = text(client.get(response["Location"]))
    assert "«Interview» finished." in page
    assert f.open_step(case, "assess")


def test_finishing_can_lead_to_the_next_step(house, case):
    other = f.visa_case(house)
    answer_all(other)
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    client = browser(house.analyst)
    response = client.post(at("complete", task), interview_values(then="next"))
    taken = Task.objects.inbox_of(house.analyst).get()
    assert response["Location"] == f"{case_url(taken.process)}#step"
    assert "Next: " in text(client.get(case_url(taken.process)))


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(house, case):
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    client = browser(house.analyst)
    response = client.post(at("complete", task), interview_values(held_on="2099-01-01", language=""))
    page = text(response)
    assert response.status_code == 422
    assert "data-error-summary" in page and "This date is in the future." in page
    assert "Habló &lt;de&gt; su viaje" in page and 'value="doubtful" selected' in page
    assert re.search(r'name="held_on"[^>]*is-invalid|is-invalid[^>]*name="held_on"', page)
    assert f.open_step(case, "interview")  # nothing was finished


def test_what_the_act_refuses_comes_back_as_an_error_of_the_form(house):
    case = f.visa_case(house)
    answer_all(case, {"pnp.requisitorias": "POSSIBLE_MATCH"})
    task = services.take_task(f.open_step(case, "adjudicate"), actor=house.checks)
    hit = case.checks.open_hits().get()
    values = {f"decision_{hit.pk}": "other", f"reason_{hit.pk}": "   "}
    response = browser(house.checks).post(at("complete", task), values)
    assert response.status_code == 422 and f.open_step(case, "adjudicate")
    values[f"reason_{hit.pk}"] = "Otro año de nacimiento"
    assert browser(house.checks).post(at("complete", task), values).status_code == 302


def test_files_have_to_be_chosen_again_and_the_page_says_which(house):
    case = f.visa_case(house, complete=False)
    task = services.take_task(f.open_step(case, "correct"), actor=house.intake)
    client = browser(house.intake)
    files = {
        "file_pasaporte": SimpleUploadedFile("p.pdf", PDF),
        "file_foto": SimpleUploadedFile("foto.pdf", portrait(2)),
    }
    response = client.post(at("complete", task), {"result": "corrected", "receipt": "R-77", "reason": "Ñandú", **files})
    page = text(response)
    assert response.status_code == 422
    assert "Choose these files again" in page and "Copia del pasaporte" in page.split("Choose these files again")[1]
    assert "The file is called .pdf but its content is PNG" in page
    assert 'value="R-77"' in page and "Ñandú" in page
    assert not Attachment.objects.filter(case=case).exists()


def test_an_incomplete_application_is_corrected_with_its_files(house):
    case = f.visa_case(house, complete=False)
    task = services.take_task(f.open_step(case, "correct"), actor=house.intake)
    client = browser(house.intake)
    names = re.findall(r'name="(file_[\w-]+)"', text(client.get(case_url(case))))
    assert names
    files = {name: SimpleUploadedFile(f"{name}.pdf", PDF) for name in names}
    values = {"result": "corrected", "receipt": "R-77", "paid_on": f.today().isoformat(), **files}
    assert client.post(at("complete", task), values).status_code == 302
    assert Attachment.objects.filter(case=case).count() == len(names)
    assert Case.objects.get(pk=case.pk).stage == "checks"


# --- when it can not be finished any more -----------------------------------------------------------------------------


def test_a_step_that_went_to_someone_else_keeps_what_was_typed_in_sight(house, case):
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    services.reassign_task(task, actor=house.supervisor, to=house.consul, reason="Ausencia")
    response = browser(house.analyst).post(at("complete", task), interview_values(summary="Dos páginas\nde notas"))
    page = text(response)
    assert response.status_code == 409
    assert "I. Paz" in page and "data-step-refused" in page and case_url(case) in page
    assert "Dos páginas<br>de notas" in page and "Doubtful" in page  # a choice is shown by its words


def test_a_step_that_someone_else_finished_says_who_and_when(house, case):
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    services.reassign_task(task, actor=house.supervisor, to=house.consul, reason="Ausencia")
    interview(case, house.consul)
    page = text(response := browser(house.analyst).post(at("complete", task), interview_values(summary="Mis notas")))
    assert response.status_code == 409 and "Inés Paz finished it on" in page and "Mis notas" in page


def test_a_double_submit_is_recorded_once_and_says_so(house, case):
    to_decision(case, house)
    task = services.take_task(f.open_step(case, "decide"), actor=house.consul)
    client, values = browser(house.consul), {"result": "return", "text": "Falta precisar"}
    assert client.post(at("complete", task), values).status_code == 302
    second = client.post(at("complete", task), values)
    page = text(second)
    assert second.status_code == 409 and "You have already finished this step" in page and case_url(case) in page
    assert Decision.objects.filter(case=case, kind="decision").count() == 1


def test_an_invalid_form_of_who_may_not_do_the_step_is_no_form_error(house, case):
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    assert browser(house.intake).post(at("complete", task), {}).status_code == 403
    assert browser(f.staff(Role.ANALYST, house.santiago)).post(at("complete", task), {}).status_code == 409
    assert browser(house.foreign).post(at("complete", task), {}).status_code == 404


def test_a_session_that_ended_overnight_leads_over_sign_in_back_to_the_form(house, case):
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    nobody = browser(enforce_csrf_checks=True)
    away = nobody.post(at("complete", task), interview_values())
    assert away.status_code == 302 and at("complete", task) in away["Location"]
    back = browser(house.analyst).get(at("complete", task))
    assert back.status_code == 302 and back["Location"] == f"{case_url(case)}#step"
    page = text(browser(house.analyst).get(case_url(case)))
    # the page's script keeps what is typed under this key, in this tab, until it is sent
    assert f'data-keep="{house.analyst.pk}:{case.number}:{task.pk}"' in page


def test_the_form_is_protected_against_other_sites(house, case):
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    client = browser(house.analyst, enforce_csrf_checks=True)
    assert client.post(at("complete", task), interview_values()).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text(client.get(case_url(case)))).group(1)
    assert client.post(at("complete", task), interview_values(csrfmiddlewaretoken=token)).status_code == 302


def test_two_open_steps_have_two_forms_with_ids_of_their_own(house, case):
    first = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    node = first.flow_task.flow_class.instance.node("assess")
    second = Task.objects.get(pk=first.pk)
    second.pk, second.flow_task, second.right = None, node, "assess_visa"
    second.save(force_insert=True)
    page = text(browser(house.analyst).get(case_url(case)))
    assert at("complete", first) in page and at("complete", second) in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), sorted(each for each in set(ids) if ids.count(each) > 1)
