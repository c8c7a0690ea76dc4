"""Earlier decisions on the same pair: this person and that record of the agency."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from agencies.fingerprints import identities_of, sides_print
from agencies.models import Adjudication, Check, Evidence
from agencies.subjects import subject_of
from cases.models import Case

LOOK_BACK = 20
"""How many earlier hits of one person and question are looked at, the latest first."""


@dataclass(frozen=True)
class Earlier:
    """The latest decision on the same pair. ``changed``: ``""`` when both sides are as they were, and it can be
    confirmed; ``person`` or ``record`` when that side is another since, and it has to be decided anew."""

    check: Check
    adjudication: Adjudication
    changed: str = ""

    @property
    def confirmable(self) -> bool:
        return not self.changed


def checks_of(case: Case, user: Any) -> list[Check]:
    """The checks of a visible case in the order of asking, with what officers decided, read once for its page, where
    form and panel both ask. Two statements."""
    known = case.__dict__.setdefault("_checks_of", {})
    if user.pk not in known:
        known[user.pk] = list(
            Check.objects.visible_to(user)
            .filter(case=case)
            .select_related("agency", "letter", "recorded_by", "person")
            .prefetch_related("adjudications__by")
            .annotate(sealed=Exists(Evidence.objects.filter(check_asked=OuterRef("pk"), sealed__isnull=False)))
            .order_by("pk")
        )
        for check in known[user.pk]:
            check.case = case
            if check.person_id == case.applicant_id:
                check.person = case.applicant  # comes with the documents they have presented
    return known[user.pk]


def earlier_of(case: Case, hits: Iterable[Check]) -> dict[int, Earlier]:
    """:func:`earlier_decisions` on the open hits of a case, read once for its page, where form and panel both ask."""
    hits = list(hits)
    for hit in hits:
        hit.case = case
        if hit.person_id == case.applicant_id:
            hit.person = case.applicant  # comes with the documents they have presented
    known = case.__dict__.setdefault("_earlier", {})
    asked = tuple(sorted((hit.pk, hit.round) for hit in hits))
    if asked not in known:
        known[asked] = earlier_decisions(hits)
    return known[asked]


def earlier_decisions(checks: Iterable[Check]) -> dict[int, Earlier]:
    """By id of the open hit, the latest final decision on a record it holds. Two statements whatever the number.

    Only of cases on the same side of the wall (domain §8.4). Each check comes with its ``person`` and ``case``.
    """
    checks = [check for check in checks if check.records]
    if not checks:
        return {}
    walls = {check.case.confidentiality for check in checks}
    decided = list(
        Check.objects.exclude(pk__in=[check.pk for check in checks if check.round == 1])
        .filter(
            person_id__in={check.person_id for check in checks},
            question__in={check.question for check in checks},
            state=Check.State.ANSWERED,
            finding__in=("HIT", "POSSIBLE_MATCH"),
            case__confidentiality__in=walls,
            adjudications__isnull=False,
        )
        .distinct()
        .select_related("case")
        .prefetch_related("adjudications__by")
        .order_by("-answered_at")[: LOOK_BACK * len(checks)]
    )
    return {check.pk: found for check in checks if (found := _latest(check, decided)) is not None}


def _latest(check: Check, decided: Iterable[Check]) -> Earlier | None:
    ours = identities_of(check.records)
    now = sides_print(subject_of(check.person), check.records)
    found: list[Earlier] = []
    for other in decided:
        same_wall = other.case.confidentiality == check.case.confidentiality
        same_question = (other.person_id, other.question) == (check.person_id, check.question)
        if not (same_wall and same_question and ours & identities_of(other.records)):
            continue
        final = _final(other, check)
        if final is None:
            continue
        changed = "" if final.sides_print == now else "person" if other.records == check.records else "record"
        found.append(Earlier(other, final, changed))
    return max(found, key=lambda each: each.adjudication.pk, default=None)


def _final(other: Check, check: Check) -> Adjudication | None:
    """The decision that settled the other check; of a hit that is open again, the one of the round before."""
    given = list(other.adjudications.all())
    if other.pk == check.pk or other.needs_adjudication:
        given = [each for each in given if each.round < other.round]
    elif not other.verdict:
        return None
    return max(given, key=lambda each: (each.round, each.pk), default=None)
