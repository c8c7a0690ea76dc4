"""What the templates of inbox and queue need, from a filter: nothing here reads or decides anything by itself."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cases import listing
from cases.due import places
from cases.listing import Counts, Due, Filter, Page, Row, capped
from cases.models import SavedView
from cases.registry import registry
from offices.authority import Authority, authority_of
from offices.roles import Act


def context_of(request: HttpRequest, name: str, wanted: Filter) -> dict[str, Any]:
    """Context of ``cases/inbox.html``, ``cases/queue.html`` and of their replaceable part."""
    now = timezone.now()
    authority = authority_of(request.user)
    if wanted.scope and not authority.can_anywhere(Act.SUPERVISE):
        wanted = wanted.without("scope", "state", "officer")
    steps = listing.steps_of(name, request.user, wanted)
    condition = wanted.without("due").condition(request.user, now=now)
    due = Filter(due=wanted.due).condition(request.user, now=now)
    page = listing.page_of(
        steps.filter(condition & due), now=now, after=request.GET.get("after"), before=request.GET.get("before")
    )
    counts = listing.count(steps.filter(condition), now=now)
    address = reverse(f"cases:{name}")
    views = SavedView.objects.filter(user=request.user, list=name)
    officer = str(page.rows[0].task.owner) if wanted.officer and page.rows else ""

    def to(other: Filter, **extra: Any) -> str:
        query = "&".join(filter(None, [other.query, urlencode(extra)]))
        return f"{address}?{query}" if query else address

    here = {key: request.GET[key] for key in ("after", "before") if key in request.GET}
    return {
        "list": name,
        "wanted": wanted,
        "here": to(wanted, **here),
        "subtitle": _subtitle(name, wanted, counts),
        "scopes": _scopes(name, wanted, counts, authority, views, to),
        "view": next((view for view in views if view.query == wanted.query), None),
        "filters": _filters(name, wanted, address, authority) | {"clear_url": to(wanted.cleared)},
        "chips": [(label, value, to(rest)) for label, value, rest in wanted.words(officer) if label != _("Situation")],
        "rows": [_row(row) for row in page.rows],
        "caption": _caption(name, wanted),
        "show_owner": wanted.state == "taken",
        "bulk": _bulk(name, wanted, authority),
        "pager": _pager(page, wanted, counts, to),
        "empty": _empty(name, wanted, page, to, address),
        "exports": [(kind.upper(), to(wanted, export=kind)) for kind in ("xlsx", "csv")],
        "can_take": not wanted.scope,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "pk": row.task.pk,
        "url": reverse("cases:case", args=[row.case.number]),
        "number": row.case.number,
        "procedure": registry.procedure(row.task.procedure).title,
        "subtype": row.case.subtype_label,
        "person": row.case.applicant_name,
        "nationality": row.case.nationality,
        "step": row.step,
        "due": row.due,
        "checks": row.checks,
        "since": row.task.created,
        "urgent": bool(row.priority),
        "owner": row.task.owner.short_name if row.task.owner_id else "",
    }


def _subtitle(name: str, wanted: Filter, counts: Counts) -> str:
    """«8 tasks · 1 overdue · 2 due today»."""
    if name == "inbox":
        total = ngettext("%(count)s task", "%(count)s tasks", counts.total)
    elif wanted.state == "taken":
        total = ngettext("%(count)s task in progress", "%(count)s tasks in progress", counts.total)
    else:
        total = ngettext("%(count)s task to take", "%(count)s tasks to take", counts.total)
    late = ngettext("%(count)s overdue", "%(count)s overdue", counts.overdue)
    today = ngettext("%(count)s due today", "%(count)s due today", counts.today)
    numbers = ((total, counts.total), (late, counts.overdue), (today, counts.today))
    parts = [text % {"count": capped(number)} for text, number in numbers if number or text is total]
    return " · ".join(parts)


def _caption(name: str, wanted: Filter) -> str:
    if name == "inbox":
        return _("Tasks that you have taken, the most urgent first")
    if wanted.state == "taken":
        return _("Tasks in progress at the offices you supervise, the most urgent first")
    if wanted.scope:
        return _("Tasks waiting at the offices you supervise, the most urgent first")
    return _("Tasks that you can take, the most urgent first")


def _scopes(
    name: str, wanted: Filter, counts: Counts, authority: Authority, views: Any, to: Any
) -> list[dict[str, Any]]:
    """The supervisor's sides of the queue, the quick looks at what is due, and the person's own views."""
    sides = []
    if name == "queue" and authority.can_anywhere(Act.SUPERVISE):
        for label, side in (
            (_("I can take"), Filter()),
            (_("Waiting at the office"), Filter(scope="office")),
            (_("In progress"), Filter(scope="office", state="taken")),
        ):
            active = (side.scope, side.state) == (wanted.scope, wanted.state)
            sides.append({"label": label, "url": to(side), "active": active, "side": True})
    own = [
        {"label": view.name, "url": f"{reverse(f'cases:{name}')}?{view.query}", "active": view.query == wanted.query}
        for view in views
    ]
    saved = any(view["active"] for view in own)
    base = wanted.without("due")
    quick = [
        (pgettext("tasks", "All"), "", capped(counts.total), ""),
        (pgettext("tasks", "Overdue"), Due.OVERDUE, capped(counts.overdue), "red"),
        (pgettext("tasks", "Due today"), Due.TODAY, capped(counts.today), "amber"),
    ]
    looks = [
        {
            "label": label,
            "url": to(Filter(**{**vars(base), "due": str(due)})),
            "count": number,
            "tone": tone if number != "0" else "",
            "active": wanted.due == due and not saved,
        }
        for label, due, number, tone in quick
    ]
    return [*sides, *looks, *own]


def _filters(name: str, wanted: Filter, address: str, authority: Authority) -> dict[str, Any]:
    """The fields of the filter; choices from the registry and from the person's rights."""
    procedures = authority.procedures(Act.VIEW)
    installed = [(code, str(flow.title)) for code, flow in registry.procedures.items() if code in procedures]
    selects: list[dict[str, Any]] = []

    def select(field: str, label: str, anything: str, groups: list[tuple[str, list[tuple[str, str]]]]) -> None:
        value = getattr(wanted, field)
        selects.append({"name": field, "label": label, "anything": anything, "groups": groups, "value": value})

    if len(installed) > 1:
        select("procedure", _("Procedure"), _("All procedures"), [("", installed)])
    steps = [
        (title, [(step, str(node.task_title)) for step, node in listing.human_steps(code)])
        for code, title in installed
        if wanted.procedure in ("", code)
    ]
    select("step", _("Step"), _("All steps"), [("", steps[0][1])] if len(steps) == 1 else steps)
    select(
        "due", _("Term"), _("Any term"), [("", [(due.value, str(text)) for due, text in listing.DUE_LABELS.items()])]
    )
    own = _offices(wanted, authority)
    if name == "queue" and len(own) > 1:
        names = places()
        offices = sorted(((str(pk), names[pk].name) for pk in own), key=lambda choice: choice[1])
        select("office", _("Office"), _("All offices"), [("", offices)])
    kept = [(field, getattr(wanted, field)) for field in ("scope", "state", "officer") if getattr(wanted, field)]
    return {"action": address, "selects": selects, "kept": kept, "q": wanted.q, "active": wanted.narrowed}


