"""The audit event: the only record of acts and reads, and the source of every case timeline; and the seals that prove
that no event was changed, taken out or slipped in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.queries import AuditEventQuerySet


class AuditEvent(models.Model):
    """One act, read or refused attempt. Holds ids, codes and changed fields; never a copy of a file.

    Rows point at other rooms by plain number, so this room knows nothing of cases or persons and nothing that is
    deleted elsewhere can take its history along. ``protected`` and ``xact`` are written by the database itself
    (migration 0004): whether the event is about something behind the wall, and the transaction that wrote it.
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
    role = models.CharField(_("role"), max_length=30, blank=True)
    verb = models.CharField(_("act"), max_length=60)
    denied = models.BooleanField(_("denied"), default=False)
    protected = models.BooleanField(default=False, editable=False)
    office_id = models.BigIntegerField(_("office"), null=True, blank=True)
    case_id = models.BigIntegerField(_("case"), null=True, blank=True)
    task_id = models.BigIntegerField(_("task"), null=True, blank=True)
    person_id = models.BigIntegerField(_("person"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    data = models.JSONField(_("data"), default=dict, blank=True)
    request_id = models.CharField(_("request"), max_length=36, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    xact = models.BigIntegerField(default=0, editable=False)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["case_id", "-id"], name="audit_case", condition=models.Q(case_id__isnull=False)),
            models.Index(fields=["person_id", "-id"], name="audit_person", condition=models.Q(person_id__isnull=False)),
            models.Index(fields=["office_id", "-id"], name="audit_office", condition=models.Q(office_id__isnull=False)),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["verb", "-id"], name="audit_verb"),
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["xact"], name="audit_xact"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} #{self.pk}"


class AuditSeal(models.Model):
    """A batch of events, closed: the digest of each, and of all, chained to the seal before (audit/sealing.py).

    ``leaves`` is, event by event in the order of their ids, 8 bytes of id and 32 of SHA-256. ``upto_xact``: every
    transaction below it had ended when the seal was made, so nothing can appear among its events later. ``epoch``
    grows when the database has been restored into a cluster that counts transactions from lower numbers.
    """

    at = models.DateTimeField(_("at"))
    epoch = models.PositiveIntegerField(default=0)
    upto_xact = models.BigIntegerField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.PositiveIntegerField()
    leaves = models.BinaryField()
    root = models.CharField(max_length=64)
    chain = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")

    def __str__(self) -> str:
        return f"{self.pk} {self.chain[:16]}"
