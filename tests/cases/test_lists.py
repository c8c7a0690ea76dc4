"""Inbox and queue: order, pages, filters, counts, export, bulk acts, saved views, and what they cost."""

import csv
import io
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlparse

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from cases import exports, listing, services
from cases.clocks import ClockKind
from cases.due import due_soon, due_state, due_within, overdue, places
from cases.listing import Filter
from cases.models import Case, SavedView, Task
from offices.models import CalendarDay, Posting
from offices.roles import Role
from tests import factories as f
from tests import flows
from tests.cases.lists import waiting

pytestmark = pytest.mark.django_db

INBOX, QUEUE = "cases:inbox", "cases:queue"


@pytest.fixture
def as_user(settings):
    def sign_in(user) -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def numbers(answer) -> list[str]:
    return [row["number"] for row in answer.context["rows"]]


def text(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()


# --- what a page costs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [INBOX, QUEUE])
def test_statements_do_not_grow_with_rows(house, as_user, django_assert_max_num_queries, name):
    owner = house.analyst if name == INBOX else None
    waiting(house, 5, owner=owner)
    client = as_user(house.analyst)
    client.get(reverse(name))  # the session learns its zone
    with django_assert_max_num_queries(10) as few:
        assert len(numbers(client.get(reverse(name)))) == 5
    waiting(house, 60, owner=owner, first=5000)
    with django_assert_max_num_queries(10) as many:
        assert len(numbers(client.get(reverse(name)))) == listing.PAGE
    assert len(few) == len(many)


def test_rows_of_many_offices_cost_no_more(house, as_user, settings, django_assert_max_num_queries):
    settings.CONFIGURATION_TTL = 20  # what a process reads of the offices it keeps for a while
    for office in (house.santiago, house.madrid):
        waiting(house, 4, office=office)
    client = as_user(house.supervisor)
    address = reverse(QUEUE) + "?scope=office"
    client.get(address)
    with django_assert_max_num_queries(10):
        assert len(numbers(client.get(address))) == 8


def test_the_zone_of_the_office_costs_a_statement_once(house, as_user):
    client = as_user(house.intake)
    assert "zone" not in client.session
    client.get(reverse(INBOX))
    assert client.session["zone"] == "America/Santiago"
    with CaptureQueriesContext(connection) as statements:
        client.get(reverse(INBOX), headers={"hx-request": "true"})
    assert not any('FROM "offices_posting"' in query["sql"] for query in statements)


def test_the_zone_follows_the_posting_of_an_open_session(house, as_user):
    client = as_user(house.intake)
    client.get(reverse(INBOX))
    Posting.objects.filter(user=house.intake).update(office=house.madrid)
    client.get(reverse(INBOX))
    assert client.session["zone"] == "Europe/Madrid"


def test_parts_of_pages_carry_no_menu(house, as_user):
    client = as_user(house.analyst)
    assert "nav" in client.get(reverse(INBOX)).context
    part = client.get(reverse(INBOX), headers={"hx-request": "true"})
    assert "nav" not in part.context
    assert "<html" not in text(part) and 'id="worklist"' in text(part)
    restored = client.get(reverse(INBOX), headers={"hx-request": "true", "hx-history-restore-request": "true"})
    assert "<html" in text(restored)


def test_a_part_pushes_the_address_without_empty_fields(house, as_user):
    answer = as_user(house.analyst).get(
        reverse(QUEUE), {"procedure": "", "step": "", "due": "overdue", "q": ""}, headers={"hx-request": "true"}
    )
    assert answer["HX-Push-Url"] == reverse(QUEUE) + "?due=overdue"
    assert "HX-Request" in answer["Vary"]


def test_menu_counts_stop_at_a_hundred(house, as_user):
    waiting(house, 101)
    waiting(house, 3, owner=house.analyst, first=5000)
    menu = {item["url"]: item["count"] for item in as_user(house.analyst).get(reverse(INBOX)).context["nav"]}
    assert menu[reverse(QUEUE)] == "99+"
    assert menu[reverse(INBOX)] == "3"


# --- order and pages ---------------------------------------------------------------------------------------------


def test_most_urgent_first(house, as_user):
    now = timezone.now()
    waiting(house, 1, first=11, due_at=now + timedelta(days=5))
    waiting(house, 1, first=12, due_at=now - timedelta(days=5))
    waiting(house, 1, first=13, due_at=now + timedelta(days=9), priority=0)
    found = numbers(as_user(house.analyst).get(reverse(QUEUE)))
    assert [number.split("-")[3] for number in found] == ["000013", "000012", "000011"]


def test_pages_cover_every_row_once_while_the_list_moves(house, as_user, monkeypatch):
    monkeypatch.setattr(listing.page_of, "__kwdefaults__", {**listing.page_of.__kwdefaults__, "size": 4})
    tasks = waiting(house, 10)
    same_moment = timezone.now() + timedelta(days=3)  # the id alone tells these apart
    Task.objects.filter(pk__in=[task.pk for task in tasks[2:7]]).update(due_at=same_moment)
    client = as_user(house.analyst)
    seen, address = [], reverse(QUEUE)
    while address:
        answer = client.get(address)
        seen += numbers(answer)
        if len(seen) == 4:  # the row that the key was taken from goes away
            services.take_task(Task.objects.get(process__number=seen[-1]), actor=house.intake)
        address = answer.context["pager"]["next_url"]
    assert len(seen) == len(set(seen)) == 10


def test_back_leads_to_the_rows_before(house, as_user, monkeypatch):
    monkeypatch.setattr(listing.page_of, "__kwdefaults__", {**listing.page_of.__kwdefaults__, "size": 3})
    waiting(house, 8)
    client = as_user(house.analyst)
    first = client.get(reverse(QUEUE))
    second = client.get(first.context["pager"]["next_url"])
    third = client.get(second.context["pager"]["next_url"])
    assert second.context["pager"]["summary"] == "4–6 of 8"
    assert third.context["pager"]["next_url"] == ""
    back = client.get(third.context["pager"]["previous_url"])
    assert numbers(back) == numbers(second)
    assert back.context["pager"]["summary"] == "4–6 of 8"
    start = client.get(back.context["pager"]["previous_url"])
    assert numbers(start) == numbers(first) and start.context["pager"]["previous_url"] == ""


@pytest.mark.parametrize("key", ["x", "1.2.3", "1.99999999999999999999999.3.4", "a.b.c.d", "0.0.0.-9", ""])
def test_a_key_that_is_not_ours_is_the_first_page(house, as_user, key):
    waiting(house, 2)
    assert len(numbers(as_user(house.analyst).get(reverse(QUEUE), {"after": key}))) == 2


def test_a_key_beyond_every_row_is_an_empty_page(house, as_user):
    waiting(house, 2)
    client = as_user(house.analyst)
    for key in ("9.0.0.50", "99999999999999999999.0.99999999999999999999.1"):
        answer = client.get(reverse(QUEUE), {"after": key})
        assert numbers(answer) == [] and answer.context["empty"]["url"] == reverse(QUEUE)


def test_counts_stop_at_the_limit_and_say_so(house, as_user, monkeypatch):
    monkeypatch.setattr(listing, "COUNTED", 5)
    waiting(house, 2, due_at=timezone.now() - timedelta(days=1))
    client = as_user(house.analyst)
    assert client.get(reverse(QUEUE)).context["subtitle"] == "2 tasks to take · 2 overdue"
    waiting(house, 9, first=3000)
    assert client.get(reverse(QUEUE)).context["subtitle"] == "5+ tasks to take · 2 overdue"


# --- how a step stands -------------------------------------------------------------------------------------------

MONDAY = datetime(2026, 11, 23, 15, tzinfo=UTC)  # noon in Santiago, 16:00 in Madrid


@pytest.mark.parametrize(
    ("due", "kind", "days"),
    [
        (datetime(2026, 11, 21, 3, tzinfo=UTC), ClockKind.OVERDUE, 1),  # Friday was the last day
        (datetime(2026, 11, 24, 3, tzinfo=UTC), ClockKind.DUE_TODAY, 0),
        (datetime(2026, 11, 25, 3, tzinfo=UTC), ClockKind.RUNNING, 1),
        (datetime(2026, 12, 1, 3, tzinfo=UTC), ClockKind.RUNNING, 5),
    ],
)
def test_a_step_without_a_clock_stands_by_its_due_date(house, due, kind, days):
    (task,) = waiting(house, 1, due_at=due, data={})
    task.process.clock = {}
    state = due_state(task, task.process, MONDAY)
    assert (state.kind, state.days) == (kind, days)


def test_paused_while_the_ball_is_with_the_applicant_until_their_term_is_over(house):
    case = f.visa_case(house, complete=False)
    task = f.open_step(case, "correct")
    now = timezone.now()
    assert due_state(task, case, now).kind is ClockKind.PAUSED
    assert due_state(task, case, task.due_at).kind is ClockKind.OVERDUE
    assert due_state(task, case, task.due_at - timedelta(minutes=1)).kind is ClockKind.DUE_TODAY


def test_calendars_are_read_for_all_offices_at_once(house, django_assert_num_queries):
    CalendarDay.objects.create(calendar=house.santiago.calendar, day="2026-11-24", name="Feriado local")
    with django_assert_num_queries(1):
        found = places()
    assert not found[house.santiago.pk].calendar.is_working(datetime(2026, 11, 24).date())
    assert found[house.madrid.pk].calendar.is_working(datetime(2026, 11, 24).date())


@pytest.mark.parametrize("hours", [*range(-30, 60, 5), 24 * 4, 24 * 6, 24 * 9])
def test_the_database_and_the_chip_agree(house, hours):
    """«Due today» as SQL counts it is «due today» as the row shows it, whatever the zone of the office."""
    due = datetime(2026, 11, 24, 3, tzinfo=UTC) + timedelta(hours=hours)
    for office in (house.santiago, house.madrid):
        (task,) = waiting(house, 1, office=office, due_at=due, data={}, first=1000 + hours)
        task.process.clock = {}
        one = Task.objects.filter(pk=task.pk)
        state = due_state(task, task.process, MONDAY)
        assert one.filter(overdue(MONDAY)).exists() == (state.kind is ClockKind.OVERDUE)
        assert one.filter(due_within("day", MONDAY)).exists() == (state.kind is ClockKind.DUE_TODAY)
        soon = state.kind is ClockKind.DUE_TODAY or (state.kind is ClockKind.RUNNING and state.days <= 2)
        # a last day that is not worked counts as the working day before it here
        last = (state.ends_at - timedelta(microseconds=1)).date()
        if places()[office.pk].calendar.is_working(last):
            assert one.filter(due_soon(MONDAY)).exists() == soon, state


# --- filters -----------------------------------------------------------------------------------------------------


def test_filters_narrow_and_come_off(house, as_user):
    now = timezone.now()
    waiting(house, 2, first=11, due_at=now - timedelta(days=2))
    waiting(house, 3, first=100, due_at=now + timedelta(days=40))
    client = as_user(house.analyst)
    late = client.get(reverse(QUEUE), {"due": "overdue", "step": "visa.correct", "procedure": "visa"})
    assert len(numbers(late)) == 2
    chips = {name: url for name, _value, url in late.context["chips"]}
    assert set(chips) == {"Procedure", "Step", "Term"}
    assert parse_qs(urlparse(chips["Procedure"]).query) == {"due": ["overdue"]}  # its steps go with it
    assert len(numbers(client.get(chips["Term"]))) == 5
    assert numbers(client.get(reverse(QUEUE), {"step": "visa.decide"})) == []


def test_what_is_no_possible_value_is_left_out():
    wanted = Filter.read(
        {
            "procedure": "x",
            "step": "visa.nothing",
            "due": "x",
            "office": "1;",
            "scope": "all",
            "officer": "3",
            "q": " a ",
        }
    )
    assert wanted == Filter(q="a")
    assert Filter.read({"step": "visa.assess", "procedure": ""}).step == "visa.assess"
    assert Filter.read({"officer": "3", "scope": "office"}).officer == ""
    everything = Filter("visa", "visa.assess", "soon", "4", "ñandú & co", "office", "taken", "7")
    assert Filter.read({key: value[0] for key, value in parse_qs(everything.query).items()}) == everything


@pytest.mark.parametrize("typed", ["eriksson", "ANNA erik", "vis 2026 scl 1001", "001001", "Érikssön"])
def test_text_finds_names_and_numbers(house, as_user, typed):
    waiting(house, 3)
    found = numbers(as_user(house.analyst).get(reverse(QUEUE), {"q": typed}))
    assert found and any("001001" in number for number in found)


def test_text_that_is_nowhere_finds_nothing_and_says_what_to_do(house, as_user):
    waiting(house, 1)
    answer = as_user(house.analyst).get(reverse(QUEUE), {"q": "zzz"})
    assert numbers(answer) == [] and answer.context["empty"]["url"] == reverse(QUEUE)


def test_office_is_offered_only_among_ones_own(house, as_user):
    waiting(house, 1)
    waiting(house, 1, office=house.madrid)
    assert "office" not in {
        select["name"] for select in as_user(house.analyst).get(reverse(QUEUE)).context["filters"]["selects"]
    }
    assert numbers(as_user(house.analyst).get(reverse(QUEUE), {"office": house.madrid.pk})) == []
    f.offices.open_posting(
        actor=None, user=house.analyst, office=house.madrid, role=Role.ANALYST, since=f.LONG_AGO, source="Prueba"
    )
    client = as_user(f.fresh(house.analyst))
    select = next(s for s in client.get(reverse(QUEUE)).context["filters"]["selects"] if s["name"] == "office")
    offered = {value for _group, options in select["groups"] for value, _label in options}
    assert offered == {str(house.santiago.pk), str(house.madrid.pk)}
    assert len(numbers(client.get(reverse(QUEUE), {"office": house.madrid.pk}))) == 1


def test_the_office_side_of_the_queue_is_the_supervisors(house, as_user):
    waiting(house, 2)
    waiting(house, 1, owner=house.analyst, first=7000)
    supervisor = as_user(house.supervisor)
    assert numbers(supervisor.get(reverse(QUEUE))) == []
    assert len(numbers(supervisor.get(reverse(QUEUE), {"scope": "office"}))) == 2
    taken = {"scope": "office", "state": "taken", "officer": house.analyst.pk}
    assert len(numbers(supervisor.get(reverse(QUEUE), taken))) == 1
    # for others it is their own queue
    assert len(numbers(as_user(house.analyst).get(reverse(QUEUE), taken))) == 2
    assert numbers(as_user(house.foreign).get(reverse(QUEUE), taken)) == []


def test_protected_cases_leave_no_trace(house, as_user):
    tasks = waiting(house, 3)
    for task in tasks:
        f.protect(case=task.process)
    for user in (house.analyst, house.supervisor):
        client = as_user(user)
        for query in ({}, {"scope": "office"}, {"q": "eriksson"}, {"export": "csv"}):
            answer = client.get(reverse(QUEUE), query)
            assert "SCL-00100" not in text(answer)
        menu = client.get(reverse(QUEUE)).context["nav"]
        assert not any(item["count"] for item in menu if item["url"] != reverse("offices:notices"))


# --- export ------------------------------------------------------------------------------------------------------


def test_csv_holds_what_is_filtered_and_says_so(house, as_user):
    waiting(house, 2, due_at=timezone.now() - timedelta(days=2))
    waiting(house, 55, first=5000)
    Case.objects.update(clock={})
    client = as_user(house.analyst)
    answer = client.get(reverse(QUEUE), {"due": "overdue", "export": "csv"})
    assert answer["Content-Type"].startswith("text/csv") and "attachment" in answer["Content-Disposition"]
    content = text(answer)
    assert content.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(content[1:])))
    assert lines[1][:2] == ["Filter", "Term: Overdue"]
    assert lines[5][0] == "Term" and len(lines) == 6 + 2
    assert int(lines[6][1]) < 0
    everything = list(csv.reader(io.StringIO(text(client.get(reverse(QUEUE), {"export": "csv"}))[1:])))
    assert len(everything) == 6 + 57  # more than a page
    event = AuditEvent.objects.filter(verb="list.exported").latest("id")
    assert event.actor_id == house.analyst.pk and event.data["list"] == "queue"