def _offices(wanted: Filter, authority: Authority) -> set[int]:
    if wanted.scope:
        return set().union(*authority.procedures(Act.SUPERVISE).values())
    return set().union(*authority.rights.values())


def _bulk(name: str, wanted: Filter, authority: Authority) -> dict[str, Any]:
    acts = []
    if name == "inbox":
        acts.append({"value": "release", "label": _("Give back"), "icon": "arrow-back-up", "primary": False})
    elif not wanted.scope:
        acts.append({"value": "take", "label": _("Take"), "icon": "user-check", "primary": True})
    if authority.can_anywhere(Act.SUPERVISE):
        acts.append(
            {"value": "reassign", "label": _("Reassign…"), "icon": "arrows-exchange", "primary": bool(wanted.scope)}
        )
    query = "&".join(filter(None, [urlencode({"list": name}), wanted.query]))
    return {"url": f"{reverse('cases:bulk')}?{query}", "acts": acts, "assignees": []}


def _pager(page: Page, wanted: Filter, counts: Counts, to: Any) -> dict[str, str]:
    totals = {"": capped(counts.total), Due.OVERDUE: capped(counts.overdue), Due.TODAY: capped(counts.today)}
    span = f"{page.first:,}–{page.last:,}".replace(",", " ")
    total = totals.get(wanted.due)
    if total is None:
        total = str(page.last) if page.next is None else None
    return {
        "summary": _("%(span)s of %(total)s") % {"span": span, "total": total} if total else span,
        "next_url": to(wanted, after=page.next) if page.next else "",
        "previous_url": to(wanted, before=page.previous) if page.previous else "",
    }


def _empty(name: str, wanted: Filter, page: Page, to: Any, address: str) -> dict[str, str]:
    """Why there is nothing, and what to do about it."""
    if page.first > 1:
        return {
            "icon": "list", "title": _("The list ends here"), "text": _("It has become shorter since you opened it."),
            "url": to(wanted), "link": _("Back to the beginning"),
        }  # fmt: skip
    if wanted.narrowed:
        return {
            "icon": "filter", "title": _("No task meets the filter"),
            "text": _("Take a filter away, or use the search box above, which also finds closed cases."),
            "url": to(wanted.cleared), "link": _("Clear the filter"),
        }  # fmt: skip
    if name == "inbox":
        return {
            "icon": "inbox", "title": _("Your inbox is empty"),
            "text": _("Press «Take next»: the system gives you the most urgent task that you can do."),
            "url": reverse("cases:queue"), "link": _("See the office queue"),
        }  # fmt: skip
    if wanted.state:
        return {
            "icon": "users", "title": _("Nobody has a task in progress"),
            "text": _("What is waiting to be taken is in the other list."),
            "url": to(Filter(scope="office")), "link": _("See what is waiting"),
        }  # fmt: skip
    return {
        "icon": "circle-check", "title": _("Nothing is waiting"),
        "text": _("New tasks appear here as cases move on. What you have taken is in your inbox."),
        "url": reverse("cases:inbox"), "link": _("Go to my inbox"),
    }  # fmt: skip
