"""Sessions: how long they live, how many there are, and ending them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from offices import services, sessions
from offices.models import Session
from offices.roles import Role
from offices.sweeps import sweep_access
from tests import factories as f
from tests.cases.pages import browser, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return f.staff(Role.ANALYST, f.OfficeFactory())


def inside(client) -> bool:
    return client.get(reverse("cases:inbox")).status_code == 200


def age(user, **columns):
    Session.objects.filter(user=user).update(**columns)


def test_a_session_that_rests_too_long_has_ended(person, settings):
    client = browser(person)
    age(person, seen=timezone.now() - settings.SESSION_IDLE + timedelta(minutes=1))
    assert inside(client)
    age(person, seen=timezone.now() - settings.SESSION_IDLE)
    assert not inside(client)


def test_a_session_that_is_used_all_day_ends_too(person, settings):
    client = browser(person)
    age(person, started=timezone.now() - settings.SESSION_ABSOLUTE)
    assert not inside(client)


def test_use_is_noted_but_not_what_the_page_asks_by_itself(person):
    client = browser(person)
    before = timezone.now() - timedelta(minutes=5)
    age(person, seen=before)
    client.get(reverse("cases:inbox"), HTTP_X_UNATTENDED="1")
    assert Session.objects.get(user=person).seen == before
    client.get(reverse("cases:inbox"))
    assert Session.objects.get(user=person).seen > before


def test_the_oldest_session_ends_when_there_are_too_many(person, settings, rf):
    settings.SESSIONS_PER_USER = 2
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    person.set_password("una frase bastante larga")
    person.save()
    clients = [browser() for _ in range(3)]
    for number, client in enumerate(clients):
        client.post(reverse("account_login"), {"login": person.username, "password": "una frase bastante larga"})
        Session.objects.filter(session_key=client.session.session_key).update(
            seen=timezone.now() - timedelta(minutes=9 - number)
        )
    assert [inside(client) for client in clients] == [False, True, True]
    assert AuditEvent.objects.filter(verb="session.ended", data__user=person.pk).count() == 1


def test_everything_ends_with_the_last_posting_at_that_moment(person):
    office = f.OfficeFactory()
    services.open_posting(actor=None, user=person, office=office, role=Role.CONSUL, since=f.LONG_AGO, source="x")
    clients = [browser(person), browser(person)]
    first, last = person.postings.order_by("pk")
    services.close_posting(first, actor=None, at=timezone.now(), reason="Cese")
    assert all(map(inside, clients))
    services.close_posting(last, actor=None, at=timezone.now(), reason="Cese")
    assert not any(map(inside, clients))
    assert not Session.objects.filter(user=person).exists()
    assert AuditEvent.objects.get(verb="session.ended").data == {"user": person.pk, "sessions": 2}


def test_a_posting_that_ends_later_ends_no_session_now(person):
    client = browser(person)
    later = timezone.now() + timedelta(days=1)
    services.close_posting(person.postings.get(), actor=None, at=later, reason="Traslado")
    assert inside(client)
    assert (
        sessions.end_sessions_if_unposted(person, actor=None, at=later + timedelta(seconds=1), reason="Traslado") == 1
    )
    assert not inside(client)


def test_own_sessions_are_listed_and_closed_one_by_one(person):
    here, there, stranger = browser(person), browser(person), browser(f.UserFactory())
    page = text(here.get(reverse("access:sessions")))
    assert page.count("access-row") == 2 and "This one" in page
    for client in (here, there):
        assert client.session.session_key not in page  # the key would open it
    from offices.access_views import handle_of

    url = reverse("access:close_session")
    handle = handle_of(Session.objects.get(session_key=there.session.session_key))
    assert stranger.post(url, {"session": handle}).status_code == 404 and inside(there)
    assert here.post(url, {"session": handle}).status_code == 302
    assert inside(here) and not inside(there)
    assert here.post(url, {"session": "0" * 32}).status_code == 404


def test_all_others_are_closed_at_once(person):
    here, others = browser(person), [browser(person) for _ in range(3)]
    here.post(reverse("access:close_session"), {"session": "others"})
    assert inside(here) and not any(map(inside, others))


def test_an_administrator_signs_somebody_out_everywhere(person):
    client, admin = browser(person), f.staff(Role.ADMINISTRATOR, f.OfficeFactory())
    data = {"action": "sign_out", "_selected_action": [person.pk]}
    assert browser(admin).post(reverse("admin:offices_user_changelist"), data).status_code == 302
    assert not inside(client)


def test_the_sweep_removes_what_has_ended_and_nothing_else(person, settings):
    kept, idle, old = browser(person), browser(person), browser(person)
    for client, columns in (
        (idle, {"seen": timezone.now() - settings.SESSION_IDLE}),
        (old, {"started": timezone.now() - settings.SESSION_ABSOLUTE}),
    ):
        Session.objects.filter(session_key=client.session.session_key).update(**columns)
    key = kept.session.session_key
    sweep_access()
    assert list(Session.objects.values_list("session_key", flat=True)) == [key]
