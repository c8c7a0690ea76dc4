"""Decisions and issuance ask whether it is still the same person, and nothing that was written is lost on the way."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from cases import services
from cases.models import Decision
from offices import reauthentication
from offices.models import Session, SuspendedForm
from tests import factories as f
from tests.cases.pages import browser, text
from tests.flows import answer_all, decide, to_decision

pytestmark = pytest.mark.django_db

PASSWORD = "una frase bastante larga"
REASONS = "Motivo <extenso> que nadie quiere\nescribir dos veces"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.REAUTHENTICATE_AFTER = timedelta(minutes=15)


@pytest.fixture
def house():
    house = f.ministry()
    for user in (house.consul, house.printer):
        user.set_password(PASSWORD)
        user.save()
    return house


@pytest.fixture
def task(house):
    case = f.visa_case(house)
    to_decision(case, house)
    return services.take_task(f.open_step(case, "decide"), actor=house.consul)


def grow_old(user):
    Session.objects.filter(user=user).update(started=timezone.now() - timedelta(minutes=20))


def confirm(client, address, password=PASSWORD):
    path, _, query = address.partition("?")
    after = dict(part.split("=") for part in query.split("&"))["next"].replace("%2F", "/")
    return client.post(path, {"password": password, "next": after})


def decided(house):
    return Decision.objects.filter(by=house.consul)


VALUES = {"result": "deny", "grounds": ["insolvencia"], "text": REASONS}


def test_a_recent_sign_in_is_enough(house, task):
    client = browser(house.consul)
    assert client.post(reverse("cases:complete", args=[task.pk]), VALUES).status_code == 302
    assert decided(house).get().result == "deny"


def test_an_old_one_is_asked_again_and_the_form_comes_back_filled(house, task):
    client, url = browser(house.consul), reverse("cases:complete", args=[task.pk])
    grow_old(house.consul)
    asked = client.post(url, VALUES)
    assert asked.status_code == 302 and asked["Location"].startswith(reverse("account_reauthenticate"))
    assert not decided(house).exists()
    assert client.get(asked["Location"]).status_code == 200
    wrong = confirm(client, asked["Location"], password="equivocada")
    assert wrong.status_code == 200 and "password" in text(wrong)
    back = confirm(client, asked["Location"])
    assert back.status_code == 302
    resumed = client.get(back["Location"], follow=True)
    page = text(resumed)
    assert resumed.status_code == 200 and "You have confirmed who you are" in page
    assert "Motivo &lt;extenso&gt; que nadie quiere\nescribir dos veces</textarea>" in page
    assert re.search(r'value="deny"[^>]*checked', page) and re.search(r'value="insolvencia"[^>]*checked', page)
    assert not decided(house).exists()  # it is the person who sends it
    assert client.post(url, VALUES).status_code == 302
    assert decided(house).get().result == "deny"


def test_a_suspended_form_is_its_owners_for_an_hour(house, task):
    client, url = browser(house.consul), reverse("cases:complete", args=[task.pk])
    grow_old(house.consul)
    client.post(url, VALUES)
    kept = SuspendedForm.objects.get()
    assert set(kept.values) == {"result", "grounds", "text"}
    address = reverse("access:resume", args=[kept.pk])
    assert browser(house.analyst).get(address).status_code == 404
    assert REASONS.split("\n")[1] not in text(browser(house.analyst).get(f"{url}?retomar={kept.pk}", follow=True))
    assert browser(house.consul).get(address).status_code == 302
    SuspendedForm.objects.update(at=timezone.now() - timedelta(hours=2))
    assert browser(house.consul).get(address).status_code == 404


def test_other_steps_are_not_asked(house):
    case = f.visa_case(house)
    answer_all(case)
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    client = browser(house.analyst)
    grow_old(house.analyst)
    values = {
        "held_on": f.today().isoformat(), "channel": "in_person", "language": "inglés",
        "purpose": "convincing", "ties": "doubtful", "funds": "convincing", "summary": "Viaja por turismo",
    }  # fmt: skip
    answer = client.post(reverse("cases:complete", args=[task.pk]), values)
    assert answer.status_code == 302 and "expedientes" in answer["Location"]


def test_issuance_is_asked(house, task):
    decide(task.process, house.consul)
    from cases.tasks import run_step

    case = task.process
    for name in ("assign", "issue"):
        run_step(f.open_step(case, name).pk)
    quality = services.take_task(f.open_step(case, "quality"), actor=house.printer)
    client = browser(house.printer)
    grow_old(house.printer)
    answer = client.post(
        reverse("cases:complete", args=[quality.pk]),
        {"result": "good", "text": "Sin fotografía: conforme"},
        HTTP_HX_REQUEST="true",
    )
    assert answer.status_code == 204 and answer["HX-Redirect"].startswith(reverse("account_reauthenticate"))


def test_the_api_says_so_with_a_code(house, task):
    client = APIClient()
    client.force_login(house.consul, backend="django.contrib.auth.backends.ModelBackend")
    grow_old(house.consul)
    answer = client.post(reverse("api_complete", args=[task.pk]), {"result": "grant"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
    token = APIClient()
    token.credentials(HTTP_AUTHORIZATION=f"Bearer {f.api_token(house.consul)}")
    answer = token.post(reverse("api_complete", args=[task.pk]), {"result": "grant"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")  # nobody sits there
    assert not decided(house).exists()


def test_who_may_not_do_the_step_hears_that_first(house, task):
    client = APIClient()
    client.force_login(house.analyst, backend="django.contrib.auth.backends.ModelBackend")
    grow_old(house.analyst)
    answer = client.post(reverse("api_complete", args=[task.pk]), {"result": "grant"}, format="json")
    assert answer.json()["code"] == "no_right"


def test_a_page_that_does_not_resume_itself_repeats_what_was_typed(house, client):
    """Issuing a token: values and file names come back on a page of their own, with a button that sends them."""
    client = browser(house.consul)
    grow_old(house.consul)
    asked = client.post(
        reverse("access:tokens"),
        {"name": "Integración <b>", "scopes": ["cases.read"], "file": SimpleUploadedFile("carta.pdf", b"x")},
    )
    back = client.get(confirm(client, asked["Location"])["Location"])
    page = text(back)
    assert back.status_code == 200 and "Integración &lt;b&gt;" in page and "carta.pdf" in page
    assert f'action="{reverse("access:tokens")}"' in page and 'name="scopes"' in page


def test_zero_minutes_never_ask(house, task, settings):
    settings.REAUTHENTICATE_AFTER = timedelta(0)
    client = browser(house.consul)
    grow_old(house.consul)
    client.post(reverse("cases:complete", args=[task.pk]), VALUES)
    assert decided(house).exists()


def test_jobs_and_commands_are_not_asked():
    reauthentication.ensure_recent("decide_visa")
