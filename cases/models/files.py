"""What comes in: drafts, attached files and payments."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.pdfs import MARKS
from cases.queries import AttachmentQuerySet, CaseRowQuerySet, DraftQuerySet
from offices.models import Office
from offices.roles import ProcedureCode


class Draft(models.Model):
    """A registration form that is being filled in: saved as it is typed, so that neither an error, a lost session nor
    a night's sleep loses anything. Its id makes the act of submitting it happen once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.CharField(max_length=12, choices=ProcedureCode.choices)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-updated"]

    def __str__(self) -> str:
        return f"{self.get_procedure_display()} {self.updated:%Y-%m-%d %H:%M}"


def _path(instance: "Attachment", filename: str) -> str:
    # The person's file name stays in the database; on storage it would leak into logs and backups' listings.
    return f"attachments/{instance.key.hex[:2]}/{instance.key.hex}"


class Attachment(models.Model):
    """A file of a case or of a draft. Served only through ``visible_to``; type by content, never by name."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(
        Case, verbose_name=_("case"), null=True, blank=True, on_delete=models.PROTECT, related_name="attachments"
    )
    draft = models.ForeignKey(Draft, null=True, blank=True, on_delete=models.SET_NULL, related_name="attachments")
    requirement = models.SlugField(_("requirement"), max_length=40, blank=True)
    label = models.CharField(_("label"), max_length=120)
    file = models.FileField(_("file"), upload_to=_path, max_length=120)
    name = models.CharField(_("file name"), max_length=150)
    content_type = models.CharField(_("type"), max_length=60)
    marks = ArrayField(
        models.CharField(max_length=12), verbose_name=_("marks"), default=list, help_text=_("What it is besides paper.")
    )
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
        null=True,
        blank=True,
        help_text=_("Empty: produced by the system."),
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.label

    @property
    def warnings(self) -> list[str]:
        """What to say beside the file, in words."""
        return [str(MARKS[mark]) for mark in self.marks if mark in MARKS]


class Payment(models.Model):
    """A fee receipt."""

    case = models.ForeignKey(Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="payments")
    receipt = models.CharField(_("receipt"), max_length=30)
    amount = models.DecimalField(_("amount"), max_digits=9, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    paid_on = models.DateField(_("paid on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")

    def __str__(self) -> str:
        return f"{self.receipt}: {self.currency} {self.amount}"
