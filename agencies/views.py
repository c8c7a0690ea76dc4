"""What people do with checks outside a step: give up on a question, have it put again, record a letter, read a sealed
answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from agencies import services
from agencies import timeline as _timeline  # noqa: F401 (its sentences register themselves)
from agencies.forms import LetterForm, ReasonForm
from agencies.models import Check
from cases.errors import NotAllowed, StateConflict
from cases.views.receiving import limited_upload


@dataclass(frozen=True)
class Intent:
    """One of the two things a person does to a question, and what its dialog says."""

    act: Callable[..., Check]
    may: Callable[..., bool]
    url_name: str
    title: Any
    text: Any
    button: Any
    icon: str
    look: str
    keep: Any
    done: Any
    states: tuple[str, ...]


CANCEL = Intent(
    act=services.cancel_check,
    may=services.may_cancel,
    url_name="agencies:cancel",
    title=gettext_lazy("Cancel the question"),
    text=gettext_lazy(
        "The agency is not asked again. The check stays cancelled, never clear, and your reason stands on the timeline."
    ),
    button=gettext_lazy("Cancel the question"),
    icon="ban",
    look="danger",
    keep=gettext_lazy("Go on waiting"),
    done=gettext_lazy("Question cancelled."),
    states=(Check.State.QUEUED, Check.State.ASKING, Check.State.STOPPED),
)
ASK_AGAIN = Intent(
    act=services.ask_again,
    may=services.may_ask_again,
    url_name="agencies:ask_again",
    title=gettext_lazy("Put the question again"),
    text=gettext_lazy("The agency is asked once more. Say what has changed: your reason stands on the timeline."),
    button=gettext_lazy("Put the question again"),
    icon="refresh",
    look="primary",
    keep=gettext_lazy("Leave it"),
    done=gettext_lazy("The question is put again."),
    states=services.ASKABLE,
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up on a question, with the reason: in a dialog of the case page, or on a page of its own.

    It stays cancelled on the case, never clear. Supervisors only; the act says so to everyone else (403).
    """
    return _carry_out(request, pk, CANCEL)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a question put again that waits for a person. Supervisors and checks analysts (else 403)."""
    return _carry_out(request, pk, ASK_AGAIN)


def _carry_out(request: HttpRequest, pk: int, intent: Intent) -> HttpResponse:
    visible = Check.objects.visible_to(request.user).select_related("agency", "case", "task")
    check = get_object_or_404(visible, pk=pk)
    back = f"{reverse('cases:case', args=[check.case.number])}?panel=checks"
    form = ReasonForm(request.POST or None)
    try:
        if form.is_valid():
            intent.act(check, actor=request.user, reason=form.cleaned_data["reason"])
            return _done(request, back, str(intent.done))
        if not intent.may(request.user, check.case):
            intent.act(check, actor=request.user, reason="")  # says no, and the attempt is kept
        if check.state not in intent.states:
            raise StateConflict(_("This check has already been settled."), code="finished")
    except ValidationError as error:
        form.add_error(None, error)
    except StateConflict as conflict:
        if request.htmx:
            return trigger_client_event(_nothing(), "toast", {"text": conflict.message, "tone": "amber"})
        context = {"detail": conflict.message, "back_url": back}
        return render(request, "409.html", context, status=409)
    template = "agencies/cancel_dialog.html" if request.htmx else "agencies/cancel.html"
    context = {
        "check": check, "form": form, "back_url": back, "intent": intent, "url": reverse(intent.url_name, args=[pk]),
    }  # fmt: skip
    return render(request, template, context, status=422 if form.is_bound else 200)


def _nothing() -> HttpResponse:
    """Closes the dialog and lets the panel look again."""
    response = HttpResponse(status=204)
    trigger_client_event(response, "case-dialog-close", {})
    return trigger_client_event(response, "panel-refresh", {})


def _done(request: HttpRequest, back: str, text: str) -> HttpResponse:
    if request.htmx:
        return trigger_client_event(_nothing(), "toast", {"text": text, "tone": "green"})
    messages.success(request, text)
    return redirect(back)


def _back(check: Check) -> str:
    return f"{reverse('cases:case', args=[check.case.number])}?panel=checks"


def _conflict(request: HttpRequest, conflict: StateConflict, back: str) -> HttpResponse:
    return render(request, "409.html", {"detail": conflict.message, "back_url": back}, status=409)


@login_required
@limited_upload(lambda request, pk: 1)
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the paper answer of an agency, with its scan. For those who settle hits and for supervisors; the act says
    so to everyone else (403)."""
    visible = Check.objects.visible_to(request.user).select_related("agency", "case__office", "task")
    check = get_object_or_404(visible, pk=pk)
    form = LetterForm(request.POST or None, request.FILES or None)
    try:
        if form.is_valid():
            services.record_letter(check, actor=request.user, **form.values())
            messages.success(request, _("Letter recorded."))
            return redirect(_back(check))
        if not services.may_record(request.user, check.case):
            raise NotAllowed(
                _("Your postings do not let you record the letters of this office."),
                code="no_right", office_id=check.case.office_id, case_id=check.case_id, task_id=check.task_id,
            )  # fmt: skip
        if check.state in services.SETTLED:
            raise StateConflict(_("This check has already been settled."), code="finished")
    except ValidationError as error:
        for name, errors in error.message_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    except StateConflict as conflict:
        return _conflict(request, conflict, _back(check))
    context = {"check": check, "form": form, "back_url": _back(check)}
    return render(request, "agencies/letter.html", context, status=422 if form.is_bound else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Read what the agency answered, word for word, for a reason that is kept. Shown once, in the answer to the reason;
    no address gives it."""
    visible = Check.objects.evidence_for(request.user).select_related("agency", "case__office", "task")
    check = get_object_or_404(visible, pk=pk)
    form = ReasonForm(request.POST or None)
    context: dict[str, Any] = {"check": check, "form": form, "back_url": _back(check)}
    try:
        if form.is_valid():
            opened = services.open_evidence(check, actor=request.user, reason=form.cleaned_data["reason"])
            context |= {"opened": opened, "text": opened.body.decode("utf-8", errors="replace")}
            return render(request, "agencies/evidence.html", context)
        if not services.may_open(request.user, check):
            services.open_evidence(check, actor=request.user, reason="")  # says no, and the attempt is kept
    except StateConflict as conflict:
        return _conflict(request, conflict, _back(check))
    return render(request, "agencies/evidence.html", context, status=422 if form.is_bound else 200)
