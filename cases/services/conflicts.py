"""Conflict of interest: declared, found, lifted (TUO Ley 27444 arts. 99-101 [U])."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from audit import services as audit
from cases.acts import act, lock_case
from cases.conflicts import found_for
from cases.errors import NotAllowed, StateConflict
from cases.models import Case, Conflict, Task
from cases.services.tasks import give_back
from offices.authority import authority_of
from offices.models import User
from offices.roles import Act


@act
def declare_conflict(case: Case, *, actor: User, reason: str) -> Conflict:
    """The actor keeps themselves out of a case. Steps they have of it go back to the queue."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say what your interest in this case is.")})
    case = lock_case(case.pk, case.flow_class)
    conflict = Conflict.objects.create(
        case_id=case.pk, user=actor, origin=Conflict.Origin.DECLARED, reason=reason.strip()
    )
    audit.record(
        "conflict.declared", actor=actor, office_id=case.office_id, case_id=case.pk, reason=reason.strip(),
        data={"conflict": conflict.pk, "user": actor.pk},
    )  # fmt: skip
    _give_back_steps(case, actor.pk)
    return conflict


def _give_back_steps(case: Case, user_id: int) -> None:
    held = Task._base_manager.filter(
        process_id=case.pk, owner_id=user_id, finished__isnull=True, flow_task_type="HUMAN", status=STATUS.ASSIGNED
    )
    for task in held:
        task.process = case
        give_back(task, actor=None)


def find_conflicts(case: Case, *, actor: User | None) -> list[Conflict]:
    """Keep out of a case the officers whom a rule finds. Part of the act that files the application.

    Raises NotAllowed when the actor is one of them: nobody files their own application.
    """
    assert transaction.get_connection().in_atomic_block, "part of the act that files"
    found = found_for(case)
    if actor is not None and any(user_id == actor.pk for user_id, _rule in found):
        raise NotAllowed(
            _("A conflict of interest keeps you out of this application: a colleague has to register it."),
            code="conflict_of_interest", office_id=case.office_id,
        )  # fmt: skip
    conflicts = [
        Conflict(case_id=case.pk, user_id=user_id, origin=Conflict.Origin.FOUND, rule=rule) for user_id, rule in found
    ]
    if conflicts:
        Conflict.objects.bulk_create(conflicts)
        audit.record_many(
            [
                audit.event(
                    "conflict.found", actor=None, office_id=case.office_id, case_id=case.pk,
                    data={"conflict": conflict.pk, "user": conflict.user_id, "rule": conflict.rule},
                )
                for conflict in conflicts
            ]
        )  # fmt: skip
    return conflicts


@act
def lift_conflict(conflict: Conflict, *, actor: User, reason: str) -> Conflict:
    """A supervisor lets an officer back to a case, with the reason. Nobody lifts their own."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why this conflict of interest no longer stands.")})
    case = lock_case(conflict.case_id, conflict.case.flow_class)
    if not authority_of(actor).can(Act.SUPERVISE, case.procedure, case.office_id):
        raise NotAllowed(
            _("Only a supervisor of this office can lift a conflict of interest."),
            code="no_right", office_id=case.office_id, case_id=case.pk,
        )  # fmt: skip
    held = Conflict.objects.select_for_update().get(pk=conflict.pk)
    if held.lifted_at is not None:
        raise StateConflict(_("This conflict of interest has been lifted already."), code="finished")
    held.lifted_at, held.lifted_by, held.lift_reason = timezone.now(), actor, reason.strip()
    held.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    audit.record(
        "conflict.lifted", actor=actor, office_id=case.office_id, case_id=case.pk, reason=reason.strip(),
        data={"conflict": held.pk, "user": held.user_id},
    )  # fmt: skip
    return held
