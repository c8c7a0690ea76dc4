"""Other institutions, how they are reached, and how they are doing."""

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Agency(models.Model):
    """Another institution, how it is reached, and how it is doing."""

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
    timeout = models.PositiveSmallIntegerField(_("time-out"), default=20, help_text=_("Seconds for a whole answer."))
    max_bytes = models.PositiveIntegerField(_("largest answer"), default=1_000_000, help_text=_("Bytes."))
    paused = models.BooleanField(_("paused"), default=False, help_text=_("Nothing is asked while this is on."))
    # the circuit breaker, in the database so that every worker sees the same
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0, editable=False)
    retry_at = models.DateTimeField(_("closed until"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(_("last answer"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.short_name

    @property
    def queue(self) -> str:
        """The broker queue of its jobs: one each, so that a slow agency delays no other."""
        return f"agency.{self.code}"
