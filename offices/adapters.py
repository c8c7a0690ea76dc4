"""django-allauth as the house wants it: accounts are made by administrators, guesses are counted, the ministry's
identity provider says who somebody is and never what they may do."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit import services as audit
from offices import lockout, sessions
from offices.access_events import unknown_name
from offices.keys import fernet_key
from offices.models import User

OIDC = "ministerio"
"""Name of the ministry's identity provider in addresses and in the table of identities."""


def locked_message(minutes: int) -> str:
    return ngettext(
        "Too many attempts. Wait %(minutes)d minute and try again.",
        "Too many attempts. Wait %(minutes)d minutes and try again.",
        minutes,
    ) % {"minutes": minutes}


class StaffAccountAdapter(DefaultAccountAdapter):
    """Signing in with name and password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        name = credentials.get("username", "")
        try:
            self._attempt = lockout.begin_password(name)
        except lockout.LockedOut as locked:
            audit.record_denied("signin.locked", actor=None, data=unknown_name(name))
            raise ValidationError(locked_message(locked.minutes), code="too_many_login_attempts") from locked

    def _rollback_login_failed_rl_usage(self) -> None:  # allauth's word for "it was the right password"
        lockout.succeeded(self._attempt)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        audit.record_denied("signin.failed", actor=None, data=unknown_name(credentials.get("username", "")))

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        request.session.begin(
            address=audit.origin.get().address, agent=request.META.get("HTTP_USER_AGENT", "").replace("\x00", "")
        )
        request.session.save()
        sessions.limit_sessions(request, user)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        methods = super().get_reauthentication_methods(user)
        if user.is_authenticated and SocialAccount.objects.filter(user=user, provider=OIDC).exists():
            methods.append(
                {
                    "id": "oidc",
                    "description": _("With the ministry's identity provider"),
                    "url": reverse("access:oidc_again"),
                }
            )
        return methods


class StaffMFAAdapter(DefaultMFAAdapter):
    """Second factors: secrets are encrypted in the database, and the last factor stays while one is required."""

    def _fernet(self) -> MultiFernet:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return MultiFernet([Fernet(fernet_key(key, "second factor")) for key in keys])

    def encrypt(self, text: str) -> str:
        return self._fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return self._fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ValidationError(
                _("Your second factor can not be read any more. Ask an administrator to withdraw it.")
            ) from error

    def get_totp_issuer(self) -> str:
        return settings.MFA_TOTP_ISSUER

    def get_totp_label(self, user: User) -> str:
        return user.username

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not settings.SECOND_FACTOR_REQUIRED or authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = Authenticator.objects.filter(user=authenticator.user_id).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


class StaffSocialAdapter(DefaultSocialAccountAdapter):
    """Sign-in with the ministry's identity provider (OpenID Connect).

    The provider's claim ``OIDC_STAFF_CLAIM`` has to be the identifier that an administrator entered for the person;
    nothing else (no e-mail, no name) matches, and no account is ever made or connected here.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        claims = sociallogin.account.extra_data or {}
        subjects = {claims[part].get("sub") for part in ("userinfo", "id_token") if claims.get(part)}
        if len(subjects) != 1:  # OpenID Connect Core 1.0 §5.3.2: user info of somebody else must not be used
            self._refuse(request, sociallogin, "subject", 403)
        if not sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            self._refuse(request, sociallogin, "unknown", 403)
        if not sociallogin.user.is_active:
            self._refuse(request, sociallogin, "inactive", 403)
        # who it is, is all that is kept; allauth has just written the claims
        sociallogin.account.extra_data = {}
        SocialAccount.objects.filter(pk=sociallogin.account.pk).update(extra_data={})

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        audit.record_denied("signin.failed", actor=None, data={"provider": OIDC, "code": str(error or "error")[:40]})
        raise ImmediateHttpResponse(
            render(request, "socialaccount/authentication_error.html", {"cancelled": error == "cancelled"}, status=403)
        )

    @staticmethod
    def _refuse(request: HttpRequest, sociallogin: SocialLogin, code: str, status: int) -> None:
        data = {"provider": OIDC, "code": code, **unknown_name(sociallogin.account.uid)}
        audit.record_denied("signin.failed", actor=None, data=data)
        raise ImmediateHttpResponse(render(request, "socialaccount/unknown.html", {"code": code}, status=status))

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        return {}
