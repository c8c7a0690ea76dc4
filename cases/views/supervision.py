"""Pages of those who answer for an office: board, reassignment, stopped steps, messages sent. No rules here."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from cases import disclosure, listing, services
from cases.access import read_now
from cases.due import places
from cases.errors import NotAllowed
from cases.forms_lists import ReassignForm, RetryForm
from cases.listing import Filter
from cases.load import Bar, Board, Load, board_of
from cases.models import Notification, Task
from cases.reading import note_case_read
from cases.registry import registry
from offices.authority import authority_of
from offices.returning import own_address
from offices.roles import Act
from ui.numbers import row_id

PAGE = 50


def _supervisor_only(request: HttpRequest) -> None:
    # absent and not yours look the same
    if not authority_of(request.user).can_anywhere(Act.SUPERVISE):
        raise Http404


def _back(request: HttpRequest, otherwise: str) -> str:
    return own_address(request, request.POST.get("next")) or otherwise


def check_may_reassign(user: Any, tasks: list[Task]) -> None:
    """Raises NotAllowed when none of these visible steps is at an office that the user supervises: the form names the
    colleagues there."""
    authority = authority_of(user)
    if not any(authority.can(Act.SUPERVISE, task.procedure, task.office_id) for task in tasks):
        first = tasks[0]
        raise NotAllowed(
            _("Only a supervisor of this office can reassign its steps."),
            code="no_right", office_id=first.office_id, case_id=first.process_id, task_id=first.pk,
        )  # fmt: skip


# --- board -------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Load and ages by office and officer, and what falls due in the days ahead."""
    _supervisor_only(request)
    given = Filter.read(request.GET)
    wanted = Filter(procedure=given.procedure, office=given.office, scope="office")
    now = timezone.now()
    steps = listing.supervised_steps(request.user).filter(wanted.condition(request.user, now=now))
    found = board_of(disclosure.counted(steps, request.user), now=now)
    supervised = authority_of(request.user).procedures(Act.SUPERVISE)
    known = places()
    offices = {pk: known[pk].name for pk in set().union(*supervised.values())}
    installed = [(code, str(flow.title)) for code, flow in registry.procedures.items() if code in supervised]
    context = {
        "board": found,
        "wanted": wanted,
        "offices": [_line(load, wanted) for load in found.offices],
        "officers": [_line(load, wanted) for load in found.officers],
        "office_choices": sorted(((str(pk), name) for pk, name in offices.items()), key=lambda choice: choice[1]),
        "procedure_choices": installed,
        "ages": [(_age(bar), bar.number) for bar in found.ages],
        "ahead": [(bar.day, bar.number) for bar in found.ahead],
        "charts": _charts(found, wanted),
        "parts": registry.board_parts(request.user),
        "protected": disclosure.protected_load(steps, request.user, now=now),
        "at": now,
    }
    return render(request, "cases/board.html", context)


def _line(load: Load, wanted: Filter) -> dict[str, Any]:
    """A row of the board with the lists its numbers come from."""

    def to(**fields: str) -> str:
        chosen = Filter(scope="office", procedure=wanted.procedure, office=str(load.office_id), **fields)
        return f"{reverse('cases:queue')}?{chosen.query}"

    taken = {"state": "taken"} | ({"officer": str(load.officer_id)} if load.officer_id else {})
    return {
        "load": load,
        "waiting_url": to(),
        "waiting_overdue_url": to(due="overdue"),
        "taken_url": to(**taken),
        "taken_overdue_url": to(due="overdue", **taken),
        "soon_url": to(due="soon", **taken) if load.officer_id else to(due="soon"),
    }


def _age(bar: Bar) -> str:
    if bar.high is None:
        return _("%(days)d days or more") % {"days": bar.low}
    if bar.low == 0:
        return _("Less than a day")
    return _("%(low)d to %(high)d days") % {"low": bar.low, "high": bar.high - 1}


def _short_age(bar: Bar) -> str:
    """«3–6 d», for the axis of a plot."""
    if bar.high is None:
        return f"≥ {bar.low} d"
    return f"< {bar.high} d" if bar.low == 0 else f"{bar.low}–{bar.high - 1} d"


