"""Reads of this room that are more than a lookup."""

from offices.calendars import WorkingCalendar, build_calendar
from offices.configuration import configuration
from offices.models import Office


def parse_countries(text: str) -> list[tuple[str, str | None]]:
    """«PE,CL-RM» as (country, subdivision) pairs."""
    parts = (item.strip().partition("-") for item in text.split(",") if item.strip())
    return [(country, subdivision or None) for country, _, subdivision in parts]


def parse_weekend(text: str) -> frozenset[int]:
    """«5,6» as days of the week, 0 is Monday. Raises ValueError for anything but such numbers."""
    days = frozenset(int(day) for day in text.split(",") if day.strip())
    if not days <= frozenset(range(7)):
        raise ValueError(text)
    return days


@configuration
def calendar_of(office_id: int) -> WorkingCalendar:
    """The working calendar of an office: its zone, the holidays of its countries, and its own days."""
    office = Office.objects.select_related("calendar").prefetch_related("calendar__days").get(pk=office_id)
    return build_calendar(
        zone=office.time_zone,
        countries=parse_countries(office.calendar.countries),
        days={day.day: (day.working, day.name) for day in office.calendar.days.all()},
        weekend=parse_weekend(office.calendar.weekend),
    )
