"""What signing in leaves in the database: sessions, failed attempts, suspended forms, API tokens."""

import uuid

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Session(AbstractBaseSession):
    """A browser's session. The user is a column of its own, so that all of a person's sessions can be ended."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        on_delete=models.CASCADE,
        related_name="sessions",
        help_text=_("Empty until the person has signed in."),
    )
    started = models.DateTimeField(_("started"), default=timezone.now)
    seen = models.DateTimeField(_("last used"), default=timezone.now)
    address = models.GenericIPAddressField(_("address"), null=True)
    agent = models.CharField(_("browser"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-seen"]

    @classmethod
    def get_session_store_class(cls):
        from offices.sessions import SessionStore

        return SessionStore

    def __str__(self) -> str:  # never the key: it opens the session
        return f"{self.user_id or '—'} {self.started:%Y-%m-%d %H:%M}"


class SignInAttempt(models.Model):
    """A try at a password or code that has not succeeded. The key is a keyed hash: what an unknown person typed may be
    a password in the wrong field."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("sign-in attempt")
        verbose_name_plural = _("sign-in attempts")
        indexes = [models.Index(fields=["key", "at"], name="attempt_key_at"), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"


class SuspendedForm(models.Model):
    """What was posted before the person had to confirm who they are; theirs alone, for an hour."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=500)
    values = models.JSONField(default=dict)  # field → list of values
    files = models.JSONField(default=list)  # names of files that have to be chosen again
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("suspended form")
        verbose_name_plural = _("suspended forms")
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.path} {self.at:%Y-%m-%d %H:%M}"


class StaffIdentity(SocialAccount):
    """Who is who at the ministry's identity provider: its identifier of a member of staff, entered by an administrator.
    Stored where django-allauth looks for it."""

    class Meta:
        proxy = True
        verbose_name = _("identity at the ministry's provider")
        verbose_name_plural = _("identities at the ministry's provider")


class Scope(models.TextChoices):
    """What a token may be used for. It never gives more than its posting does."""

    READ = "cases.read", _("Read cases")
    ACT = "cases.act", _("Do steps of cases")
    VERIFY = "documents.verify", _("Verify documents")
    METRICS = "metrics.read", _("Read metrics")


CASE_SCOPES = (Scope.READ, Scope.ACT)


class ApiToken(models.Model):
    """A key to the API, bound to a posting or to an agency. The secret is shown once; its SHA-256 is kept (the secret
    has 256 random bits, so a slow hash would add nothing)."""

    name = models.CharField(_("name"), max_length=80, help_text=_("What it is used for, by whom."))
    prefix = models.CharField(_("begins with"), max_length=13, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    posting = models.ForeignKey(
        "offices.Posting",
        verbose_name=_("posting"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tokens",
        help_text=_("The token has this posting's rights, and stops at its end."),
    )
    agency = models.SlugField(_("agency"), max_length=20, blank=True, help_text=_("Code of the agency that uses it."))
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope.choices), verbose_name=_("scopes"))
    created = models.DateTimeField(_("issued"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("issued by"), on_delete=models.PROTECT, related_name="+"
    )
    expires = models.DateTimeField(_("expires"))
    used = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("revoked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(posting__isnull=False, agency="")
                | (models.Q(posting__isnull=True) & ~models.Q(agency="")),
                name="token_of_posting_or_agency",
                violation_error_message=_("A token belongs to a posting or to an agency."),
            ),
            models.CheckConstraint(
                condition=models.Q(expires__gt=models.F("created")),
                name="token_expires_after_it_begins",
                violation_error_message=_("A token expires after it begins."),
            ),
            models.CheckConstraint(
                # an agency's token opens no case: it has no posting that could say which
                condition=models.Q(agency="") | ~models.Q(scopes__overlap=[str(scope) for scope in CASE_SCOPES]),
                name="token_of_agency_reads_no_case",
                violation_error_message=_("An agency's token can not read cases."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def scope_labels(self) -> list[str]:
        return [str(Scope(code).label) for code in self.scopes if code in Scope.values]

    def stopped(self, at) -> str:
        """Why the token does not work at this moment; empty when it does."""
        if self.revoked is not None:
            return str(_("Revoked"))
        if self.expires <= at:
            return str(_("Expired"))
        posting = self.posting
        if posting is not None and not (posting.since <= at and (posting.until is None or posting.until > at)):
            return str(_("Its posting is not in force"))
        if posting is not None and not posting.user.is_active:
            return str(_("The account is closed"))
        return ""
