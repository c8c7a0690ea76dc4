"""Every write of the engine: one function per act, keyword-only ``actor``, one transaction, rule and event inside."""

from cases.services.access import open_outside_task
from cases.services.closing import close_case
from cases.services.conflicts import declare_conflict, find_conflicts, lift_conflict
from cases.services.effects import Effect
from cases.services.files import add_note, attach_file, drop_attachment, drop_draft, keep_draft, open_draft
from cases.services.notifications import notify, record_delivery, record_delivery_failure
from cases.services.starting import Application, start_case
from cases.services.steps import complete_step, record_step_failure, retry_step, run_step
from cases.services.tasks import (
    complete_task,
    ensure_may_complete,
    reassign_task,
    release_lost_tasks,
    release_task,
    take_next,
    take_task,
)
from cases.services.transferring import accept_transfer, decline_transfer, propose_transfer, withdraw_transfer

__all__ = [
    # filing
    "Application", "start_case", "open_draft", "keep_draft", "attach_file", "drop_attachment", "drop_draft",
    # steps that people do
    "Effect", "take_task", "take_next", "release_task", "reassign_task", "complete_task",
    "ensure_may_complete", "release_lost_tasks",
    # steps that the system does
    "run_step", "complete_step", "record_step_failure", "retry_step",
    # who may see and where it lies
    "declare_conflict", "find_conflicts", "lift_conflict", "open_outside_task",
    "propose_transfer", "accept_transfer", "decline_transfer", "withdraw_transfer",
    # ends and words
    "close_case", "add_note", "notify", "record_delivery", "record_delivery_failure",
]  # fmt: skip
