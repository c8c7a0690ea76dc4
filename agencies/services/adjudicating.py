"""What officers decide about hits.

A grave hit (:class:`agencies.models.QuestionRule`) is settled by two officers, each alone: the second does not see what
the first decided until both have, since who knows the answer looks for its reasons. When they differ, a supervisor who
is neither of them decides, and sees both.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.earlier import Earlier, earlier_decisions
from agencies.fingerprints import sides_print
from agencies.models import Adjudication, Check
from agencies.subjects import subject_of
from cases.acts import note
from cases.errors import NotAllowed
from cases.models import Case
from cases.services.effects import Effect
from offices.models import User

CONFIRM = "confirm"
"""The answer that repeats the earlier decision on the same pair."""

Given = tuple[int, str, str]
"""Check id, decision (or :data:`CONFIRM`), reason."""

WEIGHED = (Check.Verdict.SAME, Check.Verdict.UNDETERMINED)
"""Verdicts that the case's decider has to weigh; neither is ever treated as clear."""


def adjudicate_step(case: Case, *, task: Any, actor: User, decisions: Sequence[Given]) -> Effect:
    """The act of the adjudication step, for whichever officer's turn it is (``awaits`` of the task's data). Its result
    says what follows: :data:`agencies.flow.ANOTHER` officer, or nobody: ``settled``, and ``weigh`` when the case's
    decider has to weigh what was found."""
    awaits = task.data.get("awaits", Check.Awaits.FIRST)
    checks = adjudicate(case, actor=actor, awaits=awaits, decisions=decisions)
    task.data["weigh"] = task.data.get("weigh", False) or any(check.verdict in WEIGHED for check in checks)
    waiting = {check.awaits for check in checks}
    data = {"hits": len(checks)}
    for awaited in (Check.Awaits.SECOND, Check.Awaits.SUPERVISOR):
        if awaited in waiting:
            task.data["next"] = awaited.value
            return Effect(result="another", data={**data, "next": awaited.value})
    return Effect(result="weigh" if task.data["weigh"] else "settled", data=data)


def adjudicate(case: Case, *, actor: User, awaits: str, decisions: Sequence[Given]) -> list[Check]:
    """Give an officer's opinion on the open hits of a locked case that await one in this capacity. Part of the act of
    an adjudication step.

    Raises ValidationError when a hit is left out, belongs to another case or capacity, or has no reason; NotAllowed
    (``four_eyes``) when the officer has had an opinion on one of them already, superuser or not.
    """
    hits = list(
        case.checks.open_hits().filter(awaits=awaits).select_related("person").prefetch_related("adjudications")
    )
    given = {pk: (decision, reason.strip()) for pk, decision, reason in decisions}
    if set(given) != {hit.pk for hit in hits} or len(given) != len(decisions):
        raise ValidationError(_("The hits of this case have changed. Look at them again."))
    for hit in hits:
        hit.case = case
        if any(each.by_id == actor.pk for each in _opinions(hit)):
            raise NotAllowed(
                _("You have given your opinion on this hit, so someone else has to give the other one."),
                code="four_eyes", office_id=case.office_id, case_id=case.pk, task_id=hit.task_id,
            )  # fmt: skip
    earlier = earlier_decisions(hits) if any(decision == CONFIRM for decision, _reason in given.values()) else {}
    rows = [_opinion(hit, *given[hit.pk], awaits=awaits, actor=actor, earlier=earlier) for hit in hits]
    Adjudication.objects.bulk_create(rows)
    for hit, row in zip(hits, rows, strict=True):
        _move(hit, row, awaits)
        _note(case, hit, row, actor)
    Check.objects.bulk_update(hits, ["awaits", "needs_adjudication", "verdict"])
    return hits


def _opinions(hit: Check) -> list[Adjudication]:
    """The opinions on a hit since it was last opened."""
    return [each for each in hit.adjudications.all() if each.round == hit.round]


def _opinion(
    hit: Check, decision: str, reason: str, *, awaits: str, actor: User, earlier: Mapping[int, Earlier]
) -> Adjudication:
    confirms = None
    if decision == CONFIRM:
        found = earlier.get(hit.pk)
        if found is None or not found.confirmable:
            raise ValidationError(
                {f"decision_{hit.pk}": _("The person or the record is not as it was then: decide anew.")}
            )
        confirms, decision = found.adjudication, found.adjudication.decision
        reason = reason or confirms.reason
    if decision not in Check.Verdict.values:
        raise ValidationError({f"decision_{hit.pk}": _("Decide whether it is the same person.")})
    if not reason:
        raise ValidationError({f"reason_{hit.pk}": _("Every decision needs a reason.")})
    return Adjudication(
        check_asked=hit,
        round=hit.round,
        capacity=awaits,
        decision=decision,
        reason=reason,
        confirms=confirms,
        sides_print=sides_print(subject_of(hit.person), hit.records),
        by=actor,
    )


def _move(hit: Check, row: Adjudication, awaits: str) -> None:
    """Whom the hit waits for after an opinion, or what came of it."""
    if awaits == Check.Awaits.FIRST and hit.second_officer:
        hit.awaits = Check.Awaits.SECOND
        return
    if awaits == Check.Awaits.SECOND and any(each.decision != row.decision for each in _opinions(hit)):
        hit.awaits = Check.Awaits.SUPERVISOR
        return
    hit.awaits, hit.needs_adjudication, hit.verdict = "", False, row.decision


def _note(case: Case, hit: Check, row: Adjudication, actor: User) -> None:
    """What the timeline may say. A first opinion stays between its officer and the database until the second has
    theirs: neither the decision nor the reason is in the event."""
    data: dict[str, Any] = {"check": hit.pk, "question": hit.question, "adjudication": row.pk}
    if hit.awaits == Check.Awaits.SECOND:
        note(case, "check.first_opinion", actor=actor, data=data)
        return
    data["decision"] = row.decision
    verb = "check.disputed" if hit.awaits == Check.Awaits.SUPERVISOR else "check.adjudicated"
    note(case, verb, actor=actor, reason=row.reason, data=data)
