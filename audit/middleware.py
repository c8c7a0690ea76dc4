"""Gives each request an id and remembers where it came from for the audit events it causes."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit.services import Origin, origin


class AuditContext:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = str(uuid.uuid4())
        token = origin.set(Origin(request_id, request.META.get("REMOTE_ADDR") or None))
        try:
            response = self.get_response(request)
        finally:
            origin.reset(token)
        response["X-Request-ID"] = request_id
        return response
