"""Middleware that composes rooms with libraries."""

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse


class ContentSecurityPolicy(CSPMiddleware):
    """The strict policy everywhere, except in Django admin.

    django-unfold runs on Alpine.js expressions and inline styles; its pages take no content from applicants
    and are open to administrators only, so they alone get the wider policy.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.startswith("/admin/"):
            response._csp_update = {
                "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
                "style-src": [SELF, UNSAFE_INLINE],
            }
        return super().process_response(request, response)
