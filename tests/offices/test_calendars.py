"""Which days an office works: national days of both countries, administrators' rows, other weekends."""

import pickle
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offices.calendars import (
    FRIDAY_SATURDAY,
    PERU,
    CalendarError,
    OutsideCalendar,
    UnknownCountry,
    UnknownZone,
    build_calendar,
)

DAY = timedelta(days=1)
CHILE = ("CL", None)


def lima(**changes):
    return build_calendar(**{"zone": "America/Lima", "countries": [PERU], "days": {}} | changes)


def santiago(**changes):
    return build_calendar(**{"zone": "America/Santiago", "countries": [PERU, CHILE], "days": {}} | changes)


def rest_days(calendar, first, last):
    """Days of the week not worked, leaving out those that are only weekend."""
    days = (first + DAY * n for n in range((last - first).days + 1))
    return {day for day in days if not calendar.is_working(day) and day.weekday() not in calendar.weekend}


class TestPeru:
    def test_the_national_days_of_2026_that_fall_on_weekdays(self):
        assert rest_days(lima(), date(2026, 1, 1), date(2026, 12, 31)) == {
            date(2026, 1, 1),
            date(2026, 4, 2),  # Holy Thursday
            date(2026, 4, 3),  # Good Friday
            date(2026, 5, 1),
            date(2026, 6, 29),
            date(2026, 7, 23),
            date(2026, 7, 28),
            date(2026, 7, 29),
            date(2026, 8, 6),
            date(2026, 10, 8),
            date(2026, 12, 8),
            date(2026, 12, 9),
            date(2026, 12, 25),
        }

    @pytest.mark.parametrize(
        "day",
        [date(2026, 6, 7), date(2026, 8, 30), date(2026, 11, 1)],  # Sundays in 2026
    )
    def test_a_holiday_on_a_sunday_is_named_and_not_moved(self, day):
        calendar = lima()
        assert calendar.holiday_name(day)
        assert calendar.is_working(day + DAY)

    def test_holy_week_moves_with_easter(self):
        assert rest_days(lima(), date(2027, 3, 15), date(2027, 4, 10)) == {
            date(2027, 3, 25),
            date(2027, 3, 26),
        }

    def test_names_are_spanish(self):
        calendar = lima()
        assert calendar.holiday_name(date(2026, 4, 2)) == "Jueves Santo"
        assert calendar.holiday_name(date(2026, 7, 27)) is None
        assert calendar.holiday_name(date(2026, 7, 25)) is None  # an ordinary Saturday