def test_export_is_bounded(house, as_user, monkeypatch):
    monkeypatch.setattr(exports, "LIMIT", 7)
    waiting(house, 12)
    lines = list(csv.reader(io.StringIO(text(as_user(house.analyst).get(reverse(QUEUE), {"export": "csv"})))))
    assert len(lines) == 6 + 7


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\x00=1"]


@pytest.mark.parametrize("value", DANGEROUS)
def test_formulas_are_defused(value):
    assert exports.harmless(value).startswith("'")


@pytest.mark.parametrize("value", ["O'Brien", "a=b", "", "2026-11-21", 5, -3])
def test_harmless_values_stay(value):
    assert exports.harmless(value) == value


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_name_that_is_a_formula_stays_text(house, as_user, kind):
    (task,) = waiting(house, 1)
    Case.objects.filter(pk=task.process_id).update(applicant_name='=HYPERLINK("http://x","y")\x01')
    answer = as_user(house.analyst).get(reverse(QUEUE), {"export": kind})
    content = b"".join(answer.streaming_content)
    if kind == "csv":
        cells = [cell for line in csv.reader(io.StringIO(content.decode())) for cell in line]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        cells = [cell.value for line in sheet for cell in line]
        assert not any(cell.data_type == "f" for line in sheet for cell in line)
        assert sheet["A1"].value.startswith("SUGM")
    assert any(str(cell).startswith("'=HYPERLINK") for cell in cells)


