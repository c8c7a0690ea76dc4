"""When a term ends and how it stands. The dates of the examples were worked out by hand on a calendar."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from cases.clocks import (
    MAX_LENGTH,
    AlreadyPaused,
    BeforeStart,
    Clock,
    ClockKind,
    ClockStopped,
    Extension,
    InvalidClock,
    NaiveMoment,
    NotPaused,
    OutOfOrder,
    Pause,
    Unit,
)
from offices.calendars import PERU, OutsideCalendar, build_calendar

LIMA = build_calendar(zone="America/Lima", countries=[PERU], days={})
SANTIAGO = build_calendar(zone="America/Santiago", countries=[PERU, ("CL", None)], days={})
MADRID = build_calendar(zone="Europe/Madrid", countries=[PERU, ("ES", "MD")], days={})
AUCKLAND = build_calendar(zone="Pacific/Auckland", countries=[PERU, ("NZ", "AUK")], days={})
TOKYO = build_calendar(zone="Asia/Tokyo", countries=[PERU, ("JP", None)], days={})


def at(calendar, *parts):
    return datetime(*parts, tzinfo=calendar.zone)


def clock(calendar, unit, length, *parts):
    return Clock.start(rule="visa.review", unit=unit, length=length, at=at(calendar, *parts), calendar=calendar)


def business(calendar, length, *parts):
    return clock(calendar, Unit.BUSINESS_DAYS, length, *parts)


class TestBusinessDays:
    def test_seven_days_over_the_independence_days(self):
        # Monday 20 July 2026. Counted: 21, 22, (23 holiday), 24, 27, (28 and 29 holidays), 30, 31, 3 August
        term = business(LIMA, 7, 2026, 7, 20, 10)
        assert term.due_day(LIMA) == date(2026, 8, 3)
        assert term.due(LIMA).isoformat() == "2026-08-04T00:00:00-05:00"

    @pytest.mark.parametrize(
        ("started", "length", "last_day"),
        [
            ((2026, 3, 30, 9), 2, date(2026, 4, 1)),  # Holy Wednesday
            ((2026, 3, 30, 9), 3, date(2026, 4, 6)),  # over Holy Thursday and Good Friday
            ((2027, 3, 24, 9), 1, date(2027, 3, 29)),  # Holy Week is earlier in 2027
            ((2026, 12, 21, 9), 10, date(2027, 1, 6)),  # over Christmas and New Year
            ((2028, 2, 28, 9), 1, date(2028, 2, 29)),  # leap day, a Tuesday
            ((2028, 2, 28, 9), 2, date(2028, 3, 1)),
            ((2027, 2, 26, 9), 1, date(2027, 3, 1)),  # Friday, last of February, to Monday
        ],
    )
    def test_lima(self, started, length, last_day):
        assert business(LIMA, length, *started).due_day(LIMA) == last_day

    @pytest.mark.parametrize(
        ("started", "length", "last_day"),
        [
            ((2026, 9, 16, 9), 1, date(2026, 9, 17)),
            ((2026, 9, 16, 9), 2, date(2026, 9, 21)),  # 18 is a holiday, 19 too and a Saturday
            ((2027, 9, 15, 9), 2, date(2027, 9, 20)),  # 17 to 19 are holidays
            ((2026, 7, 27, 9), 1, date(2026, 7, 30)),  # Peru's days are kept in Chile
        ],
    )
    def test_santiago(self, started, length, last_day):
        assert business(SANTIAGO, length, *started).due_day(SANTIAGO) == last_day

    def test_golden_week_in_tokyo(self):
        # Thursday 30 April 2026. 1 May is Peru's, 2 and 3 a weekend, 4, 5 and 6 Japan's
        term = business(TOKYO, 1, 2026, 4, 30, 17)
        assert term.due(TOKYO).isoformat() == "2026-05-08T00:00:00+09:00"

    def test_a_start_on_a_rest_day_counts_from_the_next_working_day(self):
        assert business(LIMA, 1, 2026, 11, 21, 12).due_day(LIMA) == date(2026, 11, 23)
        assert business(LIMA, 1, 2026, 11, 20, 12).due_day(LIMA) == date(2026, 11, 23)

    def test_the_day_of_the_start_is_that_of_the_office(self):
        # One instant: Monday 2 November 15:00 in Lima, Tuesday 3 November 09:00 in Auckland
        moment = datetime(2026, 11, 2, 20, tzinfo=UTC)
        term = Clock(rule="r", unit=Unit.BUSINESS_DAYS, length=1, started_at=moment, calendar_version=LIMA.version)
        assert term.due_day(LIMA) == date(2026, 11, 3)
        assert term.due_day(AUCKLAND) == date(2026, 11, 4)

    def test_the_last_microsecond_of_a_day_is_still_that_day(self):
        assert business(LIMA, 1, 2026, 11, 3, 23, 59, 59, 999999).due_day(LIMA) == date(2026, 11, 4)
        assert business(LIMA, 1, 2026, 11, 4, 0).due_day(LIMA) == date(2026, 11, 5)


class TestCalendarDays:
    @pytest.mark.parametrize(
        ("length", "last_day"),
        [
            (1, date(2026, 7, 6)),  # begins the business day after (art. 144.1): Monday, not Saturday
            (10, date(2026, 7, 15)),
            (20, date(2026, 7, 27)),  # 25 is a Saturday
            (23, date(2026, 7, 30)),  # 28 and 29 are holidays
        ],
    )
    def test_from_friday_3_july(self, length, last_day):
        assert clock(LIMA, Unit.CALENDAR_DAYS, length, 2026, 7, 3, 9).due_day(LIMA) == last_day

    def test_a_pause_gives_back_each_day_it_touched_rest_days_too(self):
        # 6 to 15 July; paused from Friday 10 to Monday 13: four days, so Sunday 19, so Monday 20
        term = clock(LIMA, Unit.CALENDAR_DAYS, 10, 2026, 7, 3, 9)
        term = term.pause(at(LIMA, 2026, 7, 10, 9), "observación").resume(at(LIMA, 2026, 7, 13, 9))
        assert term.due_day(LIMA) == date(2026, 7, 20)

    def test_a_pause_on_the_day_it_was_moved_to_moves_it_again(self):
        # 13 days end on Saturday 18 July, so on Monday 20, which a pause takes
        term = clock(LIMA, Unit.CALENDAR_DAYS, 13, 2026, 7, 3, 9)
        assert term.due_day(LIMA) == date(2026, 7, 20)
        term = term.pause(at(LIMA, 2026, 7, 20, 9), "observación").resume(at(LIMA, 2026, 7, 20, 10))
        assert term.due_day(LIMA) == date(2026, 7, 21)


class TestMonths:
    @pytest.mark.parametrize(
        ("started", "months", "last_day"),
        [
            ((2026, 6, 15), 6, date(2026, 12, 15)),
            ((2026, 1, 31), 1, date(2026, 3, 2)),  # no 31 February: 1 March, a Sunday
            ((2026, 1, 28), 1, date(2026, 3, 2)),  # 28 February is a Saturday
            ((2026, 12, 31), 2, date(2027, 3, 1)),  # no 31 February 2027
            ((2026, 8, 31), 1, date(2026, 10, 1)),  # no 31 September
            ((2026, 10, 31), 2, date(2026, 12, 31)),
            ((2026, 11, 30), 1, date(2026, 12, 30)),
            ((2028, 1, 29), 1, date(2028, 2, 29)),  # leap year
            ((2028, 2, 29), 12, date(2029, 3, 1)),  # no 29 February 2029
            ((2028, 2, 29), 48, date(2032, 3, 1)),  # 29 February 2032 is a Sunday
            ((2025, 12, 25), 12, date(2026, 12, 28)),  # Christmas is a Friday in 2026
        ],
    )
    def test_date_to_date(self, started, months, last_day):
        assert clock(LIMA, Unit.MONTHS, months, *started, 9).due_day(LIMA) == last_day

    def test_a_pause_gives_its_days_back(self):
        # 15 January to 15 April 2027; ten days paused: 25 April is a Sunday
        term = clock(LIMA, Unit.MONTHS, 3, 2027, 1, 15, 9)
        assert term.due_day(LIMA) == date(2027, 4, 15)
        term = term.pause(at(LIMA, 2027, 2, 1, 0), "otra entidad").resume(at(LIMA, 2027, 2, 11, 0))
        assert term.due_day(LIMA) == date(2027, 4, 26)

    def test_an_extension_is_in_months_and_keeps_the_day(self):
        # 31 January plus 1 month has no day; plus 1 and 1 has: 31 March
        term = clock(LIMA, Unit.MONTHS, 1, 2026, 1, 31, 9).extend(1, "prórroga", at(LIMA, 2026, 2, 2, 9))
        assert term.due_day(LIMA) == date(2026, 3, 31)


class TestHours:
    def test_seventy_two_hours_do_not_stop_at_night_or_on_holidays(self):
        term = clock(LIMA, Unit.HOURS, 72, 2026, 7, 27, 10, 30)
        assert term.due(LIMA) == at(LIMA, 2026, 7, 30, 10, 30)

    @pytest.mark.parametrize(
        ("calendar", "started", "hours", "ends"),
        [
            (SANTIAGO, (2026, 9, 5, 12), 48, "2026-09-07T13:00:00-03:00"),  # summer time begins
            (SANTIAGO, (2026, 4, 4, 12), 24, "2026-04-05T11:00:00-04:00"),  # and ends
            (MADRID, (2026, 3, 28, 10), 24, "2026-03-29T11:00:00+02:00"),
            (MADRID, (2026, 10, 23, 10), 72, "2026-10-26T09:00:00+01:00"),
            (AUCKLAND, (2026, 9, 26, 12), 24, "2026-09-27T13:00:00+13:00"),
            (AUCKLAND, (2026, 4, 4, 12), 72, "2026-04-07T11:00:00+12:00"),
            (LIMA, (2026, 9, 5, 12), 48, "2026-09-07T12:00:00-05:00"),
            (TOKYO, (2026, 10, 24, 12), 48, "2026-10-26T12:00:00+09:00"),
        ],
    )
    def test_they_are_real_hours_when_the_clocks_change(self, calendar, started, hours, ends):
        assert clock(calendar, Unit.HOURS, hours, *started).due(calendar).isoformat() == ends

    def test_the_repeated_hour_is_two_hours(self):
        # Madrid, 25 October 2026: 02:30 comes twice
        first = datetime(2026, 10, 25, 2, 30, tzinfo=MADRID.zone)
        second = first.replace(fold=1)
        starts = [
            Clock(rule="r", unit=Unit.HOURS, length=1, started_at=m, calendar_version="v") for m in (first, second)
        ]
        assert [term.due(MADRID).isoformat() for term in starts] == [
            "2026-10-25T02:30:00+01:00",
            "2026-10-25T03:30:00+01:00",
        ]
        assert starts[0] != starts[1]

    def test_a_pause_adds_exactly_its_time(self):
        term = clock(LIMA, Unit.HOURS, 48, 2026, 11, 2, 9)
        term = term.pause(at(LIMA, 2026, 11, 3, 9), "otra entidad").resume(at(LIMA, 2026, 11, 3, 11, 15))
        assert term.due(LIMA) == at(LIMA, 2026, 11, 4, 11, 15)

    def test_a_pause_after_the_end_revives_nothing(self):
        term = clock(LIMA, Unit.HOURS, 24, 2026, 11, 2, 9)
        late = term.pause(at(LIMA, 2026, 11, 3, 9), "observación").resume(at(LIMA, 2026, 11, 9, 9))
        assert late.due(LIMA) == term.due(LIMA)

    def test_the_last_day_is_that_of_the_last_instant(self):
        assert clock(LIMA, Unit.HOURS, 24, 2026, 11, 2, 0).due_day(LIMA) == date(2026, 11, 2)
        assert clock(LIMA, Unit.HOURS, 24, 2026, 11, 2, 0, 1).due_day(LIMA) == date(2026, 11, 3)


class TestMidnight:
    def test_the_end_of_a_day_whose_midnight_does_not_exist(self):
        # Chile: Saturday 5 September 2026, made a working day, ends where Sunday begins, at 01:00
        calendar = build_calendar(
            zone="America/Santiago", countries=[PERU], days={date(2026, 9, 5): (True, "Recuperación")}
        )
        term = business(calendar, 1, 2026, 9, 4, 10)
        assert term.due_day(calendar) == date(2026, 9, 5)
        assert term.due(calendar).isoformat() == "2026-09-06T01:00:00-03:00"
        before = datetime(2026, 9, 6, 3, 59, 59, tzinfo=UTC)
        assert term.state(before, calendar).kind is ClockKind.DUE_TODAY
        assert term.state(before + timedelta(seconds=1), calendar).kind is ClockKind.OVERDUE

    def test_the_end_of_a_day_of_twenty_five_hours(self):
        # Chile: Saturday 4 April 2026 has 23:00 twice
        calendar = build_calendar(
            zone="America/Santiago", countries=[PERU], days={date(2026, 4, 4): (True, "Recuperación")}
        )
        term = business(calendar, 1, 2026, 4, 1, 10)
        assert term.due(calendar).isoformat() == "2026-04-05T00:00:00-04:00"
        twice = datetime(2026, 4, 4, 23, 30, tzinfo=calendar.zone, fold=1)
        assert term.state(twice, calendar).kind is ClockKind.DUE_TODAY

    @pytest.mark.parametrize(
        ("calendar", "started", "ends"),
        [
            (MADRID, (2026, 3, 27, 10), "2026-03-31T00:00:00+02:00"),
            (MADRID, (2026, 10, 23, 10), "2026-10-27T00:00:00+01:00"),
            (AUCKLAND, (2026, 9, 25, 10), "2026-09-29T00:00:00+13:00"),
            (AUCKLAND, (2026, 4, 2, 10), "2026-04-08T00:00:00+12:00"),  # over Good Friday and Easter Monday
        ],
    )
    def test_one_business_day_over_a_change_of_hour(self, calendar, started, ends):
        assert business(calendar, 1, *started).due(calendar).isoformat() == ends


class TestPauses:
    """Seven business days from Monday 2 November 2026 in Lima: 3 to 6, 9 to 11."""

    def term(self):
        return business(LIMA, 7, 2026, 11, 2, 9)

    def paused(self, since, until):
        return self.term().pause(at(LIMA, 2026, 11, *since), "observación").resume(at(LIMA, 2026, 11, *until))

    def test_without(self):
        assert self.term().due_day(LIMA) == date(2026, 11, 11)

    @pytest.mark.parametrize(
        ("since", "until", "last_day"),
        [
            ((5, 10), (9, 9), 16),  # 5, 6 and 9 do not count: 3, 4, 10, 11, 12, 13, 16
            ((5, 10), (5, 10, 1), 12),  # one minute takes its day, as the rule says
            ((5, 0), (6, 0), 12),  # midnight to midnight takes one day
            ((5, 0), (6, 0, 0, 1), 13),
            ((7, 10), (8, 20), 11),  # a weekend
            ((6, 18), (9, 7), 13),  # over a weekend, touching Friday and Monday
            ((11, 16), (13, 9), 16),  # on the last day: that day is still owed
            ((2, 10), (2, 12), 11),  # the day of the start never counted
            ((2, 10), (3, 12), 12),
            ((12, 9), (20, 9), 11),  # after the end
        ],
    )
    def test_days_touched_do_not_count(self, since, until, last_day):
        assert self.paused(since, until).due_day(LIMA) == date(2026, 11, last_day)

    def test_two_pauses_on_one_day_take_one_day(self):
        term = self.paused((5, 9), (5, 10))
        term = term.pause(at(LIMA, 2026, 11, 5, 15), "otra entidad").resume(at(LIMA, 2026, 11, 5, 16))
        assert term.due_day(LIMA) == date(2026, 11, 12)
        state = term.state(at(LIMA, 2026, 11, 4, 9), LIMA)
        assert state.days == 5  # 6, 9, 10, 11, 12

    def test_lifted_at_once_it_changes_nothing_but_the_record(self):
        term = self.paused((5, 9), (5, 9))
        assert term.due(LIMA) == self.term().due(LIMA)
        assert len(term.pauses) == 1

    def test_an_open_pause_gives_the_earliest_end(self):
        term = self.term().pause(at(LIMA, 2026, 11, 5, 10), "observación")
        assert term.paused
        assert term.due_day(LIMA) == date(2026, 11, 12)
        assert term.due_day(LIMA, resumed_at=at(LIMA, 2026, 11, 9, 9)) == date(2026, 11, 16)
        assert term.resume(at(LIMA, 2026, 11, 9, 9)).due_day(LIMA) == date(2026, 11, 16)

    def test_an_open_pause_of_hours_ends_no_earlier_than_resumed_now(self):
        term = clock(LIMA, Unit.HOURS, 48, 2026, 11, 2, 9).pause(at(LIMA, 2026, 11, 3, 9), "observación")
        assert term.due(LIMA) == at(LIMA, 2026, 11, 4, 9)
        assert term.due(LIMA, resumed_at=at(LIMA, 2026, 11, 3, 21)) == at(LIMA, 2026, 11, 4, 21)
        state = term.state(at(LIMA, 2026, 12, 1, 9), LIMA)
        assert (state.kind, state.ends_at) == (ClockKind.PAUSED, at(LIMA, 2026, 12, 2, 9))

    def test_the_days_touched_are_those_of_the_office(self):
        # 5 November 22:00 to 23:00 in Lima is 6 November in UTC
        term = self.term().pause(datetime(2026, 11, 6, 3, tzinfo=UTC), "observación")
        term = term.resume(datetime(2026, 11, 6, 4, tzinfo=UTC))
        state = term.state(at(LIMA, 2026, 11, 5, 9), LIMA)
        assert state.days == 5  # 6, 9, 10, 11, 12: the 6th counts, the 5th does not
        assert term.due_day(LIMA) == date(2026, 11, 12)


class TestExtensions:
    def test_they_add_up_in_the_unit_of_the_clock(self):
        term = business(LIMA, 7, 2026, 11, 2, 9)
        longer = term.extend(2, "término de la distancia", at(LIMA, 2026, 11, 2, 9))
        longer = longer.extend(1, "prórroga", at(LIMA, 2026, 11, 10, 9))
        assert longer.total_length == 10
        assert longer.due_day(LIMA) == business(LIMA, 10, 2026, 11, 2, 9).due_day(LIMA) == date(2026, 11, 16)

    def test_a_paused_clock_may_be_extended(self):
        term = business(LIMA, 7, 2026, 11, 2, 9).pause(at(LIMA, 2026, 11, 5, 9), "observación")
        assert term.extend(1, "prórroga", at(LIMA, 2026, 11, 6, 9)).paused


class TestCalendarChanges:
    def test_a_day_declared_later_moves_the_end_and_the_version_is_noted(self):
        term = business(LIMA, 7, 2026, 11, 2, 9)
        declared = build_calendar(
            zone="America/Lima", countries=[PERU], days={date(2026, 11, 9): (False, "Día no laborable")}
        )
        assert term.calendar_version == LIMA.version
        assert term.due_day(declared) == date(2026, 11, 12)
        moved = term.with_calendar(declared)
        assert moved.calendar_version == declared.version != LIMA.version
        assert moved.due_day(declared) == date(2026, 11, 12)
        assert moved.with_calendar(LIMA) == term

    def test_an_end_past_the_calendar_is_refused(self):
        short = build_calendar(zone="America/Lima", countries=[PERU], days={}, years=range(2026, 2027))
        for unit, length in ((Unit.BUSINESS_DAYS, 40), (Unit.CALENDAR_DAYS, 60), (Unit.MONTHS, 2)):
            with pytest.raises(OutsideCalendar):
                clock(LIMA, unit, length, 2026, 11, 20, 9).due(short)

    @pytest.mark.parametrize("unit", [Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS])
    def test_the_longest_term_is_refused_and_does_not_overflow(self, unit):
        with pytest.raises(OutsideCalendar):
            clock(LIMA, unit, MAX_LENGTH, 2070, 1, 2, 9).due(LIMA)


class TestState:
    """Seven business days from Monday 2 November 2026 in Lima, the last Wednesday 11."""

    def term(self):
        return business(LIMA, 7, 2026, 11, 2, 9)

    @pytest.mark.parametrize(
        ("now", "kind", "days", "late"),
        [
            ((2, 9), ClockKind.RUNNING, 7, False),
            ((1, 9), ClockKind.RUNNING, 7, False),  # before the start
            ((6, 23), ClockKind.RUNNING, 3, False),
            ((7, 9), ClockKind.RUNNING, 3, False),  # Saturday
            ((10, 9), ClockKind.RUNNING, 1, False),
            ((11, 0), ClockKind.DUE_TODAY, 0, False),
            ((11, 23, 59, 59, 999999), ClockKind.DUE_TODAY, 0, False),
            ((12, 0), ClockKind.OVERDUE, 1, True),
            ((13, 9), ClockKind.OVERDUE, 2, True),
            ((15, 9), ClockKind.OVERDUE, 2, True),  # Sunday
            ((16, 9), ClockKind.OVERDUE, 3, True),
        ],
    )
    def test_day_by_day(self, now, kind, days, late):
        state = self.term().state(at(LIMA, 2026, 11, *now), LIMA)
        assert (state.kind, state.days, state.late) == (kind, days, late)
        assert state.ends_at == self.term().due(LIMA)

    def test_overdue_since_friday_is_no_business_day_yet_on_saturday(self):
        term = business(LIMA, 1, 2026, 11, 19, 9)
        state = term.state(at(LIMA, 2026, 11, 21, 9), LIMA)
        assert (state.kind, state.days, state.late) == (ClockKind.OVERDUE, 0, True)

    def test_while_paused_the_days_left_stand_still(self):
        term = self.term().pause(at(LIMA, 2026, 11, 5, 10), "observación")
        states = [term.state(at(LIMA, 2026, 11, day, 10), LIMA) for day in (5, 6, 7, 9, 20)]
        # 3 and 4 are spent; the 5th, on which it was paused, is not
        assert {(state.kind, state.days) for state in states} == {(ClockKind.PAUSED, 5)}
        assert states[0].ends_at == at(LIMA, 2026, 11, 13, 0)
        assert states[-1].ends_at == at(LIMA, 2026, 11, 28, 0)  # 23 to 27

    def test_a_clock_paused_for_ever_is_never_overdue(self):
        term = self.term().pause(at(LIMA, 2026, 11, 11, 23, 59), "observación")
        assert term.state(at(LIMA, 2030, 1, 2, 9), LIMA).kind is ClockKind.PAUSED

    def test_a_pause_does_not_cure_lateness(self):
        term = self.term().pause(at(LIMA, 2026, 11, 13, 9), "observación")
        assert term.paused
        state = term.state(at(LIMA, 2026, 11, 18, 9), LIMA)
        assert (state.kind, state.days) == (ClockKind.OVERDUE, 1)  # only the 12th: from the 13th it is paused
        resumed = term.resume(at(LIMA, 2026, 11, 18, 9)).state(at(LIMA, 2026, 11, 20, 9), LIMA)
        assert (resumed.kind, resumed.days) == (ClockKind.OVERDUE, 3)  # 12, 19, 20

    def test_stopped_in_time(self):
        term = self.term().stop(at(LIMA, 2026, 11, 9, 17))
        state = term.state(at(LIMA, 2027, 3, 1, 9), LIMA)
        assert (state.kind, state.days, state.late) == (ClockKind.STOPPED, 2, False)
        assert state == term.state(at(LIMA, 2026, 11, 3, 9), LIMA)

    def test_stopped_late(self):
        state = self.term().stop(at(LIMA, 2026, 11, 13, 17)).state(at(LIMA, 2027, 3, 1, 9), LIMA)
        assert (state.kind, state.days, state.late) == (ClockKind.STOPPED, 2, True)

    def test_stopped_while_paused(self):
        term = self.term().pause(at(LIMA, 2026, 11, 5, 10), "observación").stop(at(LIMA, 2026, 12, 1, 9))
        assert not term.paused
        assert term.pauses[0].until == at(LIMA, 2026, 12, 1, 9)
        state = term.state(at(LIMA, 2026, 12, 2, 9), LIMA)
        assert (state.kind, state.late) == (ClockKind.STOPPED, False)

    def test_hours_count_their_days_left_by_the_office(self):
        term = clock(LIMA, Unit.HOURS, 72, 2026, 11, 20, 10)  # Friday to Monday
        assert term.state(at(LIMA, 2026, 11, 20, 11), LIMA).days == 1
        assert term.state(at(LIMA, 2026, 11, 23, 9), LIMA).kind is ClockKind.DUE_TODAY
        assert term.state(at(LIMA, 2026, 11, 23, 10), LIMA).kind is ClockKind.OVERDUE


class TestRefusals:
    def term(self):
        return business(LIMA, 7, 2026, 11, 2, 9)

    def moment(self, day, hour=9):
        return at(LIMA, 2026, 11, day, hour)

    def test_pause_twice(self):
        with pytest.raises(AlreadyPaused):
            self.term().pause(self.moment(3), "a").pause(self.moment(4), "b")

    def test_resume_what_is_not_paused(self):
        with pytest.raises(NotPaused):
            self.term().resume(self.moment(3))
        with pytest.raises(NotPaused):
            self.term().pause(self.moment(3), "a").resume(self.moment(4)).resume(self.moment(5))

    def test_anything_after_the_stop(self):
        stopped = self.term().stop(self.moment(4))
        for act in (
            lambda: stopped.pause(self.moment(5), "a"),
            lambda: stopped.resume(self.moment(5)),
            lambda: stopped.extend(1, "a", self.moment(5)),
            lambda: stopped.stop(self.moment(5)),
        ):
            with pytest.raises(ClockStopped):
                act()

    def test_before_the_start(self):
        term = self.term()
        for act in (
            lambda: term.pause(self.moment(2, 8), "a"),
            lambda: term.resume(self.moment(2, 8)),
            lambda: term.extend(1, "a", self.moment(2, 8)),
            lambda: term.stop(self.moment(2, 8)),
        ):
            with pytest.raises(BeforeStart):
                act()

    def test_before_what_is_recorded(self):
        paused = self.term().pause(self.moment(5), "a")
        with pytest.raises(OutOfOrder):
            paused.resume(self.moment(4))
        with pytest.raises(OutOfOrder):
            paused.stop(self.moment(4))
        resumed = paused.resume(self.moment(6))
        with pytest.raises(OutOfOrder):
            resumed.pause(self.moment(5, 10), "b")
        with pytest.raises(OutOfOrder):
            resumed.stop(self.moment(5, 10))

    def test_a_moment_without_zone(self):
        naive = datetime(2026, 11, 3, 9)
        for act in (
            lambda: self.term().pause(naive, "a"),
            lambda: self.term().stop(naive),
            lambda: self.term().state(naive, LIMA),
            lambda: Pause(naive, None, "a"),
            lambda: Extension(1, "a", naive),
        ):
            with pytest.raises(NaiveMoment):
                act()

    @pytest.mark.parametrize("length", [0, -1, 1.5, "7", True, None, MAX_LENGTH + 1])
    def test_an_impossible_length(self, length):
        with pytest.raises(InvalidClock):
            business(LIMA, length, 2026, 11, 2, 9)
        with pytest.raises(InvalidClock):
            self.term().extend(length, "prórroga", self.moment(3))

    def test_an_empty_cause_or_rule(self):
        with pytest.raises(InvalidClock):
            self.term().pause(self.moment(3), " ")
        with pytest.raises(InvalidClock):
            self.term().extend(1, "", self.moment(3))
        with pytest.raises(InvalidClock):
            Clock.start(rule="", unit=Unit.HOURS, length=1, at=self.moment(3), calendar=LIMA)

    def test_pauses_that_overlap_or_follow_an_open_one(self):
        first = Pause(self.moment(3), self.moment(5), "a")
        for pauses, error in (
            ((first, Pause(self.moment(4), self.moment(6), "b")), OutOfOrder),
            ((Pause(self.moment(3), None, "a"), Pause(self.moment(4), None, "b")), InvalidClock),
        ):
            with pytest.raises(error):
                Clock("r", Unit.HOURS, 1, self.moment(2), "v", pauses=pauses)


class TestStorage:
    def full(self):
        term = business(SANTIAGO, 7, 2026, 9, 1, 9, 15, 30, 123456)
        term = term.pause(at(SANTIAGO, 2026, 9, 2, 9), "observación").resume(at(SANTIAGO, 2026, 9, 7, 9))
        term = term.extend(2, "término de la distancia", at(SANTIAGO, 2026, 9, 8, 9))
        return term.pause(at(SANTIAGO, 2026, 9, 9, 9), "otra entidad")

    def test_round_trip_through_text(self):
        for term in (self.full(), self.full().stop(at(SANTIAGO, 2026, 9, 30, 9))):
            back = Clock.from_json(json.loads(json.dumps(term.to_json())))
            assert back == term
            assert back.to_json() == term.to_json()
            assert hash(back) == hash(term)
            assert back.due(SANTIAGO) == term.due(SANTIAGO)

    def test_the_form_is_this(self):
        """Rows written today are read for years: a change of form needs a new version number."""
        assert business(LIMA, 7, 2026, 11, 2, 9).pause(at(LIMA, 2026, 11, 3, 9), "observación").to_json() == {
            "v": 1,
            "rule": "visa.review",
            "unit": "business_days",
            "length": 7,
            "started_at": "2026-11-02T14:00:00+00:00",
            "calendar_version": LIMA.version,
            "pauses": [{"since": "2026-11-03T14:00:00+00:00", "until": None, "cause": "observación"}],
            "extensions": [],
            "stopped_at": None,
        }

    @pytest.mark.parametrize(
        "change",
        [
            {"v": 2},
            {"v": None},
            {"unit": "weeks"},
            {"length": "7"},
            {"started_at": "ayer"},
            {"started_at": None},
            {"pauses": [{"since": "2026-11-03T14:00:00+00:00"}]},
            {"pauses": None},
            {"calendar_version": ""},
        ],
    )
    def test_what_is_not_a_clock_is_refused(self, change):
        with pytest.raises(InvalidClock):
            Clock.from_json(business(LIMA, 7, 2026, 11, 2, 9).to_json() | change)

    @pytest.mark.parametrize("data", [{}, [], None, "{}"])
    def test_nor_what_is_not_even_an_object(self, data):
        with pytest.raises(InvalidClock):
            Clock.from_json(data)

    def test_moments_are_kept_in_utc_whatever_their_zone(self):
        lima = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("America/Lima"))
        fixed = lima.astimezone(timezone(timedelta(hours=5, minutes=45)))
        terms = [Clock("r", Unit.HOURS, 1, moment, "v") for moment in (lima, fixed)]
        assert terms[0] == terms[1]
        assert terms[0].to_json() == terms[1].to_json()


def test_the_clock_needs_no_django():
    code = "import sys, cases.clocks; sys.stdout.write(str('django' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False"
