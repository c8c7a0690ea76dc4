"""Queues of the workers and the times of the clock (Celery beat)."""

from kombu import Exchange, Queue

# One queue per agency, consumed by a worker of their own (threads: they only wait), so that a silent agency can
# delay neither the house's own jobs nor another agency's.
AGENCY_QUEUES = [
    f"agency.{code}"
    for code in ("reniec", "migraciones", "pnp", "pj", "inpe", "interpol", "sbs", "sunat", "mtc", "mtpe")
]


def queues(broker: str) -> list[Queue]:
    """All queues, as this broker has to be told of them."""
    # RabbitMQ keeps a quorum of copies of each queue; other brokers ignore the argument.
    arguments = {"x-queue-type": "quorum"} if broker.startswith(("amqp", "pyamqp")) else None
    exchange = Exchange("sugm", type="direct")
    return [Queue(name, exchange, routing_key=name, queue_arguments=arguments) for name in ("sugm", *AGENCY_QUEUES)]


SCHEDULE = {
    "heartbeat": {"task": "cases.tasks.heartbeat", "schedule": 5},
    "steps": {"task": "cases.tasks.ring_due_steps", "schedule": 10},
    "timers": {"task": "cases.tasks.fire_due_timers", "schedule": 30},
    "notifications": {"task": "cases.tasks.ring_due_notifications", "schedule": 15},
    "access": {"task": "offices.sweeps.sweep_access", "schedule": 600},
    "drafts": {"task": "cases.tasks.drop_stale_drafts", "schedule": 3600},
    "files": {"task": "cases.tasks.sweep_files", "schedule": 3600},
    "checks": {"task": "agencies.tasks.ring_due_checks", "schedule": 5},
    "attempts": {"task": "agencies.tasks.forget_old_attempts", "schedule": 3600},
    "postings": {"task": "offices.tasks.turn_postings", "schedule": 60},
    "audit_seal": {"task": "audit.tasks.seal", "schedule": 60},
    "reports": {"task": "agencies.tasks.ring_due_reports", "schedule": 15},
    "time_stamps": {"task": "documents.tasks.ring_due_stamps", "schedule": 15},
    "blank_alarms": {"task": "documents.tasks.tell_alarms", "schedule": 30},
    "overdue_blanks": {"task": "documents.tasks.note_overdue_acts", "schedule": 3600},
    "expired_documents": {"task": "documents.tasks.expire_documents", "schedule": 900},
    "verification_windows": {"task": "documents.tasks.forget_windows", "schedule": 3600},
}
"""Seconds between two calls of each task."""
