"""Middleware that composes rooms with libraries."""

from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation


class ClientAddress:
    """The person's address behind ``TRUSTED_PROXIES`` proxies: each of them appends the address it was asked from to
    X-Forwarded-For, so ours is that many from the right; what stands further left is the person's own claim."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trusted = settings.TRUSTED_PROXIES
        if trusted:
            hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
            if len(hops) >= trusted:
                with suppress(ValueError):
                    request.META["REMOTE_ADDR"] = str(ip_address(hops[-trusted]))
        return self.get_response(request)


class ContentSecurityPolicy(CSPMiddleware):
    """The strict policy everywhere, except in Django admin.

    django-unfold evaluates Alpine.js expressions (``unsafe-eval``) and writes styles into its pages. It needs no inline
    script, so none is allowed there either: what somebody might smuggle into a page of the admin does not run. Its
    pages take no content from applicants and are open to administrators only.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.startswith("/admin/"):
            response._csp_update = {
                "script-src": [SELF, UNSAFE_EVAL],
                "style-src": [SELF, UNSAFE_INLINE],
            }
        return super().process_response(request, response)


class Isolation:
    """Other sites can neither embed our answers (Cross-Origin-Resource-Policy, W3C Fetch) nor use the browser's devices
    through us; pages of signed-in people are not kept by anything in between."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class NoNullCharacters:
    """No address and no query string holds a NUL: PostgreSQL takes none in a text, so nothing of ours is called so, and
    no person types one. 404 and 400, before a view asks the database for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the query string")
        return self.get_response(request)


class Language:
    """Spanish (Peru) unless the person chose another language in the menu.

    Django's own middleware would follow the browser: an officer whose machine speaks English or Japanese would find the
    ministry's screens in a language nobody at the ministry chose.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.offered = dict(settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in self.offered else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
