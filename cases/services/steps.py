"""Steps that the system does: run in a worker, completed from elsewhere, failed and retried."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from audit import services as audit
from cases.acts import act, flush, locked_task, note_event
from cases.errors import NotAllowed, StateConflict
from cases.models import Case, Task
from cases.registry import registry
from cases.services.effects import Effect
from cases.services.tasks import save_case
from offices.authority import authority_of
from offices.roles import Act

PAUSE = timedelta(seconds=15)  # before the first retry; doubled each time


@act
def complete_step(task: Task, *, actor=None, effect: Effect | None = None) -> Case | None:
    """Complete a waiting step whose work is done; None when it was completed or cancelled before."""
    with locked_task(task) as activation:
        return finish_step(activation, actor=actor, effect=effect)


def finish_step(activation, *, actor=None, effect: Effect | None = None) -> Case | None:
    """As :func:`complete_step`, for a caller that holds the case's lock already."""
    fresh, case = activation.task, activation.process
    if fresh.finished is not None:
        return None
    effect = effect or Effect()
    fresh.data = {**fresh.data, "result": effect.result}
    note_event(
        case,
        audit.event(
            "step.completed",
            actor=actor,
            office_id=fresh.office_id,
            case_id=case.pk,
            task_id=fresh.pk,
            reason=effect.reason,
            data={"step": fresh.flow_task.name, "result": effect.result, **effect.data},
        ),
    )
    activation.finish(timezone.now())
    save_case(case, *effect.case_fields)
    flush(case)
    return case


@act
def run_step(task: Task, *, actor=None) -> Case | None:
    """Do an automatic step, in one transaction with its end. Delivered twice, it runs once: the second delivery waits
    for the lock and finds the step finished."""
    with locked_task(task) as activation:
        fresh = activation.task
        if fresh.status != STATUS.SCHEDULED:
            return None
        effect = fresh.flow_task.func(activation.process, task=fresh)
        return finish_step(activation, actor=actor, effect=effect)


@act
def record_step_failure(task: Task, *, error: BaseException, actor=None) -> Task | None:
    """Note that an automatic step failed: retried with a growing pause, and after the node's attempts left to a person.

    Keeps the exception's class and, if it has one, its ``safe_message``; never its text or local variables, which may
    hold personal data.
    """
    with locked_task(task) as activation:
        fresh = activation.task
        if fresh.status != STATUS.SCHEDULED:
            return None
        attempts = fresh.data.get("attempts", 0) + 1
        fresh.data = {
            **fresh.data,
            "attempts": attempts,
            "failure": {
                "class": type(error).__name__,
                "message": str(getattr(error, "safe_message", "")),
                "at": timezone.now().isoformat(),
            },
        }
        given_up = attempts >= fresh.flow_task.attempts
        if given_up:
            fresh.status = STATUS.ERROR
        else:
            fresh.scheduled = timezone.now() + PAUSE * 2 ** (attempts - 1)
        fresh.save(update_fields=["data", "status", "scheduled"])
        audit.record(
            "step.failed" if given_up else "step.postponed",
            actor=actor,
            office_id=fresh.office_id,
            case_id=fresh.process_id,
            task_id=fresh.pk,
            data={"step": fresh.flow_task.name, "class": type(error).__name__, "attempt": attempts},
        )
        return fresh


@act
def retry_step(task: Task, *, actor, reason: str = "") -> Task:
    """A person sends a failed automatic step round again."""
    with locked_task(task) as activation:
        fresh = activation.task
        if not authority_of(actor).can(Act.SUPERVISE, fresh.procedure, fresh.office_id):
            raise NotAllowed(
                _("Only a supervisor of this office can retry its failed steps."),
                code="no_right", office_id=fresh.office_id, case_id=fresh.process_id, task_id=fresh.pk,
            )  # fmt: skip
        if fresh.status != STATUS.ERROR:
            raise StateConflict(_("This step is no longer stopped."), code="finished")
        fresh.status, fresh.scheduled = STATUS.SCHEDULED, timezone.now()
        fresh.data = {**fresh.data, "attempts": 0}
        fresh.save(update_fields=["status", "scheduled", "data"])
        registry.ring_step(fresh.pk)
        audit.record(
            "step.retried", actor=actor, office_id=fresh.office_id, case_id=fresh.process_id, task_id=fresh.pk,
            reason=reason, data={"step": fresh.flow_task.name},
        )  # fmt: skip
        return fresh
