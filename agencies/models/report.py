"""What is told to another institution, rather than asked: so far, documents lost or stolen, to INTERPOL's SLTD."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.models.agency import Agency
from agencies.queries import ReportQuerySet
from cases.models import Case
from offices.models import Office
from offices.roles import ProcedureCode


class Report(models.Model):
    """One thing told to one agency, at most once (``key`` is the idempotency key that travels with it).

    The row is the truth and the broker the doorbell: it is written in the act it tells of, leased by whoever sends it,
    and rung again by a sweep until the agency has acknowledged it.
    """

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("report", "To be sent")
        SENDING = "sending", pgettext_lazy("report", "Being sent")
        SENT = "sent", pgettext_lazy("report", "Acknowledged")
        REFUSED = "refused", pgettext_lazy("report", "Refused")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("report"), max_length=40)
    agency = models.ForeignKey(Agency, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="reports", null=True, blank=True
    )
    # of what belongs to no case (blanks from a safe): the office that reports, and the procedure whose officers see it
    office = models.ForeignKey(
        Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    procedure = models.CharField(_("procedure"), max_length=12, choices=ProcedureCode.choices, blank=True)
    values = models.JSONField(_("content"), default=dict)
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED)
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    fault = models.CharField(_("fault"), max_length=40, blank=True)
    created = models.DateTimeField(_("queued on"), auto_now_add=True)
    sent_at = models.DateTimeField(_("acknowledged on"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-id"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="report_due", condition=models.Q(state__in=["queued", "sending"])
            ),
            models.Index(fields=["state", "-id"], name="report_list"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False), name="sent_report_has_its_time"
            ),
            models.CheckConstraint(
                condition=models.Q(case__isnull=False, office__isnull=True)
                | (models.Q(case__isnull=True, office__isnull=False) & ~models.Q(procedure="")),
                name="report_of_a_case_or_an_office",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.get_state_display()}"

    @property
    def reporter(self) -> Office:
        """The office that reports: the case's, or its own."""
        if self.case is not None:
            return self.case.office
        assert self.office is not None, "the database keeps one of both"
        return self.office
