from cases.models.authority import AccessGrant, Conflict, ConflictRule, ReadingRule, Transfer
from cases.models.case import Case, CaseWords, Decision, Note, NumberSeries, Outcome, Priority, Stage
from cases.models.configuration import ClockRule, Fee, Ground, Requirement, Sourced
from cases.models.files import Attachment, Draft, Payment
from cases.models.health import Heartbeat
from cases.models.notification import Notification
from cases.models.task import Task
from cases.models.view import SavedView

__all__ = [
    "AccessGrant",
    "Attachment",
    "Case",
    "CaseWords",
    "ClockRule",
    "Conflict",
    "ConflictRule",
    "Decision",
    "Draft",
    "Fee",
    "Ground",
    "Heartbeat",
    "Note",
    "Notification",
    "NumberSeries",
    "Outcome",
    "Payment",
    "Priority",
    "ReadingRule",
    "Requirement",
    "SavedView",
    "Sourced",
    "Stage",
    "Task",
    "Transfer",
]