class TestConsulates:
    def test_chile_keeps_both_countries_days(self):
        calendar = santiago()
        assert rest_days(calendar, date(2026, 9, 1), date(2026, 9, 30)) == {date(2026, 9, 18)}
        # 19 September 2026 is a Saturday, and has a name all the same
        assert calendar.holiday_name(date(2026, 9, 19)) == "Día de las Glorias del Ejército"
        assert not calendar.is_working(date(2026, 7, 28))  # Peru's
        assert not calendar.is_working(date(2026, 5, 21))  # Chile's
        assert lima().is_working(date(2026, 5, 21))

    def test_chile_adds_friday_17_when_the_18th_is_a_saturday(self):
        assert rest_days(santiago(), date(2027, 9, 1), date(2027, 9, 30)) == {date(2027, 9, 17)}

    def test_a_day_of_both_has_both_names_once(self):
        calendar = santiago()
        assert calendar.holiday_name(date(2026, 5, 1)) == "Día del Trabajo / Día Nacional del Trabajo"
        assert calendar.holiday_name(date(2026, 6, 29)) == "San Pedro y San Pablo"

    def test_a_subdivision_adds_its_own(self):
        madrid = build_calendar(zone="Europe/Madrid", countries=[("ES", "MD")], days={})
        spain = build_calendar(zone="Europe/Madrid", countries=[("ES", None)], days={})
        assert madrid.holiday_name(date(2026, 4, 2)) == "Jueves Santo"
        assert spain.is_working(date(2026, 4, 2))

    def test_the_substitute_of_1_january_falls_in_the_year_before(self):
        miami = build_calendar(zone="America/New_York", countries=[("US", "FL")], days={})
        assert not miami.is_working(date(2021, 12, 31))  # 1 January 2022 is a Saturday

    def test_a_country_without_spanish_names_is_in_english(self):
        tokyo = build_calendar(zone="Asia/Tokyo", countries=[("JP", None)], days={})
        assert tokyo.holiday_name(date(2026, 5, 5)) == "Children's Day"

    def test_doha_works_on_sunday_and_rests_on_friday(self):
        doha = build_calendar(zone="Asia/Qatar", countries=[PERU, ("QA", None)], days={}, weekend=FRIDAY_SATURDAY)
        assert doha.is_working(date(2026, 11, 22))  # Sunday
        assert not doha.is_working(date(2026, 11, 20))  # Friday
        # from Wednesday 16 December 2026: Thursday; Friday 18 (National Day) and Saturday rest; Sunday
        assert doha.add_business_days(date(2026, 12, 16), 2) == date(2026, 12, 20)

    def test_tel_aviv_in_the_month_of_feasts(self):
        tel_aviv = build_calendar(
            zone="Asia/Jerusalem", countries=[PERU, ("IL", None)], days={}, weekend=FRIDAY_SATURDAY
        )
        assert rest_days(tel_aviv, date(2026, 9, 6), date(2026, 9, 24)) == {
            date(2026, 9, 13),  # second day of Rosh Hashanah, a Sunday
            date(2026, 9, 21),  # Yom Kippur
        }
        assert tel_aviv.add_business_days(date(2026, 9, 10), 1) == date(2026, 9, 14)

    def test_abu_dhabi_weekend_since_2022(self):
        abu_dhabi = build_calendar(zone="Asia/Dubai", countries=[PERU, ("AE", None)], days={})
        assert rest_days(abu_dhabi, date(2026, 12, 1), date(2026, 12, 10)) == {
            date(2026, 12, 2),
            date(2026, 12, 3),
            date(2026, 12, 8),  # Peru's
            date(2026, 12, 9),
        }


class TestAdministratorsRows:
    def test_a_row_closes_a_day_and_names_it(self):
        calendar = lima(days={date(2026, 7, 27): (False, "Día no laborable (decreto supremo)")})
        assert not calendar.is_working(date(2026, 7, 27))
        assert calendar.holiday_name(date(2026, 7, 27)) == "Día no laborable (decreto supremo)"

    def test_a_row_opens_a_holiday_and_a_saturday(self):
        calendar = lima(
            days={
                date(2026, 7, 23): (True, "Atención extraordinaria"),
                date(2026, 8, 1): (True, "Recuperación del 27 de julio"),
            }
        )
        assert calendar.is_working(date(2026, 7, 23))
        assert calendar.holiday_name(date(2026, 7, 23)) is None
        assert calendar.is_working(date(2026, 8, 1))
        assert calendar.add_business_days(date(2026, 7, 31), 1) == date(2026, 8, 1)

    def test_a_nameless_row_keeps_the_national_name(self):
        calendar = lima(days={date(2026, 7, 28): (False, "")})
        assert calendar.holiday_name(date(2026, 7, 28)) == "Día de la Independencia"

    def test_later_changes_of_the_mapping_do_not_reach_the_calendar(self):
        rows = {date(2026, 7, 27): (False, "Cierre")}
        calendar = lima(days=rows)
        rows.clear()
        assert not calendar.is_working(date(2026, 7, 27))