def test_no_other_format(house, as_user):
    assert as_user(house.analyst).get(reverse(QUEUE), {"export": "pdf"}).status_code == 404


# --- acts on lists -----------------------------------------------------------------------------------------------


def test_take_next_opens_the_case(house, as_user):
    first, _second = waiting(house, 2)
    client = as_user(house.analyst)
    answer = client.post(reverse("cases:take_next"))
    assert answer.url == reverse("cases:case", args=[first.process.number])
    first.refresh_from_db()
    assert first.owner_id == house.analyst.pk


def test_take_next_says_when_nothing_is_left(house, as_user):
    answer = as_user(house.analyst).post(reverse("cases:take_next"), follow=True)
    assert answer.redirect_chain[0][0] == reverse(QUEUE)
    assert "nothing left" in str(next(iter(answer.context["messages"])))


def test_bulk_take_tells_each_row_and_stops_for_none(house, as_user):
    tasks = waiting(house, 3)
    services.take_task(tasks[1], actor=house.intake)
    answer = as_user(house.analyst).post(reverse("cases:bulk"), {"act": "take", "task": [task.pk for task in tasks]})
    results = {result["task"].pk: result["error"] for result in answer.context["results"]}
    assert results[tasks[0].pk] == results[tasks[2].pk] == ""
    assert "faster" in results[tasks[1].pk] and "faster" in text(answer)
    assert Task.objects.inbox_of(house.analyst).count() == 2


