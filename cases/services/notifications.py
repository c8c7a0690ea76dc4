"""Messages to the applicant: queued in the act they tell of, sent afterwards by a job."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from cases.models import Attachment, Case, Notification
from cases.registry import registry

ATTEMPTS = 6
PAUSE = timedelta(seconds=30)


def notify(
    case: Case, *, kind: str, subject: str, body: str, attachments: Sequence[Attachment] = ()
) -> Notification | None:
    """Queue a message to the applicant; None when they gave no address (then the post notifies in person).

    Part of the calling act's transaction: a rolled-back decision tells nobody.
    """
    if not case.applicant.email:
        return None
    notification = Notification.objects.create(
        case=case, kind=kind, address=case.applicant.email, subject=subject, body=body, next_attempt_at=timezone.now()
    )
    if attachments:
        notification.attachments.set(attachments)
    registry.ring_notification(notification.pk)
    return notification


@transaction.atomic
def record_delivery(notification: Notification, *, actor=None) -> None:
    """The mail server took the message."""
    notification.state, notification.sent_at = Notification.State.SENT, timezone.now()
    notification.save(update_fields=["state", "sent_at", "attempts"])
    case = notification.case
    audit.record(
        "notification.sent", actor=actor, office_id=case.office_id, case_id=case.pk,
        data={"kind": notification.kind, "notification": notification.pk},
    )  # fmt: skip


@transaction.atomic
def record_delivery_failure(notification: Notification, *, error: BaseException, actor=None) -> None:
    """The mail server did not take it: tried again later, and after six times left for a person to see."""
    notification.failure = type(error).__name__
    if notification.attempts >= ATTEMPTS:
        notification.state, notification.next_attempt_at = Notification.State.FAILED, None
    else:
        notification.next_attempt_at = timezone.now() + PAUSE * 2 ** (notification.attempts - 1)
    notification.save(update_fields=["state", "failure", "next_attempt_at", "attempts"])
    case = notification.case
    audit.record(
        "notification.failed", actor=actor, office_id=case.office_id, case_id=case.pk,
        data={"kind": notification.kind, "class": notification.failure},
    )  # fmt: skip
