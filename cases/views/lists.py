"""Inbox, queue and search. No rules here: lists come from ``inbox_of``, ``queue_for`` and ``visible_to``, and every
change is an act of :mod:`cases.services`."""

import tempfile
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cases import exports, listing, services
from cases.context_processors import is_part
from cases.errors import NotAllowed, StateConflict
from cases.forms_lists import ReassignForm
from cases.models import SavedView, Task
from cases.reading import note_search
from cases.registry import registry
from cases.searching import search as find
from cases.services.lists import delete_view as drop_view
from cases.services.lists import record_export
from cases.services.lists import save_view as keep_view
from cases.views.supervision import check_may_reassign
from cases.views.worklist import context_of
from offices.middleware import choose_posting
from offices.returning import own_address
from ui.numbers import row_id

BULK = 100


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The steps this person has taken."""
    return _worklist(request, "inbox")


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The steps this person may take; for supervisors also every open step of their offices."""
    return _worklist(request, "queue")


def _worklist(request: HttpRequest, name: str) -> HttpResponse:
    wanted = listing.Filter.read(request.GET)
    if "export" in request.GET:
        return _export(request, name, wanted)
    if wanted.q:
        note_search(request.user, wanted.q, where=name)
    context = context_of(request, name, wanted)
    if not is_part(request):
        response = render(request, f"cases/{name}.html", context)
    else:
        response = render(request, "cases/lists/part.html", context | {"part": True})
        # the address without the empty fields that the form sends
        response["HX-Push-Url"] = context["here"]
    patch_vary_headers(response, ["HX-Request"])
    return response


def _export(request: HttpRequest, name: str, wanted: listing.Filter) -> HttpResponse:
    kind = request.GET["export"]
    if kind not in exports.FORMATS:
        raise Http404
    now = timezone.now()
    tasks = listing.steps_of(name, request.user, wanted).filter(wanted.condition(request.user, now=now))
    title = str(SavedView.List(name).label)
    office = str(request.posting.office) if request.posting else ""
    filtered = [(label, value) for label, value, _rest in wanted.words()]
    head = exports.preamble(title, filtered, by=request.user, at=now, office=office)
    record_export(
        actor=request.user, list_name=name, format=kind, filtered=sorted(wanted.chosen), limit=exports.LIMIT, q=wanted.q
    )
    rows = listing.all_rows(tasks, limit=exports.LIMIT, now=now)
    filename = f"sugm-{name}-{timezone.localtime(now):%Y%m%d-%H%M}.{kind}"
    if kind == "csv":
        response = StreamingHttpResponse(exports.csv_lines(head, rows), content_type=exports.FORMATS[kind])
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
        return response
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    exports.write_xlsx(target, title, head, rows)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=filename, content_type=exports.FORMATS[kind])


# --- acts on lists -----------------------------------------------------------------------------------------------


@login_required
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the most urgent step this person may do, and open its case."""
    procedure = request.POST.get("procedure", "")
    if procedure and procedure not in registry.procedures:
        raise Http404
    task = services.take_next(actor=request.user, procedure=procedure)
    if task is None:
        messages.info(request, _("There is nothing left that you can take. What you have taken is in your inbox."))
        return redirect("cases:queue")
    return redirect("cases:case", number=task.process.number)


@login_required
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Take or reassign the chosen steps, one act each. One that is refused does not stop the others."""
    name = "inbox" if request.GET.get("list") == "inbox" else "queue"
    back = _address(name, listing.Filter.read(request.GET))
    chosen = list(filter(None, map(row_id, request.POST.getlist("task")[:BULK])))
    tasks = list(
        Task.objects.visible_to(request.user)
        .human()
        .select_related("process")
        .filter(pk__in=chosen)
        .most_urgent_first()
    )
    if not tasks:
        messages.warning(request, _("Choose at least one row."))
        return redirect(back)
    match request.POST.get("act"):
        case "take":
            results = [_attempt(task, lambda task: services.take_task(task, actor=request.user)) for task in tasks]
        case "release":
            results = [_attempt(task, lambda task: services.release_task(task, actor=request.user)) for task in tasks]
        case "reassign":
            form = ReassignForm(request.POST if "reason" in request.POST else None, tasks=tasks)
            if not form.is_valid():
                check_may_reassign(request.user, tasks)
                status = 422 if form.is_bound else 200
                context = {"form": form, "rows": listing.rows_of(tasks, timezone.now()), "back": back}
                return render(request, "cases/lists/reassign.html", context, status=status)
            results = [
                _attempt(task, lambda task: services.reassign_task(task, actor=request.user, **form.cleaned_data))
                for task in tasks
            ]
        case _:
            raise Http404
    failed = [result for result in results if result["error"]]
    done = len(results) - len(failed)
    if not failed:
        messages.success(request, ngettext("Done: one step.", "Done: %(count)d steps.", done) % {"count": done})
        return redirect(back)
    context = {"results": results, "done": done, "failed": len(failed), "back": back}
    return render(request, "cases/lists/bulk.html", context)


def _attempt(task: Task, act: Callable[[Task], Any]) -> dict[str, Any]:
    try:
        act(task)
    except (StateConflict, NotAllowed) as refusal:
        return {"task": task, "error": refusal.message}
    return {"task": task, "error": ""}


def _address(name: str, wanted: listing.Filter) -> str:
    return reverse(f"cases:{name}") + (f"?{wanted.query}" if wanted.query else "")


# --- saved views -------------------------------------------------------------------------------------------------


@login_required
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filter of a list under a name."""
    name = request.POST.get("list", "")
    if name not in SavedView.List.values:
        raise Http404
    wanted = listing.Filter.read(QueryDict(request.POST.get("query", "")))
    title = " ".join(request.POST.get("name", "").split())
    try:
        keep_view(actor=request.user, list_name=name, name=title, query=wanted.query)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("View «%(name)s» saved.") % {"name": title})
    return redirect(_address(name, wanted))


@login_required
@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop one of the person's own views."""
    view = get_object_or_404(SavedView, pk=pk, user=request.user)
    drop_view(view, actor=request.user)
    messages.success(request, _("View «%(name)s» deleted.") % {"name": view.name})
    return redirect(f"cases:{view.list}")


@login_required
@require_POST
def switch_posting(request: HttpRequest) -> HttpResponse:
    """Work as another of the person's postings: its office and its time zone."""
    wanted = request.POST.get("posting", "")
    posting = next((each for each in (request.posting and request.postings) or [] if str(each.pk) == wanted), None)
    if posting is None:
        raise Http404
    choose_posting(request, posting)
    return redirect(own_address(request, request.POST.get("next")) or "cases:inbox")


# --- search ------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One box for case numbers, document numbers and names; straight to the case when its number was typed."""
    text = request.GET.get("q", "")
    found = find(
        text, request.user, before=row_id(request.GET.get("before")), person_id=row_id(request.GET.get("person")),
        wide="wide" in request.GET,
    )  # fmt: skip
    if found.text:
        note_search(request.user, found.text, where="search", found=found.shown)
    if found.exact is not None:
        return redirect("cases:case", number=found.exact.number)
    older = {"q": found.text, "before": found.next} | ({"person": found.person.pk} if found.person else {})
    older |= {"wide": 1} if found.wide else {}
    context = {
        "q": found.text,
        "found": found,
        "first_page": "before" not in request.GET,
        "older_url": f"?{urlencode(older)}" if found.next else "",
        "newest_url": f"?{urlencode({'q': found.text})}",
    }
    return render(request, "cases/search.html", context)
