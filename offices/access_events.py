"""Audit events of signing in. django-allauth and Django tell of these moments through signals only; this is the one
place that listens."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth
from django.db import transaction
from django.http import HttpRequest

from audit import services as audit
from offices import sessions
from offices.lockout import key_of
from offices.models import User

SECOND_FACTOR = "second_factor"
"""Session key: this session set up its second factor itself, so it need not sign in again to use it."""


def unknown_name(name: str) -> dict[str, Any]:
    """How a failed sign-in is recorded: the user's id, or for an unknown name a keyed hash. What was typed there may be
    a password."""
    user = User.objects.filter(username=name.strip()).only("pk").first() if "\x00" not in name else None
    return {"user": user.pk} if user else {"name": key_of("account", name.strip().casefold())[:16]}


def _record(verb: str, user: User, **data: Any) -> None:
    with transaction.atomic():
        audit.record(verb, actor=user, data=data)


def signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    login = kwargs.get("sociallogin")
    _record("signin.succeeded", user, method=login.account.provider if login else "password")


def signed_out(request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    if user is not None and user.pk:
        _record("signout", user)


def step_completed(request: HttpRequest, user: User, method: str, **kwargs: Any) -> None:
    if kwargs.get("reauthenticated"):
        _record("signin.confirmed", user, method=kwargs.get("type", method))


def factor_added(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    if authenticator.type != authenticator.Type.RECOVERY_CODES:
        request.session[SECOND_FACTOR] = True
        # sessions that were opened with a password alone are worth less now
        sessions.end_sessions(user, actor=user, reason="second_factor", keep=request.session.session_key)
    _record("second_factor.added", user, type=authenticator.type)


def factor_removed(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    _record("second_factor.removed", user, type=authenticator.type)


def factor_reset(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    _record("second_factor.renewed", user, type=authenticator.type)


def factor_used(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    _record("second_factor.used", user, type=authenticator.type)


def factor_failed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    audit.record_denied("second_factor.failed", actor=None, data={"user": user.pk})


def password_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record("password.changed", user)
    sessions.end_sessions(user, actor=user, reason="password", keep=request.session.session_key)


def connect() -> None:
    account.user_logged_in.connect(signed_in, dispatch_uid="offices")
    auth.user_logged_out.connect(signed_out, dispatch_uid="offices")
    account.authentication_step_completed.connect(step_completed, dispatch_uid="offices")
    account.password_changed.connect(password_changed, dispatch_uid="offices")
    mfa.authenticator_added.connect(factor_added, dispatch_uid="offices")
    mfa.authenticator_removed.connect(factor_removed, dispatch_uid="offices")
    mfa.authenticator_reset.connect(factor_reset, dispatch_uid="offices")
    mfa.authenticator_used.connect(factor_used, dispatch_uid="offices")
    mfa.authentication_failed.connect(factor_failed, dispatch_uid="offices")
