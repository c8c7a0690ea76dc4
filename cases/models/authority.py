"""Who is kept out of a case, who was let in outside their task, and cases that go to another office."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.configuration import Sourced
from cases.queries import CaseRowQuerySet, ConflictQuerySet, TransferQuerySet
from offices.models import Office
from offices.roles import Reading, Role


class Conflict(models.Model):
    """An officer is kept out of a case: they said so themselves, or it was found.

    While it stands the case does not exist for them: no list, count, search, file or act, superusers included. Lifting
    it is a supervisor's act with a reason; the row stays.
    """

    class Origin(models.TextChoices):
        DECLARED = "declared", _("Declared")
        FOUND = "found", _("Found by the system")

    case = models.ForeignKey(Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="conflicts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("officer"), on_delete=models.PROTECT, related_name="+"
    )
    origin = models.CharField(_("origin"), max_length=8, choices=Origin.choices)
    rule = models.SlugField(_("rule"), max_length=40, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("lifted by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    lift_reason = models.TextField(_("reason for lifting"), blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        ordering = ["-id"]
        constraints = [
            # also the index that every list asks: standing conflicts of a few users
            models.UniqueConstraint(fields=["user", "case"], condition=Q(lifted_at__isnull=True), name="one_conflict"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | (Q(lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="lifted_conflict_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True) | ~Q(lifted_by=models.F("user")), name="nobody_lifts_their_own"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} ⊘ {self.user_id}"


class ConflictRule(Sourced):
    """A rule by which a conflict of interest is found when an application is filed (cases/conflicts.py)."""

    code = models.SlugField(_("code"), max_length=40, unique=True, editable=False)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("conflict of interest rule")
        verbose_name_plural = _("conflict of interest rules")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Transfer(models.Model):
    """A case on its way from one office to another: proposed by the one, accepted or declined by the other."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Awaiting reception")
        ACCEPTED = "accepted", _("Received")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Taken back")

    case = models.ForeignKey(Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="transfers")
    from_office = models.ForeignKey(Office, verbose_name=_("from"), on_delete=models.PROTECT, related_name="+")
    to_office = models.ForeignKey(Office, verbose_name=_("to"), on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("answered by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="proposed"), name="one_transfer_at_a_time"),
            models.CheckConstraint(condition=~Q(from_office=models.F("to_office")), name="transfer_goes_elsewhere"),
        ]
        indexes = [
            models.Index(fields=["to_office", "-id"], name="transfer_to", condition=Q(state="proposed")),
            models.Index(fields=["from_office", "-id"], name="transfer_from", condition=Q(state="proposed")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.from_office_id} → {self.to_office_id}"


class AccessGrant(models.Model):
    """Somebody gave a reason for opening a case outside their task, and may read it until ``until``."""

    case = models.ForeignKey(Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="access_grants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("officer"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    until = models.DateTimeField(_("until"))

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("access outside one's task")
        verbose_name_plural = _("accesses outside one's task")
        indexes = [models.Index(fields=["user", "case", "-until"], name="access_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.case_id}"


class ReadingRule(models.Model):
    """How a role opens cases that are not its task; without a row, as offices/roles.py says."""

    role = models.CharField(_("role"), max_length=30, choices=Role.choices, unique=True)
    reading = models.CharField(_("reading"), max_length=8, choices=Reading.choices)

    class Meta:
        verbose_name = _("reading rule")
        verbose_name_plural = _("reading rules")
        ordering = ["role"]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.get_reading_display()}"
