"""What stands between a session and the pages: its clock, the second factor, and proof that it is still the same
person."""

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

from offices.access_events import SECOND_FACTOR
from offices.reauthentication import ReauthenticationRequired, last_proof, presence, suspend

UNATTENDED = "X-Unattended"
"""Header of requests that a page makes by itself: they are not use of the session (static/sugm/app.js)."""

ENROLMENT = frozenset(
    {
        "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "mfa_view_recovery_codes",
        "mfa_download_recovery_codes", "mfa_generate_recovery_codes", "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn", "account_reauthenticate", "account_login", "account_logout",
        "account_change_password", "account_inactive", "access:oidc_again", "openid_connect_login",
        "openid_connect_callback", "set_language", "healthz", "readyz",
    }
)  # fmt: skip
"""Views that a person without a second factor may open while one is required."""


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session was opened, or has been completed, with a second factor."""
    if request.session.get(SECOND_FACTOR):
        return True
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def _htmx_redirect(address: str) -> HttpResponse:
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = address
    return answer


class SessionClock:
    """Notes that a session is in use, unless the page asks by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME) and UNATTENDED not in request.headers:
            request.session.touch()
        return self.get_response(request)


class SecondFactor:
    """While a second factor is required, who has none sees the pages to set one up and nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.SECOND_FACTOR_REQUIRED or SESSION_KEY not in request.session or self._free(request):
            return self.get_response(request)
        if not request.user.is_authenticated or has_second_factor(request):
            return self.get_response(request)
        address = reverse("mfa_index")
        if request.headers.get("HX-Request"):
            return _htmx_redirect(address)
        return redirect(address)

    @staticmethod
    def _free(request: HttpRequest) -> bool:
        if request.path_info.startswith(settings.STATIC_URL):
            return True
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return True
        # the API answers for itself, in JSON (offices.token_auth); a token has no session to complete
        return match.view_name in ENROLMENT or request.path_info.startswith("/api/")


class Reauthentication:
    """Tells acts when the person of the request last proved who they are, and asks again when an act wants it: what was
    posted is kept and comes back afterwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = presence.set(lambda: last_proof(request))
        try:
            return self.get_response(request)
        finally:
            presence.reset(token)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ReauthenticationRequired) or not request.user.is_authenticated:
            return None
        if request.method == "POST":
            back = reverse("access:resume", args=[suspend(request).pk])
        else:
            back = request.get_full_path()
        methods = get_adapter().get_reauthentication_methods(request.user)
        address = f"{methods[0]['url'] if methods else reverse('account_login')}?{urlencode({'next': back})}"
        return _htmx_redirect(address) if request.headers.get("HX-Request") else redirect(address)
