"""A case goes to another office: proposed by the one, received by the other."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from audit import services as audit
from cases import rules
from cases.acts import act, lock_case, refuse_shut_out
from cases.errors import NotAllowed, StateConflict
from cases.models import Case, Task, Transfer
from cases.services.tasks import give_back
from offices.authority import authority_of, authority_of_id
from offices.models import Office, User
from offices.queries import supervisors_of
from offices.roles import Act
from offices.services import notify_staff


@act
def propose_transfer(case: Case, *, actor: User, to: Office, reason: str) -> Transfer:
    """Offer an open case to another office. The case stays where it is until that office receives it.

    By a supervisor of the case's office. Raises StateConflict when it has ended or is on its way already,
    ValidationError by field.
    """
    case = lock_case(case.pk, case.flow_class)
    if not authority_of(actor).can(Act.SUPERVISE, case.procedure, case.office_id):
        raise NotAllowed(
            _("Only a supervisor of this office can transfer its cases."),
            code="no_right", office_id=case.office_id, case_id=case.pk,
        )  # fmt: skip
    if not case.is_open:
        raise StateConflict(_("This case has already ended."), code="closed")
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the case goes to another office.")})
    if to.pk == case.office_id:
        raise ValidationError({"to": _("The case is at this office already.")})
    if not to.active:
        raise ValidationError({"to": _("This office is closed.")})
    if Transfer.objects.waiting().filter(case_id=case.pk).exists():
        raise StateConflict(_("This case is already waiting to be received by another office."), code="on_its_way")
    transfer = Transfer.objects.create(
        case_id=case.pk, from_office_id=case.office_id, to_office=to, reason=reason.strip(), proposed_by=actor
    )
    _record("transfer.proposed", transfer, case, actor=actor, office_id=case.office_id, reason=reason.strip())
    notify_staff(
        supervisors_of(to.pk, case.procedure) - {actor.pk}, "transfer.proposed",
        number=case.number, source=case.office.name, to=to.name,
    )  # fmt: skip
    return transfer


def _record(
    verb: str, transfer: Transfer, case: Case, *, actor: User, office_id: int, reason: str = "", **data: Any
) -> None:
    places = {"transfer": transfer.pk, "from": transfer.from_office.name, "to": transfer.to_office.name}
    audit.record(
        verb, actor=actor, office_id=office_id, case_id=case.pk, reason=reason, data={**places, **data}
    )  # fmt: skip


def _locked(transfer: Transfer) -> tuple[Transfer, Case]:
    case = lock_case(transfer.case_id, transfer.case.flow_class)
    held = Transfer.objects.select_related("from_office", "to_office").get(pk=transfer.pk)
    if held.state != Transfer.State.PROPOSED:
        raise StateConflict(_("This transfer has been answered already."), code="finished")
    return held, case


def _check_receiver(transfer: Transfer, case: Case, actor: User) -> None:
    refuse_shut_out(case, actor)
    if not authority_of(actor).can(Act.SUPERVISE, case.procedure, transfer.to_office_id):
        raise NotAllowed(
            _("Only a supervisor of the receiving office can answer."),
            code="no_right", office_id=transfer.to_office_id, case_id=case.pk,
        )  # fmt: skip


@act
def accept_transfer(transfer: Transfer, *, actor: User) -> Case:
    """Receive a case. It moves with its open steps; its number stays, and its term goes on from where it began.

    The term runs on from the same beginning with the same pauses; what is left of it is counted by the calendar of the
    office that now has the case, as are all terms there. Steps that somebody had and may not do at the new office go
    back to the queue. Nobody receives what they sent themselves.
    """
    held, case = _locked(transfer)
    _check_receiver(held, case, actor)
    if held.proposed_by_id == actor.pk:
        raise NotAllowed(
            _("You proposed this transfer, so someone else has to receive it."),
            code="four_eyes", office_id=held.to_office_id, case_id=case.pk,
        )  # fmt: skip
    if not case.is_open:
        raise StateConflict(_("This case has already ended."), code="closed")
    if not held.to_office.active:
        raise StateConflict(_("This office is closed."), code="office_closed")
    before = case.due_at
    case.office = held.to_office
    case.due_at = rules.due(case, case.statutory_clock) or before
    case.save(update_fields=["office", "due_at"])
    _move_steps(case, held, before, actor)
    _answer(held, Transfer.State.ACCEPTED, actor)
    terms: dict[str, Any] = {
        "due_before": before.isoformat() if before else None,
        "due_after": case.due_at.isoformat() if case.due_at else None,
    }
    _record("transfer.sent", held, case, actor=actor, office_id=held.from_office_id, reason=held.reason)
    _record("transfer.received", held, case, actor=actor, office_id=held.to_office_id, **terms)
    _tell_sender(held, case, "transfer.received")
    return case


def _move_steps(case: Case, transfer: Transfer, before, actor: User) -> None:
    open_steps = Task._base_manager.filter(process_id=case.pk).filter(
        Q(finished__isnull=True) | Q(status=STATUS.ERROR)
    )  # fmt: skip
    if case.due_at != before:  # steps without a term of their own follow the case's
        open_steps.filter(due_at=before).update(due_at=case.due_at)
    open_steps.update(office_id=transfer.to_office_id)
    taken = Task._base_manager.filter(
        process_id=case.pk, finished__isnull=True, flow_task_type="HUMAN", owner__isnull=False
    )
    for task in taken:
        task.process = case
        if transfer.to_office_id not in authority_of_id(task.owner_id).rights.get(task.right, ()):
            give_back(task, actor=actor)


def _answer(transfer: Transfer, state: str, actor: User, text: str = "") -> None:
    transfer.state, transfer.answered_by, transfer.answered_at = state, actor, timezone.now()
    transfer.answer = text
    transfer.save(update_fields=["state", "answered_by", "answered_at", "answer"])


def _tell_sender(transfer: Transfer, case: Case, kind: str) -> None:
    notify_staff(
        {transfer.proposed_by_id}, kind, number=case.number, source=transfer.from_office.name,
        to=transfer.to_office.name, answer=transfer.answer,
    )  # fmt: skip


@act
def decline_transfer(transfer: Transfer, *, actor: User, reason: str) -> Transfer:
    """The receiving office does not take the case, and says why. It stays where it is."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the case is not received.")})
    held, case = _locked(transfer)
    _check_receiver(held, case, actor)
    _answer(held, Transfer.State.DECLINED, actor, reason.strip())
    for office_id in (held.from_office_id, held.to_office_id):
        _record("transfer.declined", held, case, actor=actor, office_id=office_id, reason=reason.strip())
    _tell_sender(held, case, "transfer.declined")
    return held


@act
def withdraw_transfer(transfer: Transfer, *, actor: User) -> Transfer:
    """The sending office takes its proposal back."""
    held, case = _locked(transfer)
    if not authority_of(actor).can(Act.SUPERVISE, case.procedure, held.from_office_id):
        raise NotAllowed(
            _("Only a supervisor of this office can transfer its cases."),
            code="no_right", office_id=held.from_office_id, case_id=case.pk,
        )  # fmt: skip
    _answer(held, Transfer.State.WITHDRAWN, actor)
    _record("transfer.withdrawn", held, case, actor=actor, office_id=held.from_office_id)
    return held
