"""What goes out to the applicant by e-mail, and what became of it (TUO Ley 27444 arts. 20-25 [U])."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.queries import CaseRowQuerySet


class Notification(models.Model):
    """One message. It is written in the transaction of the act it tells of and sent by a job afterwards."""

    class State(models.TextChoices):
        QUEUED = "queued", _("To be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")

    case = models.ForeignKey(Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="notifications")
    kind = models.CharField(_("kind"), max_length=30)
    address = models.EmailField(_("address"))
    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("text"))
    attachments = models.ManyToManyField("cases.Attachment", related_name="+", blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    failure = models.CharField(_("failure"), max_length=120, blank=True)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="notification_queued", condition=models.Q(state="queued"))
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.get_state_display()}"
