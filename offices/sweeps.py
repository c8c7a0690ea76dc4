"""Celery job of signing in: what has had its time is removed."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from offices.models import Session, SignInAttempt, SuspendedForm

BATCH = 5000  # rows per sweep; the next one takes the rest


@shared_task
def sweep_access() -> None:
    """Remove sessions that have ended, attempts that count no more and forms nobody came back for."""
    now = timezone.now()
    over = (
        Q(expire_date__lte=now)
        | Q(seen__lte=now - settings.SESSION_IDLE)
        | Q(started__lte=now - settings.SESSION_ABSOLUTE)
    )
    ended = Session.objects.filter(over).order_by().values_list("pk", flat=True)[:BATCH]
    Session.objects.filter(pk__in=list(ended)).delete()
    longest = timedelta(minutes=max(minutes for _failures, minutes in settings.LOCKOUT_LIMITS.values()))
    for model, age in ((SignInAttempt, longest), (SuspendedForm, settings.SUSPENDED_FOR)):
        old = model.objects.filter(at__lte=now - age).values_list("pk", flat=True)[:BATCH]
        model.objects.filter(pk__in=list(old)).delete()
