"""Offices, calendars, users, postings and the rights that follow from them."""

from datetime import date, datetime

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from offices.roles import Act, ProcedureCode, Role, right
from offices.zones import zone_of


class Calendar(models.Model):
    """A working calendar: national holidays of some countries plus the days an administrator adds or takes away."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    countries = models.CharField(
        _("countries"),
        max_length=80,
        default="PE",
        help_text=_("Comma-separated ISO codes, with a subdivision after a hyphen if wanted: PE,CL-RM."),
    )
    weekend = models.CharField(
        _("weekend"),
        max_length=20,
        default="5,6",
        help_text=_("Days that are never worked: 0 is Monday, 6 is Sunday."),
    )

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """A day that differs from the published holidays: a post holiday, a decree, or a day worked after all."""

    calendar = models.ForeignKey(Calendar, verbose_name=_("calendar"), on_delete=models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    working = models.BooleanField(_("worked"), default=False)
    name = models.CharField(_("name"), max_length=80)
    legal_basis = models.CharField(_("legal basis"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class Office(models.Model):
    """A unit of the ministry or a post abroad. ``path`` lists the codes from the root, so that a right at an
    office reaches everything whose path begins with its own."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("Ministry")
        DIRECTORATE = "directorate", _("Directorate")
        CONSULATE_GENERAL = "consulate_general", _("Consulate General")
        CONSULATE = "consulate", _("Consulate")
        CONSULAR_SECTION = "consular_section", _("Consular section")

    code = models.CharField(
        _("code"),
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9]{2,8}$", _("Two to eight capital letters or digits."))],
        help_text=_("Appears in case numbers and can not be changed once used."),
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", verbose_name=_("depends on"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(_("path"), max_length=200, unique=True, editable=False)
    city = models.CharField(_("city"), max_length=80)
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166-1 alpha-2."))
    time_zone = models.CharField(_("time zone"), max_length=50, default="America/Lima")
    calendar = models.ForeignKey(Calendar, verbose_name=_("calendar"), on_delete=models.PROTECT)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["name"]
        # One permission per act and procedure; django-guardian ties them to an office in the table below.
        permissions = [
            (right(act.value, procedure.value), f"{act.value} · {procedure.value}")
            for act in Act
            for procedure in ProcedureCode
        ]
        indexes = [models.Index(fields=["path"], name="office_path", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.name

    def today(self, at: datetime | None = None) -> date:
        """The day it is at the office, now or at an aware moment: the day that its papers and limits are counted by."""
        return timezone.localdate(at, zone_of(self.time_zone))


class User(AbstractUser):
    """A member of staff. What they may do follows from their postings, not from this row."""

    first_name = models.CharField(_("given names"), max_length=150)
    last_name = models.CharField(_("surnames"), max_length=150)

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")

    @property
    def short_name(self) -> str:
        """«L. Rojas», as timelines and lists show it."""
        initial = f"{self.first_name[:1]}. " if self.first_name else ""
        return f"{initial}{self.last_name.split(' ')[0]}".strip() or self.username

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class PostingQuerySet(models.QuerySet):
    def in_force(self, at) -> "PostingQuerySet":
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gt=at), since__lte=at)

    def to_open(self, at) -> "PostingQuerySet":
        """Postings that have begun and whose beginning has not been noted yet."""
        return self.filter(opened_at__isnull=True, since__lte=at).order_by("since", "pk")

    def to_close(self, at) -> "PostingQuerySet":
        """Postings that have ended and whose end has had no consequences yet."""
        return self.filter(closed_at__isnull=True, until__lte=at).order_by("until", "pk")


