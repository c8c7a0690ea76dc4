"""Celery jobs of the engine. Each carries an id only; the row says what is to be done.

They work on any case, and say that they are behind the wall; a job that does not say so sees no protected row.
"""

from datetime import timedelta

from celery import Task as CeleryTask
from celery import shared_task
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from viewflow.workflow.status import STATUS

from cases import services
from cases.acts import locked_task
from cases.health import beat_seen
from cases.models import Draft, Notification, Task
from cases.registry import registry
from cases.services import orphans
from wall.realm import PROTECTED, in_realm

SWEEP = 200  # rows rung per sweep; the next sweep rings the rest
DRAFT_LIFE = timedelta(days=30)
HOLD = timedelta(seconds=15)  # until a message that has to wait is looked at again
LEASE = timedelta(minutes=5)  # longer than the hard time limit of a job


def ring(job, *args) -> None:
    """Tell the broker after commit. A broker that is away is no fault here: the sweep rings again."""
    transaction.on_commit(lambda: job.delay(*args), robust=True)


class StepJob(CeleryTask):
    """Notes a failed step on its row when the job raised; the transaction of the attempt is gone by then."""

    @in_realm(PROTECTED)
    def on_failure(self, exc, task_id, args, kwargs, einfo):
        task = Task._base_manager.filter(pk=args[0]).first()
        if task is not None:
            services.record_step_failure(task, error=exc)


@shared_task(base=StepJob)
@in_realm(PROTECTED)
def run_step(task_id: int) -> None:
    """Run one automatic step."""
    task = Task._base_manager.filter(pk=task_id, status=STATUS.SCHEDULED).first()
    if task is not None:
        services.run_step(task)


@shared_task
@in_realm(PROTECTED)
def ring_due_steps() -> int:
    """Ring again for automatic steps that are due: lost messages, retries, a worker that died."""
    due = Task._base_manager.filter(
        status=STATUS.SCHEDULED, flow_task_type="JOB", scheduled__lte=timezone.now() - timedelta(seconds=5)
    ).order_by("scheduled")
    ids = list(due.values_list("pk", flat=True)[:SWEEP])
    for task_id in ids:
        run_step.delay(task_id)
    return len(ids)


@shared_task
@in_realm(PROTECTED)
def fire_due_timers() -> int:
    """Fire viewflow timers that are due (its own dispatcher knows only its own task model)."""
    due = Task._base_manager.filter(
        status=STATUS.SCHEDULED, flow_task_type="TIMER", scheduled__lte=timezone.now()
    ).order_by("scheduled")
    ids = list(due.values_list("pk", flat=True)[:SWEEP])
    for task_id in ids:
        fire_timer.delay(task_id)
    return len(ids)


@shared_task
@in_realm(PROTECTED)
def fire_timer(task_id: int) -> None:
    task = Task._base_manager.filter(pk=task_id).first()
    if task is None:
        return
    with transaction.atomic(), locked_task(task) as activation:
        if activation.task.status == STATUS.SCHEDULED:
            activation.start()
            activation.execute()


@shared_task
@in_realm(PROTECTED)
def send_notification(notification_id: int) -> None:
    """Send one message. The row is leased first, so two deliveries of the job send one message."""
    now = timezone.now()
    due = Notification.objects.filter(pk=notification_id, state=Notification.State.QUEUED, next_attempt_at__lte=now)
    held = due.first()
    if held is not None and registry.holds_message(held):
        due.update(next_attempt_at=now + HOLD)
        return
    leased = due.update(next_attempt_at=now + LEASE, attempts=F("attempts") + 1)
    if not leased:
        return
    notification = Notification.objects.select_related("case").get(pk=notification_id)
    message = EmailMessage(notification.subject, notification.body, to=[notification.address])
    for attachment in notification.attachments.all():
        with attachment.file.open("rb") as file:
            message.attach(attachment.name, file.read(), attachment.content_type)
    try:
        message.send()
    except OSError as error:  # smtplib's exceptions are OSErrors too
        services.record_delivery_failure(notification, error=error)
    else:
        services.record_delivery(notification)


@shared_task
@in_realm(PROTECTED)
def ring_due_notifications() -> int:
    due = Notification.objects.filter(state=Notification.State.QUEUED, next_attempt_at__lte=timezone.now())
    ids = list(due.order_by("next_attempt_at").values_list("pk", flat=True)[:SWEEP])
    for notification_id in ids:
        send_notification.delay(notification_id)
    return len(ids)


@shared_task
@in_realm(PROTECTED)
def drop_stale_drafts() -> int:
    """Forget drafts that nobody has touched for thirty days, with their files."""
    stale = Draft.objects.filter(updated__lt=timezone.now() - DRAFT_LIFE).select_related("owner")
    drafts = list(stale.order_by("updated")[:SWEEP])
    for draft in drafts:
        services.drop_draft(draft, actor=draft.owner)
    return len(drafts)


@shared_task
def sweep_files() -> int:
    """Remove stored files that belong to no row (behind the wall: cases/services/orphans.py says so itself)."""
    return orphans.remove_orphans(folders=orphans.folders_of(timezone.now().hour)).removed


@shared_task
def heartbeat() -> None:
    """Proves that beat, broker and a worker are alive together: /readyz looks for it."""
    beat_seen()


registry.ring_step = lambda task_id: ring(run_step, task_id)
registry.ring_notification = lambda notification_id: ring(send_notification, notification_id)
