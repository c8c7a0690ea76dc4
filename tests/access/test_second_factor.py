"""The second factor: whoever needs one sees nothing else until it is set up, and from then on it is asked for."""

import io
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.test import APIClient

from audit.models import AuditEvent
from offices.access_middleware import ENROLMENT
from offices.models import Session
from offices.roles import Role
from tests import factories as f
from tests.cases.pages import browser, text

pytestmark = pytest.mark.django_db(transaction=True)  # the enrolment is told of on commit

PASSWORD = "una frase bastante larga"


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person():
    user = f.staff(Role.CONSUL, f.OfficeFactory(), username="ipaz")
    user.set_password(PASSWORD)
    user.save()
    return user


def code_of(secret: str, *, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in(client):
    return client.post(reverse("account_login"), {"login": "ipaz", "password": PASSWORD})


def enrol(client) -> tuple[str, list[str]]:
    """Set up the authenticator app as a person does; its secret and the recovery codes."""
    address = reverse("mfa_activate_totp")
    asked = client.get(address)
    if asked.status_code == 302:  # allauth wants the password once more for this
        client.post(asked["Location"].partition("?")[0], {"password": PASSWORD, "next": address})
        asked = client.get(address)
    secret = re.search(r'<p class="mono wrap-anywhere">(\w+)</p>', text(asked)).group(1)
    done = client.post(address, {"code": code_of(secret)}, follow=True)
    codes = re.findall(r"<li>(\d{8})</li>", text(done))
    assert len(codes) == 10
    return secret, codes


def test_without_one_only_the_pages_to_set_one_up_open(person):
    client = browser()
    assert sign_in(client).status_code == 302
    for name in ("cases:inbox", "cases:queue", "cases:search", "access:tokens", "access:sessions", "admin:index"):
        answer = client.get(reverse(name))
        assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index")), name
    part = client.get(reverse("cases:inbox"), HTTP_HX_REQUEST="true")
    assert (part.status_code, part["HX-Redirect"]) == (204, reverse("mfa_index"))
    assert "Set up a second factor to go on" in text(client.get(reverse("mfa_index")))


def views(patterns, prefix="", namespace=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, [namespace, pattern.namespace or ""]))
            yield from views(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield route, f"{namespace}:{pattern.name}" if namespace else pattern.name


def test_no_address_of_the_house_lets_anybody_past(person):
    """Every address without arguments, from the URL resolver: those not in the list lead to the second factor."""
    client = browser()
    sign_in(client)
    tried = 0
    for route, name in views(get_resolver().url_patterns):
        if re.search(r"[<(]", route) or name in ENROLMENT or route.startswith("api/"):
            continue
        answer = client.post(f"/{route.rstrip('$')}")
        assert answer.status_code == 302 and answer["Location"] == reverse("mfa_index"), route
        tried += 1
    assert tried > 20


def test_the_api_asks_for_it_too(person):
    client = APIClient()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("api_tasks"))
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")


def test_set_up_once_and_everything_opens(person):
    client, other = browser(), browser()
    sign_in(client), sign_in(other)
    secret, _codes = enrol(client)
    assert client.get(reverse("cases:inbox")).status_code == 200
    assert other.get(reverse("cases:inbox"))["Location"].startswith(reverse("account_login"))  # a password alone
    assert AuditEvent.objects.get(verb="second_factor.added", data__type="totp").actor == person
    stored = Authenticator.objects.get(user=person, type="totp").data["secret"]
    assert secret not in stored


def test_then_a_sign_in_asks_for_the_code(person):
    first = browser()
    sign_in(first)
    secret, codes = enrol(first)
    client = browser()
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("cases:inbox"))["Location"].startswith(reverse("account_login"))
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    assert "Incorrect" in text(client.post(reverse("mfa_authenticate"), {"code": "000000"}))
    assert AuditEvent.objects.get(verb="second_factor.failed").data == {"user": person.pk}
    good = client.post(reverse("mfa_authenticate"), {"code": code_of(secret, steps=1)})
    assert good.status_code == 302 and client.get(reverse("cases:inbox")).status_code == 200
    for expected in (302, 200):  # a recovery code works once
        client = browser()
        sign_in(client)
        assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == expected


