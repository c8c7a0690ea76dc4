"""What became of the single attempts: for the page of the agencies, and counted for good for the monitoring."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import Agency
from agencies.models.check import Check

BUCKETS_MS = (100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000)
"""Upper bounds of the latency histogram, in milliseconds; a last one has none."""


class Outcome(models.TextChoices):
    """How an attempt ended."""

    ANSWERED = "answered", _("Answered")
    FAILED = "failed", _("Not reached")
    UNREADABLE = "unreadable", _("Unreadable")
    REFUSED = "refused", _("Refused by the agency")
    UNSENT = "unsent", _("Not sent")


class Attempt(models.Model):
    """One attempt that came to an end, kept for a month. No personal data."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+", db_index=False)
    check_asked = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="+", db_index=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    fault = models.CharField(_("fault"), max_length=40, blank=True)
    ended_at = models.DateTimeField(_("ended"))
    ms = models.PositiveIntegerField(_("milliseconds"))

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        default_permissions = ()
        indexes = [models.Index(fields=["agency", "outcome", "-ended_at"], name="attempt_recent")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.ms} ms"


class Tally(models.Model):
    """How many attempts ever ended this way in this range of latency: counters that no restart sets back and all
    processes share. ``bucket`` is a place in :data:`BUCKETS_MS`."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+", db_index=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    bucket = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField(default=0)
    ms = models.PositiveBigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["agency", "outcome", "bucket"], name="one_tally")]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.number}"
