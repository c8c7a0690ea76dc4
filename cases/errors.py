"""What can stand in the way of an act. A stale page is not a security event: state conflicts and denials differ."""

from typing import Any

from django.core.exceptions import PermissionDenied


class StateConflict(Exception):
    """Someone was faster, or the case has moved on: answered with 409 and a page that says so."""

    def __init__(self, message: str, *, code: str = "conflict"):
        super().__init__(message)
        self.message = message
        self.code = code


class CaseBusy(StateConflict):
    """Another act holds the case's lock; trying again in a moment will do."""


class NotAllowed(PermissionDenied):
    """The actor may not do this (no right here, four-eyes): 403, and written to the audit log as a denied attempt."""

    def __init__(self, message: str, *, code: str, **context):
        super().__init__(message)
        self.message = message
        self.code = code
        self.context = context  # office_id, case_id, task_id for the audit event
        self.recorded = False  # whether the denied attempt is in the audit log already


class ReasonNeeded(Exception):
    """The case may be read, but outside the person's task: they are asked for a reason first."""

    def __init__(self, case: Any):
        super().__init__(case.number)
        self.case = case
