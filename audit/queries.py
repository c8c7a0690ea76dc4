"""Reads of the audit log. Auditors read it through ``visible_to(user)``; a case's timeline through ``of_case``."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import Q

# Filled by higher rooms (this one knows neither rights nor cases): each returns what a user may read of the log.
# Events that any of them leaves out stay out; with none there is nothing to read.
readers: list[Callable[[Any], Q]] = []


class AuditEventQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "AuditEventQuerySet":
        """The events this user may read as an auditor."""
        if not readers:
            return self.none()
        events = self
        for reader in readers:
            events = events.filter(reader(user))
        return events

    def of_case(self, case_id: int) -> "AuditEventQuerySet":
        """The timeline of one case, newest first; callers have checked that the case may be seen."""
        events = self.filter(case_id=case_id, denied=False)
        return events.select_related("actor", "on_behalf_of").order_by("-id")
