"""The life of a document after it was handed over: each change with its ground."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Sourced
from documents.models.document import IssuedDocument
from documents.queries import OfDocumentQuerySet


class LifeGround(Sourced):
    """A reason for which a document leaves or regains its force, as administrators word it."""

    state = models.CharField(_("state"), max_length=16, choices=IssuedDocument.State.choices)
    code = models.SlugField(_("code"), max_length=40)
    text = models.CharField(_("text"), max_length=200)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("ground for a document's state")
        verbose_name_plural = _("grounds for a document's state")
        ordering = ["state", "text"]
        constraints = [models.UniqueConstraint(fields=["state", "code"], name="one_life_ground")]

    def __str__(self) -> str:
        return self.text


class LifeChange(models.Model):
    """One change of state of a document that had been issued; added, never changed."""

    document = models.ForeignKey(IssuedDocument, on_delete=models.PROTECT, related_name="changes")
    before = models.CharField(max_length=16, choices=IssuedDocument.State.choices)
    state = models.CharField(max_length=16, choices=IssuedDocument.State.choices)
    ground = models.ForeignKey(LifeGround, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    text = models.TextField(_("reason"), blank=True)
    happened_on = models.DateField(_("happened on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("Empty: the clock."),
    )  # fmt: skip
    at = models.DateTimeField(_("at"))

    objects = OfDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a document's state")
        verbose_name_plural = _("changes of documents' states")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(ground__isnull=False) | Q(state="expired"), name="life_change_has_ground"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.before} → {self.state}"


class VerificationWindow(models.Model):
    """How often a public question was asked within a window of time. ``key`` is a keyed hash of a link or an address:
    neither stands in the table."""

    key = models.CharField(max_length=64, primary_key=True)
    began = models.DateTimeField()
    hits = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("verification window")
        verbose_name_plural = _("verification windows")
        default_permissions = ()
        indexes = [models.Index(fields=["began"], name="verification_began")]

    def __str__(self) -> str:
        return f"{self.began:%Y-%m-%d %H:%M}: {self.hits}"
