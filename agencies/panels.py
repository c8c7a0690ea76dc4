"""What agencies add to the case page and to work lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.connectors.registry import registry as questions
from agencies.earlier import checks_of, earlier_of
from agencies.models import Check, Moment
from agencies.services import may_open, may_record
from agencies.status_views import may_see
from cases.models import Case
from cases.registry import MenuEntry, Panel, registry


@dataclass(frozen=True)
class Group:
    """The checks of one moment, in the order of asking."""

    title: Any
    checks: list[Check]


def checks_context(case: Case, user) -> Mapping[str, Any]:
    """The checks of a case with all that is said about each, the latest moment first, and whether answers are still to
    come. Two statements (:func:`checks_of`); more only where there are open hits or answers of other cases."""
    checks = checks_of(case, user)
    for check in checks:
        check.title = questions.get(check.question).manifest.title
    hits = [check for check in checks if check.needs_adjudication]
    earlier = earlier_of(case, hits)
    reused = {check.reused_from_id for check in checks if check.reused_from_id}
    numbers = _numbers(user, reused | {found.check.pk for found in earlier.values()})
    for check in checks:
        check.earlier = earlier.get(check.pk)
        check.source_number = numbers.get(check.reused_from_id, "")
        if check.earlier is not None:
            check.earlier_number = numbers.get(check.earlier.check.pk, "")
    return {
        "groups": _groups(checks),
        "checks": checks,
        "hits": hits,
        "pending": any(check.state in (Check.State.QUEUED, Check.State.ASKING) for check in checks),
        "badge": len(hits) or None,
        "may_open": bool(checks) and may_open(user, checks[0]),
        "may_record": case.is_open and may_record(user, case),
    }


def _groups(checks: list[Check]) -> list[Group]:
    by_moment = {moment: [check for check in checks if check.moment == moment] for moment in reversed(Moment.values)}
    return [Group(Moment(moment).label, found) for moment, found in by_moment.items() if found]


def _numbers(user, check_ids: set[int]) -> dict[int, str]:
    """The numbers of the cases that checks belong to, of those the user may see."""
    if not check_ids:
        return {}
    visible = Check.objects.visible_to(user).filter(pk__in=check_ids)
    return dict(visible.values_list("pk", "case__number"))


def dots(case_ids: Iterable[int]) -> dict[int, list[dict[str, str]]]:
    """Per case, the state of each question for the work list, the latest time it was put; one statement for a page of
    cases."""
    latest: dict[int, dict[tuple[int, str], dict[str, str]]] = {}
    rows = Check.objects.filter(case_id__in=list(case_ids)).order_by("pk")
    for row in rows.values("case_id", "person_id", "question", "state", "finding", "needs_adjudication"):
        latest.setdefault(row.pop("case_id"), {})[row.pop("person_id"), row["question"]] = row
    return {case_id: list(found.values()) for case_id, found in latest.items()}


def install() -> None:
    registry.add_menu(
        MenuEntry(
            "agencies", _("State of the agencies"), "building-bank", "agencies:status", may_see, group=_("Supervision")
        )
    )
    registry.add_panel(Panel("checks", _("Checks"), "agencies/panel.html", checks_context, position=20, live=True))
    registry.add_column("checks", dots)
