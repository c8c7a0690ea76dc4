"""Working calendars: which days count at an office. Pure: no database, no clock, no network.

An office abroad rests on the days of Peru, on those of its host country, on those its administrators
add, and on its weekend, which in some countries is not Saturday and Sunday. Terms "in days" skip the
non-working days of the service and the public holidays (TUO Ley 27444 art. 145.1 [U]); only the State
may declare others (art. 148 [U]), which is why they enter as rows with a name and never by themselves.

The national days come from the `holidays` package. Days fixed by sighting of the moon are the package's
estimate until an administrator's row corrects them.
"""

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

PERU: tuple[str, str | None] = ("PE", None)
SATURDAY_SUNDAY = frozenset({5, 6})
FRIDAY_SATURDAY = frozenset({4, 5})
# The package's tables of lunar calendars end in 2077; past them it would answer "working" in silence.
DEFAULT_YEARS = range(2010, 2078)

_DAY = timedelta(days=1)


class CalendarError(ValueError):
    """The calendar's definition or the question put to it is wrong."""


class UnknownZone(CalendarError):
    """The time zone is not in the tz database."""


class UnknownCountry(CalendarError):
    """The `holidays` package knows no such country or subdivision."""


class OutsideCalendar(CalendarError):
    """The day, or the answer, is in a year this calendar or its source does not cover."""


