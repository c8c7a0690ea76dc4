"""Digital signatures of produced PDF files: which kinds are signed, by whom, who stamps the time, what was signed.

Certificates are public and kept as PEM text; keys are only referred to (:mod:`documents.seals.keys`), and the secrets
of a time-stamping authority are in the environment. Signers are written by :mod:`documents.signatures.services`.
"""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Attachment, Sourced
from documents.queries import OfAttachmentQuerySet

LONGEST_TIMEOUT = 60  # seconds; the lease of a stamping job is longer


class SigningRule(Sourced):
    """Whether produced files of a kind are signed, and how much their time stamp matters. No row: not signed."""

    class Stamp(models.TextChoices):
        NONE = "none", _("No time stamp")
        WAIT = "wait", _("Goes out without it after a while")
        HOLD = "hold", _("Does not go out without it")

    kind = models.SlugField(_("kind"), max_length=20, unique=True)
    signed = models.BooleanField(_("signed"), default=True)
    stamp = models.CharField(
        _("time stamp"), max_length=4, choices=Stamp.choices, default=Stamp.WAIT,
        help_text=_("While no authority for time stamps is active, files go out signed and without one."),
    )  # fmt: skip
    patience = models.PositiveSmallIntegerField(
        _("patience"),
        default=10,
        validators=[MaxValueValidator(24 * 60)],
        help_text=_("Minutes that a message to the applicant waits for the time stamp of its file."),
    )

    class Meta:
        verbose_name = _("signing rule")
        verbose_name_plural = _("signing rules")
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.kind


class PdfSigner(models.Model):
    """The certificate with which produced files are signed, and the interval in which its key signs. Several overlap
    while one hands over to the next: the one that began last signs."""

    name = models.CharField(_("name"), max_length=200, editable=False, help_text=_("As its certificate says."))
    certificate = models.TextField(_("certificate"), help_text=_("X.509, PEM. Its key may sign documents."))
    chain = models.TextField(
        _("chain"), help_text=_("PEM: the authority that issued it, and those above up to the root.")
    )
    fingerprint = models.CharField(_("fingerprint"), max_length=64, unique=True, editable=False, help_text="SHA-256")
    key_reference = models.CharField(
        _("key reference"), max_length=200, help_text=_("file:NAME.pem or pkcs11:token=…;object=….")
    )
    active_from = models.DateField(_("signs from"))
    active_until = models.DateField(_("signs until"), help_text=_("Included. Not beyond its certificate."))

    class Meta:
        verbose_name = _("signer of files")
        verbose_name_plural = _("signers of files")
        ordering = ["-active_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(active_until__gte=F("active_from")), name="pdf_signer_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def common_name(self) -> str:
        """The name without country and organisation, for people to read."""
        return next((part[3:] for part in self.name.split(",") if part.startswith("CN=")), self.name)


class TimeStampService(Sourced):
    """A time-stamping authority (RFC 3161). At most one is active."""

    name = models.CharField(_("name"), max_length=120)
    url = models.CharField(_("address"), max_length=200, validators=[URLValidator(["http", "https"])])
    credentials = models.CharField(
        _("credentials"),
        max_length=60,
        blank=True,
        validators=[RegexValidator(r"^[A-Z][A-Z0-9_]*$")],
        help_text=_(
            "Prefix of the environment variables that hold them (_USER and _PASSWORD, or _TOKEN), never the "
            "credentials themselves."
        ),
    )
    timeout = models.PositiveSmallIntegerField(
        _("time-out"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TIMEOUT)],
        help_text=_("Seconds for a whole answer."),
    )
    roots = models.TextField(
        _("certificates"), help_text=_("PEM: the authorities under which its time stamps are believed.")
    )
    active = models.BooleanField(_("active"), default=False)

    class Meta:
        verbose_name = _("time-stamping authority")
        verbose_name_plural = _("time-stamping authorities")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="one_active_time_stamp_service")
        ]

    def __str__(self) -> str:
        return self.name


class PdfSignature(models.Model):
    """The signature of one produced file (PAdES, ETSI EN 319 142-1).

    ``sha256`` and ``size`` are of the file as it was signed; with its time stamp it is longer, and begins with the same
    bytes. While the stamp is ``waiting`` a job asks for it at ``next_attempt_at``, and messages with the file wait
    until ``patient_until`` (empty: as long as it takes).
    """

    class Stamp(models.TextChoices):
        NONE = "none", pgettext_lazy("time stamp", "none")
        WAITING = "waiting", pgettext_lazy("time stamp", "to come")
        STAMPED = "stamped", pgettext_lazy("time stamp", "stamped")

    attachment = models.OneToOneField(
        Attachment, verbose_name=_("file"), on_delete=models.PROTECT, related_name="signature"
    )
    kind = models.SlugField(_("kind"), max_length=20)
    signer = models.ForeignKey(PdfSigner, verbose_name=_("signer"), on_delete=models.PROTECT, related_name="signatures")
    signed_at = models.DateTimeField(pgettext_lazy("signature", "signed on"))
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("size"))
    stamp = models.CharField(_("time stamp"), max_length=8, choices=Stamp.choices, default=Stamp.NONE)
    patient_until = models.DateTimeField(null=True, blank=True)
    service = models.ForeignKey(
        TimeStampService, verbose_name=_("time-stamping authority"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    stamped_at = models.DateTimeField(_("stamped on"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    failure = models.CharField(_("failure"), max_length=40, blank=True)

    objects = OfAttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature of a file")
        verbose_name_plural = _("signatures of files")
        ordering = ["-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["next_attempt_at"], name="stamp_due", condition=Q(stamp="waiting"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(stamp="stamped") | Q(stamped_at__isnull=False, service__isnull=False),
                name="stamped_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(next_attempt_at__isnull=False, stamp="waiting")
                | (Q(next_attempt_at__isnull=True) & ~Q(stamp="waiting")),
                name="waiting_stamp_has_an_attempt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id} {self.get_stamp_display()}"

    @property
    def level(self) -> str:
        """The baseline level of ETSI EN 319 142-1."""
        return "PAdES B-T" if self.stamp == self.Stamp.STAMPED else "PAdES B-B"
