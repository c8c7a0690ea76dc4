"""Steps that people do: take, release, reassign, complete."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from audit import services as audit
from cases import rules
from cases.acts import act, flush, locked_task, note_event
from cases.errors import NotAllowed, StateConflict
from cases.models import Case, Task
from cases.models.case import MOVED
from cases.services.effects import Effect
from offices.authority import authority_of, authority_of_id
from offices.models import User
from offices.reauthentication import ensure_recent
from offices.roles import Act

# How many waiting steps "take next" looks at before it says that all are being worked on.
CANDIDATES = 20


def _event(verb: str, task: Task, *, actor, **fields: Any) -> audit.AuditEvent:
    return audit.event(
        verb,
        actor=actor,
        office_id=task.office_id,
        case_id=task.process_id,
        task_id=task.pk,
        data={"step": task.flow_task.name, **fields.pop("data", {})},
        **fields,
    )


def _holder(task: Task) -> str:
    return task.owner.short_name if task.owner else ""


def _check_waiting(task: Task, actor) -> None:
    if task.status == STATUS.NEW:
        return
    if task.status == STATUS.ASSIGNED and task.owner_id == actor.pk:
        raise StateConflict(_("You have already taken this step."), code="yours")
    if task.status == STATUS.ASSIGNED:
        raise StateConflict(_("Someone was faster: %(name)s took this step.") % {"name": _holder(task)}, code="taken")
    raise StateConflict(_("This step has already been finished."), code="finished")


@act
def take_task(task: Task, *, actor: User) -> Task:
    """Take a waiting step. Raises StateConflict if someone was faster, NotAllowed without the right or by four-eyes."""
    with locked_task(task) as activation:
        fresh = activation.task
        _check_waiting(fresh, actor)
        rules.check_right(fresh, actor)
        rules.check_four_eyes(fresh, actor)
        _assign(fresh, actor)
        audit.record_many([_event("task.taken", fresh, actor=actor)])
        return fresh


def _assign(task: Task, owner: User) -> None:
    task.owner, task.status, task.assigned = owner, STATUS.ASSIGNED, timezone.now()
    task.save(update_fields=["owner", "status", "assigned"])


@act
def take_next(*, actor: User, procedure: str = "") -> Task | None:
    """Take the most urgent step the actor may do; None when there is none.

    Cases that another act holds locked are passed over (``SKIP LOCKED``), so that twenty people pressing the button
    together get twenty different steps and nobody waits.
    """
    queue = Task.objects.queue_for(actor)
    if procedure:
        queue = queue.filter(procedure=procedure)
    for candidate in queue.urgent(CANDIDATES):
        free = Case._base_manager.filter(pk=candidate.process_id).select_for_update(skip_locked=True, of=("self",))
        if not free.exists():
            continue
        fresh = Task._base_manager.get(pk=candidate.pk)
        if fresh.status != STATUS.NEW:
            continue
        try:
            rules.check_right(fresh, actor)
            rules.check_four_eyes(fresh, actor)
        except NotAllowed:
            continue
        _assign(fresh, actor)
        audit.record_many([_event("task.taken", fresh, actor=actor, data={"next": True})])
        return fresh
    return None


@act
def release_task(task: Task, *, actor: User) -> Task:
    """Give a taken step back to the queue."""
    with locked_task(task) as activation:
        fresh = activation.task
        _check_owned(fresh, actor)
        fresh.owner, fresh.status, fresh.assigned = None, STATUS.NEW, None
        fresh.save(update_fields=["owner", "status", "assigned"])
        audit.record_many([_event("task.released", fresh, actor=actor)])
        return fresh


@act
def release_lost_tasks(user: User, *, actor: User | None = None, reason: str = "") -> int:
    """Give back every step that this person has and may no longer do, each case locked in turn; returns how many."""
    rights = authority_of_id(user.pk).rights
    held = Task._base_manager.filter(owner=user, finished__isnull=True, flow_task_type="HUMAN").order_by("process_id")
    released = 0
    for task in held:
        if task.office_id in rights.get(task.right, ()):
            continue
        with locked_task(task) as activation:
            fresh = activation.task
            if fresh.finished is None and fresh.owner_id == user.pk:
                give_back(fresh, actor=actor, reason=reason)
                released += 1
    return released


def give_back(task: Task, *, actor: User | None, reason: str = "") -> None:
    """Put a step of a locked case back in the queue, with its event. Part of the calling act."""
    before = task.owner_id
    task.owner, task.status, task.assigned = None, STATUS.NEW, None
    task.save(update_fields=["owner", "status", "assigned"])
    audit.record_many([_event("task.given_back", task, actor=actor, reason=reason, data={"from": before})])


@act
def reassign_task(task: Task, *, actor: User, to: User, reason: str) -> Task:
    """A supervisor gives a step to someone who may do it."""
    with locked_task(task) as activation:
        fresh = activation.task
        if fresh.finished is not None:
            raise StateConflict(_("This step has already been finished."), code="finished")
        if not authority_of(actor).can(Act.SUPERVISE, fresh.procedure, fresh.office_id):
            raise NotAllowed(
                _("Only a supervisor of this office can reassign its steps."),
                code="no_right", office_id=fresh.office_id, case_id=fresh.process_id, task_id=fresh.pk,
            )  # fmt: skip
        for rule in (rules.check_right, rules.check_four_eyes):
            try:
                rule(fresh, to)
            except NotAllowed as unfit:
                raise StateConflict(
                    _("%(name)s can not do this step.") % {"name": to}, code=f"to_{unfit.code}"
                ) from unfit
        if to.pk in activation.process.shut_out:
            raise StateConflict(_("%(name)s can not do this step.") % {"name": to}, code="to_conflict")
        before = fresh.owner_id
        _assign(fresh, to)
        audit.record_many(
            [_event("task.reassigned", fresh, actor=actor, reason=reason, data={"from": before, "to": to.pk})]
        )
        return fresh


def _check_owned(task: Task, actor: User) -> None:
    if task.finished is not None:
        raise StateConflict(_("This step has already been finished."), code="finished")
    if task.owner_id is None:
        raise StateConflict(_("Take the step first."), code="not_taken")
    if task.owner_id != actor.pk:
        raise StateConflict(_("This step is now with %(name)s.") % {"name": _holder(task)}, code="taken")


def _check_may_complete(task: Task, actor: User) -> None:
    # authority before ownership: who may never do a step hears that, and the attempt is audited
    if task.finished is None:
        rules.check_right(task, actor)
        rules.check_four_eyes(task, actor)
    _check_owned(task, actor)


@act
def ensure_may_complete(task: Task, *, actor: User) -> None:
    """Raise what :func:`complete_task` would raise for this actor, whatever the values. For callers about to answer
    "your form has errors": someone who may not do the step must hear that instead."""
    with locked_task(task) as activation:
        _check_may_complete(activation.task, actor)


@act
def complete_task(task: Task, *, actor: User, values: dict[str, Any]) -> Case:
    """Finish a step with the cleaned values of its form, and go on to what follows.

    The same function serves the page, the API and bulk actions. The right and four-eyes are checked again here: a
    posting may have ended since the step was taken. Raises StateConflict, NotAllowed, ReauthenticationRequired, or
    ValidationError by field.
    """
    with locked_task(task) as activation:
        fresh, case = activation.task, activation.process
        _check_may_complete(fresh, actor)
        ensure_recent(fresh.right)
        effect = fresh.flow_task.act(case, task=fresh, actor=actor, **values) or Effect()
        fresh.data = {**fresh.data, "result": effect.result}
        data = {"result": effect.result, **effect.data}
        note_event(case, _event("task.completed", fresh, actor=actor, reason=effect.reason, data=data))
        activation.finish(timezone.now())
        save_case(case, *effect.case_fields)
        flush(case)
        return case


def save_case(case: Case, *fields: str) -> None:
    """Save the columns that nodes move, and ``fields``; two statements at most (the engine's row and the child's)."""
    case.save(update_fields={*MOVED, *fields})