def test_bulk_can_not_reach_what_the_page_does_not_show(house, as_user):
    tasks = waiting(house, 2)
    answer = as_user(house.foreign).post(reverse("cases:bulk"), {"act": "take", "task": [task.pk for task in tasks]})
    assert answer.status_code == 302  # nothing chosen
    assert not Task.objects.filter(owner=house.foreign).exists()
    assert not AuditEvent.objects.filter(actor=house.foreign).exists()


def test_bulk_give_back(house, as_user):
    tasks = waiting(house, 2, owner=house.analyst)
    as_user(house.analyst).post(
        reverse("cases:bulk") + "?list=inbox", {"act": "release", "task": [task.pk for task in tasks]}
    )
    assert Task.objects.waiting().count() == 2


def test_bulk_reassign_asks_for_whom_and_why_then_does_it(house, as_user):
    tasks = waiting(house, 2, owner=house.intake)
    chosen = {"act": "reassign", "task": [task.pk for task in tasks]}
    address = reverse("cases:bulk") + "?scope=office&state=taken"
    client = as_user(house.supervisor)
    asked = client.post(address, chosen)
    offered = dict(asked.context["form"].fields["to"].choices)
    assert str(house.analyst.pk) in offered and str(house.foreign.pk) not in offered
    assert client.post(address, chosen | {"to": house.analyst.pk, "reason": " "}).status_code == 422
    assert client.post(address, chosen | {"to": house.foreign.pk, "reason": "x"}).status_code == 422
    done = client.post(address, chosen | {"to": house.analyst.pk, "reason": "Licencia"})
    assert done.url == reverse(QUEUE) + "?scope=office&state=taken"
    assert Task.objects.inbox_of(house.analyst).count() == 2
    assert AuditEvent.objects.filter(verb="task.reassigned", reason="Licencia").count() == 2