def test_codes_can_not_be_guessed(person):
    first = browser()
    sign_in(first)
    secret, _codes = enrol(first)
    client = browser()
    sign_in(client)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Too many attempts" in text(client.post(reverse("mfa_authenticate"), {"code": code_of(secret, steps=1)}))
    again = browser()
    sign_in(again)  # a new session does not begin anew
    assert "Too many attempts" in text(again.post(reverse("mfa_authenticate"), {"code": code_of(secret, steps=1)}))
    assert AuditEvent.objects.filter(verb="second_factor.locked").count() == 2


def test_the_last_factor_stays(person):
    client = browser()
    sign_in(client)
    enrol(client)
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert answer.status_code == 200 and Authenticator.objects.filter(user=person, type="totp").exists()


NO_KEYS_ANSWERS = [
    "", "x", "null", "1", "[]", "{}", '{"id": 1}', '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "clientExtensionResults": {}, "response": {"clientDataJSON":'
    ' "e30", "authenticatorData": "AA", "attestationObject": "AA", "signature": "AA", "userHandle": null}}',
    '{"id": "á", "rawId": 7, "type": "public-key", "response": []}',
]  # fmt: skip


@pytest.mark.parametrize("answer", NO_KEYS_ANSWERS)
def test_what_no_key_answers_is_refused_in_words(person, settings, answer):
    """At the three pages that take a security key's answer; never a fault of the server."""
    settings.LOCKOUT_LIMITS = {**settings.LOCKOUT_LIMITS, "code": (1000, 15)}
    client = browser()
    sign_in(client)
    enrol(client)
    add = reverse("mfa_add_webauthn")
    assert client.get(add).status_code == 200  # the password was confirmed a moment ago
    said = client.post(add, {"name": "Llave", "credential": answer})
    assert said.status_code == 200 and 'role="alert"' in text(said) and 'value="Llave"' in text(said)
    other = browser()
    sign_in(other)
    assert other.get(reverse("mfa_authenticate")).status_code == 200
    said = other.post(reverse("mfa_authenticate"), {"credential": answer})
    assert said.status_code == 200 and "security key" in text(said) and "data-key-refused" in text(said)
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_the_recovery_codes_are_shown_once(person):
    client = browser()
    sign_in(client)
    _secret, codes = enrol(client)
    again = text(client.get(reverse("mfa_view_recovery_codes")))
    assert not any(code in again for code in codes)


def test_an_administrator_withdraws_a_lost_one_but_not_their_own(person, settings):
    client = browser()
    sign_in(client)
    enrol(client)
    settings.SECOND_FACTOR_REQUIRED = False
    admin = f.staff(Role.ADMINISTRATOR, f.OfficeFactory())
    Authenticator.objects.create(user=admin, type="totp", data={"secret": "x"})
    data = {"action": "withdraw_factor", "_selected_action": [person.pk, admin.pk]}
    assert browser(admin).post(reverse("admin:offices_user_changelist"), data).status_code == 302
    assert not Authenticator.objects.filter(user=person).exists()
    assert Authenticator.objects.filter(user=admin).exists()
    assert not Session.objects.filter(user=person).exists()
    assert AuditEvent.objects.get(verb="second_factor.withdrawn").data == {"user": person.pk}


def test_where_none_is_required_nobody_is_asked(person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browser()
    sign_in(client)
    assert client.get(reverse("cases:inbox")).status_code == 200


def test_a_secret_survives_a_change_of_the_secret_key(person, settings):
    from offices.adapters import StaffMFAAdapter

    hidden = StaffMFAAdapter().encrypt("JBSWY3DP")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 9, [settings.SECRET_KEY]
    assert StaffMFAAdapter().decrypt(hidden) == "JBSWY3DP"


def test_the_sessions_command_of_django_still_works():
    call_command("clearsessions", stdout=io.StringIO())
