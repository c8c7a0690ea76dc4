"""Reads of cases, tasks and attachments. ``visible_to(user)`` is the only door for lists, search, counts, exports,
panels and the API; what is absent and what is not yours give the same empty answer."""

from collections import defaultdict

from django.db import models
from django.db.models import Q
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from viewflow.workflow.managers import ProcessQuerySet
from viewflow.workflow.status import STATUS

from offices.authority import authority_of
from offices.roles import Act, ProcedureCode


def _protected_too(user) -> bool:
    return bool(authority_of(user).offices(Act.VIEW_PROTECTED, ProcedureCode.REFUGE))


class CaseQuerySet(ProcessQuerySet):
    def visible_to(self, user) -> "CaseQuerySet":
        """Cases this user may see: of their procedures, at their offices and below, on their side of the wall."""
        visible = self.filter(authority_of(user).where(Act.VIEW))
        return visible if _protected_too(user) else visible.filter(confidentiality="N")

    def open(self) -> "CaseQuerySet":
        return self.filter(outcome="")

    def of_persons(self, person_ids) -> "CaseQuerySet":
        return self.filter(applicant_id__in=person_ids)


class TaskQuerySet(models.QuerySet):
    def visible_to(self, user) -> "TaskQuerySet":
        """Tasks of the cases this user may see."""
        visible = self.filter(authority_of(user).where(Act.VIEW))
        return visible if _protected_too(user) else visible.filter(confidentiality="N")

    def human(self) -> "TaskQuerySet":
        return self.filter(flow_task_type="HUMAN")

    def open(self) -> "TaskQuerySet":
        return self.filter(finished__isnull=True)

    def waiting(self) -> "TaskQuerySet":
        """Open human steps that nobody has taken."""
        return self.human().open().filter(owner__isnull=True)

    def queue_for(self, user) -> "TaskQuerySet":
        """Waiting steps this user has the right to take.

        The conditions name the very columns of the partial indexes ``task_queue_office`` and ``task_queue``.
        """
        authority = authority_of(user)
        grouped: dict[frozenset[int], list[str]] = defaultdict(list)
        for codename, offices in authority.rights.items():
            grouped[offices].append(codename)
        condition = Q(pk__in=[])
        for offices, codenames in grouped.items():
            condition |= Q(right__in=sorted(codenames), office_id__in=sorted(offices))
        queue = self.waiting().filter(condition)
        return queue if _protected_too(user) else queue.filter(confidentiality="N")

    def inbox_of(self, user) -> "TaskQuerySet":
        """Open human steps this user has taken."""
        return self.human().open().filter(owner=user, owner__isnull=False)

    def failed(self) -> "TaskQuerySet":
        """Automatic steps that stopped and wait for a person."""
        return self.filter(status=STATUS.ERROR)

    def most_urgent_first(self) -> "TaskQuerySet":
        return self.order_by("priority", "due_at", "id")

    def after(self, priority: int, due_at, task_id: int) -> "TaskQuerySet":
        """The next page by key: rows that sort after the given one, wherever the list has moved since."""
        return self.filter(
            TupleGreaterThan(("priority", "due_at", "id"), (priority, due_at, task_id))
        )


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user) -> "AttachmentQuerySet":
        """Files of visible cases, and those of the user's own drafts."""
        authority = authority_of(user)
        visible = authority.where(Act.VIEW, procedure="case__procedure", office="case__office_id")
        if not _protected_too(user):
            visible &= Q(case__confidentiality="N")
        return self.filter(visible | Q(case__isnull=True, draft__owner=user))
