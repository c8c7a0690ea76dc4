"""Gives each request an id, remembers where it came from for the audit events it causes, and writes what it read."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit.services import Origin, origin, write_reads


class AuditContext:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        where = Origin(str(uuid.uuid4()), request.META.get("REMOTE_ADDR") or None, [])
        token = origin.set(where)
        try:
            response = self.get_response(request)
            write_reads(where)
        finally:
            origin.reset(token)
        response["X-Request-ID"] = where.request_id
        return response
