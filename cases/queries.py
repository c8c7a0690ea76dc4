"""Reads of cases, tasks and attachments. ``visible_to(user)`` is the only door for lists, search, counts, exports,
panels and the API; what is absent and what is not yours give the same empty answer."""

from collections import defaultdict

from django.contrib.auth.models import Permission
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connections, models
from django.db.models import Func, OuterRef, Q
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.db.models.functions import JSONObject
from viewflow.workflow.managers import ProcessQuerySet
from viewflow.workflow.status import STATUS

from cases.registry import registry
from offices.authority import authority_of
from offices.roles import Act, ProcedureCode, right

_URGENCY = ("priority", "due_at", "id")
_RELAXED = ("-priority", "-due_at", "-id")


def rights_of_steps() -> set[str]:
    """The rights that human steps of the installed procedures ask for."""
    return {
        right(node.right, code)
        for code, flow_class in registry.procedures.items()
        for node in flow_class.instance.nodes()
        if node.task_type == "HUMAN"
    }


def _permissions_of_steps() -> models.QuerySet:
    """One row per right that steps ask for: what :class:`TaskQuerySet` reads a list by."""
    rights = Permission.objects.filter(content_type__app_label="offices", codename__in=sorted(rights_of_steps()))
    return rights.order_by()


def _each(ids: models.QuerySet) -> Func:
    """The rows of a correlated subquery, one by one. With its type: of a list that is provably empty Django leaves a
    bare NULL (who holds no right of a step has such a queue)."""
    return Func(ArraySubquery(ids), template="unnest((%(expressions)s)::bigint[])")


def _protected_too(user) -> bool:
    return bool(authority_of(user).offices(Act.VIEW_PROTECTED, ProcedureCode.REFUGE))


def of_visible_cases(user, path: str = "case") -> Q:
    """The condition of ``CaseQuerySet.visible_to`` for rows that hang on a case by the relation ``path``."""
    visible = authority_of(user).where(Act.VIEW, procedure=f"{path}__procedure", office=f"{path}__office_id")
    return visible if _protected_too(user) else visible & Q(**{f"{path}__confidentiality": "N"})


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
        """Waiting steps this user has the right to take. Read the first rows of it with :meth:`urgent`."""
        rights, asked = authority_of(user).rights, rights_of_steps()
        grouped: dict[frozenset[int], list[str]] = defaultdict(list)
        for codename, offices in rights.items():
            if codename in asked:
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
        return self.order_by(*_URGENCY)

    def urgent(self, size: int, *, backwards: bool = False) -> "TaskQuerySet":
        """The ``size`` most urgent of these open human steps, in order; ``backwards``: the least urgent, last first.

        Use it for every list that may be long. PostgreSQL can read an index in the order of urgency only within one
        right; for several it would sort all that wait, or look through all of them for the few that are meant. So it
        takes the first ``size`` of each right (indexes ``task_right`` and ``task_office_right``) and sorts those.
        """
        order = _RELAXED if backwards else _URGENCY
        first = self.filter(right=OuterRef("codename")).order_by(*order).values("pk")[:size]
        chosen = _permissions_of_steps().values_list(_each(first))
        found = self.model._base_manager.filter(pk__in=chosen).order_by(*order)
        found.query.select_related = self.query.select_related
        return found[:size]

    def tally(self, limit: int, **conditions: Q) -> dict[str, int]:
        """How many of these open human steps there are (``total``) and how many meet each condition; every number ends
        at ``limit``. One statement that reads hardly more rows than it counts, right by right as :meth:`urgent` does.
        """
        of_right = self.filter(right=OuterRef("codename")).order_by()
        counted = {"total": of_right, **{name: of_right.filter(condition) for name, condition in conditions.items()}}
        selected, parameters = [], []
        for tasks in counted.values():
            some = _each(tasks.values("pk")[:limit])
            sql, given = _permissions_of_steps().values_list(some)[:limit].query.sql_with_params()
            selected.append(f"(SELECT count(*) FROM ({sql}) counted)")  # noqa: S608 (compiled by Django)  # nosec B608
            parameters += given
        with connections[self.db].cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(selected)}", parameters)
            return dict(zip(counted, cursor.fetchone(), strict=True))

    def with_doers(self) -> "TaskQuerySet":
        """With ``doers``: who did which step of the same case, as ``{"step": …, "owner": …}`` in order."""
        done = self.model._base_manager.filter(
            process_id=OuterRef("process_id"), status=STATUS.DONE, owner__isnull=False
        ).order_by("pk")
        return self.annotate(doers=ArraySubquery(done.values(json=JSONObject(step="flow_task", owner="owner_id"))))

    def after(self, priority: int, due_at, task_id: int) -> "TaskQuerySet":
        """The next page by key: rows that sort after the given one, wherever the list has moved since."""
        return self.filter(TupleGreaterThan(("priority", "due_at", "id"), (priority, due_at, task_id)))


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user) -> "AttachmentQuerySet":
        """Files of visible cases, and those of the user's own drafts."""
        return self.filter(of_visible_cases(user) | Q(case__isnull=True, draft__owner=user))
