"""What an administrator sets for one question, and how an agency knows our officers."""

from django.conf import settings
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import Agency


class QuestionSettings(models.Model):
    """One question's own address and settings, where they differ from its agency's and from the defaults.

    ``values`` are what the connector's settings form cleaned (:attr:`agencies.connectors.Connector.settings_form`).
    """

    question = models.CharField(_("question"), max_length=40, unique=True)
    base_url = models.CharField(
        _("address"),
        max_length=200,
        blank=True,
        validators=[URLValidator(["http", "https"])],
        help_text=_("Empty: the agency's. The hosts of the platform have changed more than once."),
    )
    path = models.CharField(
        _("path"),
        max_length=120,
        blank=True,
        validators=[RegexValidator(r"^[\w./-]*$", _("Letters, digits, dots, hyphens and slashes only."))],
        help_text=_("Empty: the usual one of this question."),
    )
    timeout = models.PositiveSmallIntegerField(
        _("time-out"),
        null=True,
        blank=True,
        help_text=_("Seconds for a whole answer, no more than the agency's. Empty: the agency's."),
    )
    values = models.JSONField(_("settings"), default=dict, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["question"]
        constraints = [
            models.CheckConstraint(
                condition=Q(timeout__isnull=True) | Q(timeout__gt=0, timeout__lte=120), name="question_timeout"
            )
        ]

    def __str__(self) -> str:
        return self.question


class OfficerIdentity(models.Model):
    """Under which number an agency knows an officer of ours: their DNI, or a user it gave them. It goes with every
    question asked on their act, so that the agency's own audit names the person and not the ministry (domain §6.1)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("officer"), on_delete=models.CASCADE, related_name="+"
    )
    agency = models.ForeignKey(
        Agency,
        verbose_name=_("agency"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: every agency."),
    )
    number = models.CharField(
        _("DNI or user name"),
        max_length=20,
        validators=[RegexValidator(r"^[A-Za-z0-9.-]+$", _("Letters, digits, dots and hyphens only."))],
    )

    class Meta:
        verbose_name = _("officer's identity")
        verbose_name_plural = _("officers' identities")
        ordering = ["user", "agency"]
        constraints = [
            models.UniqueConstraint(fields=["user", "agency"], name="one_identity_per_agency", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.agency or '*'}"
