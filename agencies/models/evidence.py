"""What agencies answered, word for word, sealed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models.check import Check
from agencies.queries import OfCheckQuerySet


class Evidence(models.Model):
    """The body of an agency's answer, encrypted (:mod:`agencies.sealing`). Apart from the check, so that no list reads
    it along; opened only by :func:`agencies.services.open_evidence`.

    ``sha256`` is of the body as received and stays when the body is purged after its term (domain §6.2, §8.5);
    ``size`` is the body's, in bytes. A body over the bound is kept up to it (``truncated``).
    """

    check_asked = models.OneToOneField(Check, on_delete=models.PROTECT, related_name="evidence")
    sealed = models.BinaryField(null=True, editable=False)
    media_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    truncated = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    objects = OfCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.check_asked_id} · {self.size}"
