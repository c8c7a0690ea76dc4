"""No statistic gives a protected case away: not to anybody outside the wall, and in no small number inside."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.models import Check
from agencies.status import statuses
from cases.disclosure import disclosed
from cases.models import Case, Task
from cases.registry import BoardPart, registry
from offices.roles import Role
from tests import factories as f
from tests.cases.lists import waiting
from tests.wall import refuge
from wall.realm import PROTECTED, current_realm, in_realm

pytestmark = pytest.mark.django_db


@in_realm(PROTECTED)
def hidden(house, number: int, *, first: int, office=None) -> None:
    """So many waiting steps of protected cases, all overdue."""
    waiting(house, number, first=first, office=office or house.santiago, due_at=timezone.now() - timedelta(days=1))
    steps = Task.objects.order_by("-pk")[:number]
    pks = list(steps.values_list("process_id", flat=True))
    Task.objects.filter(process_id__in=pks).update(confidentiality="R")
    Case.objects.filter(pk__in=pks).update(confidentiality="R")


@pytest.fixture
def busy(house):
    waiting(house, 4, first=10, due_at=timezone.now() - timedelta(days=1))
    waiting(house, 12, first=20, due_at=timezone.now() + timedelta(days=60))
    f.offices.open_posting(
        actor=None, user=house.protector, office=house.lima, role=Role.SUPERVISOR, since=f.LONG_AGO, source="Prueba"
    )
    house.protector = f.fresh(house.protector)
    return house


def board(user, settings) -> tuple:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("cases:board"))


def numbers(answer) -> tuple:
    """All that the board's own statistics say."""
    found = answer.context["board"]
    loads = [(row.office.code, row.open, row.overdue, row.soon, row.oldest) for row in found.offices]
    bars = [bar.number for bar in (*found.ages, *found.ahead)]
    return loads, bars, found.total.open, answer.context["charts"]


def test_the_board_counts_the_same_with_and_without_them_whoever_looks(busy, settings):
    before = numbers(board(busy.supervisor, settings))
    hidden(busy, 3, first=40)
    hidden(busy, 11, first=60, office=busy.madrid)
    assert numbers(board(busy.supervisor, settings)) == before
    inside = board(busy.protector, settings)
    assert numbers(inside) == before
    assert before[2] == 16 and [row[0] for row in before[0]] == ["SCL"]


def test_who_is_outside_reads_nothing_of_them(busy, settings):
    hidden(busy, 30, first=40)
    page = board(busy.supervisor, settings)
    assert page.context["protected"] == [] and "Protected cases" not in page.content.decode()


def test_inside_no_number_below_ten_is_told(busy, settings):
    hidden(busy, 3, first=40)
    hidden(busy, 11, first=60, office=busy.madrid)
    page = board(busy.protector, settings)
    lines = [(line.office, line.open, line.overdue, line.soon) for line in page.context["protected"]]
    assert lines == [(busy.madrid.name, "11", "11", "< 10"), ("", "< 10", "< 10", "< 10")]
    part = page.content.decode().partition('id="protected-title"')[2].partition("</table>")[0]
    assert re.findall(r'class="number num">([^<]+)<', part) == ["11", "11", "&lt; 10", "&lt; 10", "&lt; 10", "&lt; 10"]
    assert busy.santiago.name not in part  # not even that there are some


def test_none_looks_like_few(busy, settings):
    alone = board(busy.protector, settings).context["protected"]
    hidden(busy, 9, first=40)
    assert board(busy.protector, settings).context["protected"] == alone
    assert [(line.office, line.open) for line in alone] == [("", "< 10")]


def test_the_threshold_is_configuration(settings):
    assert [disclosed(number) for number in (0, 1, 9, 10, 250)] == ["< 10", "< 10", "< 10", "10", "250"]
    settings.SMALL_CELL = 20
    assert disclosed(19) == "< 20"


def test_the_work_list_has_every_case(busy, settings):
    """It is no statistic: who is behind the wall works on each of them."""
    hidden(busy, 3, first=40)
    client = Client()
    client.force_login(busy.protector, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("cases:queue"), {"scope": "office"}).content.decode()
    with in_realm(PROTECTED):
        assert all(
            number in page for number in Case.objects.filter(confidentiality="R").values_list("number", flat=True)
        )


def test_what_other_rooms_put_on_the_board_is_asked_outside_the_wall(busy, settings, monkeypatch):
    hidden(busy, 3, first=40)
    asked = []

    def context(user):
        asked.append((current_realm(), Task.objects.filter(confidentiality="R").count()))

    monkeypatch.setitem(registry.board, "test", BoardPart("test", "none.html", context))
    board(busy.protector, settings)
    assert asked == [("N", 0)]


def test_agencies_and_metrics_count_no_question_of_theirs(house, flow, settings):
    def counted() -> tuple:
        rows = [(row.agency.code, row.waiting, row.under_way, row.stopped, row.recent) for row in statuses()]
        with CaptureQueriesContext(connection):
            text = Client().get("/metrics").content.decode()
        return rows, re.sub(r"(?m)^.*(_seconds|_created|timestamp).*$", "", text)

    f.visa_case(house)
    before = counted()
    assert any(row[1].number for row in before[0])  # the ordinary one's questions wait
    refuge.claim(house.lima, actor=house.protector)
    with in_realm(PROTECTED):
        assert Check.objects.filter(case__confidentiality="R").exists()
        assert counted() == before  # also for who looks from inside
    assert counted() == before
