"""How the agencies are doing: read by those who answer for checks, operated by administrators. No rules here."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies import services
from agencies.models import Agency
from agencies.status import Health, statuses
from cases.context_processors import is_part
from cases.errors import StateConflict
from offices.authority import authority_of, may_configure
from offices.models import User
from offices.roles import Act

# the worst first
ORDER = (Health.DOWN, Health.TRYING, Health.PAUSED, Health.SLOW, Health.UP, Health.UNKNOWN)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )


def may_see(user: User) -> bool:
    """Supervisors, checks analysts and administrators."""
    authority = authority_of(user)
    return authority.can_anywhere(Act.SUPERVISE) or authority.can_anywhere(Act.ADJUDICATE) or may_configure(user)


def admitted(request: HttpRequest) -> None:
    """404 for who has nothing to do with agencies."""
    if not may_see(request.user):  # absent and not yours look the same
        raise Http404


@login_required
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Every agency with its state; the page looks again every few seconds."""
    admitted(request)
    at = timezone.now()
    rows = sorted(statuses(at), key=lambda row: ORDER.index(row.health))
    context = {"rows": rows, "at": at, "may_operate": may_configure(request.user)}
    return render(request, "agencies/status_part.html" if is_part(request) else "agencies/status.html", context)


@login_required
@require_POST
def probe(request: HttpRequest, code: str) -> HttpResponse:
    """Have an agency tried now; the page shows what came of it when it next looks."""
    admitted(request)
    agency = get_object_or_404(Agency, code=code)
    try:
        services.try_agency(agency, actor=request.user)
    except StateConflict as conflict:
        messages.warning(request, conflict.message)
    else:
        messages.success(request, _("%(agency)s is being tried; the result appears here.") % {"agency": agency})
    return redirect("agencies:status")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: HttpRequest, code: str) -> HttpResponse:
    """Ask an agency nothing more, with the reason."""
    return _switch(request, code, services.pause_agency, pausing=True)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, code: str) -> HttpResponse:
    """Let an agency be asked again, with the reason."""
    return _switch(request, code, services.resume_agency, pausing=False)


def _switch(request: HttpRequest, code: str, act: Callable[..., Agency], *, pausing: bool) -> HttpResponse:
    admitted(request)
    agency = get_object_or_404(Agency.objects.select_related("paused_by"), code=code)
    back = reverse("agencies:status")
    form = ReasonForm(request.POST or None)
    try:
        if not may_configure(request.user):
            act(agency, actor=request.user, reason="")  # says no, and the attempt is kept
        if form.is_valid():
            act(agency, actor=request.user, reason=form.cleaned_data["reason"])
            told = _("%(agency)s is paused.") if pausing else _("%(agency)s is asked again.")
            messages.success(request, told % {"agency": agency})
            return redirect(back)
    except ValidationError as error:
        form.add_error(None, error)
    except StateConflict as conflict:
        return render(request, "409.html", {"detail": conflict.message, "back_url": back}, status=409)
    context = {"agency": agency, "form": form, "pausing": pausing, "back_url": back}
    return render(request, "agencies/switch.html", context, status=422 if form.is_bound else 200)
