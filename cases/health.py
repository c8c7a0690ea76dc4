"""The worker's heartbeat: a row that a job touches, so that /readyz sees broker, beat and worker through the same
path that real jobs take."""

from datetime import datetime, timedelta

from django.utils import timezone

from cases.models import Heartbeat

FRESH = timedelta(seconds=45)


def beat_seen() -> None:
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": timezone.now()})


def last_beat() -> datetime | None:
    """When a worker last did the heartbeat job."""
    return Heartbeat.objects.values_list("at", flat=True).first()


def is_fresh(at: datetime | None) -> bool:
    return at is not None and timezone.now() - at < FRESH
