"""Supervision: the board and the lists behind its numbers, reassigning, stopped steps, messages sent."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from cases import load, services
from cases.listing import supervised_steps
from cases.models import Notification, Task
from offices.roles import Role
from tests import factories as f
from tests import flows
from tests.cases.lists import waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_user(settings):
    def sign_in(user) -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def busy(house):
    """Two offices with steps of every kind: waiting and taken; overdue, due soon and later; new and old."""
    now = timezone.now()
    waiting(house, 3, first=10, due_at=now - timedelta(days=1))
    waiting(house, 2, first=20, due_at=now + timedelta(days=60))
    waiting(house, 1, first=30, due_at=now + timedelta(hours=1))
    waiting(house, 2, first=40, owner=house.analyst, due_at=now - timedelta(days=1))
    waiting(house, 1, first=50, owner=house.intake, due_at=now + timedelta(days=60))
    waiting(house, 4, first=60, office=house.madrid, due_at=now + timedelta(days=60))
    old = Task.objects.filter(process__number__contains="SCL-00001", finished__isnull=True)
    old.update(created=now - timedelta(days=40))
    return house


def test_numbers_by_office_and_officer(busy):
    board = load.board_of(supervised_steps(busy.supervisor), now=timezone.now())
    santiago, madrid = board.offices
    assert (santiago.office.code, madrid.office.code) == ("SCL", "MAD")  # the most overdue first
    assert (santiago.open, santiago.waiting, santiago.taken) == (9, 6, 3)
    assert (santiago.waiting_overdue, santiago.taken_overdue, santiago.soon, santiago.in_time) == (3, 2, 1, 3)
    assert (madrid.open, madrid.overdue, madrid.in_time) == (4, 0, 4)
    assert [(who.officer_id, who.taken, who.taken_overdue) for who in board.officers] == [
        (busy.analyst.pk, 2, 2),
        (busy.intake.pk, 1, 0),
    ]
    assert (board.total.open, board.total.overdue) == (13, 5)
    assert timezone.now() - santiago.oldest > timedelta(days=39)
    assert sum(bar.number for bar in board.ages) == 13
    assert (board.ages[0].number, board.ages[-1].number) == (10, 3)
    assert sum(bar.number for bar in board.ahead) == 1


def test_every_number_opens_a_list_of_as_many_rows(busy, as_user):
    client = as_user(busy.supervisor)
    context = client.get(reverse("cases:board")).context
    links = []
    for line in context["offices"]:
        row = line["load"]
        links += [
            (line["waiting_url"], row.waiting),
            (line["waiting_overdue_url"], row.waiting_overdue),
            (line["taken_url"], row.taken),
            (line["taken_overdue_url"], row.taken_overdue),
        ]
    for line in context["officers"]:
        row = line["load"]
        links += [(line["taken_url"], row.taken), (line["taken_overdue_url"], row.taken_overdue)]
        links.append((line["soon_url"], row.soon))
    assert len(links) == 14
    for url, number in links:
        assert len(client.get(url).context["rows"]) == number, url


def test_the_board_narrows_to_an_office(busy, as_user):
    context = as_user(busy.supervisor).get(reverse("cases:board"), {"office": busy.madrid.pk}).context
    assert [line["load"].office.code for line in context["offices"]] == ["MAD"]


def test_a_consul_sees_their_own_office_only(busy, as_user):
    context = as_user(busy.consul).get(reverse("cases:board")).context
    assert [line["load"].office.code for line in context["offices"]] == ["SCL"]
    other = as_user(busy.consul).get(reverse("cases:board"), {"office": busy.madrid.pk}).context
    assert other["offices"] == []


def test_plots_say_the_same_as_the_tables(busy, as_user):
    context = as_user(busy.supervisor).get(reverse("cases:board")).context
    plotted = context["charts"]["load"]["series"]
    assert [sum(each["values"]) for each in plotted] == [5, 1, 7]
    assert context["charts"]["ages"]["series"][0]["values"] == [number for _age, number in context["ages"]]


class _Scripts(HTMLParser):
    """Attributes of every script and of everything that carries a style or a handler of its own."""

    def __init__(self):
        super().__init__()
        self.inline, self.kinds = [], []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "script" and "src" not in given:
            self.kinds.append(given.get("type"))
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("name", ["board", "inbox", "queue", "search", "stopped_steps", "outbox"])
def test_pages_keep_to_the_strict_policy(busy, as_user, name):
    answer = as_user(busy.supervisor).get(reverse(f"cases:{name}"))
    parser = _Scripts()
    parser.feed(answer.content.decode())
    assert parser.inline == [] and set(parser.kinds) <= {"application/json"}
    assert "unsafe-inline" not in answer["Content-Security-Policy"]


def test_the_list_of_officers_is_bounded(busy, monkeypatch):
    monkeypatch.setattr(load, "OFFICERS", 1)
    board = load.board_of(supervised_steps(busy.supervisor), now=timezone.now())
    assert [who.officer_id for who in board.officers] == [busy.analyst.pk] and board.more == 1


def test_statements(busy, as_user, settings, django_assert_max_num_queries):
    settings.CONFIGURATION_TTL = 20
    client = as_user(busy.supervisor)
    client.get(reverse("cases:board"))
    with django_assert_max_num_queries(10):
        client.get(reverse("cases:board"))


@pytest.mark.parametrize("name", ["board", "stopped_steps"])
def test_supervision_is_not_there_for_others(house, as_user, name):
    for user in (house.analyst, house.intake, house.checks, f.UserFactory(is_superuser=True)):
        client = as_user(user)
        assert client.get(reverse(f"cases:{name}")).status_code == 404
        addresses = {item["url"] for item in client.get(reverse("cases:inbox")).context["nav"]}
        assert reverse(f"cases:{name}") not in addresses


# --- reassigning one step ----------------------------------------------------------------------------------------


def test_reassign_asks_then_does_it(house, as_user):
    (task,) = waiting(house, 1, owner=house.intake)
    client = as_user(house.consul)
    address = reverse("cases:reassign", args=[task.pk])
    assert client.get(address).status_code == 405
    assert client.post(address).context["form"].is_bound is False
    answer = client.post(address, {"to": house.analyst.pk, "reason": "Vacaciones", "next": reverse("cases:board")})
    assert answer.url == reverse("cases:board")
    task.refresh_from_db()
    assert task.owner_id == house.analyst.pk


def test_reassign_of_a_step_of_another_office_is_not_there(house, as_user):
    (task,) = waiting(house, 1)
    answer = as_user(house.foreign).post(reverse("cases:reassign", args=[task.pk]), {"to": 1, "reason": "x"})
    assert answer.status_code == 404


def test_reassign_without_the_right_is_refused_and_noted(house, as_user):
    (task,) = waiting(house, 1)
    answer = as_user(house.analyst).post(
        reverse("cases:reassign", args=[task.pk]), {"to": house.intake.pk, "reason": "x"}
    )
    assert answer.status_code == 403
    assert AuditEvent.objects.filter(actor=house.analyst, denied=True, task_id=task.pk).exists()


def test_reassigning_a_finished_step_says_so(house, as_user):
    (task,) = waiting(house, 1)
    Task.objects.filter(pk=task.pk).update(finished=timezone.now(), status="DONE")
    answer = as_user(house.supervisor).post(
        reverse("cases:reassign", args=[task.pk]), {"to": house.analyst.pk, "reason": "x"}
    )
    assert answer.status_code == 409


def test_only_people_whose_posting_is_in_force_are_offered(house):
    (task,) = waiting(house, 1)
    gone = f.staff(Role.ANALYST, house.santiago)
    f.offices.close_posting(gone.postings.get(), actor=None, at=timezone.now(), reason="Cese")
    above = f.staff(Role.ANALYST, house.lima)
    offered = set(load.candidates([task]))
    assert {house.analyst, house.intake, above} <= offered
    assert not {gone, house.foreign, house.consul, house.printer} & offered


# --- stopped steps -----------------------------------------------------------------------------------------------


@pytest.fixture
def stopped(house):
    case = f.visa_case(house)
    flows.to_decision(case, house)
    flows.decide(case, house.consul)
    task = f.open_step(case, "assign")
    for _attempt in range(task.flow_task.attempts):
        services.record_step_failure(task, error=TimeoutError("dato personal"))
    return task


def test_a_stopped_step_shows_its_failure_without_its_text(house, as_user, stopped):
    answer = as_user(house.supervisor).get(reverse("cases:stopped_steps"))
    content = answer.content.decode()
    assert "TimeoutError" in content and "dato personal" not in content
    (row,) = answer.context["rows"]
    assert row["attempts"] == stopped.flow_task.attempts and row["case"].number == stopped.process.number
    menu = {item["url"]: item["count"] for item in answer.context["nav"]}
    assert menu[reverse("cases:stopped_steps")] == "1"


def test_retry_needs_a_reason_and_the_right(house, as_user, stopped):
    address = reverse("cases:retry", args=[stopped.pk])
    assert as_user(house.analyst).post(address, {"reason": "x"}).status_code == 404
    as_user(house.supervisor).post(address, {"reason": " "})
    stopped.refresh_from_db()
    assert stopped.status == "ERROR"
    as_user(house.supervisor).post(address, {"reason": "La impresora ha vuelto"})
    stopped.refresh_from_db()
    assert stopped.status == "SCHEDULED"
    assert AuditEvent.objects.filter(verb="step.retried", reason="La impresora ha vuelto").exists()
    assert as_user(house.supervisor).post(address, {"reason": "x"}).status_code == 404  # no longer stopped


# --- messages ----------------------------------------------------------------------------------------------------


def test_the_outbox_shows_messages_of_visible_cases(house, as_user):
    f.visa_case(house, complete=False)
    message = Notification.objects.get()
    page = as_user(house.analyst).get(reverse("cases:outbox"))
    assert [row.pk for row in page.context["rows"]] == [message.pk]
    for part in (message.subject, message.address, message.body.splitlines()[0]):
        assert part in page.content.decode()
    assert as_user(house.foreign).get(reverse("cases:outbox")).context["rows"] == []


def test_the_outbox_narrows_by_state_and_pages_by_key(house, as_user, monkeypatch):
    monkeypatch.setattr("cases.views.supervision.PAGE", 2)
    case = f.visa_case(house, complete=False)
    for number in range(4):
        Notification.objects.create(
            case=case, kind="x", address="x@correo.example", subject=f"Aviso {number}", body="…", state="sent"
        )
    client = as_user(house.analyst)
    first = client.get(reverse("cases:outbox"), {"state": "sent"})
    assert [row.subject for row in first.context["rows"]] == ["Aviso 3", "Aviso 2"]
    second = client.get(reverse("cases:outbox") + first.context["older_url"])
    assert [row.subject for row in second.context["rows"]] == ["Aviso 1", "Aviso 0"]
    assert second.context["older_url"] == ""
