"""Ages from dates of birth of which parts may be unknown."""

from datetime import date


def age_on(birth_date: str, day: date) -> int | None:
    """Whole years lived on ``day`` by someone born on ``birth_date`` (YYYY-MM-DD, 00 or 0000 for unknown parts).

    None when the year is unknown; with month or day unknown, the lower of the possible ages, so that a rule "from age
    N" spares nobody it should reach only when the date proves it (the caller treats None as "every age").
    """
    year, month, day_of_month = (int(part) for part in birth_date.split("-"))
    if not year:
        return None
    latest = (month or 12, day_of_month or 31)
    return day.year - year - ((day.month, day.day) < latest)
