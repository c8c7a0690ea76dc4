"""Forged and twisted requests: CSRF, fixed sessions, open redirects, hosts that are not ours."""

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from offices.models import Session
from offices.roles import Role
from tests import factories as f
from tests.cases.pages import browser, text
from tests.security.urls import addresses

PASSWORD = "una frase bastante larga"

# Django's own pages that only read, and refuse or ignore a POST before anything is done.
READS_ONLY = {"healthz", "readyz", "api_schema"}
# Public pages of verification: they change nothing, know no session and are meant to be used from anywhere.
PUBLIC = {"api_seal", "documents:verify"}


@pytest.fixture
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(db, quick):
    user = f.staff(Role.ADMINISTRATOR, f.OfficeFactory(), username="rquispe")
    user.set_password(PASSWORD)
    user.save()
    return user


# --- CSRF ------------------------------------------------------------------------------------------------------------


def test_no_address_takes_a_post_without_its_token(person):
    """Every address of the resolver, the administration's and the libraries' too: 403, or nothing that can be posted
    to (405), or nothing there for made-up arguments before anything is read."""
    client = browser(person, enforce_csrf_checks=True)
    refused, tried = 0, []
    for address in addresses():
        if address.name in READS_ONLY | PUBLIC:
            continue
        status = client.post(address.path, {"x": "1"}).status_code
        assert status in (403, 404, 405), f"{address} answered {status}"
        refused += status == 403
        tried.append(address)
    assert refused > 60 and len(tried) > 100
    named = {address.name for address in tried}
    assert {"cases:complete", "cases:bulk", "access:tokens", "account_logout", "set_language"} <= named


@pytest.mark.parametrize("header", [{}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}])
def test_htmx_is_no_way_round(person, header):
    client = browser(person, enforce_csrf_checks=True)
    for name in ("cases:take_next", "cases:bulk", "cases:switch_posting", "access:close_session"):
        assert client.post(reverse(name), **header).status_code == 403


def test_with_the_token_of_the_page_htmx_gets_through(person):
    client = browser(person, enforce_csrf_checks=True)
    page = text(client.get(reverse("cases:inbox")))
    token = page.partition('{"X-CSRFToken": "')[2].partition('"')[0]
    assert len(token) == 64
    answer = client.post(reverse("cases:switch_posting"), {"posting": "1"}, HTTP_X_CSRFTOKEN=token)
    assert answer.status_code != 403


def test_the_api_refuses_a_session_without_a_token(person):
    client = browser(person, enforce_csrf_checks=True)
    answer = client.post("/api/v1/tasks/1/take/")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


# --- sessions --------------------------------------------------------------------------------------------------------


def sign_in(client, **extra):
    return client.post(reverse("account_login"), {"login": "rquispe", "password": PASSWORD, **extra})


def test_a_session_given_to_the_victim_is_worth_nothing_after_they_signed_in(person):
    attacker = Client()
    session = attacker.session  # one that exists, with a key the attacker knows
    session["planted"] = "x"
    session.save()
    known = session.session_key
    victim = browser()
    victim.cookies[django_settings.SESSION_COOKIE_NAME] = known
    assert sign_in(victim).status_code == 302
    assert victim.session.session_key != known and not Session.objects.filter(session_key=known).exists()
    attacker.cookies[django_settings.SESSION_COOKIE_NAME] = known
    assert attacker.get(reverse("cases:inbox")).status_code == 302


def test_an_invented_session_key_is_not_taken_over(person):
    client = browser()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = "a" * 32
    sign_in(client)
    assert not Session.objects.filter(session_key="a" * 32).exists()


def test_signing_out_ends_the_session_on_the_server(person):
    client = browser()
    sign_in(client)
    key = client.session.session_key
    client.post(reverse("account_logout"))
    again = Client()
    again.cookies[django_settings.SESSION_COOKIE_NAME] = key
    assert again.get(reverse("cases:inbox")).status_code == 302


def test_the_cookies_are_kept_from_scripts_and_other_sites(person):
    client = browser()
    client.get(reverse("account_login"))
    sign_in(client)
    for name in (django_settings.SESSION_COOKIE_NAME, django_settings.CSRF_COOKIE_NAME):
        assert client.cookies[name]["httponly"] and client.cookies[name]["samesite"] == "Lax"
    assert not client.cookies[django_settings.SESSION_COOKIE_NAME]["expires"]  # gone with the browser


# --- redirects -------------------------------------------------------------------------------------------------------

ELSEWHERE = (
    "https://malo.example/",
    "//malo.example/",
    "/\\malo.example",
    "\\\\malo.example",
    "http:///malo.example",
    "https:malo.example",
    "javascript:alert(1)",
    "https://testserver@malo.example/",
    "https://testserver.malo.example/",
    "\t//malo.example",
    "/%0d%0aLocation:%20https://malo.example",
)


def is_here(answer) -> bool:
    """Whether a redirect stays in the house."""
    target = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or "/"
    return target.startswith("/") and not target.startswith(("//", "/\\")) and "\n" not in target and "\r" not in target


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_next_leads_out_of_the_house(person, target):
    assert is_here(sign_in(browser(), next=target))
    client = browser(person)
    for name in ("account_logout", "set_language", "cases:switch_posting", "cases:take_next"):
        answer = client.post(reverse(name), {"next": target, "language": "en", "posting": "1"})
        assert is_here(answer), name
        client = browser(person)
    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": target})
    assert is_here(answer)
    assert is_here(client.get(reverse("account_login"), {"next": target}))
    page = text(browser().get("/admin/login/", {"next": target}, follow=True))
    assert 'href="https://malo' not in page


# --- hosts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["malo.example", "testserver.malo.example", "testserver:80@malo.example", "a\r\nb"])
def test_a_host_that_is_not_ours_is_refused(db, host):
    client = Client(raise_request_exception=False)
    for path in ("/", reverse("account_login"), "/admin/"):
        answer = client.get(path, HTTP_HOST=host)
        assert answer.status_code == 400 and "malo.example" not in answer.content.decode()


def test_a_forwarded_host_is_not_believed(db):
    answer = Client().get(
        reverse("cases:inbox"), HTTP_X_FORWARDED_HOST="malo.example", HTTP_FORWARDED="host=malo.example"
    )
    assert answer.status_code == 302 and is_here(answer)