@dataclass(frozen=True)
class _Year:
    working: tuple[date, ...]
    working_set: frozenset[date]
    names: Mapping[date, str]  # non-working days that have a name; weekends have none


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days of one office. Made by `build_calendar`; equal when zone and version are equal.

    `version` identifies everything the answers depend on: zone, countries, administrators' rows, weekend,
    years covered and the release of the `holidays` package. Store it beside each date computed.
    Every question about a year outside `years`, or for which the package does not know the holidays of one
    of the countries, raises `OutsideCalendar`; a `datetime` where a day is meant raises `TypeError`, because
    its day depends on a zone.
    """

    zone: ZoneInfo
    version: str
    weekend: frozenset[int] = field(compare=False)
    countries: tuple[tuple[str, str | None], ...] = field(compare=False)
    years: range = field(compare=False)
    _rows: Mapping[date, tuple[bool, str]] = field(compare=False, repr=False)
    _cache: dict[int, _Year] = field(default_factory=dict, compare=False, repr=False)

    def is_working(self, day: date) -> bool:
        return day in self._year_of(day).working_set

    def holiday_name(self, day: date) -> str | None:
        """Why `day` is not worked. None on a working day and on a weekend that is nothing else.

        On a day of both countries the names are joined by " / ", in the order of `countries`.
        """
        return self._year_of(day).names.get(day)

    def next_working(self, day: date) -> date:
        """`day` itself if it is worked, else the first working day after it (art. 145.2 [U])."""
        return day if self.is_working(day) else self.add_business_days(day, 1)

    def add_business_days(self, day: date, n: int) -> date:
        """The `n`-th working day after `day`; before it if `n` < 0. `day` is never counted.

        0 gives `day` back, worked or not, so that `business_days_between` is the exact inverse.
        """
        year = self._year_of(day)
        if n == 0:
            return day
        number = day.year
        if n > 0:
            index = bisect_right(year.working, day) + n - 1
            while index >= len(year.working):
                index -= len(year.working)
                number += 1
                year = self._year(number)
            return year.working[index]
        index = bisect_left(year.working, day) + n
        while index < 0:
            number -= 1
            year = self._year(number)
            index += len(year.working)
        return year.working[index]

    def business_days_between(self, a: date, b: date) -> int:
        """Working days from `a`, not counted, to `b`, counted. Negative when `b` is before `a`.

        For any n: business_days_between(a, add_business_days(a, n)) == n.
        """
        first, last = self._year_of(a), self._year_of(b)
        if a <= b:
            before, upto = bisect_right(first.working, a), bisect_right(last.working, b)
        else:
            before, upto = bisect_left(first.working, a), bisect_left(last.working, b)
        low, high = sorted((a.year, b.year))
        whole = sum(len(self._year(number).working) for number in range(low, high))
        return upto - before + (whole if a.year <= b.year else -whole)

    def nth_day(self, day: date, n: int, *, skip: Sequence[tuple[date, date]], business: bool) -> date:
        """The `n`-th day (n ≥ 1) after `day` outside the spans of `skip`: of the working days or of all days.

        `skip`: (first, last) days, both included, in order and apart from each other.
        """
        reached, left = day, n
        for first, last in skip:
            eve = first - _DAY
            if eve > reached:
                free = self.business_days_between(reached, eve) if business else (eve - reached).days
                if free >= left:
                    break
                left -= free
            reached = max(reached, last)
        return self.add_business_days(reached, left) if business else reached + left * _DAY

    def local_day(self, moment: datetime) -> date:
        """The day it is at the office at an aware `moment`."""
        if moment.utcoffset() is None:
            raise TypeError("a moment with its time zone is needed")
        return moment.astimezone(self.zone).date()

    def day_starts(self, day: date) -> datetime:
        """First instant of `day` at the office, aware.

        Where summer time begins at midnight 00:00 does not exist (Santiago): 01:00 then, the instant of the
        jump, which fold 0 reads by the offset before it. Where 00:00 comes twice (Havana), the first.
        """
        return datetime.combine(day, time.min, tzinfo=self.zone).astimezone(UTC).astimezone(self.zone)

    def _year_of(self, day: date) -> _Year:
        if isinstance(day, datetime) or not isinstance(day, date):
            raise TypeError(f"a date is needed, not {type(day).__name__}")
        return self._year(day.year)

    def _year(self, number: int) -> _Year:
        known = self._cache.get(number)
        if known is None:
            if number not in self.years:
                raise OutsideCalendar(
                    f"the calendar covers the years {self.years.start} to {self.years.stop - 1}, not {number}"
                )
            known = self._cache[number] = self._build(number)
        return known

    def _build(self, number: int) -> _Year:
        names: dict[date, str] = {}
        for country, subdivision in self.countries:
            for day, name in _national_days(country, subdivision, number).items():
                if name not in names.get(day, "").split(" / "):
                    names[day] = f"{names[day]} / {name}" if day in names else name
        working = []
        for offset in range((date(number + 1, 1, 1) - date(number, 1, 1)).days):
            day = date(number, 1, 1) + timedelta(days=offset)
            row = self._rows.get(day)
            if row is None:
                works = day not in names and day.weekday() not in self.weekend
            else:
                works = row[0]
                if works:
                    names.pop(day, None)
                elif row[1]:
                    names[day] = row[1]
            if works:
                working.append(day)
        return _Year(tuple(working), frozenset(working), names)


def build_calendar(
    *,
    zone: str,
    countries: Sequence[tuple[str, str | None]],
    days: Mapping[date, tuple[bool, str]],
    weekend: frozenset[int] = SATURDAY_SUNDAY,
    years: range = DEFAULT_YEARS,
) -> WorkingCalendar:
    """The calendar of an office.

    `zone`: tz database name. `countries`: ISO 3166-1 alpha-2 code and subdivision (or None) of each country
    whose public holidays the office keeps, none implied: `[PERU]` in Lima, `[PERU, ("CL", None)]` in
    Santiago. `days`: administrators' rows, day → (is it worked?, name); a row overrules holidays and weekend
    both ways. `weekend`: numbers of `date.weekday()`, Monday 0. `years`: consecutive years covered.
    Names are in Spanish where the package has them, else in English.

    Raises `UnknownZone`, `UnknownCountry`, or `CalendarError` for an impossible weekend or year range.
    No year is computed here: each is when first asked for, and is kept.
    """
    try:
        zone_info = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a folder of the tz database
        raise UnknownZone(f"unknown time zone: {zone!r}") from error
    if not set(weekend) < set(range(7)):
        raise CalendarError(f"weekend must be some of 0 to 6, not all: {sorted(weekend)}")
    if not years or years.step != 1 or years.start < 2 or years.stop > 9999:
        raise CalendarError(f"years must be consecutive: {years}")
    for day, (works, _name) in days.items():
        if isinstance(day, datetime) or not isinstance(day, date) or not isinstance(works, bool):
            raise CalendarError(f"a row is a date with (bool, name), not {day!r}: {days[day]!r}")
    observed = tuple(dict.fromkeys((country, subdivision or None) for country, subdivision in countries))
    for country, subdivision in observed:
        _check_country(country, subdivision)
    definition = [
        zone,
        observed,
        [(day.isoformat(), *days[day]) for day in sorted(days)],
        sorted(weekend),
        (years.start, years.stop),
        holidays.__version__,
    ]
    text = json.dumps(definition, ensure_ascii=True, separators=(",", ":"))
    return WorkingCalendar(
        zone=zone_info,
        version=hashlib.sha256(text.encode()).hexdigest()[:16],
        weekend=frozenset(weekend),
        countries=observed,
        years=years,
        _rows=dict(days),
    )


def _check_country(country: str, subdivision: str | None) -> None:
    # The package takes aliases and other lengths ("PER", "Peru"): one spelling, so that versions agree.
    if not (isinstance(country, str) and len(country) == 2 and country.isascii() and country.isupper()):
        raise UnknownCountry(f"not an alpha-2 country code: {country!r}")
    try:
        holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError as error:
        raise UnknownCountry(str(error)) from error


@lru_cache(maxsize=4096)
def _national_days(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    """Public holidays of one year, substitutes included; shared by all offices, so read only."""
    table = holidays.country_holidays(country, subdiv=subdivision)
    if not table.start_year <= year <= table.end_year:  # the package would answer "no holidays"
        raise OutsideCalendar(f"the holidays of {country} are not known for {year}")
    language = next((code for code in ("es", "en_US") if code in table.supported_languages), None)
    found = holidays.country_holidays(
        country, subdiv=subdivision, years=year, expand=False, observed=True, language=language
    )
    return {day: name.replace("; ", " / ") for day, name in found.items()}
