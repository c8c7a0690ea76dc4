"""Reads of this room that are more than a lookup."""

from django.utils import timezone

from offices.calendars import WorkingCalendar, build_calendar
from offices.configuration import configuration
from offices.models import Office, OfficeUserObjectPermission, Posting
from offices.roles import Act, right


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


def supervisors_of(office_id: int, procedure: str) -> set[int]:
    """Who supervises a procedure at an office by a posting in force: those of the nearest office that has any, from
    the office itself upwards."""
    path = Office.objects.values_list("path", flat=True).get(pk=office_id)
    codes = path.rstrip("/").split("/")
    above = ["/".join(codes[:length]) + "/" for length in range(len(codes), 0, -1)]
    held = OfficeUserObjectPermission.objects.filter(
        permission__codename=right(Act.SUPERVISE, procedure),
        content_object__path__in=above,
        content_object__active=True,
        posting__in=Posting.objects.in_force(timezone.now()),
        user__is_active=True,
    ).values_list("content_object__path", "user_id")
    by_path: dict[str, set[int]] = {}
    for found, user_id in held:
        by_path.setdefault(found, set()).add(user_id)
    return next((by_path[each] for each in above if each in by_path), set())
