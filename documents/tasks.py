"""Celery jobs of documents and blanks. The rows say what is to be done; a job that is lost is done by the next one."""

from datetime import timedelta

from celery import shared_task
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import services
from documents.models import BlankAlarm, VerificationWindow
from documents.services import blanks
from documents.signatures import services as signatures
from offices.authority import authority_of_id
from offices.models import User
from offices.roles import ROLES, Act
from wall.realm import PROTECTED, in_realm

SWEEP = 100


@shared_task
@in_realm(PROTECTED)
def expire_documents() -> int:
    """End documents whose last day is over."""
    return services.expire_documents()


@shared_task
@in_realm(PROTECTED)
def note_overdue_acts() -> int:
    """Raise alarms for transfers and hand-outs that nobody closed in time."""
    return blanks.note_overdue_acts()


@shared_task
@in_realm(PROTECTED)
def stamp_file(signature_id: int) -> bool:
    """Get the time stamp of a signed file."""
    return signatures.stamp_file(signature_id)


@shared_task
@in_realm(PROTECTED)
def ring_due_stamps() -> int:
    """Ring again for time stamps that are due: lost messages, authorities that did not answer."""
    ids = signatures.due_stamps(SWEEP)
    for signature_id in ids:
        stamp_file.delay(signature_id)
    return len(ids)


def supervisors(alarm: BlankAlarm) -> list[str]:
    """The addresses of those who supervise the office of an alarm."""
    roles = [code for code, role in ROLES.items() if Act.SUPERVISE in role.acts]
    now = timezone.now()
    posted = User.objects.filter(
        postings__role__in=roles, postings__since__lte=now, is_active=True
    ).exclude(email="").distinct()  # fmt: skip
    return sorted(
        user.email
        for user in posted
        if authority_of_id(user.pk).can(Act.SUPERVISE, alarm.kind.procedure, alarm.office_id)
    )


@shared_task
def tell_alarms() -> int:
    """Tell supervisors of new alarms by e-mail; the alarm itself stays on their board until it is settled. An alarm is
    marked as told in the transaction that sends: if the mail server refuses, the next sweep tries again."""
    told = 0
    for alarm_id in list(BlankAlarm.objects.filter(told_at__isnull=True).values_list("pk", flat=True)[:SWEEP]):
        with transaction.atomic():
            alarm = (
                BlankAlarm.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("kind", "office")
                .filter(pk=alarm_id, told_at__isnull=True)
                .first()
            )
            if alarm is None:
                continue
            addresses = supervisors(alarm)
            alarm.told_at = timezone.now()
            alarm.save(update_fields=["told_at"])
            if addresses:
                subject = _("Controlled blanks: alarm at %(office)s") % {"office": alarm.office}
                body = _("%(kind)s: %(text)s\n\nIt stays on the board until it is settled.") % {
                    "kind": alarm.kind, "text": alarm.text,
                }  # fmt: skip
                send_mail(subject, body, None, addresses)
                told += 1
    return told


@shared_task
def forget_windows() -> int:
    """Drop counters of public questions that no limit looks at any more."""
    deleted, _rows = VerificationWindow.objects.filter(began__lt=timezone.now() - timedelta(days=1)).delete()
    return deleted