def test_bulk_reassign_is_refused_row_by_row_without_the_right(house, as_user):
    (task,) = waiting(house, 1)
    answer = as_user(house.analyst).post(
        reverse("cases:bulk"), {"act": "reassign", "task": [task.pk], "to": house.intake.pk, "reason": "x"}
    )
    assert answer.context["failed"] == 1
    task.refresh_from_db()
    assert task.owner_id is None


def test_bulk_reassign_can_not_break_four_eyes(house, as_user):
    case = f.visa_case(house)
    consul = f.staff(Role.CONSUL, house.santiago)
    flows.answer_all(case)
    flows.interview(case, house.consul)
    flows.assess(case, house.analyst)
    task = f.open_step(case, "decide")
    answer = as_user(house.supervisor).post(
        reverse("cases:bulk"), {"act": "reassign", "task": [task.pk], "to": house.consul.pk, "reason": "x"}
    )
    assert answer.context["failed"] == 1
    services.reassign_task(task, actor=house.supervisor, to=consul, reason="x")


@pytest.mark.parametrize("name", ["take_next", "bulk", "save_view", "switch_posting"])
def test_what_writes_is_posted_by_someone_signed_in(house, as_user, name):
    address = reverse(f"cases:{name}")
    assert as_user(house.analyst).get(address).status_code == 405
    assert Client().post(address).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["inbox", "queue", "search", "board", "stopped_steps", "outbox"])
