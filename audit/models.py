"""The audit event: the only record of acts, and the source of every case timeline."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEventQuerySet(models.QuerySet):
    def of_case(self, case_id: int) -> "AuditEventQuerySet":
        """The timeline of one case, newest first; callers have checked that the case may be seen."""
        return self.filter(case_id=case_id, denied=False).select_related("actor").order_by("-id")


class AuditEvent(models.Model):
    """One act, read or refused attempt. Holds ids, codes and changed fields; never a copy of a file.

    Rows point at other rooms by plain number, so this room knows nothing of cases or persons and nothing that is
    deleted elsewhere can take its history along.
    """

    at = models.DateTimeField(_("at"), auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("actor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty when the system acted by itself."),
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("on behalf of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    verb = models.CharField(_("act"), max_length=60)
    denied = models.BooleanField(_("denied"), default=False)
    office_id = models.BigIntegerField(_("office"), null=True, blank=True)
    case_id = models.BigIntegerField(_("case"), null=True, blank=True)
    task_id = models.BigIntegerField(_("task"), null=True, blank=True)
    person_id = models.BigIntegerField(_("person"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    data = models.JSONField(_("data"), default=dict, blank=True)
    request_id = models.CharField(_("request"), max_length=36, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["case_id", "-id"], name="audit_case", condition=models.Q(case_id__isnull=False)),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["verb", "-id"], name="audit_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} #{self.pk}"