class TestCounting:
    def test_independence_days(self):
        calendar = lima()
        # Monday 27 July; 28 and 29 are holidays
        assert calendar.add_business_days(date(2026, 7, 27), 1) == date(2026, 7, 30)
        assert calendar.add_business_days(date(2026, 7, 30), -1) == date(2026, 7, 27)
        assert calendar.next_working(date(2026, 7, 27)) == date(2026, 7, 27)
        assert calendar.next_working(date(2026, 7, 28)) == date(2026, 7, 30)
        assert calendar.business_days_between(date(2026, 7, 27), date(2026, 7, 31)) == 2

    def test_across_the_year(self):
        calendar = lima()
        # Tuesday 29 December 2026: 30, 31; 1 January is a holiday, then a weekend; 4
        assert calendar.add_business_days(date(2026, 12, 29), 3) == date(2027, 1, 4)
        assert calendar.business_days_between(date(2026, 12, 29), date(2027, 1, 4)) == 3
        assert calendar.add_business_days(date(2027, 1, 4), -3) == date(2026, 12, 29)
        assert calendar.business_days_between(date(2027, 1, 4), date(2026, 12, 29)) == -3

    def test_a_first_of_january_rest_day_goes_on_into_january(self):
        assert lima().next_working(date(2027, 1, 1)) == date(2027, 1, 4)

    def test_the_office_decides_which_day_a_moment_is(self):
        moment = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
        assert lima().local_day(moment) == date(2026, 11, 21)
        assert santiago().local_day(moment) == date(2026, 11, 21)
        tokyo = build_calendar(zone="Asia/Tokyo", countries=[PERU], days={})
        assert tokyo.local_day(moment) == date(2026, 11, 22)
        with pytest.raises(TypeError):
            tokyo.local_day(datetime(2026, 11, 22, 2, 30))

    def test_a_day_without_midnight_starts_at_one(self):
        # Chile: Saturday 5 September 2026 24:00 is Sunday 01:00
        starts = santiago().day_starts(date(2026, 9, 6))
        assert starts.isoformat() == "2026-09-06T01:00:00-03:00"
        assert starts.astimezone(UTC) == datetime(2026, 9, 6, 4, tzinfo=UTC)

    def test_a_day_with_two_midnights_starts_at_the_first(self):
        # Cuba: Sunday 1 November 2026 01:00 goes back to 00:00
        havana = build_calendar(zone="America/Havana", countries=[PERU], days={})
        assert havana.day_starts(date(2026, 11, 1)).isoformat() == "2026-11-01T00:00:00-04:00"


class TestVersion:
    def test_same_definition_same_version(self):
        rows = {date(2026, 7, 27): (False, "A"), date(2026, 12, 24): (False, "B")}
        backwards = dict(reversed(rows.items()))
        assert santiago(days=rows).version == santiago(days=backwards).version
        assert santiago(days=rows) == santiago(days=backwards)
        assert hash(santiago()) == hash(santiago(countries=[PERU, CHILE, PERU]))

    @pytest.mark.parametrize(
        "change",
        [
            {"zone": "America/Punta_Arenas"},
            {"countries": [PERU]},
            {"countries": [PERU, ("CL", "RM")]},
            {"days": {date(2026, 7, 27): (False, "Cierre")}},
            {"days": {date(2026, 7, 27): (True, "Cierre")}},
            {"weekend": FRIDAY_SATURDAY},
            {"years": range(2010, 2050)},
        ],
    )
    def test_every_part_of_the_definition_changes_it(self, change):
        assert santiago(**change).version != santiago().version
        assert santiago(**change) != santiago()

    def test_another_release_of_the_source_changes_it(self, monkeypatch):
        before = santiago().version
        monkeypatch.setattr("holidays.__version__", "9.9")
        assert santiago().version != before

    def test_it_is_the_same_in_another_process(self):
        code = (
            "from offices.calendars import *\n"
            "c = build_calendar(zone='America/Santiago', countries=[PERU, ('CL', None)], days={})\n"
            "import sys; sys.stdout.write(c.version + ' ' + str('django' in sys.modules))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == f"{santiago().version} False"

    def test_it_survives_pickling(self):
        calendar = santiago()
        calendar.is_working(date(2026, 9, 18))
        copy = pickle.loads(pickle.dumps(calendar))
        assert copy == calendar
        assert not copy.is_working(date(2026, 9, 18))


class TestRefusals:
    @pytest.mark.parametrize("zone", ["", "America", "America/Cuzco", "../etc/passwd", "nul\0"])
    def test_unknown_zone(self, zone):
        with pytest.raises(UnknownZone):
            lima(zone=zone)

    @pytest.mark.parametrize(
        "country", [("XX", None), ("pe", None), ("PER", None), ("CL", "ZZ"), ("", None), (None, None)]
    )
    def test_unknown_country(self, country):
        with pytest.raises(UnknownCountry):
            lima(countries=[country])

    @pytest.mark.parametrize("weekend", [frozenset(range(7)), frozenset({7}), frozenset({-1})])
    def test_impossible_weekend(self, weekend):
        with pytest.raises(CalendarError):
            lima(weekend=weekend)

    @pytest.mark.parametrize("years", [range(0), range(2010, 2030, 2), range(2030, 2010, -1)])
    def test_impossible_years(self, years):
        with pytest.raises(CalendarError):
            lima(years=years)

    @pytest.mark.parametrize("rows", [{datetime(2026, 7, 27): (False, "x")}, {date(2026, 7, 27): ("no", "x")}])
    def test_a_row_of_the_wrong_form(self, rows):
        with pytest.raises(CalendarError):
            lima(days=rows)

    def test_a_year_not_covered_is_refused_and_not_guessed(self):
        calendar = lima(years=range(2026, 2028))
        with pytest.raises(OutsideCalendar):
            calendar.is_working(date(2028, 1, 1))
        with pytest.raises(OutsideCalendar):
            calendar.add_business_days(date(2027, 12, 30), 2)
        with pytest.raises(OutsideCalendar):
            calendar.add_business_days(date(2026, 1, 2), -1)
        with pytest.raises(OutsideCalendar):
            calendar.business_days_between(date(2027, 12, 30), date(2028, 1, 3))

    def test_a_year_the_source_does_not_know_is_refused_too(self):
        juba = build_calendar(zone="Africa/Juba", countries=[("SS", None)], days={})
        assert not juba.is_working(date(2026, 7, 9))
        with pytest.raises(OutsideCalendar):
            juba.is_working(date(2011, 1, 3))  # the country is of July 2011

    def test_a_moment_is_not_a_day(self):
        with pytest.raises(TypeError):
            lima().is_working(datetime(2026, 7, 28, tzinfo=timezone(timedelta(hours=-5))))
        with pytest.raises(TypeError):
            lima().is_working("2026-07-28")


DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))


