"""What an agency answered: sealed, opened by few with a reason, never unnoticed, and known to be what came."""

import io

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from agencies import services as checks
from agencies.connectors.base import Answer
from agencies.findings import Finding
from agencies.models import Evidence
from agencies.sealing import keyring
from audit.models import AuditEvent
from cases.errors import NotAllowed, StateConflict
from offices.roles import Role
from tests import factories as f
from tests.cases.pages import browser, case_url, text

pytestmark = pytest.mark.django_db

BODY = '{"resultado": "REGISTRA", "nombre": "ERIKSSON, ANNA <b>", "juzgado": "3.º Penal"}'


@pytest.fixture
def house():
    house = f.ministry()
    house.auditor = f.staff(Role.AUDITOR, house.lima)
    return house


@pytest.fixture
def check(house):
    case = f.visa_case(house)
    leased = checks.lease_check(case.checks.get(question="pnp.requisitorias").pk)
    now = timezone.now()
    return checks.settle_check(
        leased, answer=Answer(Finding.CLEAR, (), "", now, now, BODY.encode(), "application/json")
    )


def address(check) -> str:
    return reverse("agencies:evidence", args=[check.pk])


def test_the_body_lies_encrypted_and_no_row_holds_it_in_clear(check):
    evidence = Evidence.objects.get(check_asked=check)
    assert evidence.size == len(BODY.encode()) and evidence.media_type == "application/json"
    assert b"ERIKSSON" not in bytes(evidence.sealed)
    with connection.cursor() as cursor:
        for table in ("agencies_check", "agencies_evidence", "audit_auditevent"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%%3.º Penal%%'")
            assert cursor.fetchone()[0] == 0, table


@pytest.mark.parametrize("who", ["checks", "auditor"])
def test_those_with_the_right_read_it_for_a_reason_that_is_kept(house, check, who):
    user = getattr(house, who)
    client = browser(user)
    asked = client.get(address(check))
    assert asked.status_code == 200 and "Penal" not in text(asked)
    assert client.post(address(check), {"reason": "  "}).status_code == 422
    assert not AuditEvent.objects.filter(verb="evidence.read").exists()
    shown = client.post(address(check), {"reason": "Recurso del interesado"})
    page = shown.content.decode()
    assert "3.º Penal" in page and "ANNA &lt;b&gt;" in page and "hash agrees" in page
    assert "no-store" in shown["Cache-Control"]
    event = AuditEvent.objects.get(verb="evidence.read")
    assert (event.actor, event.reason, event.data["intact"]) == (user, "Recurso del interesado", True)
    assert "Penal" not in str(event.data)


@pytest.mark.parametrize("who", ["analyst", "consul", "intake"])
def test_nobody_else_does_and_the_attempt_is_kept(house, check, who):
    user = getattr(house, who)
    assert browser(user).get(address(check)).status_code == 403
    assert browser(user).post(address(check), {"reason": "x"}).status_code == 403
    assert AuditEvent.objects.filter(verb="open_evidence", denied=True, actor=user).count() == 2
    assert address(check) not in text(browser(user).get(case_url(check.case, "checks")))
    with pytest.raises(NotAllowed):
        checks.open_evidence(check, actor=user, reason="x")


def test_a_check_of_elsewhere_and_of_behind_the_wall_does_not_exist(house, check):
    assert browser(house.foreign).get(address(check)).status_code == 404
    f.protect(case=check.case)
    for user in (house.auditor, house.checks):
        assert browser(user).get(address(check)).status_code == 404


def test_a_reason_is_asked_for_by_the_act(house, check):
    with pytest.raises(ValidationError):
        checks.open_evidence(check, actor=house.checks, reason=" ")


def test_what_is_not_what_came_is_told(house, check):
    from agencies.sealing import seal

    Evidence.objects.update(sealed=seal(BODY.replace("REGISTRA", "NO REGISTRA").encode()))
    assert "hash differs" in text(browser(house.checks).post(address(check), {"reason": "x"}))
    Evidence.objects.update(sealed=b"gAAAAA" + bytes(50))
    with pytest.raises(StateConflict):
        checks.open_evidence(check, actor=house.checks, reason="x")
    Evidence.objects.update(sealed=None)
    assert browser(house.checks).post(address(check), {"reason": "x"}).status_code == 409


def test_keys_rotate(house, check, settings):
    old, new = settings.EVIDENCE_KEYS[0], Fernet.generate_key().decode()
    settings.EVIDENCE_KEYS = [new, old]
    assert checks.open_evidence(check, actor=house.checks, reason="x").body.decode() == BODY
    call_command("reseal_evidence", stdout=io.StringIO())
    settings.EVIDENCE_KEYS = [new]
    assert checks.open_evidence(check, actor=house.checks, reason="x").intact
    settings.EVIDENCE_KEYS = [old]
    with pytest.raises(StateConflict):
        checks.open_evidence(check, actor=house.checks, reason="x")
    with pytest.raises(CommandError):
        call_command("reseal_evidence", stdout=io.StringIO())


def test_a_body_over_the_bound_is_kept_up_to_it(house, settings):
    settings.EVIDENCE_MAX_BYTES = 10
    case = f.visa_case(house)
    leased = checks.lease_check(case.checks.first().pk)
    now = timezone.now()
    check = checks.settle_check(leased, answer=Answer(Finding.CLEAR, (), "", now, now, BODY.encode(), "text/xml"))
    opened = checks.open_evidence(check, actor=house.checks, reason="x")
    assert opened.truncated and opened.body == BODY.encode()[:10]


@pytest.mark.parametrize("keys", [[], ["corta"], ["á" * 44]])
def test_bad_keys_are_named_and_not_shown(settings, keys):
    settings.EVIDENCE_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match="EVIDENCE_KEYS") as problem:
        keyring()
    assert not keys or keys[0] not in str(problem.value)
