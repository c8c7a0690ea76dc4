"""Other institutions, how they are reached, how much they may be asked, and how they are doing."""

from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.limits import Breaker, breaker, room

LONGEST_TIMEOUT = 120  # seconds; a job's time limit and the broker's patience are longer
MOST_AT_ONCE = 200


class Agency(models.Model):
    """Another institution: what an administrator configures, and what the workers know of it.

    Limits and breaker are rows, so that every worker on every machine keeps the same ones. Workers change their columns
    under the row's lock; an administrator's form never writes them.
    """

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=30)
    base_url = models.CharField(
        _("address"),
        max_length=200,
        validators=[URLValidator(["http", "https"])],
        help_text=_("Of its service; ws hosts on the platform have changed."),
    )
    credentials = models.CharField(
        _("credentials"),
        max_length=60,
        blank=True,
        help_text=_("Prefix of the environment variables that hold them, never the credentials themselves."),
    )
    timeout = models.PositiveSmallIntegerField(
        _("time-out"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TIMEOUT)],
        help_text=_("Seconds for a whole answer."),
    )
    max_bytes = models.PositiveIntegerField(_("largest answer"), default=1_000_000, help_text=_("Bytes."))
    # how much it may be asked
    rate = models.PositiveIntegerField(
        _("questions per minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("In any sixty seconds, of all workers together. Empty: no limit."),
    )
    concurrency = models.PositiveSmallIntegerField(
        _("questions at a time"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_AT_ONCE)],
        help_text=_("Of all workers together. A silent agency holds up no more threads than this."),
    )
    breaker_after = models.PositiveSmallIntegerField(
        _("breaker opens after"),
        default=5,
        validators=[MinValueValidator(1)],
        help_text=_("Attempts in a row without a usable answer."),
    )
    breaker_pause = models.PositiveSmallIntegerField(
        _("breaker stays open for"),
        default=20,
        validators=[MinValueValidator(1)],
        help_text=_("Seconds; then one question is put as a probe."),
    )
    unreadable_limit = models.PositiveSmallIntegerField(
        _("unreadable answers"),
        default=3,
        validators=[MinValueValidator(1)],
        help_text=_("To one question, before it is left to a person."),
    )
    # stopped by a person
    paused = models.BooleanField(_("paused"), default=False, editable=False)
    paused_reason = models.CharField(_("reason of the pause"), max_length=500, blank=True, editable=False)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("paused by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    paused_at = models.DateTimeField(_("paused since"), null=True, blank=True, editable=False)
    # kept by the workers
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0, editable=False)
    retry_at = models.DateTimeField(_("closed until"), null=True, blank=True, editable=False)
    probe = models.UUIDField(null=True, blank=True, editable=False)
    free_at = models.DateTimeField(null=True, blank=True, editable=False)
    asked = models.PositiveBigIntegerField(_("questions put"), default=0, editable=False)
    # the last trial that a person asked for
    tried_at = models.DateTimeField(_("tried"), null=True, blank=True, editable=False)
    trial = models.CharField(_("trial"), max_length=60, blank=True, editable=False)
    trial_ms = models.PositiveIntegerField(null=True, blank=True, editable=False)
    # what stood in the way of its questions then: ``{"question", "code", "message", "severity"}`` each
    trial_problems = models.JSONField(default=list, blank=True, editable=False)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(timeout__gte=1, timeout__lte=LONGEST_TIMEOUT), name="a_timeout_within_a_job"
            ),
            models.CheckConstraint(
                condition=Q(concurrency__gte=1, breaker_after__gte=1, breaker_pause__gte=1, unreadable_limit__gte=1)
                & (Q(rate__isnull=True) | Q(rate__gte=1)),
                name="limits_let_something_through",
            ),
            models.CheckConstraint(
                condition=Q(paused=False, paused_at__isnull=True) | Q(paused=True, paused_at__isnull=False),
                name="a_pause_has_a_beginning",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def queue(self) -> str:
        """The broker queue of its jobs: one each, so that a slow agency delays no other."""
        return f"agency.{self.code}"

    def breaker(self, at: datetime) -> Breaker:
        return breaker(retry_at=self.retry_at, probing=self.probe is not None, at=at)

    def room(self, at: datetime, *, under_way: int) -> int:
        """How many questions could be put to it now, none while it is paused."""
        if self.paused:
            return 0
        return room(
            concurrency=self.concurrency, under_way=under_way, rate=self.rate, free_at=self.free_at,
            state=self.breaker(at), at=at,
        )  # fmt: skip
