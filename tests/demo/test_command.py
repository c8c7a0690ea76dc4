"""``manage.py demo``: repeatable, deterministic, refused in production; and what it promises about its accounts."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from agencies import services as agencies
from agencies.defaults import EVERY_VISA, RECORDS
from agencies.models import Agency
from audit.models import AuditEvent
from cases.models import Case, Task
from cases.registry import registry
from demo import walk
from demo.accounts import PASSWORD, STAFF
from demo.answers import Script
from demo.clock import savepoints, silent_bells, travelling
from demo.loading import load
from demo.management.commands.demo import Command
from demo.people import COUNTRIES, Population
from demo.stories import all_stories
from offices.models import Office, User
from offices.roles import Role
from simulator.lookup import Query

SATURDAY = datetime(2026, 11, 21, 21, tzinfo=UTC)


def run(**options) -> str:
    out = StringIO()
    call_command(Command(), stdout=out, **options)
    return out.getvalue()


@override_settings(ENVIRONMENT="production")
@pytest.mark.parametrize("options", [{}, {"accounts": True}])
def test_production_has_no_demonstration(options):
    with pytest.raises(CommandError):
        run(**options)


def test_the_table_names_every_account_one_per_role_first():
    lines = [line.split() for line in run(accounts=True).splitlines() if PASSWORD in line]
    assert {line[0] for line in lines} == {member.username for member in STAFF}
    assert len(lines) == len(STAFF) == 29
    first = {member.username: member for member in STAFF}
    assert [first[line[0]].postings[0][0] for line in lines[: len(Role)]] == list(Role)


def test_the_password_is_one_that_the_validators_accept():
    for member in STAFF:
        user = User(username=member.username, first_name=member.first_name, last_name=member.last_name)
        validate_password(PASSWORD, user)


@pytest.mark.django_db
@override_settings(CONFIGURATION_TTL=600)
def test_a_second_call_changes_nothing(settings):
    run(cases=3)
    before = list(AuditEvent.objects.values_list("pk", "verb"))
    assert Case.objects.count() == 3
    assert authenticate(username="lrojas", password=PASSWORD) is not None
    run(cases=9)
    assert list(AuditEvent.objects.values_list("pk", "verb")) == before
    assert (Case.objects.count(), User.objects.count(), Office.objects.count()) == (3, 29, 15)


@pytest.mark.django_db
def test_the_agencies_follow_the_simulator_to_its_new_address():
    with override_settings(SIMULATOR_URL="http://127.0.0.1:7001"):
        run(cases=0)
    Agency.objects.filter(code="pnp").update(base_url="https://pide.example/pnp/")
    with override_settings(SIMULATOR_URL="http://127.0.0.1:7002"):
        run(cases=0)
    moved = dict(Agency.objects.values_list("code", "base_url"))
    assert moved.pop("pnp") == "https://pide.example/pnp/"
    assert set(moved.values()) == {"http://127.0.0.1:7002/"}


@pytest.mark.django_db
@override_settings(CONFIGURATION_TTL=600)
def test_one_seed_gives_the_same_ministry_and_another_one_another():
    def outcome(seed: int) -> list[tuple]:
        with transaction.atomic():
            load(seed=seed, many=17, present=SATURDAY)
            rows = Case.objects.order_by("number").values_list("number", "applicant_name", "created", "stage", "due_at")
            found = list(rows)
            transaction.set_rollback(True)
        return found

    assert outcome(1) == outcome(1)
    assert all_stories(1, 150) != all_stories(2, 150)
    assert Population(1, SATURDAY.date()).draw("VEN") != Population(2, SATURDAY.date()).draw("VEN")


@pytest.mark.django_db
@override_settings(CONFIGURATION_TTL=600)
def test_a_call_that_breaks_in_the_middle_leaves_nothing_and_can_be_repeated(monkeypatch):
    monkeypatch.setattr(walk.texts, "INTERVIEWS", ())
    with pytest.raises(IndexError), transaction.atomic():
        load(seed=1, many=18, present=SATURDAY)
    assert (Case.objects.count(), User.objects.count()) == (0, 0)
    monkeypatch.undo()
    assert load(seed=1, many=18, present=SATURDAY).total() == 18


def test_time_and_bells_are_themselves_again_even_after_a_fault():
    real, bells = timezone.now, (registry.ring_step, registry.ring_notification, agencies.ring)
    far = datetime(2001, 2, 3, tzinfo=UTC)
    with pytest.raises(ZeroDivisionError), silent_bells(), savepoints(wanted=False), travelling(1, present=far):
        assert timezone.now() == far
        assert bells[0] is not registry.ring_step
        raise ZeroDivisionError
    assert timezone.now is real
    assert (registry.ring_step, registry.ring_notification, agencies.ring) == bells
    assert connection.features.uses_savepoints


def test_no_invented_surname_finds_a_record_whatever_the_given_name():
    world = Script().world
    for question in (*EVERY_VISA, *RECORDS):
        holders = {person.given for person in world.people if question in person.records}
        assert holders
        for surname in {name for country in COUNTRIES.values() for name in country.surnames}:
            found = [given for given in holders if world.held(question, Query(surname, given))]
            assert not found, f"{surname}: {question}"


@pytest.mark.django_db
def test_without_cases_the_ministry_stands_alone():
    run(cases=0)
    assert User.objects.count() == 29
    assert not Task.objects.exists()
