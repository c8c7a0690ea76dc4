"""What is issued: number series, documents, and the wording of letters and messages."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Attachment, Case, Ground, Sourced
from documents.queries import IssuedDocumentQuerySet
from documents.wording import KINDS, faults
from offices.models import Office
from people.models import Person


class DocumentSeries(models.Model):
    """The numbers of one kind of document, of all offices together. The row is locked from the moment a number is
    given out until its document is committed, so numbers leave no gap."""

    kind = models.SlugField(_("kind"), max_length=20, unique=True)
    prefix = models.CharField(
        _("prefix"),
        max_length=2,
        validators=[RegexValidator(r"^[A-HJ-NP-Z]{1,2}$", _("One or two capital letters, without I and O."))],
        help_text=_("Begins every number of this kind. I and O are not used: they are read as 1 and 0."),
    )
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.prefix} {self.last}"


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
        CANCELLED = "cancelled", pgettext_lazy("document", "Cancelled")

    STANDING = (State.PERSONALISED, State.QC_OK, State.ACTIVE)

    case = models.ForeignKey(Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="issued_documents")
    kind = models.SlugField(_("kind"), max_length=20)
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
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="document_number_once"),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=~Q(state__in=["spoilt", "cancelled"]),
                name="one_standing_document",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=models.F("valid_from")), name="document_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(state="active")
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

    @property
    def mrz_lines(self) -> list[str]:
        return self.mrz.split("\n")

    @property
    def stands(self) -> bool:
        """Neither spoilt nor cancelled."""
        return self.state in self.STANDING


class TextTemplate(Sourced):
    """One version of the wording of a letter or a message. Versions are added, never changed: what was sent can be
    explained years later. The highest version is in use (:func:`documents.letters.current_text`)."""

    code = models.SlugField(_("text"), max_length=40)
    language = models.CharField(_("language"), max_length=5, default="es", help_text=_("ISO 639."))
    version = models.PositiveSmallIntegerField(_("version"), editable=False)
    subject = models.CharField(_("subject"), max_length=150, blank=True, help_text=_("Of letters."))
    body = models.TextField(
        _("paragraphs"),
        help_text=_(
            "An empty line ends a paragraph. {name} is replaced. A paragraph that begins with [if name] or "
            "[if not name] appears only then. The last paragraph of a letter stays with the signature."
        ),
    )
    change_note = models.CharField(_("reason of the change"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", editable=False,
    )  # fmt: skip
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("text of letters and messages")
        verbose_name_plural = _("texts of letters and messages")
        ordering = ["code", "language", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "language", "version"], name="text_version_once")]

    def __str__(self) -> str:
        return f"{self.code} ({self.language}) v{self.version}"

    def clean(self) -> None:
        """Names in braces and conditions must be ones that this text is given when it is used."""
        kind = KINDS.get(self.code)
        if kind is None:
            raise ValidationError({"code": _("There is no text with this code.")})
        wrong = {name: found for name in ("subject", "body") if (found := faults(getattr(self, name), kind))}
        if kind.letter and not self.subject:
            wrong["subject"] = [_("A letter has a subject.")]
        if wrong:
            raise ValidationError(wrong)
