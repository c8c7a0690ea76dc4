"""Receiving forms with files: what is far too large is refused before anything of it is kept."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

ROOM_FOR_FIELDS = 1024 * 1024
"""Bytes of a request beyond its files."""

_DRAIN_AT_MOST = 512 * 1024 * 1024
_PIECE = 256 * 1024

View = Callable[..., HttpResponse]


def limited_upload(files: Callable[..., int]) -> Callable[[View], View]:
    """Refuse with 413 a request larger than ``files(request, *args, **kwargs)`` files of the largest size.

    The length is known from the header, so nothing is parsed: the check comes before Django's CSRF check, which reads
    the whole form. Goes under ``login_required``: whoever is not signed in is sent to sign in first. The body is read
    off the line in small pieces and dropped, because a browser that is cut off in mid-upload shows a broken connection
    instead of the answer.
    """

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                length = int(request.META.get("CONTENT_LENGTH") or 0)
                if length > ROOM_FOR_FIELDS and (
                    length > files(request, *args, **kwargs) * settings.MAX_UPLOAD_BYTES + ROOM_FOR_FIELDS
                ):
                    _drop_body(request, length)
                    return too_large(request, length)
            return protected(request, *args, **kwargs)

        return wrapper

    return decorate


def _drop_body(request: HttpRequest, length: int) -> None:
    left = min(length, _DRAIN_AT_MOST)
    while left > 0:
        piece = request.read(min(_PIECE, left))
        if not piece:
            return
        left -= len(piece)


def too_large(request: HttpRequest, length: int) -> HttpResponse:
    """The page that says so; what was typed is kept by the page's script and comes back with the form."""
    limit = settings.MAX_UPLOAD_BYTES // 2**20
    detail = _("%(size)d MB were sent; a file may have %(limit)d MB.") % {"size": length // 2**20 + 1, "limit": limit}
    return render(request, "413.html", {"detail": detail}, status=413)
