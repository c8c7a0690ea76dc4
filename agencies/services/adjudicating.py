"""What officers decide about hits."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.models import Adjudication, Check
from audit import services as audit
from cases.models import Case
from cases.services.effects import Effect
from offices.models import User


def adjudicate_step(case: Case, *, task, actor: User, decisions: list[tuple[int, str, str]]) -> Effect:
    """The adjudication step's act: ``(check id, decision, reason)`` each."""
    checks = {check.pk: check for check in case.checks.open_hits()}
    unknown = [pk for pk, _decision, _reason in decisions if pk not in checks]
    if unknown:
        raise ValidationError(_("The hits of this case have changed. Look at them again."))
    adjudicate(case, actor=actor, decisions=[(checks[pk], decision, reason) for pk, decision, reason in decisions])
    confirmed = any(decision == Adjudication.Decision.SAME for _pk, decision, _reason in decisions)
    return Effect(result="confirmed" if confirmed else "settled", data={"hits": len(decisions)})


def adjudicate(case: Case, *, actor: User, decisions: list[tuple[Check, str, str]]) -> list[Check]:
    """Settle open hits of a locked case: ``(check, decision, reason)`` each. Part of the adjudication step's act.

    Raises ValidationError when a hit is left out, belongs to another case, or has no reason.
    """
    open_hits = {check.pk: check for check in case.checks.open_hits()}
    given = {check.pk: (decision, reason) for check, decision, reason in decisions}
    if set(given) != set(open_hits):
        raise ValidationError(_("The hits of this case have changed. Look at them again."))
    if any(not reason.strip() for _decision, reason in given.values()):
        raise ValidationError(_("Every decision needs a reason."))
    Adjudication.objects.bulk_create(
        Adjudication(check_asked_id=pk, decision=decision, reason=reason.strip(), by=actor)
        for pk, (decision, reason) in given.items()
    )
    case.checks.filter(pk__in=given).update(needs_adjudication=False)
    audit.record_many(
        [
            audit.event(
                "check.adjudicated",
                actor=actor,
                office_id=case.office_id,
                case_id=case.pk,
                reason=reason.strip(),
                data={"check": pk, "question": open_hits[pk].question, "decision": decision},
            )  # fmt: skip
            for pk, (decision, reason) in given.items()
        ]
    )
    return list(open_hits.values())
