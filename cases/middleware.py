"""Turns refusals of acts into their pages: 409 for "someone was faster", 403 for "not you"."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.errors import NotAllowed, StateConflict


class StateErrors:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, StateConflict):
            return render(request, "409.html", {"detail": exception.message}, status=409)
        if isinstance(exception, NotAllowed):
            return render(request, "403.html", {"detail": exception.message}, status=403)
        return None
