"""The case page, its panels, its diagram, and the BPMN of a procedure. What is not visible is not found (404)."""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from cases import services
from cases.bpmn import export
from cases.case_forms import NoteForm
from cases.diagram import links_of, outline, progress
from cases.page import CasePage, page_of
from cases.panels import notes_context, panels, timeline_context
from cases.picture import picture
from cases.reading import note_case_read
from cases.registry import Panel, registry
from offices.authority import authority_of
from offices.roles import Act
from offices.zones import zone_of
from ui.numbers import row_id

STOP_POLLING = 286
"""The status by which a server tells htmx to stop asking."""


def panel_login_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """As ``login_required``; but a part of a page whose session has ended says so in the page, and does not put the
    sign-in page inside a tab."""
    whole = login_required(view)

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated or not request.htmx:
            return whole(request, *args, **kwargs)
        response = HttpResponse(status=STOP_POLLING, headers={"HX-Reswap": "none"})
        text = _("Your session has ended. Reload the page to sign in again; what you typed is kept.")
        return trigger_client_event(response, "toast", {"text": text, "tone": "red"})

    return wrapper


@login_required
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The case page; ``?panel=`` names the active tab."""
    page = page_of(request.user, number)
    return case_response(request, page, panel=request.GET.get("panel", ""))


def case_response(
    request: HttpRequest,
    page: CasePage,
    *,
    panel: str = "",
    bound: dict[int, Any] | None = None,
    extra: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page. ``bound``: step forms with errors; ``extra``: more context for the active panel.

    A panel that the address names, or that lives, is there at once. Any other first panel is fetched by the page right
    after it is painted: what a procedure's panel reads does not count against the ten statements of the page, and
    whoever came for the step has its form at once.
    """
    found = panels()
    if panel and panel not in found:
        raise Http404
    active = found[panel or first_panel(page)]
    note_case_read(request.user, page.case, panel=panel)
    with timezone.override(zone_of(page.case.office.time_zone)):
        context = page_context(page, bound)
        if panel or active.live:
            context |= panel_context(request, page, active, extra)
        else:
            context |= {"tabs": tabs(page, found, active.code), "panel_code": active.code, "later": True}
        return render(request, "cases/case.html", context, status=status)


def first_panel(page: CasePage) -> str:
    """The tab that is open when nobody chose one: the checks while they are what the case waits for."""
    found = panels()
    if page.case.stage in ("checks", "adjudication") and "checks" in found:
        return "checks"
    return next(iter(found))


def page_context(page: CasePage, bound: dict[int, Any] | None = None) -> dict[str, Any]:
    document = page.document()
    steps = page.steps(bound)
    return {
        "page": page,
        "case": page.case,
        "head": page.header(),
        "actions": page.actions(),
        "acts": page.acts(),
        "track": page.track(),
        "document": document,
        "zone": page.zone(document),
        "steps": steps,
        "state": page.state,
        "form_ids": ",".join(str(step["task"].pk) for step in steps if step["mode"] == "form"),
    }


def tabs(page: CasePage, found: dict[str, Panel], active: str, badge: Any = None) -> list[dict[str, Any]]:
    return [
        {
            "code": panel.code,
            "title": panel.title,
            "url": f"{page.url}?panel={panel.code}",
            "part": reverse("cases:panel", args=[page.case.number, panel.code]),
            "active": panel.code == active,
            "badge": badge if panel.code == active else None,
            "tone": "amber" if panel.live else "",
        }
        for panel in found.values()
    ]


