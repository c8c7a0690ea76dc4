"""Opening a case outside one's task, for a reason that the supervisor is told."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import services as audit
from cases.acts import act
from cases.errors import NotAllowed
from cases.models import AccessGrant, Case
from offices.models import User
from offices.queries import supervisors_of
from offices.services import notify_staff
from people.models import Realm

LASTS = timedelta(hours=1)
SHORTEST = 10  # characters: «consulta» alone is no reason


@act
def open_outside_task(case: Case, *, actor: User, reason: str) -> AccessGrant:
    """Let the actor read a case that is not their task for :data:`LASTS`, and tell the supervisors of its office.

    Never for a case behind the wall. The caller has found the case through ``visible_to``.
    """
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST:
        raise ValidationError({"reason": _("Say in a few words why you need to read this case.")})
    case = Case.objects.visible_to(actor).filter(pk=case.pk).first() or _refuse(case)
    if case.confidentiality == Realm.PROTECTED:
        _refuse(case)
    grant = AccessGrant.objects.create(case=case, user=actor, reason=reason, until=timezone.now() + LASTS)
    audit.record(
        "access.granted", actor=actor, office_id=case.office_id, case_id=case.pk, reason=reason,
        data={"access": grant.pk, "until": grant.until.isoformat()},
    )  # fmt: skip
    told = supervisors_of(case.office_id, case.procedure)
    notify_staff(told - {actor.pk}, "access.granted", officer=actor.short_name, number=case.number, reason=reason)
    return grant


def _refuse(case: Case) -> Case:
    raise NotAllowed(
        _("This case is not opened by giving a reason."), code="wall", office_id=case.office_id, case_id=case.pk
    )
