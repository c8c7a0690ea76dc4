"""Pages of one's own access: sessions, tokens, and coming back to what was being written."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from offices import reauthentication, tokens
from offices.access_forms import TokenForm
from offices.agents import describe_agent
from offices.models import Session
from offices.returning import own_address
from offices.sessions import end_session, end_sessions, open_sessions

MANY = 50


@never_cache
@login_required
@require_safe
def own_sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in."""
    rows = [
        {
            "session": session,
            "here": session.session_key == request.session.session_key,
            "agent": describe_agent(session.agent),
            # a name for the row that does not open the session
            "handle": handle_of(session),
        }
        for session in open_sessions(request.user)[:MANY]
    ]
    return render(request, "account/sessions.html", {"rows": rows})


def handle_of(session: Session) -> str:
    """What the page calls a session: a hash of its key, since the key itself opens it."""
    return tokens.digest_of(f"session {session.session_key}")[:32]


@login_required
@require_POST
def close_session(request: HttpRequest) -> HttpResponse:
    """End one other session of one's own, or all others."""
    handle = request.POST.get("session", "")
    if handle == "others":
        ended = end_sessions(request.user, actor=request.user, reason="own", keep=request.session.session_key)
        messages.success(request, _("You are signed out everywhere but here.") if ended else _("There was no other."))
        return redirect("access:sessions")
    for session in open_sessions(request.user)[:MANY]:
        if handle_of(session) == handle:
            if session.session_key == request.session.session_key:
                return redirect("account_logout")
            end_session(session, actor=request.user, reason="own")
            messages.success(request, _("That session has been closed."))
            return redirect("access:sessions")
    raise Http404


@never_cache
@login_required
@sensitive_variables("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def own_tokens(request: HttpRequest) -> HttpResponse:
    """The person's API tokens; a new one is shown once, in the answer that makes it."""
    form = TokenForm(request.POST or None, user=request.user)
    context: dict[str, Any] = {"form": form, "secret": ""}
    status = 200
    if request.method == "POST":
        reauthentication.ensure_recent_for(request)
        status = 422
        if form.is_valid():
            try:
                context["token"], context["secret"] = tokens.issue_token(actor=request.user, **form.values())
                context["form"] = TokenForm(user=request.user)
                status = 201
            except ValidationError as error:
                form.add_error(None, error)
    now = timezone.now()
    rows = [{"token": token, "stopped": token.stopped(now)} for token in tokens.tokens_of(request.user)[:MANY]]
    return render(request, "account/tokens.html", {**context, "rows": rows}, status=status)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop one of one's own tokens."""
    token = get_object_or_404(tokens.tokens_of(request.user), pk=pk)
    tokens.revoke_token(token, actor=request.user, reason="own")
    messages.success(request, _("The token «%(name)s» no longer works.") % {"name": token.name})
    return redirect("access:tokens")


@never_cache
@login_required
@require_safe
def resume(request: HttpRequest, key: str) -> HttpResponse:
    """Back to the form that had to wait until the person confirmed who they are: filled, or repeated on a page of its
    own with a button that sends it."""
    kept = reauthentication.suspended(request, str(key))
    if kept is None:
        raise Http404
    try:
        match = resolve(kept.path)
    except Resolver404 as gone:
        raise Http404 from gone
    if match.view_name in reauthentication.resumes_itself:
        return redirect(f"{kept.path}?{urlencode({'retomar': kept.pk})}")
    typed = [(name, value) for name, values in kept.values.items() for value in values]
    return render(request, "account/resume.html", {"kept": kept, "typed": typed})


@never_cache
@login_required
@require_safe
def oidc_again(request: HttpRequest) -> HttpResponse:
    """Confirm who one is at the ministry's identity provider, which is told to ask again."""
    if not any(method["id"] == "oidc" for method in get_adapter().get_reauthentication_methods(request.user)):
        raise Http404
    address = own_address(request, request.GET.get("next")) or reverse("cases:inbox")
    return render(request, "account/oidc_again.html", {"next": address})


class RemoveKey(RemoveWebAuthnView):
    """Remove a security key of one's own; the last second factor stays while one is required (allauth asks its adapter
    for the app's codes alone)."""

    def form_valid(self, form: Form) -> HttpResponse:
        if not mfa_adapter().can_delete_authenticator(self.get_object()):
            form.add_error(None, _("This is your only second factor, and one is required: add another one first."))
            return self.form_invalid(form)
        return super().form_valid(form)


class KeyAgain(ReauthenticateWebAuthnView):
    """Confirm who one is with a security key. That a key is refused is said on the page itself, so that where the
    person was going to, and what waits there, is not lost."""

    def form_invalid(self, form: AuthenticateWebAuthnForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **kwargs}  # allauth's own drops what it is given


remove_key = RemoveKey.as_view()
key_again = KeyAgain.as_view()
