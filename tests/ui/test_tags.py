"""The small pieces say every state in words."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.template.defaultfilters import filesizeformat
from django.utils import timezone, translation
from django.utils.formats import number_format

from ui.templatetags import ui


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"), timezone.override(UTC):
        yield


def state(kind: str, days: int = 0, **more) -> SimpleNamespace:
    return SimpleNamespace(kind=kind, days=days, **more)


@pytest.mark.parametrize(
    ("clock", "tone", "words"),
    [
        (state("overdue", 2), "red", "Overdue 2 d"),
        (state("overdue", 0), "red", "Overdue"),
        (state("due_today"), "amber", "Due today"),
        (state("running", 1), "amber", "1 bus. day"),
        (state("running", 5), "green", "5 bus. days"),
        (state("paused", 5), "slate", "Paused"),
        (state("stopped"), "slate", "Term closed"),
        (state("stopped", late=True), "amber", "Closed late"),
        (None, "", "—"),
    ],
)
def test_a_clock_is_said_in_words_and_tone(clock, tone, words):
    html = ui.due_chip(clock)
    assert f">{words}</" in html
    assert not tone or f"chip-{tone}" in html


def test_the_last_day_is_the_day_before_the_exclusive_end():
    clock = state("running", 5, ends_at=datetime(2026, 11, 27, tzinfo=UTC))
    assert "Last day: Thursday 26 nov 2026" in ui.due_chip(clock)
    assert "due 26 nov" in ui.due_chip(clock, long=True)


@pytest.mark.parametrize(
    ("check", "code"),
    [
        ("CLEAR", "CLEAR"),
        ("hit", "HIT"),
        ("", "PENDING"),
        (None, "PENDING"),
        (SimpleNamespace(finding="", state="queued"), "PENDING"),
        (SimpleNamespace(finding="", state="failed"), "UNAVAILABLE"),
        (SimpleNamespace(finding="", state="cancelled"), "CANCELLED"),
        ({"finding": "POSSIBLE_MATCH"}, "POSSIBLE_MATCH"),
        ("anything else", "PENDING"),
    ],
)
def test_what_is_not_known_never_looks_clear(check, code):
    assert ui.finding_code(check) == code


def test_dots_are_read_aloud_worst_first():
    html = ui.check_dots(["CLEAR", "", "HIT", "CLEAR"])
    assert 'aria-label="4 checks: 1 hit, 1 being asked, 2 nothing found"' in html
    assert html.count("<i ") == 4
    assert html.index("dot-hit") < html.index("dot-clear")
    assert ui.check_dots({"CLEAR": 2, "HIT": 1}).count("<i ") == 3
    assert "No checks" in ui.check_dots([])


def test_names_are_escaped_and_surnames_raised():
    person = SimpleNamespace(primary="Ñáñez <b>", secondary="Åsa", nationality="SWE")
    html = ui.person_name(person)
    assert "ÑÁÑEZ &lt;B&gt;</span>, Åsa" in html
    assert "SWE" in html
    case = SimpleNamespace(applicant_name="SOTO VARGAS, Camila", nationality="CHL")
    assert ">SOTO VARGAS</span>, Camila" in ui.person_name(case)
    assert ">SOLO</span></span>" in ui.person_name("SOLO")


def test_an_icon_that_is_not_in_the_sprite_is_refused():
    assert 'aria-hidden="true"' in ui.icon("clock")
    assert 'aria-label="Due"' in ui.icon("clock", label="Due")
    with pytest.raises(ui.UnknownIcon):
        ui.icon("unicorn")


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=9), "9 d ago"),
        (-timedelta(minutes=12, seconds=5), "in 12 min"),
    ],
)
def test_moments_near_now_are_distances(distance, words):
    assert f">{words}</time>" in ui.ago(timezone.now() - distance)


def test_moments_long_ago_are_dates():
    assert ">14 mar 2020</time>" in ui.ago(datetime(2020, 3, 14, tzinfo=UTC))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1988-03-14", "14 mar 1988"),
        ("1988-03-00", "mar 1988"),
        ("1988-00-00", "1988"),
        ("0000-00-00", "not known"),
        ("", ""),
    ],
)
def test_dates_with_unknown_parts(value, words):
    assert ui.partial_date(value) == words


def test_facts_say_what_is_not_stated_and_escape():
    source = "{% load ui %}{% facts %}{% fact 'Name' name %}{% fact 'Days' 0 %}{% fact 'Father' '' %}{% endfacts %}"
    html = Template(source).render(Context({"name": "<i>"}))
    assert html.count("<dt>") == 3
    assert "&lt;i&gt;" in html
    assert ">0</dd>" in html
    assert "Not stated" in html


def test_numbers_are_written_as_in_peru():
    with translation.override("es-pe"):
        assert filesizeformat(52_941) == "51.7\xa0KB"
        assert number_format(1234567.5, 1, force_grouping=True) == "1\xa0234\xa0567.5"
