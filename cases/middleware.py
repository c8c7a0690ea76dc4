"""Turns refusals of acts into their pages: 409 for "someone was faster", 403 for "not you"."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from audit import services as audit
from cases.errors import NotAllowed, ReasonNeeded, StateConflict


def ask_for_reason(request: HttpRequest, needed: ReasonNeeded) -> HttpResponse:
    """To the page that asks why the case is to be opened, and from there back to where the person wanted to go."""
    wanted = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    query = f"?{urlencode({'next': wanted})}" if wanted and not getattr(request, "htmx", False) else ""
    address = reverse("cases:access", args=[needed.case.number]) + query
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


class StateErrors:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ReasonNeeded):
            return ask_for_reason(request, exception)
        if isinstance(exception, PermissionDenied) and not getattr(exception, "recorded", False):
            match = request.resolver_match
            audit.note_read(
                "page.refused", actor=request.user, denied=True,
                data={"page": match.view_name if match else "", "code": getattr(exception, "code", "")},
                **getattr(exception, "context", {}),
            )  # fmt: skip
        if isinstance(exception, StateConflict):
            return render(request, "409.html", {"detail": exception.message}, status=409)
        if isinstance(exception, NotAllowed):
            return render(request, "403.html", {"detail": exception.message}, status=403)
        return None
