"""Pages of this room: absence cover, roles and permissions, notices."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from offices import delegating
from offices.forms import DelegationForm, RevokeForm
from offices.models import Notice
from offices.notices import text_of
from offices.role_table import role_lines
from offices.roles import Act, ProcedureCode
from offices.services import see_notices

SHOWN = 100


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    """Who covers whom: arrange it for oneself or, as a supervisor, for the people of one's offices."""
    form = DelegationForm(request.POST or None, actor=request.user)
    if form.is_valid():
        try:
            made = delegating.delegate_posting(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            text = _("%(delegate)s covers %(absentee)s.")
            messages.success(request, text % {"delegate": made.delegate, "absentee": made.absentee})
            return redirect("offices:delegations")
    now = timezone.now()
    rows = list(delegating.delegations_seen_by(request.user)[:SHOWN])
    context = {
        "form": form,
        "rows": [
            {
                "delegation": row,
                "over": row.revoked_at is not None or row.closed_at is not None or row.until <= now,
                "coming": row.since > now,
                "may_revoke": request.user.pk == row.delegate_id or delegating.may_delegate(request.user, row.posting),
            }
            for row in rows
        ],
    }
    return render(request, "offices/delegations.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a cover at once."""
    row = get_object_or_404(delegating.delegations_seen_by(request.user), pk=pk)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the cover ends."))
        return redirect("offices:delegations")
    try:
        delegating.revoke_delegation(row, actor=request.user, reason=form.cleaned_data["reason"])
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("The cover has ended."))
    return redirect("offices:delegations")


@login_required
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """What each role may do, in which procedures."""
    lines = role_lines()
    held = {posting.role for posting in (request.posting and request.postings) or []}
    matrix = [
        {"label": act.label, "cells": [any(label == str(act.label) for label, _p in line.acts) for line in lines]}
        for act in Act
    ]
    context = {"lines": lines, "matrix": matrix, "procedures": ProcedureCode.labels, "held": held}
    return render(request, "offices/roles.html", context)


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What the person was told, the newest first; looking at it is having seen it."""
    rows = list(Notice.objects.filter(user=request.user).order_by("-pk")[:SHOWN])
    context = {"rows": [{"text": text_of(row), "at": row.at, "new": row.seen_at is None} for row in rows]}
    response = render(request, "offices/notices.html", context)
    if any(row["new"] for row in context["rows"]):
        see_notices(actor=request.user)
    return response
