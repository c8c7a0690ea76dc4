"""Doing a step: take, release, complete. Nothing that was typed is lost, whatever happened meanwhile."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import services
from cases.diagram import title_of
from cases.errors import CaseBusy, StateConflict
from cases.models import Task
from cases.page import CasePage, page_of
from cases.views.case_page import case_response
from cases.views.receiving import limited_upload
from offices import reauthentication
from offices.models import SuspendedForm
from offices.returning import own_address

# Fields of the form around a step's own.
CONTROLS = ("csrfmiddlewaretoken", "then", "next")


def visible_task(request: HttpRequest, pk: int) -> Task:
    """A human step of a case that the user may see, or 404."""
    tasks = Task.objects.visible_to(request.user).human().select_related("process", "owner")
    return get_object_or_404(tasks, pk=pk)


def case_url(task: Task) -> str:
    return reverse("cases:case", args=[task.process.number])


def _back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    return redirect(own_address(request, request.POST.get("next")) or otherwise)


def _conflict(request: HttpRequest, task: Task, conflict: StateConflict) -> HttpResponse:
    context = {"detail": conflict.message, "back_url": case_url(task), "back_label": _("See the case as it stands now")}
    return render(request, "409.html", context, status=409)


@login_required
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a waiting step and open its form."""
    task = visible_task(request, pk)
    try:
        services.take_task(task, actor=request.user)
    except StateConflict as conflict:
        if conflict.code != "yours":
            return _conflict(request, task, conflict)
        messages.info(request, conflict.message)
    return _back(request, f"{case_url(task)}#step")


@login_required
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a taken step back to the queue."""
    task = visible_task(request, pk)
    try:
        services.release_task(task, actor=request.user)
    except StateConflict as conflict:
        return _conflict(request, task, conflict)
    messages.success(request, _("«%(step)s» is free for someone else.") % {"step": title_of(task.flow_task)})
    return _back(request, case_url(task))


def _file_fields(request: HttpRequest, pk: int) -> int:
    """How many files the step's form may bring."""
    task = visible_task(request, pk)
    if task.finished is not None:
        return 1
    form = page_of(request.user, task.process.number).form(task)
    return sum(field.widget.needs_multipart_form for field in form.fields.values())


@login_required
@limited_upload(_file_fields)
@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Finish a step with its form. A GET is somebody who signed in again on the way: back to the form, which still has
    what was typed (static/sugm/steps.js); one who confirmed who they are gets it back from us."""
    task = visible_task(request, pk)
    if request.method != "POST":
        kept = reauthentication.suspended(request, request.GET.get("retomar", ""))
        if kept is not None and kept.path == request.path and task.finished is None:
            return _resumed(request, task, kept)
        return redirect(f"{case_url(task)}#step")
    page = page_of(request.user, task.process.number)
    form: Form | None = None
    try:
        if task.finished is not None:
            services.ensure_may_complete(task, actor=request.user)
        form = page.form(task, request.POST, request.FILES)
        if not form.is_valid():
            services.ensure_may_complete(task, actor=request.user)
            return _with_errors(request, page, task, form)
        try:
            services.complete_task(task, actor=request.user, values=form.values())
        except ValidationError as error:
            _add_errors(form, error)
            return _with_errors(request, page, task, form)
    except StateConflict as conflict:
        return _typed_conflict(request, task, conflict, form)
    return _onward(request, task)


def _resumed(request: HttpRequest, task: Task, kept: SuspendedForm) -> HttpResponse:
    """The step's form as it was sent, to be looked over and sent again."""
    page = page_of(request.user, task.process.number)
    values = QueryDict(mutable=True)
    for name, held in kept.values.items():
        values.setlist(name, held)
    form = page.form(task, values, MultiValueDict())
    form.again = kept.files
    messages.info(request, _("You have confirmed who you are. Look over what you had written and send it."))
    return case_response(request, page, bound={task.pk: form})


def _add_errors(form: Form, error: ValidationError) -> None:
    """What the act refused, at the fields it names."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _with_errors(request: HttpRequest, page: CasePage, task: Task, form: Form) -> HttpResponse:
    form.again = [  # a browser never gives a file back to a page
        form.fields[name].label for name in request.FILES if name in form.fields and name not in form.errors
    ]
    return case_response(request, page, bound={task.pk: form}, status=422)


def _typed(request: HttpRequest, form: Form | None) -> list[dict[str, Any]]:
    """What the person typed, in words, to read and copy."""
    typed = []
    for name, values in request.POST.lists():
        values = [value for value in values if value.strip()]
        if name in CONTROLS or not values:
            continue
        field = form.fields.get(name) if form is not None else None
        labels = {str(value): str(label) for value, label in getattr(field, "choices", ())}
        label = str(field.label) if field is not None and field.label else name.replace("_", " ").capitalize()
        typed.append({"name": name, "label": label, "text": "\n".join(labels.get(value, value) for value in values)})
    return typed


def _typed_conflict(request: HttpRequest, task: Task, conflict: StateConflict, form: Form | None) -> HttpResponse:
    """The step is no longer theirs to finish: say why, and keep what they wrote before them."""
    now = Task._base_manager.select_related("owner").get(pk=task.pk)
    context = {
        "detail": conflict.message,
        "task": now,
        "step": title_of(now.flow_task),
        "number": task.process.number,
        "case_url": case_url(task),
        "by_me": now.finished is not None and now.owner_id == request.user.pk,
        "busy": isinstance(conflict, CaseBusy),
        "typed": _typed(request, form),
        "files": [upload.name for upload in request.FILES.values()],
    }
    return render(request, "cases/case/conflict.html", context, status=409)


def _onward(request: HttpRequest, task: Task) -> HttpResponse:
    """To the case, or to the next step when the person asked for it."""
    done = _("«%(step)s» finished.") % {"step": title_of(task.flow_task)}
    if request.POST.get("then") == "next":
        following = services.take_next(actor=request.user)
        if following is not None:
            number = following.process.number
            taken = _("Next: %(step)s of %(number)s.") % {"step": title_of(following.flow_task), "number": number}
            messages.success(request, f"{done} {taken}")
            return redirect(f"{reverse('cases:case', args=[number])}#step")
        messages.success(request, f"{done} {_('Nothing else is waiting for you.')}")
    else:
        messages.success(request, done)
    return redirect(case_url(task))
