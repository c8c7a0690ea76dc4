"""Who seals documents, whom this house believes, and what was sealed.

Certificates are public and kept as PEM text; keys are only referred to (:mod:`documents.seals.keys`). Rows are written
by :mod:`documents.seals.services`, which reads country, identifier and serial number out of the certificate.
"""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.queries import OfDocumentQuerySet


class SealAuthority(models.Model):
    """The certificate of a country signing authority (CSCA). Seals are believed only under a trusted one."""

    name = models.CharField(_("name"), max_length=120)
    country = models.CharField(_("country"), max_length=2, editable=False, help_text=_("ISO 3166-1 alpha-2."))
    certificate = models.TextField(_("certificate"), help_text=_("X.509, PEM."))
    fingerprint = models.CharField(_("fingerprint"), max_length=64, unique=True, editable=False, help_text="SHA-256")
    trusted = models.BooleanField(
        _("trusted"),
        default=False,
        help_text=_("Seals under this authority are believed. Confirm the fingerprint first."),
    )
    key_reference = models.CharField(
        _("key reference"), max_length=200, blank=True,
        help_text=_("Only of an authority that signs its revocation list here: file:NAME.pem."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("country signing authority")
        verbose_name_plural = _("country signing authorities")
        ordering = ["country", "name"]

    def __str__(self) -> str:
        return f"{self.country} {self.name}"


class SealSigner(models.Model):
    """The certificate of a bar code signer, and the interval in which its key signs. Several overlap while one hands
    over to the next: the one that began last signs (ICAO 9303-8 §6.3.1 gives two months for it)."""

    class Profile(models.TextChoices):
        """What it seals (ICAO 9303-7 §9, 9303-8 §6)."""

        VISA = "visa", _("Visas")
        ETD = "etd", _("Emergency travel documents")

    profile = models.CharField(_("what it seals"), max_length=8, choices=Profile.choices)
    code = models.CharField(_("signer"), max_length=4, editable=False)
    reference = models.CharField(_("certificate reference"), max_length=40, editable=False)
    authority = models.ForeignKey(
        SealAuthority, verbose_name=_("authority"), on_delete=models.PROTECT, related_name="signers", editable=False
    )
    certificate = models.TextField(_("certificate"), help_text=_("X.509, PEM."))
    key_reference = models.CharField(
        _("key reference"), max_length=200, blank=True,
        help_text=_("file:NAME.pem or pkcs11:token=…;object=…. Empty: the certificate only verifies seals."),
    )  # fmt: skip
    active_from = models.DateField(_("signs from"))
    active_until = models.DateField(_("signs until"), help_text=_("Included. ICAO 9303-7 §9.3: one to two years."))

    class Meta:
        verbose_name = _("seal signer")
        verbose_name_plural = _("seal signers")
        ordering = ["-active_from", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["code", "reference"], name="seal_signer_once"),
            models.CheckConstraint(condition=Q(active_until__gte=F("active_from")), name="signer_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.reference}"


class RevocationList(models.Model):
    """A revocation list (CRL) as it came or as it was signed here. Its entries are ``SealRevocation`` rows."""

    authority = models.ForeignKey(
        SealAuthority, verbose_name=_("authority"), on_delete=models.PROTECT, related_name="revocation_lists"
    )
    number = models.CharField(
        _("number"), max_length=40, validators=[RegexValidator(r"^[0-9a-f]{40}$")], help_text=_("Hexadecimal.")
    )
    this_update = models.DateTimeField(_("issued"))
    next_update = models.DateTimeField(_("next issue"), null=True)
    content = models.BinaryField(_("content"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("revocation list")
        verbose_name_plural = _("revocation lists")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["authority", "number"], name="revocation_list_once")]

    def __str__(self) -> str:
        return f"{self.authority.country} {int(self.number, 16)}"


class SealRevocation(models.Model):
    """A certificate that must not be believed any more, by its serial number. Never taken back (RFC 5280 §5)."""

    authority = models.ForeignKey(
        SealAuthority, verbose_name=_("authority"), on_delete=models.PROTECT, related_name="revocations"
    )
    serial = models.CharField(_("serial number"), max_length=40, help_text=_("Hexadecimal, no leading zeros."))
    revoked_at = models.DateTimeField(_("revoked on"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("revoked certificate")
        verbose_name_plural = _("revoked certificates")
        ordering = ["-revoked_at"]
        constraints = [models.UniqueConstraint(fields=["authority", "serial"], name="revoked_once")]

    def __str__(self) -> str:
        return self.serial


class DocumentSeal(models.Model):
    """The seal printed on one issued document, byte by byte."""

    document = models.OneToOneField(
        "documents.IssuedDocument", verbose_name=_("document"), on_delete=models.PROTECT, related_name="seal"
    )
    signer = models.ForeignKey(
        SealSigner, verbose_name=_("seal signer"), on_delete=models.PROTECT, related_name="seals"
    )
    data = models.BinaryField(_("content"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = OfDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return f"{self.document_id} {self.signer_id}"