def test_lists_are_for_who_is_signed_in(db, name):
    assert Client().get(reverse(f"cases:{name}")).url.startswith(reverse("account_login"))


# --- saved views -------------------------------------------------------------------------------------------------


def test_a_view_is_saved_shown_replaced_and_deleted(house, as_user):
    client = as_user(house.analyst)
    save = reverse("cases:save_view")
    answer = client.post(save, {"list": "queue", "name": " Mis  vencidas ", "query": "due=overdue&x=1&q="})
    assert answer.url == reverse(QUEUE) + "?due=overdue"
    view = SavedView.objects.get()
    assert (view.user, view.name, view.query) == (house.analyst, "Mis vencidas", "due=overdue")
    page = client.get(reverse(QUEUE), {"due": "overdue"})
    assert page.context["view"] == view
    assert [scope["label"] for scope in page.context["scopes"] if scope["active"]] == ["Mis vencidas"]
    client.post(save, {"list": "queue", "name": "Mis vencidas", "query": "due=today"})
    assert SavedView.objects.get().query == "due=today"
    client.get(reverse(QUEUE))  # its message has been read
    assert "Mis vencidas" not in text(client.get(reverse(INBOX)))
    client.post(reverse("cases:delete_view", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_view_is_its_owners_alone(house, as_user):
    view = SavedView.objects.create(user=house.analyst, name="Mía", list="queue", query="due=today")
    other = as_user(house.intake)
    assert other.post(reverse("cases:delete_view", args=[view.pk])).status_code == 404
    assert "Mía" not in text(other.get(reverse(QUEUE)))
    assert SavedView.objects.filter(pk=view.pk).exists()


def test_views_are_limited_and_need_a_name(house, as_user, monkeypatch):
    monkeypatch.setattr("cases.services.lists.VIEWS", 1)
    client = as_user(house.analyst)
    for name in ("", "Una", "Otra", "x" * 41):
        client.post(reverse("cases:save_view"), {"list": "queue", "name": name, "query": "due=today"})
    assert [view.name for view in SavedView.objects.all()] == ["Una"]
    assert client.post(reverse("cases:save_view"), {"list": "users", "name": "x"}).status_code == 404


# --- postings ----------------------------------------------------------------------------------------------------


def test_switching_the_posting_switches_office_and_zone(house, as_user):
    second = f.offices.open_posting(
        actor=None, user=house.analyst, office=house.madrid, role=Role.ANALYST, since=timezone.now(), source="Prueba"
    )
    client = as_user(house.analyst)
    assert client.get(reverse(INBOX)).context["posting"].office == house.santiago
    answer = client.post(reverse("cases:switch_posting"), {"posting": second.pk, "next": reverse(QUEUE)})
    assert answer.url == reverse(QUEUE)
    assert client.session["zone"] == "Europe/Madrid"
    assert client.get(reverse(INBOX)).context["posting"] == second


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_switch_leads_nowhere_else(house, as_user, next_url):
    posting = house.analyst.postings.get()
    answer = as_user(house.analyst).post(reverse("cases:switch_posting"), {"posting": posting.pk, "next": next_url})
    assert answer.url == reverse(INBOX)


def test_another_persons_posting_is_not_there(house, as_user):
    client = as_user(house.analyst)
    assert client.post(reverse("cases:switch_posting"), {"posting": house.consul.postings.get().pk}).status_code == 404
    assert "posting" not in client.session
