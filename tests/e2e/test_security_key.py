"""A security key in a real browser: registered, asked for at sign-in and before a decision, refused, removed.

The key is Chromium's virtual authenticator (CTAP 2 with a resident key and user verification), which signs as a real
one does; the pages run under the house's own Content-Security-Policy.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from playwright.sync_api import Page, expect

from audit.models import AuditEvent
from cases import services
from cases.models import Decision
from offices.models import Session
from tests import factories as f
from tests.e2e.conftest import WIDE
from tests.e2e.desk import PASSWORD, Desk
from tests.flows import to_decision

NARROW = {"width": 390, "height": 844}
WRONG = "Esta llave de seguridad no abre su cuenta."
SILENT = "La llave de seguridad no respondió."


class Key:
    """A virtual authenticator in one browser page."""

    def __init__(self, page: Page):
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        self.plug_in()

    def plug_in(self) -> None:
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        self.id = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def credentials(self) -> list[dict[str, Any]]:
        return self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]

    def forget(self) -> None:
        """An authenticator that has never seen the house."""
        self.cdp.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})

    def hold(self, credential: dict[str, Any]) -> None:
        self.forget()
        self.cdp.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": credential})

    def hold_forged(self, credential: dict[str, Any]) -> None:
        """It claims to be the registered key and signs with a secret of its own."""
        secret = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.hold({**credential, "privateKey": b64encode(secret).decode()})


@pytest.fixture
def house(transactional_db, live_server, settings) -> SimpleNamespace:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECOND_FACTOR_REQUIRED = True
    house = f.ministry()
    house.consul.set_password(PASSWORD)
    house.consul.save(update_fields=["password"])
    return house


@pytest.fixture
def sit(browser, live_server) -> Iterator[Callable[..., Desk]]:
    """``sit()``: a browser of one's own; nothing a page writes to the console is an error."""
    contexts, complaints = [], []

    def open_one(size: dict[str, int] = WIDE) -> Desk:
        context = browser.new_context(base_url=live_server.url, viewport=size, locale="es-PE", reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return Desk(page)

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def tidy(desk: Desk, what: str) -> None:
    """axe-core finds nothing, and the page is no wider than the screen."""
    found = Axe().run(desk.page)
    assert found.violations_count == 0, f"{what}: {found.generate_report()}"
    assert desk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), what


def confirm(desk: Desk) -> None:
    """The password once more."""
    expect(desk.heading("Confirme su identidad")).to_be_visible()
    desk.page.get_by_label("Contraseña").fill(PASSWORD)
    desk.button("Confirmar").click()


def register(desk: Desk, house: SimpleNamespace, name: str = "Llave azul") -> tuple[Key, list[str]]:
    """Sign in for the first time and register a key; the recovery codes that come with it."""
    key = Key(desk.page)
    desk.page.goto("/")
    desk.give_credentials(house.consul.username)
    expect(desk.heading("Segundo factor")).to_be_visible()  # nothing else opens
    tidy(desk, "second factor wanted")
    desk.page.locator(".access-row", has_text="Llaves de seguridad").get_by_role("link", name="Agregar").click()
    confirm(desk)
    expect(desk.heading("Agregar una llave de seguridad")).to_be_visible()
    tidy(desk, "a new key")
    desk.page.get_by_label("Nombre").fill(name)
    desk.button("Agregar").click()
    expect(desk.heading("Códigos de recuperación")).to_be_visible()
    tidy(desk, "recovery codes")
    codes = desk.page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    return key, codes


def sign_out(desk: Desk) -> None:
    desk.page.context.clear_cookies()


def to_second_factor(desk: Desk, house: SimpleNamespace) -> None:
    desk.page.goto("/")
    desk.give_credentials(house.consul.username)
    expect(desk.heading("Segundo factor")).to_be_visible()
    expect(desk.page.get_by_label("Código")).to_be_visible()


def forge(desk: Desk, house: SimpleNamespace) -> tuple[Key, list[str], dict]:
    """Stand at the second factor with a key that only looks like the registered one, whose credential comes last."""
    key, codes = register(desk, house)
    [credential] = key.credentials()
    sign_out(desk)
    to_second_factor(desk, house)
    key.hold_forged(credential)
    return key, codes, credential


