"""Requests that carry files: each file within its limit, the whole within reason."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

SLACK = 256 * 1024  # of a request beside its files: field names, boundaries, the other fields

View = Callable[..., HttpResponse]


class PerFileLimit(FileUploadHandler):
    """Lets a file that is too large pass by without keeping it, and notes its field, so that the rest of what was
    posted is read as usual."""

    def __init__(self, request: HttpRequest):
        super().__init__(request)
        self.too_large: dict[str, str] = {}

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.size += len(raw_data)
        if self.size > settings.MAX_UPLOAD_BYTES:
            self.too_large[self.field_name] = self.file_name
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def measured(files: int, *, refuse: View) -> Callable[[View], View]:
    """Answer a request longer than so many files may be with ``refuse(request, **kwargs)``, its body unread.

    Of any other, ``request.file_limit.too_large`` names the fields whose file is too large, and the file's name.

    The CSRF token is in the body, so it is checked after the length.
    """

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                if int(request.META.get("CONTENT_LENGTH") or 0) > files * settings.MAX_UPLOAD_BYTES + SLACK:
                    return refuse(request, **kwargs)
                request.file_limit = PerFileLimit(request)
                request.upload_handlers = [request.file_limit, *request.upload_handlers]
            return protected(request, *args, **kwargs)

        return wrapped

    return decorate


def limit_text() -> str:
    return _("The file is larger than %(limit)d MB. Scan it at a lower resolution.") % {
        "limit": settings.MAX_UPLOAD_BYTES // 2**20
    }
