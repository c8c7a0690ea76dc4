"""The frame every act of the engine runs in: one transaction, the case's lock, the rule, the audit event.

Two locks are never taken in two orders, because there is only one: the case's row. Every act locks it first and reads
tasks afterwards, so what it reads is what the previous act committed.
"""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg import errors as pg

from audit import services as audit
from cases.errors import CaseBusy, NotAllowed, StateConflict
from cases.models import Case, Conflict, Task
from offices.authority import authority_of

_inside_act: ContextVar[bool] = ContextVar("inside_act", default=False)
_actor: ContextVar[Any] = ContextVar("act_actor", default=None)

P = ParamSpec("P")
T = TypeVar("T")


def act(function: Callable[P, T]) -> Callable[P, T]:
    """Run a service as one act.

    A refusal (:class:`NotAllowed`) is written to the audit log after the act's transaction is gone, then raised on.
    A lock that does not come free within the connection's ``lock_timeout``, or a deadlock, is :class:`CaseBusy`.
    """

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        outermost = not _inside_act.get()
        token = _inside_act.set(True)
        whose = _actor.set(kwargs.get("actor") or _actor.get())
        try:
            # an act within an act is part of it: no savepoint, and its refusal refuses the whole
            with transaction.atomic(savepoint=outermost):
                return function(*args, **kwargs)
        except NotAllowed as denial:
            if outermost:
                audit.record_denied(
                    function.__name__, actor=kwargs.get("actor"), data={"code": denial.code}, **denial.context
                )
                denial.recorded = True
            raise
        except OperationalError as error:
            if isinstance(error.__cause__, pg.LockNotAvailable | pg.DeadlockDetected):
                raise CaseBusy(
                    _("Someone else is working on this case right now. Try again in a moment."), code="busy"
                ) from error
            raise
        finally:
            _actor.reset(whose)
            _inside_act.reset(token)

    return wrapper


def lock_case(case_id: int, flow_class: Any) -> Case:
    """The case as its procedure's model, with its rows locked until the transaction ends.

    ``case.shut_out`` lists who is kept out of it by a conflict of interest. When the act's actor is among them, or
    covers somebody who is, the act is refused here, whatever it is and whoever they are: NotAllowed.
    """
    case = _lock(case_id, flow_class)
    # read after the lock: a statement that waited for it has seen the other tables as they were before
    _keep_out(case, Conflict.objects.standing_of(case_id).values_list("user_id", flat=True))
    return case


def _lock(case_id: int, flow_class: Any) -> Case:
    assert connection.in_atomic_block, "a lock outside a transaction locks nothing"
    return flow_class.process_class._base_manager.select_for_update().get(pk=case_id)


def _keep_out(case: Case, users: Iterable[int]) -> None:
    case.shut_out = list(users)
    refuse_shut_out(case, _actor.get())


def refuse_shut_out(case: Case, actor: Any) -> None:
    """Raise NotAllowed when a conflict of interest keeps the actor, or somebody they cover, out of a locked case."""
    if actor is not None and case.shut_out and _persons(actor) & set(case.shut_out):
        raise NotAllowed(
            _("A conflict of interest keeps you out of this case."),
            code="conflict_of_interest", office_id=case.office_id, case_id=case.pk,
        )  # fmt: skip


def _persons(actor: Any) -> frozenset[int]:
    """The actor and whoever they cover; the actor alone when their account gives no authority."""
    return authority_of(actor).persons | ({actor.pk} if actor.pk else frozenset())


@contextmanager
def locked_task(task: Task):
    """Lock the task's case and yield its activation with fresh rows of both.

    ``task`` is the caller's copy, used only to know what to lock. Raises StateConflict when the task is gone.
    """
    case = _lock(task.process_id, task.flow_task.flow_class)
    try:
        steps = Task.objects.with_doers().with_shut_out().select_related("process__applicant")
        fresh = task.flow_task.read(steps).get(pk=task.pk, process_id=case.pk)
    except ObjectDoesNotExist as gone:
        raise StateConflict(_("This step no longer exists."), code="gone") from gone
    if fresh.process.applicant_id == case.applicant_id:
        case.applicant = fresh.process.applicant
    fresh.process = case
    _keep_out(case, fresh.shut_out)
    yield fresh.flow_task.activation_class(fresh)


def note_event(case: Case, event: audit.AuditEvent) -> None:
    """Keep an event for :func:`flush`, in the order in which things happened."""
    case.__dict__.setdefault("_noted", []).append(event)


def flush(case: Case, *events: audit.AuditEvent) -> None:
    """Write the events of an act, and those its nodes noted on the case, in one statement."""
    noted: list[Any] = case.__dict__.pop("_noted", [])
    audit.record_many([*events, *noted])


def note(case: Case, verb: str, *, actor: Any = None, **fields: Any) -> None:
    """Let a node add an event to the act it is part of."""
    note_event(case, audit.event(verb, actor=actor, office_id=case.office_id, case_id=case.pk, **fields))