def _charts(found: Board, wanted: Filter) -> dict[str, Any]:
    """Data of the plots, for ``board.js``; the same numbers stand in the tables."""
    shown = found.offices[:15]
    soon = pgettext("steps", "Due within 2 business days")
    queue = reverse("cases:queue")

    def to(load: Load) -> str:
        return f"{queue}?{Filter(scope='office', procedure=wanted.procedure, office=str(load.office_id)).query}"

    return {
        "load": {
            "labels": [load.office.name for load in shown],
            "urls": [to(load) for load in shown],
            "series": [
                {"name": pgettext("steps", "Overdue"), "tone": "red", "values": [load.overdue for load in shown]},
                {"name": soon, "tone": "amber", "values": [load.soon for load in shown]},
                {"name": _("In time"), "tone": "green", "values": [load.in_time for load in shown]},
            ],
        },
        "ages": {
            "labels": [_short_age(bar) for bar in found.ages],
            "series": [{"name": _("Steps"), "tone": "slate", "values": [bar.number for bar in found.ages]}],
        },
        "ahead": {
            "labels": [date_format(bar.day, "D\nj b") for bar in found.ahead if bar.day],
            "series": [{"name": _("Steps"), "tone": "amber", "values": [bar.number for bar in found.ahead]}],
        },
    }


@login_required
@require_POST
def reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one step to somebody else; without a person and a reason, ask for them."""
    task = get_object_or_404(Task.objects.visible_to(request.user).human().select_related("process", "owner"), pk=pk)
    check_may_reassign(request.user, [task])
    case_url = reverse("cases:case", args=[task.process.number])
    form = ReassignForm(request.POST if "reason" in request.POST else None, tasks=[task])
    if not form.is_valid():
        rows = listing.rows_of([task], timezone.now())
        context = {"form": form, "rows": rows, "single": task, "back": _back(request, case_url)}
        return render(request, "cases/lists/reassign.html", context, status=422 if form.is_bound else 200)
    services.reassign_task(task, actor=request.user, **form.cleaned_data)
    messages.success(
        request,
        _("«%(step)s» of %(number)s is now with %(name)s.")
        % {"step": task.flow_task.task_title, "number": task.process.number, "name": form.cleaned_data["to"]},
    )
    return redirect(_back(request, case_url))


# --- stopped steps -----------------------------------------------------------------------------------------------


def _stopped(user) -> QuerySet[Task]:
    supervised = authority_of(user).where(Act.SUPERVISE)
    return Task.objects.visible_to(user).failed().filter(supervised).select_related("process")


@login_required
@require_safe
def stopped_steps(request: HttpRequest) -> HttpResponse:
    """Automatic steps that failed for good and wait for a person."""
    _supervisor_only(request)
    tasks, older = _older(request, _stopped(request.user))
    known = places()
    rows = [_stopped_row(task, known[task.office_id].name) for task in tasks]
    return render(request, "cases/stopped_steps.html", {"rows": rows, "older_url": older})


def _stopped_row(task: Task, office: str) -> dict[str, Any]:
    failure = task.data.get("failure", {})
    return {
        "task": task,
        "case": task.process,
        "procedure": registry.procedure(task.procedure).title,
        "step": task.flow_task.task_title,
        "office": office,
        "failure": failure,
        "at": parse_datetime(failure["at"]) if failure.get("at") else None,
        "attempts": task.data.get("attempts", 0),
    }


@login_required
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a stopped step round again."""
    task = get_object_or_404(_stopped(request.user), pk=pk)
    form = RetryForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why this step is worth another try."))
        return redirect(_back(request, reverse("cases:stopped_steps")))
    services.retry_step(task, actor=request.user, reason=form.cleaned_data["reason"])
    messages.success(
        request,
        _("«%(step)s» of %(number)s is being tried again.")
        % {"step": task.flow_task.task_title, "number": task.process.number},
    )
    return redirect(_back(request, reverse("cases:stopped_steps")))


# --- messages ----------------------------------------------------------------------------------------------------


@login_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """What was sent to applicants of visible cases, newest first, and what became of it. What was written, and to
    where, is shown to those who read the case."""
    sent = Notification.objects.visible_to(request.user).select_related("case")
    state = request.GET.get("state", "")
    if state in Notification.State.values:
        sent = sent.filter(state=state)
    rows, older = _older(request, sent, state=state)
    readable = read_now(request.user, [row.case for row in rows])
    for case in {row.case_id: row.case for row in rows if row.case_id in readable}.values():
        note_case_read(request.user, case, panel="outbox")
    context = {
        "rows": rows, "older_url": older, "state": state, "states": Notification.State.choices, "readable": readable,
    }  # fmt: skip
    return render(request, "cases/outbox.html", context)


def _older(request: HttpRequest, rows: QuerySet, **kept: str) -> tuple[list, str]:
    """One page, newest first, and the address of the one after it."""
    before = row_id(request.GET.get("before"))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows.order_by("-pk")[: PAGE + 1])
    if len(page) <= PAGE:
        return page, ""
    query = {name: value for name, value in kept.items() if value} | {"before": page[PAGE - 1].pk}
    return page[:PAGE], f"?{urlencode(query)}"
