"""Pure rules of the engine and the configuration they read. No writes."""

from datetime import datetime

from django.utils.translation import gettext as _

from cases.clocks import Clock, Unit
from cases.errors import NotAllowed
from cases.models import Case, ClockRule, Conflict, Task
from offices.authority import authority_of
from offices.configuration import configuration
from offices.queries import calendar_of


@configuration
def clock_rule(procedure: str, subtype: str, code: str) -> ClockRule | None:
    """The rule for a term: the subtype's own, or else the procedure's."""
    rules = {
        rule.subtype: rule
        for rule in ClockRule.objects.filter(procedure=procedure, code=code, subtype__in=["", subtype])
    }
    return rules.get(subtype) or rules.get("")


def start_clock(case: Case, code: str, at: datetime) -> Clock | None:
    """A clock for the case started at ``at``, or None when no rule is configured for the code."""
    rule = clock_rule(case.procedure, case.subtype, code)
    if rule is None:
        return None
    return Clock(
        rule=code,
        unit=Unit(rule.unit),
        length=rule.length,
        started_at=at,
        calendar_version=calendar_of(case.office_id).version,
    )


def due(case: Case, clock: Clock | None) -> datetime | None:
    """When a clock of the case runs out by the calendar of its office."""
    return clock.due(calendar_of(case.office_id)) if clock is not None else None


def check_right(task: Task, actor) -> None:
    """Raise NotAllowed unless the actor holds the step's right at its office."""
    if not authority_of(actor).holds(task.right, task.office_id):
        raise NotAllowed(
            _("Your postings do not let you do this step."),
            code="no_right",
            office_id=task.office_id,
            case_id=task.process_id,
            task_id=task.pk,
        )


def check_conflict(case: Case, actor) -> None:
    """Raise NotAllowed when a conflict of interest keeps the actor, or somebody they cover, out of the case. For acts
    that do not lock it; :func:`cases.acts.lock_case` checks the others."""
    persons = authority_of(actor).persons | {actor.pk}
    if Conflict._base_manager.filter(case_id=case.pk, user_id__in=persons, lifted_at__isnull=True).exists():
        raise NotAllowed(
            _("A conflict of interest keeps you out of this case."),
            code="conflict_of_interest", office_id=case.office_id, case_id=case.pk,
        )  # fmt: skip


def check_four_eyes(task: Task, actor) -> None:
    """Raise NotAllowed when the actor, or somebody they cover, did one of the steps that bar from this one. Superusers
    too: cover never lets anyone around it. Nor may they whom the step's own data bar (``barred``: ids of users)."""
    persons = authority_of(actor).persons | {actor.pk}
    if persons & set(task.data.get("barred", ())):
        raise NotAllowed(
            _("You have had your part in what this step decides, so someone else has to do it."),
            code="four_eyes",
            office_id=task.office_id,
            case_id=task.process_id,
            task_id=task.pk,
        )
    barred = getattr(task.flow_task, "not_by", ())
    if not barred:
        return
    if not hasattr(task, "doers"):
        task = Task.objects.with_doers().get(pk=task.pk)
    reference = Task._meta.get_field("flow_task").get_prep_value
    did = {done["step"]: done["owner"] for done in task.doers if done["owner"] in persons}
    for node in (node for node in barred if reference(node) in did):
        if did[reference(node)] == actor.pk:
            text = _("You did the step «%(step)s» of this case, so someone else has to do this one.")
        else:
            text = _("The person you cover did the step «%(step)s» of this case, so someone else has to do this one.")
        raise NotAllowed(
            text % {"step": node.task_title},
            code="four_eyes",
            office_id=task.office_id,
            case_id=task.process_id,
            task_id=task.pk,
        )
