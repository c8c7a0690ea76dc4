"""Filing an application: the act that makes a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import services as audit
from cases import rules
from cases.acts import act, flush
from cases.errors import NotAllowed, StateConflict
from cases.flow import Procedure
from cases.models import Attachment, Case, Payment, Priority
from cases.numbers import next_number
from cases.services.conflicts import find_conflicts
from offices.authority import authority_of
from offices.models import Office
from offices.zones import zone_of
from people.models import Person, Realm
from wall.realm import PROTECTED, in_realm

# Where the numbers of protected cases of an ordinary procedure begin: far from those that are counted up from 1.
_APART = 900_001


@dataclass(frozen=True)
class Application:
    """What is filed. ``fields`` are columns of the procedure's own model."""

    applicant: Person
    office: Office
    subtype: str
    subtype_label: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    payments: Sequence[Payment] = ()
    draft_id: UUID | None = None
    priority: int = Priority.NORMAL
    complete: bool = True


@act
def start_case(flow_class: type[Procedure], *, actor, application: Application) -> Case:
    """File an application: number, clock, first step and whatever that step starts, at once.

    Raises NotAllowed without the right to register at the office, and StateConflict when the same draft has already
    been submitted (the case it became is ``conflict.case``).
    """
    node = flow_class.start_node()
    office = application.office
    if not authority_of(actor).can(node.right, flow_class.code, office.pk):
        raise NotAllowed(
            _("Your postings do not let you register applications at this office."),
            code="no_right",
            office_id=office.pk,
        )
    if not office.active:
        raise StateConflict(_("This office is closed."), code="office_closed")
    at = timezone.now()
    activation = node.activation_class.create(node, None, None)
    case, task = activation.process, activation.task
    for name, value in application.fields.items():
        setattr(case, name, value)
    person = application.applicant
    case.procedure = flow_class.code
    case.subtype, case.subtype_label = application.subtype, application.subtype_label
    case.office = office
    case.applicant = person
    case.confidentiality = Realm.PROTECTED if Realm.PROTECTED in (flow_class.realm, person.realm) else Realm.ORDINARY
    for name, value in _copies(person).items():
        setattr(case, name, value)
    case.priority = application.priority
    case.draft_id = application.draft_id
    case.created = at
    clock = rules.start_clock(case, "case", at)
    case.clock = clock.to_json() if clock else {}
    case.due_at = rules.due(case, clock)
    case.number = next_number(
        prefix=flow_class.prefix,
        procedure=flow_class.code,
        year=at.astimezone(zone_of(office.time_zone)).year,
        office_id=office.pk,
        office_code=office.code,
        realm=case.confidentiality,
        first=1 if case.confidentiality == flow_class.realm else _APART,
    )
    task.owner, task.created, task.started = actor, at, at
    task.flow_task_type = node.task_type
    task.procedure, task.office, task.priority = case.procedure, office, case.priority
    task.confidentiality = case.confidentiality
    task.due_at = case.due_at or at
    task.data = {"result": "complete" if application.complete else "incomplete"}
    try:
        activation.execute()
    except IntegrityError as error:
        if application.draft_id and "draft_id" in str(error):
            raise StateConflict(_("This application has already been submitted."), code="submitted") from error
        raise
    find_conflicts(case, actor=actor)
    if application.payments:
        for payment in application.payments:
            payment.case, payment.by = case, actor
        Payment.objects.bulk_create(application.payments)
    if application.draft_id:
        Attachment.objects.filter(draft_id=application.draft_id, case__isnull=True).update(case=case, draft=None)
    flush(
        case,
        audit.event(
            "case.registered",
            actor=actor,
            office_id=office.pk,
            case_id=case.pk,
            task_id=task.pk,
            person_id=person.pk,
            data={"number": case.number, "subtype": case.subtype, "complete": application.complete},
        ),
    )
    return case


@in_realm(PROTECTED)
def refresh_applicant(person: Person) -> None:
    """Bring the copies that lists show up to date when a person's data change, in the transaction of that change; also
    in protected cases, which whoever changed them may not see."""
    Case._base_manager.filter(applicant=person).update(**_copies(person))


def _copies(person: Person) -> dict[str, Any]:
    return {
        "applicant_name": person.full_name,
        "applicant_words": sorted(set(person.folded.split())),
        "nationality": person.nationality,
    }
