"""What was reported to agencies and what became of it: a list, and sending one again. No rules here."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies import services
from agencies.models import Report
from agencies.status_views import ReasonForm, admitted
from cases.errors import NotAllowed, StateConflict
from ui.numbers import row_id

PAGE = 50


@login_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The reports that this person may see, newest first, of one state or all; two statements."""
    admitted(request)
    found = Report.objects.visible_to(request.user).select_related("agency", "case__office", "office")
    state, before = request.GET.get("state", ""), row_id(request.GET.get("before"))
    state = state if state in Report.State.values else ""
    if state:
        found = found.filter(state=state)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    older = f"?state={state}&before={rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    listed = [
        (row, row.state in services.SENDABLE and services.may_send_again(row, request.user)) for row in rows[:PAGE]
    ]
    context = {"rows": listed, "older_url": older, "state": state, "states": Report.State.choices}
    return render(request, "agencies/reports.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a report sent once more, with the reason."""
    admitted(request)
    seen = Report.objects.visible_to(request.user).select_related("agency", "case__office", "office")
    report = get_object_or_404(seen, pk=pk)
    form, back = ReasonForm(request.POST or None), reverse("agencies:reports")
    if not services.may_send_again(report, request.user) and request.method != "POST":
        raise NotAllowed(_("Only a supervisor of the office that reports can have it sent again."), code="no_right")
    try:
        if form.is_valid():
            services.send_again(report, actor=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("The report is sent again."))
            return redirect(back)
    except ValidationError as error:
        form.add_error("reason", error)
    except StateConflict as conflict:
        return render(request, "409.html", {"detail": conflict.message, "back_url": back}, status=409)
    context = {"report": report, "form": form, "back_url": back}
    return render(request, "agencies/report_again.html", context, status=422 if form.is_bound else 200)
