"""Reads of cases, tasks and attachments. ``visible_to(user)`` is the only door for lists, search, counts, exports,
panels and the API; what is absent and what is not yours give the same empty answer."""

from collections import defaultdict
from typing import Self

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connections, models
from django.db.models import Exists, Func, OuterRef, Q
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
        right(act, code)
        for code, flow_class in registry.procedures.items()
        for node in flow_class.instance.nodes()
        if node.task_type == "HUMAN"
        for act in node.rights
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


def _own_side(user, confidentiality: str = "confidentiality") -> Q:
    """The side of the wall that this user is on (domain §8.4)."""
    return Q() if _protected_too(user) else Q(**{confidentiality: "N"})


def _not_shut_out(user, case_id: str) -> Q:
    """Not a case from which a standing conflict of interest keeps the user, or somebody they cover."""
    persons = authority_of(user).persons
    if not persons:
        return Q()
    conflicts = apps.get_model("cases", "Conflict").objects.standing_of(OuterRef(case_id))
    return Q(~Exists(conflicts.filter(user_id__in=sorted(persons))))


def of_visible_cases(user, path: str = "case") -> Q:
    """The condition of ``CaseQuerySet.visible_to`` for rows that hang on a case by the relation ``path``."""
    visible = authority_of(user).where(Act.VIEW, procedure=f"{path}__procedure", office=f"{path}__office_id")
    return visible & _own_side(user, f"{path}__confidentiality") & _not_shut_out(user, f"{path}_id")


def of_own_drafts(user, path: str = "") -> Q:
    """The condition for drafts of this user at the offices where they may register; ``path`` leads to the draft."""
    registers = authority_of(user).where(Act.REGISTER, procedure=f"{path}procedure", office=f"{path}office_id")
    return registers & Q(**{f"{path}owner_id": user.pk})


class CaseQuerySet(ProcessQuerySet):
    def visible_to(self, user) -> "CaseQuerySet":
        """Cases this user may see: of their procedures, at their offices and below, on their side of the wall, and
        without a conflict of interest."""
        return self.filter(authority_of(user).where(Act.VIEW)).filter(_own_side(user), _not_shut_out(user, "pk"))

    def open(self) -> "CaseQuerySet":
        return self.filter(outcome="")

    def of_persons(self, person_ids) -> "CaseQuerySet":
        return self.filter(applicant_id__in=person_ids)


class CaseRowQuerySet(models.QuerySet):
    """Rows that hang on a case by the relation :attr:`case_path` and are seen by whoever sees the case."""

    case_path = "case"

    def visible_to(self, user) -> Self:
        return self.filter(of_visible_cases(user, self.case_path))


class TaskQuerySet(models.QuerySet):
    def visible_to(self, user) -> "TaskQuerySet":
        """Tasks of the cases this user may see."""
        return self.filter(authority_of(user).where(Act.VIEW)).filter(
            _own_side(user), _not_shut_out(user, "process_id")
        )

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
        return self.waiting().filter(condition).filter(_own_side(user), _not_shut_out(user, "process_id"))

    def inbox_of(self, user) -> "TaskQuerySet":
        """Open human steps this user has taken, of cases that they may still see."""
        return self.visible_to(user).human().open().filter(owner=user, owner__isnull=False)

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

    def with_shut_out(self) -> "TaskQuerySet":
        """With ``shut_out``: the users whom a conflict of interest keeps out of the step's case."""
        conflicts = apps.get_model("cases", "Conflict").objects
        return self.annotate(shut_out=ArraySubquery(conflicts.standing_of(OuterRef("process_id")).values("user_id")))

    def after(self, priority: int, due_at, task_id: int) -> "TaskQuerySet":
        """The next page by key: rows that sort after the given one, wherever the list has moved since."""
        return self.filter(TupleGreaterThan(("priority", "due_at", "id"), (priority, due_at, task_id)))


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user) -> "AttachmentQuerySet":
        """Files of visible cases, and those of the user's own drafts."""
        return self.filter(of_visible_cases(user) | Q(case__isnull=True) & of_own_drafts(user, "draft__"))


class DraftQuerySet(models.QuerySet):
    def visible_to(self, user) -> "DraftQuerySet":
        """A draft is its owner's alone, while they may register at its office: who may not any more neither reads what
        an applicant gave nor is shown the persons that are like them."""
        return self.filter(of_own_drafts(user))


class ConflictQuerySet(CaseRowQuerySet):
    def standing(self) -> "ConflictQuerySet":
        return self.filter(lifted_at__isnull=True)

    def standing_of(self, case_id) -> "ConflictQuerySet":
        return self.standing().filter(case_id=case_id).order_by()

    def visible_to(self, user) -> "ConflictQuerySet":
        """Conflicts of the cases that this user supervises; an officer kept out does not see the case, nor this."""
        supervised = authority_of(user).where(Act.SUPERVISE, procedure="case__procedure", office="case__office_id")
        return self.filter(of_visible_cases(user)).filter(supervised)


class TransferQuerySet(CaseRowQuerySet):
    def visible_to(self, user) -> "TransferQuerySet":
        """Transfers of visible cases, and those that wait for an office whose supervisor this user is."""
        arriving = authority_of(user).where(Act.SUPERVISE, procedure="case__procedure", office="to_office_id")
        seen = of_visible_cases(user) | (
            Q(state="proposed") & arriving & _own_side(user, "case__confidentiality") & _not_shut_out(user, "case_id")
        )
        return self.filter(seen)

    def waiting(self) -> "TransferQuerySet":
        return self.filter(state="proposed")
