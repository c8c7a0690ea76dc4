"""Time zones by name, with the ministry's as the fallback for a name that is unknown on this machine."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LIMA = ZoneInfo("America/Lima")


def zone_of(name: str | None) -> ZoneInfo:
    if not name:
        return LIMA
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return LIMA
