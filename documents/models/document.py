"""Documents, from the moment they have a number."""

import base64
import secrets
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Attachment, Case, Ground
from documents.queries import IssuedDocumentQuerySet
from offices.models import Office
from offices.zones import LIMA
from people.models import Person

TOKEN_BYTES = 15
"""120 random bits: the link cannot be guessed, and 24 signs keep its QR small."""

DELIVERED = ["active", "suspended", "lost", "stolen", "damaged", "revoked", "superseded", "returned"]
"""States that only a document which was handed over can have (one that nobody fetched expires too)."""


def new_token() -> str:
    """A token for a public link: capitals and digits, which a QR holds in least space."""
    return base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode()


class IssuedDocument(models.Model):
    """One document, from the moment it has a number.

    ``fields`` holds what is printed in it, frozen: a person's later change of name does not change a visa that has been
    issued. ``mrz`` is its machine-readable zone, one line per line. A number is never used again, whatever becomes of
    its document.
    """

    class State(models.TextChoices):
        """Issuance and life (domain §4.8)."""

        PERSONALISED = "personalised", pgettext_lazy("document", "Personalised")
        QC_OK = "qc_ok", pgettext_lazy("document", "Ready for delivery")
        SPOILT = "spoilt", pgettext_lazy("document", "Spoilt")
        ACTIVE = "active", pgettext_lazy("document", "Active")
        SUSPENDED = "suspended", pgettext_lazy("document", "Suspended")
        LOST = "lost", pgettext_lazy("document", "Lost")
        STOLEN = "stolen", pgettext_lazy("document", "Stolen")
        DAMAGED = "damaged", pgettext_lazy("document", "Damaged")
        CANCELLED = "cancelled", pgettext_lazy("document", "Cancelled")
        REVOKED = "revoked", pgettext_lazy("document", "Revoked")
        EXPIRED = "expired", pgettext_lazy("document", "Expired")
        SUPERSEDED = "superseded", pgettext_lazy("document", "Superseded")
        RETURNED = "returned", pgettext_lazy("document", "Returned")

    STANDING = (State.PERSONALISED, State.QC_OK, State.ACTIVE, State.SUSPENDED)

    case = models.ForeignKey(Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="issued_documents")
    kind = models.SlugField(_("kind"), max_length=20)
    token = models.CharField(_("public link"), max_length=32, unique=True, default=new_token, editable=False)
    blank = models.OneToOneField(
        "documents.Blank", verbose_name=_("blank"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="document",
    )  # fmt: skip
    number = models.CharField(_("number"), max_length=20)
    holder = models.ForeignKey(Person, verbose_name=_("holder"), on_delete=models.PROTECT, related_name="+")
    issued_by_office = models.ForeignKey(
        Office, verbose_name=_("issuing office"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.PERSONALISED)
    mrz_format = models.CharField(_("format of the zone"), max_length=5)
    mrz = models.TextField(_("machine-readable zone"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    fields = models.JSONField(_("fields"), default=dict)
    pdf = models.OneToOneField(
        Attachment, verbose_name=_("file"), on_delete=models.PROTECT, related_name="issued_document"
    )
    photo = models.ForeignKey(
        Attachment, verbose_name=_("photograph"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created = models.DateTimeField(_("produced on"), auto_now_add=True)
    quality_at = models.DateTimeField(_("quality confirmed on"), null=True, blank=True)
    quality_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    spoilt_at = models.DateTimeField(_("spoilt on"), null=True, blank=True)
    spoilt_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    spoilt_ground = models.ForeignKey(Ground, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    spoilt_text = models.TextField(_("what is wrong with it"), blank=True)
    delivered_at = models.DateTimeField(_("delivered on"), null=True, blank=True)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    receiver = models.CharField(_("received by"), max_length=150, blank=True)
    receiver_document = models.CharField(_("receiver's document"), max_length=40, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled on"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancel_reason = models.TextField(_("reason of the cancellation"), blank=True)

    objects = IssuedDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        ordering = ["-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["valid_until"], name="document_expiry", condition=Q(state__in=["active", "suspended"]))
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="document_number_once"),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(state__in=["personalised", "qc_ok", "active", "suspended"]),
                name="one_standing_document",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=models.F("valid_from")), name="document_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DELIVERED)
                | (Q(delivered_at__isnull=False, quality_at__isnull=False) & ~Q(receiver="")),
                name="active_document_was_delivered",
            ),
            models.CheckConstraint(
                condition=~Q(state="spoilt") | Q(spoilt_at__isnull=False, spoilt_ground__isnull=False),
                name="spoilt_document_has_ground",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="cancelled_document_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def _days(self, at: datetime | None) -> tuple[date, date]:
        return self.issued_by_office.today(at), timezone.localdate(at, LIMA)

    def has_begun(self, at: datetime | None = None) -> bool:
        """Whether its first day has come, at an aware moment or now, where it was issued or in Peru, where it is used:
        of two calendars the holder has the better one."""
        return self.valid_from <= max(self._days(at))

    def is_over(self, at: datetime | None = None) -> bool:
        """Whether its last day is past, at an aware moment or now, both where it was issued and in Peru."""
        return self.valid_until < min(self._days(at))

    @property
    def mrz_lines(self) -> list[str]:
        return self.mrz.split("\n")

    @property
    def stands(self) -> bool:
        """Neither spoilt nor ended."""
        return self.state in self.STANDING
