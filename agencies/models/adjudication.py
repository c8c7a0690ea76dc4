"""What people decided about hits."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models.check import Check
from agencies.queries import AdjudicationQuerySet


class Adjudication(models.Model):
    """What an officer decided about a hit. Rows are added, never changed."""

    class Decision(models.TextChoices):
        SAME = "same", _("Same person")
        OTHER = "other", _("Another person")
        UNDETERMINED = "undetermined", _("Can not be determined")

    check_asked = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="adjudications")
    decision = models.CharField(_("decision"), max_length=14, choices=Decision.choices)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AdjudicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("adjudication")
        verbose_name_plural = _("adjudications")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_decision_display()
