"""What people decided about hits."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models.check import Check
from agencies.queries import OfCheckQuerySet


class Adjudication(models.Model):
    """What an officer decided about a hit. Rows are added, never changed (a trigger sees to it), and one officer has
    one opinion on a hit each time it is open: the second officer of a grave hit is another person, whoever asks.

    ``sides_print`` is the fingerprint of both sides as they stood (:mod:`agencies.fingerprints`); ``confirms`` the
    earlier decision on the same pair that this one repeats.
    """

    Decision = Check.Verdict

    check_asked = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="adjudications")
    round = models.PositiveSmallIntegerField(default=1)
    capacity = models.CharField(
        _("as"), max_length=10, choices=Check.Awaits.choices, default=Check.Awaits.FIRST, editable=False
    )
    decision = models.CharField(_("decision"), max_length=14, choices=Check.Verdict.choices)
    reason = models.TextField(_("reason"))
    confirms = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sides_print = models.CharField(max_length=64, blank=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = OfCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("adjudication")
        verbose_name_plural = _("adjudications")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["check_asked", "round", "by"], name="one_opinion_of_an_officer"),
            models.UniqueConstraint(fields=["check_asked", "round", "capacity"], name="one_opinion_in_each_capacity"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_decision_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.get_decision_display()
