"""Side exits: withdrawal, abandonment, voiding (domain §4.3). Acts of a person with a ground, never of a clock."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from audit import services as audit
from cases.acts import act, flush, lock_case
from cases.errors import NotAllowed, StateConflict
from cases.flow import close
from cases.models import Case, Ground, Outcome, Task
from cases.registry import registry
from cases.services.tasks import save_case
from offices.authority import authority_of
from offices.models import User
from offices.roles import Act

SIDE_EXITS = (Outcome.WITHDRAWN, Outcome.ABANDONED, Outcome.VOID)


@act
def close_case(case: Case, *, actor: User, outcome: str, ground: Ground, text: str = "") -> Case:
    """End an open case by withdrawal, abandonment or voiding; open steps and unanswered checks are cancelled.

    Raises StateConflict when the case has ended, NotAllowed without the right, ValidationError when the ground is not
    one of this outcome.
    """
    case = lock_case(case.pk, case.flow_class)
    if not case.is_open:
        raise StateConflict(_("This case has already ended."), code="closed")
    if not authority_of(actor).can(Act.CLOSE, case.procedure, case.office_id):
        raise NotAllowed(
            _("Your postings do not let you end cases of this office."),
            code="no_right",
            office_id=case.office_id,
            case_id=case.pk,
        )
    if outcome not in SIDE_EXITS or ground.kind != outcome or ground.procedure not in ("", case.procedure):
        raise ValidationError({"ground": _("Choose a ground of this kind of ending.")})
    at = timezone.now()
    Task._base_manager.filter(process_id=case.pk, finished__isnull=True).update(status=STATUS.CANCELED, finished=at)
    registry.closing(case, actor=actor)
    close(case, outcome, at)
    save_case(case)
    flush(
        case,
        audit.event(
            f"case.{outcome}",
            actor=actor,
            office_id=case.office_id,
            case_id=case.pk,
            reason="\n".join(filter(None, [ground.text, text])),
            data={"ground": ground.code},
        ),
    )
    return case
