"""The sign-in page: who gets in, what is recorded, and what happens to who guesses."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from offices import lockout
from offices.models import Session, SignInAttempt
from offices.roles import Role
from tests import factories as f
from tests.cases.pages import browser, text

pytestmark = pytest.mark.django_db

PASSWORD = "una frase bastante larga"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person():
    user = f.staff(Role.ANALYST, f.OfficeFactory(), username="rquispe", first_name="Rosa", last_name="Quispe")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, name="rquispe", password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": name, "password": password}, **extra)


def events(verb):
    return AuditEvent.objects.filter(verb=verb)


def test_a_sign_in_begins_a_session_with_its_user_and_is_recorded(person):
    client = browser()
    answer = sign_in(client, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    assert answer.status_code == 302 and answer["Location"] == reverse("cases:inbox")
    session = Session.objects.get(user=person)
    assert session.address == "127.0.0.1" and "Firefox" in session.agent
    event = events("signin.succeeded").get()
    assert (event.actor, event.data, event.address) == (person, {"method": "password"}, "127.0.0.1")
    assert client.get(reverse("cases:inbox")).status_code == 200
    client.post(reverse("account_logout"))
    assert events("signout").get().actor == person and not Session.objects.filter(user=person).exists()


def test_a_failure_is_recorded_without_what_was_typed(person):
    client = browser()
    assert sign_in(client, password="equivocada").status_code == 200
    assert sign_in(client, name="mi-clave-secreta", password=PASSWORD).status_code == 200
    known, unknown = events("signin.failed").order_by("pk")
    assert known.denied and known.actor is None and known.data == {"user": person.pk}
    assert set(unknown.data) == {"name"} and "mi-clave" not in str(unknown.data)
    assert not SignInAttempt.objects.filter(key__contains="mi-clave").exists()


def test_after_five_failures_the_right_password_is_refused_too(person):
    for _ in range(5):
        assert "Too many" not in text(sign_in(browser(), password="equivocada"))
    locked = sign_in(browser())
    assert locked.status_code == 200 and "Too many attempts. Wait 15 minutes" in text(locked)
    assert events("signin.locked").get().data == {"user": person.pk}
    assert 'name="login" type="text" value="rquispe"' in text(locked)  # what was typed stays
    SignInAttempt.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert sign_in(browser()).status_code == 302


def test_a_colleague_elsewhere_still_gets_in_while_somebody_guesses(person):
    for _ in range(5):
        sign_in(browser(), password="equivocada", REMOTE_ADDR="203.0.113.9")
    assert "Too many" in text(sign_in(browser(), REMOTE_ADDR="203.0.113.9"))
    assert sign_in(browser(), REMOTE_ADDR="198.51.100.4").status_code == 302


def test_guesses_from_many_addresses_lock_the_account(person, settings):
    settings.LOCKOUT_LIMITS = {**settings.LOCKOUT_LIMITS, "account": (6, 60)}
    for last in range(6):
        sign_in(browser(), password="equivocada", REMOTE_ADDR=f"203.0.113.{last}")
    assert "Too many" in text(sign_in(browser(), REMOTE_ADDR="198.51.100.4"))


def test_one_address_can_not_try_everybody(person, settings):
    settings.LOCKOUT_LIMITS = {**settings.LOCKOUT_LIMITS, "address": (4, 15)}
    for number in range(4):
        sign_in(browser(), name=f"alguien{number}")
    assert "Too many" in text(sign_in(browser()))


def test_a_success_clears_the_account_but_not_the_address(person):
    for _ in range(4):
        sign_in(browser(), password="equivocada")
    assert sign_in(browser()).status_code == 302
    for _ in range(4):
        assert "Too many" not in text(sign_in(browser(), password="equivocada"))
    assert SignInAttempt.objects.filter(key=lockout.key_of("address", "127.0.0.1")).count() == 8


def test_an_administrator_lets_a_colleague_try_again(person):
    admin = f.staff(Role.ADMINISTRATOR, f.OfficeFactory())
    for _ in range(6):
        sign_in(browser(), password="equivocada")
    data = {"action": "forgive", "_selected_action": [person.pk]}
    assert browser(admin).post(reverse("admin:offices_user_changelist"), data).status_code == 302
    assert sign_in(browser()).status_code == 302
    assert events("signin.unlocked").get().actor == admin


def test_the_address_is_taken_from_the_proxy_that_is_trusted_and_no_other(person, settings):
    sign_in(browser(), HTTP_X_FORWARDED_FOR="203.0.113.5")
    assert events("signin.succeeded").latest("pk").address == "127.0.0.1"
    settings.TRUSTED_PROXIES = 1
    sign_in(browser(), HTTP_X_FORWARDED_FOR="10.9.8.7, 203.0.113.5")
    assert events("signin.succeeded").latest("pk").address == "203.0.113.5"
    sign_in(browser(), HTTP_X_FORWARDED_FOR="no address")
    assert events("signin.succeeded").latest("pk").address == "127.0.0.1"


def test_a_closed_account_hears_so_after_the_right_password_only(person):
    person.is_active = False
    person.save()
    assert "password" in text(sign_in(browser(), password="equivocada"))
    assert not Session.objects.filter(user=person).exists()
    sign_in(browser())
    assert not Session.objects.filter(user=person).exists()


def test_the_administration_has_no_door_of_its_own(person):
    answer = browser().get("/admin/login/?next=/admin/offices/user/")
    assert answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))
    assert browser().post("/admin/login/", {"username": "rquispe", "password": PASSWORD}).status_code == 302
    assert not Session.objects.filter(user=person).exists()
    assert browser(person).get("/admin/login/").status_code == 403


def test_nobody_signs_up_resets_a_password_by_mail_or_adds_an_address(person):
    for path in ("signup/", "password/reset/", "email/", "password/set/", "oidc/x/login/"):
        assert browser(person).get(f"/cuenta/{path}").status_code == 404


@pytest.mark.parametrize("password", ["corta", "123456789012", "rquispe-rquispe", "password1234"])
def test_a_weak_password_is_refused(person, password):
    client = browser()
    sign_in(client)
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    client.post(reverse("account_change_password"), data)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_new_password_ends_the_other_sessions(person):
    here, there = browser(), browser()
    sign_in(here), sign_in(there)
    new = "otra frase mucho mejor que la de antes"
    answer = here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    assert here.get(reverse("cases:inbox")).status_code == 200
    assert there.get(reverse("cases:inbox")).status_code == 302
    assert Session.objects.filter(user=person).count() == 1 and events("password.changed").get().actor == person