def panel_context(
    request: HttpRequest, page: CasePage, panel: Panel, extra: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The active panel, rendered. Raises Http404 for a panel that is not for this case or user."""
    given = panel.context(page.case, page.user)
    if given is None:
        raise Http404
    inner = {"page": page, "case": page.case, "steps_open": page.open, **given, **(extra or {})}
    body = render_to_string(panel.template, inner, request)
    return {
        "tabs": tabs(page, panels(), panel.code, given.get("badge")),
        "panel_code": panel.code,
        "panel_title": panel.title,
        "panel_body": body,
        "panel_mark": blake2b(body.encode(), digest_size=8).hexdigest(),
        "pending": bool(panel.live and given.get("pending")),
    }


@panel_login_required
@require_safe
def panel(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """One panel, for htmx: on a click, and every two seconds while a live one waits for something.

    A poll that finds nothing new gets 204 and touches nothing. When the case has moved on meanwhile, its header, strip
    and step come along; a form that the person has before them stays as it is.
    """
    found = panels()
    if code not in found:
        raise Http404
    page = page_of(request.user, number)
    if not request.htmx:
        return redirect(f"{page.url}?panel={code}")
    with timezone.override(zone_of(page.case.office.time_zone)):
        before = row_id(request.GET.get("before"))
        if code == "timeline" and before is not None:
            note_case_read(request.user, page.case, panel=code)
            older = timeline_context(page.case, page.user, before=before)
            return render(request, "cases/case/timeline.html", {**older, "case": page.case})
        context = panel_context(request, page, found[code])
        moved = request.GET.get("state", page.state) != page.state
        if "mark" not in request.GET:  # a poll looks again at what has been read
            note_case_read(request.user, page.case, panel=code)
        same = request.GET.get("mark") == context["panel_mark"]
        if same and context["pending"] and not moved:
            return HttpResponse(status=204)
        if moved:
            context |= page_context(page) | {"moved": True, "step_swap": _step_swap(request, page)}
        else:
            context |= {"page": page, "case": page.case}
        return render(request, "cases/case/panel_response.html", context)


def _step_swap(request: HttpRequest, page: CasePage) -> str:
    """What becomes of the step column: ``all`` new, a ``notice`` above a form that no longer fits, or ``none`` when
    the forms that the person has before them are still theirs."""
    shown = set(filter(None, map(row_id, request.GET.get("forms", "").split(","))))
    if not shown:
        return "all"
    mine = {task.pk for task in page.open if task.owner_id == page.user.pk}
    return "none" if shown <= mine else "notice"


# --- notes -------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def add_note(request: HttpRequest, number: str) -> HttpResponse:
    """Write a note; back to the notes."""
    page = page_of(request.user, number)
    form = NoteForm(request.POST)
    if not form.is_valid():
        extra = dict(notes_context(page.case, page.user, form))
        return case_response(request, page, panel="notes", extra=extra, status=422)
    services.add_note(page.case, actor=request.user, text=form.cleaned_data["text"])
    messages.success(request, _("Note added."))
    return redirect(f"{page.url}?panel=notes")


# --- diagram -----------------------------------------------------------------------------------------------------


@login_required
@require_safe
def diagram(request: HttpRequest, number: str) -> HttpResponse:
    """The live flow of a case: picture and the same in words."""
    page = page_of(request.user, number)
    note_case_read(request.user, page.case, panel="diagram")
    now = progress(page.flow_class, page.tasks, links_of(page.case.pk, page.tasks) or None)
    with timezone.override(zone_of(page.case.office.time_zone)):
        context = {
            "page": page,
            "case": page.case,
            "head": page.header(),
            "picture": picture(page.flow_class, now),
            "outline": outline(page.flow_class, page.tasks, now.states),
            "bpmn_url": reverse("cases:bpmn", args=[page.case.procedure]),
        }
        return render(request, "cases/case/diagram.html", context)


@login_required
@require_safe
def bpmn(request: HttpRequest, code: str) -> HttpResponse:
    """A procedure as BPMN 2.0, for whoever may see cases of it."""
    if code not in registry.procedures or code not in authority_of(request.user).procedures(Act.VIEW):
        raise Http404
    return HttpResponse(
        export(registry.procedure(code)),
        content_type="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{code}.bpmn"'},
    )
