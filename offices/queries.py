"""Reads of this room that are more than a lookup."""

from offices.calendars import WorkingCalendar, build_calendar
from offices.configuration import configuration
from offices.models import Office


@configuration
def calendar_of(office_id: int) -> WorkingCalendar:
    """The working calendar of an office: its zone, the holidays of its countries, and its own days."""
    office = Office.objects.select_related("calendar").prefetch_related("calendar__days").get(pk=office_id)
    countries = []
    for part in filter(None, (item.strip() for item in office.calendar.countries.split(","))):
        country, _, subdivision = part.partition("-")
        countries.append((country, subdivision or None))
    return build_calendar(
        zone=office.time_zone,
        countries=countries,
        days={day.day: (day.working, day.name) for day in office.calendar.days.all()},
        weekend=frozenset(int(day) for day in office.calendar.weekend.split(",") if day.strip()),
    )


@configuration
def office_codes() -> dict[int, str]:
    """Every office's code by id."""
    return dict(Office.objects.values_list("pk", "code"))


@configuration
def office_names() -> dict[int, str]:
    """Every office's name by id, for lists that must not join."""
    return dict(Office.objects.values_list("pk", "name"))
