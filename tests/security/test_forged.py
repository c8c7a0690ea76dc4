"""The whole list of acts, forged: without the page's token, with an address to go on to, with files that are too large;
and the key of a session, which no step of signing in leaves as it was."""

import time
from urllib.parse import quote, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from offices.models import Session
from tests import factories as f
from tests.cases.pages import browser
from tests.security import world as w
from tests.security.acts_by_page import ACTS, address
from tests.security.test_requests import ELSEWHERE, is_here

pytestmark = pytest.mark.django_db
SIGNED_IN = frozenset({"offices.Session", "offices.User"})  # when the person of the test was last here
PASSWORD = "una frase bastante larga"
UPLOADS = {"cases:attach", "agencies:letter", "documents:receive", "documents:send", "visas:upload"}


def filled(body: dict) -> dict:
    return {name: value() if callable(value) else value for name, value in body.items()}


def test_no_act_is_done_without_the_token_of_the_page(house):
    """Each with rows, a person and a body with which it succeeds: without the token, 403 and nothing has changed."""
    for act in ACTS:
        with w.undone():
            actor, arguments, body = act.prepare(house)
            client, before = browser(actor, enforce_csrf_checks=True), w.snapshot(leave_out=SIGNED_IN)
            kind = {"content_type": "application/json"} if act.json else {}
            for headers in ({}, {"HX-Request": "true"}):
                answer = client.post(address(act, arguments), filled(body), headers=headers, **kind)
                assert answer.status_code == 403, f"{act.name}: {answer.status_code}"
            assert w.changes(before, w.snapshot(leave_out=SIGNED_IN)) == {}, act.name


def test_no_act_leads_out_of_the_house(house):
    """``next`` in the body and in the address of every act that takes one."""
    takers = {act.name: act for act in ACTS if "next" in act.takes}
    assert set(takers) >= {"cases:take", "cases:release", "cases:complete", "cases:reassign", "cases:access"}
    for act in takers.values():
        with w.undone():
            actor, arguments, body = act.prepare(house)
            path = address(act, arguments)
            for target in (*ELSEWHERE, "NaN", "malo.example"):
                onward = f"{path}?next={quote(target)}"
                for where, data in ((path, {**filled(body), "next": target}), (onward, filled(body))):
                    with w.undone():
                        answer = browser(actor).post(where, data)
                    assert answer.status_code == 302 and is_here(answer), (act.name, target, answer.headers)
                    assert "malo.example" not in urlsplit(answer["Location"]).netloc


def test_confirming_at_the_provider_leads_nowhere_else(house, settings):
    for target in ELSEWHERE:
        answer = browser(house.analyst).get(reverse("access:oidc_again"), {"next": target})
        assert answer.status_code in (302, 404) and is_here(answer)


@pytest.mark.parametrize("megabytes", [2, 40])
def test_every_address_that_takes_a_file_bears_a_large_one(house, megabytes):
    """More than a form's fields alone, and more than any file may have: a message, never a fault."""
    heavy = b"%PDF-1.4\n" + b"0" * (megabytes * 2**20) + b"\n%%EOF"
    tried = set()
    for act in ACTS:
        if act.name not in UPLOADS:
            continue
        with w.undone():
            actor, arguments, body = act.prepare(house)
            files = {name: SimpleUploadedFile("x.pdf", heavy) for name, value in body.items() if callable(value)}
            if act.name == "documents:send":
                files = {"file": SimpleUploadedFile("x.pdf", heavy)}
            before = w.snapshot(leave_out=SIGNED_IN)
            answer = browser(actor).post(address(act, arguments), {**filled(body), **files})
            assert answer.status_code in (413, 422), f"{act.name}: {answer.status_code}"
            assert w.changes(before, w.snapshot(leave_out=SIGNED_IN)) == {}, act.name
            tried.add(act.name)
    assert tried == UPLOADS


# --- the key of a session --------------------------------------------------------------------------------------------


def test_every_step_of_signing_in_changes_the_key_of_the_session(settings, house):
    """Password, then code: whoever knew the key before either knows nothing after it."""
    settings.SECOND_FACTOR_REQUIRED = True
    person = house.analyst
    person.set_password(PASSWORD)
    person.save()
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    assert Authenticator.objects.filter(user=person).exists()
    client = browser()
    planted = client.session
    planted["planted"] = "x"
    planted.save()
    keys = [planted.session_key]
    client.cookies[settings.SESSION_COOKIE_NAME] = keys[0]

    asked = client.post(reverse("account_login"), {"login": person.username, "password": PASSWORD})
    assert asked.status_code == 302 and asked["Location"].startswith(reverse("mfa_authenticate"))
    keys.append(client.session.session_key)
    assert client.get(reverse("cases:inbox")).status_code == 302, "half signed in is not signed in"

    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert client.post(asked["Location"], {"code": code}).status_code == 302
    keys.append(client.session.session_key)
    assert client.get(reverse("cases:inbox")).status_code == 200

    assert keys[2] not in keys[:2], "the key known before the second factor was let in"
    for old in keys[:2]:
        assert not Session.objects.filter(session_key=old, user=person).exists()
        thief = browser()
        thief.cookies[settings.SESSION_COOKIE_NAME] = old
        assert thief.get(reverse("cases:inbox")).status_code == 302


def test_a_new_password_ends_the_other_sessions(house):
    person = house.analyst
    person.set_password(PASSWORD)
    person.save()
    here, elsewhere = browser(f.fresh(person)), browser(f.fresh(person))
    new = "otra frase bastante larga y distinta"
    done = here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert done.status_code == 302
    assert elsewhere.get(reverse("cases:inbox")).status_code == 302
