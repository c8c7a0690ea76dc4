"""Tokens as the API sees them: authentication, scopes, and their place in the schema."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions, permissions
from rest_framework.request import Request

from audit import services as audit
from offices import tokens
from offices.access_models import Scope
from offices.models import ApiToken, User
from offices.realms import realm_of
from wall.realm import enter_realm

KEYWORD = "Bearer"


class Agency(AnonymousUser):
    """Another agency's system: authenticated, nobody of the house, without any right to a case."""

    def __init__(self, code: str):
        self.code = code

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def is_anonymous(self) -> bool:
        return False

    def __str__(self) -> str:
        return self.code


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer sugm_…``. The person of the token's posting, with that posting's rights alone."""

    def authenticate(self, request: Request) -> tuple[Any, ApiToken] | None:
        parts = authentication.get_authorization_header(request).split()
        if not parts or parts[0].lower() != KEYWORD.lower().encode():
            return None
        try:
            (secret,) = (part.decode("ascii") for part in parts[1:])
        except (UnicodeDecodeError, ValueError) as error:
            raise exceptions.AuthenticationFailed(_("This token is not valid."), code="token_invalid") from error
        found = tokens.find_token(secret)
        if found is None:
            audit.record_denied("token.used", actor=None, data={"code": "unknown"})
            raise exceptions.AuthenticationFailed(_("This token is not valid."), code="token_invalid")
        token, why = found
        if why:
            actor = token.posting.user if token.posting else None
            audit.record_denied("token.used", actor=actor, data={"token": token.pk, "code": "stopped"})
            raise exceptions.AuthenticationFailed(why, code="token_stopped")
        tokens.note_use(token)
        _mark(request, token)
        if token.posting is None:
            return Agency(token.agency), token
        user = token.posting.user
        user._authority = tokens.authority_of_token(token)  # what authority_of() reads for the rest of the request
        return user, token

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD


def _mark(request: Request, token: ApiToken) -> None:
    plain: HttpRequest = request._request
    plain.api_token = token
    plain.posting = token.posting
    plain.postings = [token.posting] if token.posting else []


class InScope(permissions.IsAuthenticated):
    """A signed-in person, or a token with the scope of the view: its ``token_scope``, or else reading cases for safe
    methods and acting for the others. A token without a posting needs a view that names a scope."""

    message = _("This token does not have the scope for that.")

    def has_permission(self, request: Request, view: Any) -> bool:
        token = request.auth
        if isinstance(token, ApiToken):
            safe = request.method in permissions.SAFE_METHODS
            allowed = getattr(view, "token_scope", Scope.READ if safe else Scope.ACT) in token.scopes
        else:
            allowed = bool(super().has_permission(request, view))
        if allowed and isinstance(request.user, User):
            # callers with a token are known only here; the realm is left where offices.middleware.Wall ends
            enter_realm(realm_of(request.user))
        return allowed


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "sugm_…",
            "description": "API token bound to a posting or an agency; scopes: " + ", ".join(Scope.values),
        }


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session. 401, not 403, for who has none, and the second factor is asked for here too."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        if found is not None and settings.SECOND_FACTOR_REQUIRED:
            from offices.access_middleware import has_second_factor

            if not has_second_factor(request._request):
                raise exceptions.PermissionDenied(_("Set up your second factor first."), code="second_factor_required")
        return found


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
