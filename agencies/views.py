"""What people do with checks outside a step: a supervisor gives up on a question."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from agencies import services
from agencies import timeline as _timeline  # noqa: F401 (its sentences register themselves)
from agencies.models import Check
from cases.errors import StateConflict


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up on a question, with the reason: in a dialog of the case page, or on a page of its own.

    It stays cancelled on the case, never clear. Supervisors only; the act says so to everyone else (403).
    """
    visible = Check.objects.visible_to(request.user).select_related("agency", "case", "task")
    check = get_object_or_404(visible, pk=pk)
    back = f"{reverse('cases:case', args=[check.case.number])}?panel=checks"
    form = CancelForm(request.POST or None)
    try:
        if form.is_valid():
            services.cancel_check(check, actor=request.user, reason=form.cleaned_data["reason"])
            return _done(request, back)
        if check.state in services.SETTLED:
            raise StateConflict(_("This check has already been settled."), code="finished")
    except ValidationError as error:
        form.add_error("reason", error)
    except StateConflict as conflict:
        if request.htmx:
            return trigger_client_event(_nothing(), "toast", {"text": conflict.message, "tone": "amber"})
        context = {"detail": conflict.message, "back_url": back}
        return render(request, "409.html", context, status=409)
    template = "agencies/cancel_dialog.html" if request.htmx else "agencies/cancel.html"
    context = {"check": check, "form": form, "back_url": back}
    return render(request, template, context, status=422 if form.is_bound else 200)


def _nothing() -> HttpResponse:
    """Closes the dialog and lets the panel look again."""
    response = HttpResponse(status=204)
    trigger_client_event(response, "case-dialog-close", {})
    return trigger_client_event(response, "panel-refresh", {})


def _done(request: HttpRequest, back: str) -> HttpResponse:
    text = _("Question cancelled.")
    if request.htmx:
        return trigger_client_event(_nothing(), "toast", {"text": text, "tone": "green"})
    messages.success(request, text)
    return redirect(back)