def inbox(desk: Desk) -> None:
    expect(desk.heading("Mi bandeja")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_registered_once_it_opens_the_account(house, sit, size):
    desk = sit(size)
    key, _codes = register(desk, house)
    [credential] = key.credentials()
    assert credential["rpId"] == "localhost"
    assert AuditEvent.objects.get(verb="second_factor.added", data__type="webauthn").actor == house.consul
    desk.page.get_by_role("link", name="Ya los guardé").click()
    inbox(desk)
    sign_out(desk)
    to_second_factor(desk, house)
    tidy(desk, "second factor at sign-in")
    desk.button("Usar una llave de seguridad").click()
    inbox(desk)
    assert AuditEvent.objects.get(verb="second_factor.used").data == {"type": "webauthn"}
    desk.page.goto("/cuenta/2fa/webauthn/")
    row = desk.page.locator(".access-row", has_text="Llave azul")
    expect(row).to_contain_text("último uso")
    tidy(desk, "list of keys")


def test_a_forged_or_absent_key_opens_nothing_and_a_recovery_code_does(house, sit):
    desk = sit()
    key, codes, credential = forge(desk, house)
    desk.button("Usar una llave de seguridad").click()
    expect(desk.page.get_by_role("alert").filter(has_text=WRONG)).to_be_visible()
    tidy(desk, "wrong key")
    failed = AuditEvent.objects.get(verb="second_factor.failed")
    assert failed.denied and failed.data == {"user": house.consul.pk}
    key.forget()
    desk.button("Usar una llave de seguridad").click()
    expect(desk.page.get_by_role("alert").filter(has_text=SILENT)).to_be_visible()
    expect(desk.page.get_by_role("alert").filter(has_text=WRONG)).to_be_hidden()
    tidy(desk, "absent key")
    desk.page.goto("/")
    expect(desk.heading("Mi bandeja")).not_to_be_visible()
    desk.page.goto("/cuenta/2fa/authenticate/")
    desk.page.get_by_label("Código").fill(codes[0])
    desk.button("Ingresar").click()
    inbox(desk)
    sign_out(desk)
    to_second_factor(desk, house)
    desk.page.get_by_label("Código").fill(codes[0])  # each works once
    desk.button("Ingresar").click()
    expect(desk.page.get_by_text("Código incorrecto")).to_be_visible()
    key.hold(credential)
    desk.button("Usar una llave de seguridad").click()
    inbox(desk)


def test_forged_keys_are_counted_as_wrong_codes_are(house, sit, settings):
    desk = sit()
    key, codes, credential = forge(desk, house)
    for _ in range(settings.LOCKOUT_LIMITS["code"][0]):
        with desk.page.expect_navigation():
            desk.button("Usar una llave de seguridad").click()
        expect(desk.page.get_by_role("alert").filter(has_text=WRONG)).to_be_visible()
    desk.page.get_by_label("Código").fill(codes[0])
    desk.button("Ingresar").click()
    expect(desk.page.get_by_text("Demasiados intentos")).to_be_visible()
    key.hold(credential)
    desk.button("Usar una llave de seguridad").click()
    expect(desk.page.get_by_text("Demasiados intentos")).to_be_visible()


def test_the_same_key_twice_is_said(house, sit):
    desk = sit()
    register(desk, house)
    desk.page.goto("/cuenta/2fa/webauthn/add/")
    desk.button("Agregar").click()
    expect(desk.page.get_by_role("alert").filter(has_text="ya está registrada")).to_be_visible()
    assert Authenticator.objects.filter(user=house.consul, type="webauthn").count() == 1


def test_a_key_goes_only_by_who_confirms_and_not_the_last_one(house, sit, settings):
    desk = sit()
    key, _codes = register(desk, house)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0  # the confirmation of a moment ago is long past
    desk.page.goto("/cuenta/2fa/webauthn/")
    desk.page.locator(".access-row", has_text="Llave azul").get_by_role("link", name="Retirar").click()
    expect(desk.heading("Confirme su identidad")).to_be_visible()
    tidy(desk, "confirmation by password")
    desk.page.get_by_role("link", name=re.compile("llave de seguridad")).click()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    tidy(desk, "confirmation by key")
    [credential] = key.credentials()
    key.hold_forged(credential)
    desk.button("Usar una llave de seguridad").click()
    expect(desk.page.get_by_role("alert").filter(has_text=WRONG)).to_be_visible()
    key.hold(credential)
    desk.button("Usar una llave de seguridad").click()
    expect(desk.heading("Retirar la llave de seguridad")).to_be_visible()  # on to where the person was going
    tidy(desk, "removal")
    desk.button("Retirar").click()
    expect(desk.page.get_by_role("alert").filter(has_text="su único segundo factor")).to_be_visible()
    assert Authenticator.objects.filter(user=house.consul, type="webauthn").exists()
    settings.SECOND_FACTOR_REQUIRED = False
    desk.button("Retirar").click()
    expect(desk.page.get_by_text("La llave de seguridad ha sido retirada.")).to_be_visible()
    assert not Authenticator.objects.filter(user=house.consul).exists()
    assert AuditEvent.objects.filter(verb="second_factor.removed", data__type="webauthn").exists()


def test_a_decision_is_confirmed_with_the_key(house, sit, settings):
    settings.REAUTHENTICATE_AFTER = timedelta(minutes=15)
    case = f.visa_case(house)
    to_decision(case, house)
    services.take_task(f.open_step(case, "decide"), actor=house.consul)
    desk = sit()
    register(desk, house)
    sign_out(desk)
    to_second_factor(desk, house)
    desk.button("Usar una llave de seguridad").click()
    inbox(desk)
    desk.open_case(case.number)
    desk.mark("Aprobar la visa")
    Session.objects.filter(user=house.consul).update(started=timezone.now() - timedelta(minutes=20))
    desk.button("Terminar").click()
    expect(desk.heading("Confirme su identidad")).to_be_visible()
    desk.page.get_by_role("link", name=re.compile("llave de seguridad")).click()
    desk.button("Usar una llave de seguridad").click()
    expect(desk.page.get_by_text("Su identidad ha sido confirmada")).to_be_visible()
    expect(desk.labelled("Aprobar la visa")).to_be_checked()
    assert not Decision.objects.filter(by=house.consul).exists()  # it is the person who sends it
    desk.finish("Decidir")
    assert Decision.objects.get(by=house.consul).result == "grant"
    assert AuditEvent.objects.get(verb="signin.confirmed", data__method="webauthn").actor == house.consul