class Posting(models.Model):
    """A user holds a role at an office from one moment to another: the only way to a right.

    ``since`` and ``until`` are what counts, at query time. ``opened_at`` and ``closed_at`` say when the visible
    consequences (events, notices, steps back to the queue) were drawn; nothing asks them for a right.
    """

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.PROTECT, related_name="postings")
    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="postings")
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=120, help_text=_("Resolution or note that ordered it."))
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("since")),
                name="posting_ends_after_it_begins",
                violation_error_message=_("A posting ends after it begins."),
            )
        ]
        indexes = [
            models.Index(fields=["since"], name="posting_to_open", condition=models.Q(opened_at__isnull=True)),
            models.Index(
                fields=["until"],
                name="posting_to_close",
                condition=models.Q(closed_at__isnull=True, until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.office}"


class DelegationQuerySet(models.QuerySet):
    def in_force(self, at) -> "DelegationQuerySet":
        """Delegations that give rights at this moment: both postings in force, both people active, not revoked."""
        ended = models.Q(posting__until__lte=at) | models.Q(delegate_posting__until__lte=at)
        return self.filter(
            since__lte=at,
            until__gt=at,
            revoked_at__isnull=True,
            posting__since__lte=at,
            delegate_posting__since__lte=at,
            absentee__is_active=True,
            delegate__is_active=True,
        ).exclude(ended)

    def to_close(self, at) -> "DelegationQuerySet":
        """Delegations that are over, by their own end or with a posting, and have had no consequences yet."""
        over = (
            models.Q(until__lte=at)
            | models.Q(revoked_at__isnull=False)
            | models.Q(posting__until__lte=at)
            | models.Q(delegate_posting__until__lte=at)
        )
        return self.filter(over, closed_at__isnull=True).order_by("pk")

    def not_over(self, at) -> "DelegationQuerySet":
        """Those in force and those still to come."""
        return self.filter(until__gt=at, revoked_at__isnull=True)


class Delegation(models.Model):
    """Absence cover: one person does, beside their own work, what another's posting lets that other do.

    It covers one posting of the absentee, so it can never pass on what the absentee only covers for a third person.
    ``delegate_posting`` is the delegate's own: the cover ends with either. Four-eyes counts both people
    (:func:`cases.rules.check_four_eyes`).
    """

    posting = models.ForeignKey(
        Posting, verbose_name=_("posting covered"), on_delete=models.PROTECT, related_name="delegations"
    )
    absentee = models.ForeignKey(
        User, verbose_name=_("who is absent"), on_delete=models.PROTECT, related_name="delegations_given"
    )
    delegate = models.ForeignKey(
        User, verbose_name=_("who covers"), on_delete=models.PROTECT, related_name="delegations_held"
    )
    delegate_posting = models.ForeignKey(
        Posting, verbose_name=_("posting of who covers"), on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    source = models.CharField(_("source"), max_length=120, help_text=_("Memorandum or note that ordered it."))
    given_by = models.ForeignKey(
        User, verbose_name=_("given by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        editable=False,
    )  # fmt: skip
    given_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("since")),
                name="delegation_ends_after_it_begins",
                violation_error_message=_("A delegation ends after it begins."),
            ),
            models.CheckConstraint(
                condition=~models.Q(delegate=models.F("absentee")),
                name="nobody_covers_themselves",
                violation_error_message=_("Nobody can cover their own absence."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["delegate", "until"], name="delegation_standing", condition=models.Q(revoked_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.delegate} ← {self.posting}"


class StaffDetails(models.Model):
    """What of a member of staff is compared with applicants to find a conflict of interest, and nothing else."""

    user = models.OneToOneField(User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="details")
    document_number = models.CharField(
        _("identity document"), max_length=30, blank=True, help_text=_("DNI or passport number.")
    )
    email = models.EmailField(_("personal e-mail"), blank=True)
    phone = models.CharField(_("personal telephone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("staff details")
        verbose_name_plural = _("staff details")

    def __str__(self) -> str:
        return str(self.user)


class Notice(models.Model):
    """A line for a member of staff about something they answer for. Holds codes and numbers, never a person's data;
    its words come from :mod:`offices.notices`."""

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=40)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(fields=["user"], name="notice_unseen", condition=models.Q(seen_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.user}"


class OfficeUserObjectPermission(UserObjectPermissionBase):
    """django-guardian's table with a direct foreign key: who holds which right at which office.

    One row per right of each posting, written only by :func:`offices.services.open_posting`. Readers join the posting
    and its dates, so an ended posting is powerless at that very moment, without waiting for a job.
    """

    content_object = models.ForeignKey(Office, on_delete=models.CASCADE)
    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="rights")

    class Meta:
        verbose_name = _("right")
        verbose_name_plural = _("rights")
        unique_together = ["user", "permission", "content_object", "posting"]


class OfficeGroupObjectPermission(GroupObjectPermissionBase):
    """Required by django-guardian beside the user table; stays empty, since a role without an office is no right."""

    content_object = models.ForeignKey(Office, on_delete=models.CASCADE)


# Sessions, tokens and what else signing in needs have a file of their own.
from offices.access_models import ApiToken, Session, SignInAttempt, StaffIdentity, SuspendedForm  # noqa: E402, F401
