"""What holds for every clock, against an oracle that walks day by day through real instants."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cases.clocks import Clock, ClockKind, Extension, Pause, Unit
from offices.calendars import FRIDAY_SATURDAY, PERU, build_calendar

DAY = timedelta(days=1)


def calendar(zone, country=None, subdivision=None, **more):
    countries = [PERU, (country, subdivision)] if country else [PERU]
    return build_calendar(**{"zone": zone, "countries": countries, "days": {}} | more)


CALENDARS = [
    calendar("America/Lima"),
    calendar("America/Santiago", "CL"),
    # Every Saturday and Sunday worked: the days that begin without a midnight come into play
    calendar("America/Santiago", "CL", weekend=frozenset()),
    calendar("America/Havana", "CU", weekend=frozenset()),
    calendar("Europe/Madrid", "ES", "MD"),
    calendar("Pacific/Auckland", "NZ", "AUK"),
    calendar("Asia/Tokyo", "JP"),
    calendar("Asia/Qatar", "QA", weekend=FRIDAY_SATURDAY),
    calendar("Asia/Jerusalem", "IL", weekend=FRIDAY_SATURDAY),
    calendar("Africa/Cairo", "EG", weekend=FRIDAY_SATURDAY),
    calendar(
        "America/Lima",
        days={date(2026, 12, 20) + DAY * n: (False, "Cierre") for n in range(25)}
        | {date(2026, 7, 4): (True, "Recuperación")},
    ),
]
ZONES = ["UTC", "America/Lima", "Europe/Madrid", "Pacific/Auckland", "America/St_Johns", "Asia/Kathmandu"]
FIRST = datetime(2025, 11, 1)
MINUTES = st.integers(0, 3 * 365 * 24 * 60)
offices = st.sampled_from(CALENDARS)
units = st.sampled_from(list(Unit))
DAY_UNITS = [Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS]
GENTLE = settings(max_examples=150, deadline=None)


@st.composite
def moments(draw):
    """Instants, often on the hour so that midnights and jumps are met."""
    moment = FIRST.replace(tzinfo=UTC) + timedelta(minutes=draw(MINUTES))
    return draw(st.sampled_from([moment, moment.replace(minute=0)]))


@st.composite
def clocks(draw, unit=None, stopped=True):
    unit = unit or draw(units)
    length = draw(st.integers(1, 15 if unit is Unit.MONTHS else 90))
    started = draw(moments())
    pauses, cursor = [], started
    for _ in range(draw(st.integers(0, 4))):
        since = cursor + timedelta(minutes=draw(st.one_of(st.integers(0, 3000), st.integers(0, 60000))))
        until = since + timedelta(minutes=draw(st.one_of(st.just(0), st.integers(0, 6000))))
        pauses.append(Pause(since, until, "observación"))
        cursor = until
    stop = None
    if stopped and draw(st.booleans()):
        stop = cursor + timedelta(minutes=draw(st.integers(0, 100000)))
    elif pauses and draw(st.booleans()):
        pauses[-1] = replace(pauses[-1], until=None)
    extensions = draw(
        st.lists(st.builds(Extension, st.integers(1, 10), st.just("prórroga"), st.just(started)), max_size=2)
    )
    return Clock("r", unit, length, started, "v", tuple(pauses), tuple(extensions), stop)


def touches(pause, day, office):
    """Does the pause take any instant of that local day? By instants, not by dates."""
    if pause.until == pause.since:
        return False
    until = pause.until or pause.since + timedelta(microseconds=1)
    begins, ends = (datetime.combine(d, time.min, tzinfo=office.zone).astimezone(UTC) for d in (day, day + DAY))
    return pause.since < ends and until > begins


def walked_due_day(term, office):
    started_on = term.started_at.astimezone(office.zone).date()

    def free(day):
        return not any(touches(pause, day, office) for pause in term.pauses)

    def works(day):
        return office.is_working(day)

    day, left = started_on, term.total_length
    if term.unit is Unit.BUSINESS_DAYS:
        while left:
            day += DAY
            left -= works(day) and free(day)
        return day
    if term.unit is Unit.CALENDAR_DAYS:
        while not works(day + DAY):
            day += DAY
    else:
        last, passed = started_on, 0
        while passed < term.total_length:  # from 1st to 1st, then to the day of the month
            last = (last.replace(day=1) + 32 * DAY).replace(day=1)
            passed += 1
        month = last.month
        last += (started_on.day - 1) * DAY
        if last.month != month:
            last = last.replace(day=1)
        left = (last - started_on).days
    while left:
        day += DAY
        left -= free(day)
    while not (works(day) and free(day)):
        day += DAY
    return day


@given(offices, clocks(), st.sampled_from(DAY_UNITS))
@settings(max_examples=400, deadline=None)
def test_due_is_what_walking_day_by_day_gives(office, term, unit):
    term = replace(term, unit=unit, length=min(term.length, 15) if unit is Unit.MONTHS else term.length)
    last_day = walked_due_day(term, office)
    assert term.due_day(office) == last_day
    midnight = datetime.combine(last_day + DAY, time.min, tzinfo=office.zone)
    assert term.due(office).timestamp() == midnight.timestamp()


@given(offices, clocks(), st.sampled_from(DAY_UNITS))
@GENTLE
def test_due_is_on_a_working_day_after_the_start(office, term, unit):
    term = replace(term, unit=unit, length=min(term.length, 15))
    assert office.is_working(term.due_day(office))
    assert term.due(office) > term.started_at


@given(offices, clocks())
@GENTLE
def test_the_end_is_the_first_instant_past_the_last_day(office, term):
    end = term.due(office)
    just_before = (end.astimezone(UTC) - timedelta(microseconds=1)).astimezone(office.zone)
    assert just_before.date() == term.due_day(office)
    assert end.tzinfo is office.zone
    if term.unit is not Unit.HOURS:
        assert end.date() == term.due_day(office) + DAY


@given(offices, clocks(), st.integers(1, 12))
@GENTLE
def test_longer_is_never_earlier(office, term, more):
    longer = replace(term, length=term.length + more)
    assert longer.due(office) >= term.due(office)
    if term.unit in (Unit.BUSINESS_DAYS, Unit.HOURS):
        assert longer.due(office) > term.due(office)
    extended = replace(term, extensions=(*term.extensions, Extension(more, "prórroga", term.started_at)))
    assert extended.due(office) == longer.due(office)


@given(offices, clocks(stopped=False), st.integers(0, 100000), st.integers(0, 20000))
@GENTLE
def test_a_pause_never_makes_it_earlier(office, term, wait, lasted):
    assume(not term.paused)
    since = (term.pauses[-1].until if term.pauses else term.started_at) + timedelta(minutes=wait)
    paused = term.pause(since, "observación")
    resumed = paused.resume(since + timedelta(minutes=lasted))
    assert paused.due(office) >= term.due(office)
    assert resumed.due(office) >= term.due(office)
    if since >= term.due(office):
        assert resumed.due(office) == paused.due(office) == term.due(office)
    if lasted:
        assert resumed.due(office) >= paused.due(office) or term.unit is Unit.HOURS
        assert paused.due(office, resumed_at=since + timedelta(minutes=lasted)) >= resumed.due(office)


@given(offices, clocks(stopped=False), st.integers(0, 100000))
@GENTLE
def test_pausing_and_resuming_at_one_instant_changes_nothing(office, term, wait):
    assume(not term.paused)
    moment = (term.pauses[-1].until if term.pauses else term.started_at) + timedelta(minutes=wait)
    same = term.pause(moment, "observación").resume(moment)
    assert same.due(office) == term.due(office)
    for now in (moment, moment + DAY, moment - DAY, moment + 40 * DAY):
        assert same.state(now, office) == term.state(now, office)


@given(clocks())
@GENTLE
def test_storing_loses_nothing(term):
    assert Clock.from_json(term.to_json()) == term


@given(offices, clocks(), moments())
@settings(max_examples=400, deadline=None)
def test_state_agrees_with_due(office, term, now):
    state = term.state(now, office)
    moment = max(now, term.started_at) if term.stopped_at is None else term.stopped_at
    end = term.due(office, resumed_at=moment)
    assert state.ends_at.timestamp() == end.timestamp()
    assert state.late == (moment >= end)
    last_day, today = term.due_day(office, resumed_at=moment), moment.astimezone(office.zone).date()
    seen = tuple(
        replace(pause, until=max(moment, pause.since) + timedelta(microseconds=1)) if pause.until is None else pause
        for pause in term.pauses
    )
    low, high = (last_day, today) if state.late else (today, last_day)
    between = (low + DAY * n for n in range(1, (high - low).days + 1))
    assert state.days == sum(
        office.is_working(day) and not any(touches(pause, day, office) for pause in seen) for day in between
    )
    if term.stopped_at is not None:
        assert state.kind is ClockKind.STOPPED
    elif state.late:
        assert state.kind is ClockKind.OVERDUE
    elif term.paused:
        assert state.kind is ClockKind.PAUSED
    elif state.kind is ClockKind.DUE_TODAY:
        assert today == last_day
        assert state.days == 0
    elif state.kind is ClockKind.RUNNING:
        assert today < last_day
    else:
        assert any(pause.since <= moment < pause.until for pause in term.pauses)


@given(offices, clocks(unit=Unit.BUSINESS_DAYS, stopped=False), st.integers(0, 200))
@GENTLE
def test_the_days_left_of_a_paused_clock_stand_still(office, term, days):
    assume(term.paused)
    since = term.pauses[-1].since
    before, after = (term.state(since + DAY * n, office) for n in (0, days))
    assert before.kind == after.kind
    assert before.days == after.days


@given(offices, clocks(), moments(), st.sampled_from(ZONES), st.integers(-14 * 60, 14 * 60))
@GENTLE
def test_the_zone_in_which_moments_are_written_does_not_matter(office, term, now, zone, offset):
    for other in (ZoneInfo(zone), timezone(timedelta(minutes=offset))):
        rewritten = Clock(
            term.rule,
            term.unit,
            term.length,
            term.started_at.astimezone(other),
            term.calendar_version,
            tuple(
                Pause(p.since.astimezone(other), p.until and p.until.astimezone(other), p.cause) for p in term.pauses
            ),
            term.extensions,
            term.stopped_at and term.stopped_at.astimezone(other),
        )
        assert rewritten == term
        assert rewritten.state(now.astimezone(other), office) == term.state(now, office)