@st.composite
def calendars(draw):
    return build_calendar(
        zone="America/Lima",
        countries=draw(st.sampled_from([[PERU], [PERU, CHILE], [("IL", None)], [PERU, ("ES", "MD")], []])),
        days=draw(st.dictionaries(DAYS, st.tuples(st.booleans(), st.just("fila")), max_size=30)),
        weekend=draw(st.sampled_from([frozenset({5, 6}), FRIDAY_SATURDAY, frozenset({4}), frozenset()])),
        years=range(2020, 2035),
    )


class TestProperties:
    @given(calendars(), DAYS, st.integers(-300, 300))
    @settings(max_examples=200, deadline=None)
    def test_counting_undoes_adding(self, calendar, day, n):
        assert calendar.business_days_between(day, calendar.add_business_days(day, n)) == n

    @given(calendars(), DAYS, st.integers(1, 90))
    @settings(max_examples=100, deadline=None)
    def test_adding_is_walking_day_by_day(self, calendar, day, n):
        walked, left = day, n
        while left:
            walked += DAY
            left -= calendar.is_working(walked)
        assert calendar.add_business_days(day, n) == walked
        assert calendar.next_working(day) == (day if calendar.is_working(day) else calendar.add_business_days(day, 1))

    @given(calendars(), DAYS, DAYS)
    @settings(max_examples=100, deadline=None)
    def test_counting_is_walking_day_by_day(self, calendar, a, b):
        low, high = min(a, b), max(a, b)
        shift = 1 if a <= b else 0  # the first day given is never counted, the last always
        expected = sum(calendar.is_working(low + DAY * (n + shift)) for n in range((high - low).days))
        assert calendar.business_days_between(a, b) == (expected if a <= b else -expected)

    @given(calendars(), DAYS)
    @settings(max_examples=100, deadline=None)
    def test_a_named_day_is_never_a_working_day(self, calendar, day):
        if calendar.holiday_name(day) is not None:
            assert not calendar.is_working(day)
        elif not calendar.is_working(day):
            assert day.weekday() in calendar.weekend
