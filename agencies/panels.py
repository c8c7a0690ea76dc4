"""What agencies add to the case page and to work lists."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.connectors.registry import registry as questions
from agencies.models import Check
from agencies.status_views import may_see
from cases.models import Case
from cases.registry import MenuEntry, Panel, registry


def checks_context(case: Case, user) -> Mapping[str, Any]:
    """The checks of a case with agency and adjudications, and whether answers are still to come."""
    checks = list(
        Check.objects.visible_to(user)
        .filter(case=case)
        .select_related("agency")
        .prefetch_related("adjudications__by")
        .order_by("pk")
    )
    for check in checks:
        check.title = questions.get(check.question).manifest.title
    return {
        "checks": checks,
        "hits": [check for check in checks if check.needs_adjudication],
        "pending": any(check.state in (Check.State.QUEUED, Check.State.ASKING) for check in checks),
        "badge": sum(check.needs_adjudication for check in checks) or None,
        "applicant": case.applicant,
    }


def dots(case_ids: Iterable[int]) -> dict[int, list[dict[str, str]]]:
    """Per case, the state of each check, for the work list; one statement for a page of cases."""
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    rows = Check.objects.filter(case_id__in=list(case_ids)).order_by("pk")
    for row in rows.values("case_id", "question", "state", "finding", "needs_adjudication"):
        found[row.pop("case_id")].append(row)
    return found


def install() -> None:
    registry.add_menu(
        MenuEntry(
            "agencies", _("State of the agencies"), "building-bank", "agencies:status", may_see, group=_("Supervision")
        )
    )
    registry.add_panel(Panel("checks", _("Checks"), "agencies/panel.html", checks_context, position=20, live=True))
    registry.add_column("checks", dots)
