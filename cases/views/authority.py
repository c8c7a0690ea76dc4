"""Pages of who may see a case and where it lies: access outside one's task, conflicts of interest, transfers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import conflicts as finding
from cases import services
from cases.access import check_reading
from cases.errors import NotAllowed, ReasonNeeded, StateConflict
from cases.forms_authority import ReasonForm, TransferForm
from cases.models import Case, Conflict, Transfer
from cases.page import page_of
from cases.reading import note_sought
from offices.authority import authority_of
from offices.returning import own_address
from offices.roles import Act

SHOWN = 100


def _spread(error: ValidationError, form: Any) -> None:
    """Errors of an act at their fields."""
    form.add_error(None, error)


def _conflict(request: HttpRequest, conflict: StateConflict, back: str) -> HttpResponse:
    context = {"detail": conflict.message, "back_url": back, "back_label": _("Go back")}
    return render(request, "409.html", context, status=409)


# --- access outside one's task ---------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def access(request: HttpRequest, number: str) -> HttpResponse:
    """Why the person needs to read a case that is not their task. Shows its number and nothing else of it."""
    case = Case.objects.visible_to(request.user).filter(number=number.upper()).first()
    if case is None:
        note_sought(request.user, number)
        raise Http404
    wanted = own_address(request, request.POST.get("next") or request.GET.get("next"))
    target = wanted or reverse("cases:case", args=[case.number])
    try:
        check_reading(request.user, case)
    except ReasonNeeded:
        form = ReasonForm(request.POST or None, label=_("Why do you need to read this case?"))
        if form.is_valid():
            try:
                services.open_outside_task(case, actor=request.user, reason=form.cleaned_data["reason"])
            except ValidationError as error:
                _spread(error, form)
            else:
                return redirect(target)
        context = {"number": case.number, "form": form, "next": wanted}
        return render(request, "cases/authority/access.html", context, status=422 if form.is_bound else 200)
    return redirect(target)


# --- conflicts of interest -------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def declare_conflict(request: HttpRequest, number: str) -> HttpResponse:
    """Keep oneself out of a case."""
    page = page_of(request.user, number)
    form = ReasonForm(
        request.POST or None,
        label=_("What is your interest in this case?"),
        help_text=_("Kinship, friendship, a business, your own application… Your supervisor reads it."),
    )
    if form.is_valid():
        services.declare_conflict(page.case, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("You are out of case %(number)s from now on.") % {"number": page.case.number})
        return redirect("cases:inbox")
    context = {"page": page, "case": page.case, "form": form}
    return render(request, "cases/authority/declare.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def conflicts(request: HttpRequest) -> HttpResponse:
    """The conflicts of interest that stand in the cases one supervises, the newest first, and those lifted."""
    if not authority_of(request.user).can_anywhere(Act.SUPERVISE):
        raise Http404
    lifted = "lifted" in request.GET
    rows = Conflict.objects.visible_to(request.user).filter(lifted_at__isnull=not lifted)
    rows = list(rows.select_related("case__office", "user", "lifted_by")[: SHOWN + 1])
    context = {
        "rows": [{"conflict": row, "why": row.reason or finding.RULES.get(row.rule, row.rule)} for row in rows[:SHOWN]],
        "more": len(rows) > SHOWN,
        "lifted": lifted,
    }
    return render(request, "cases/authority/conflicts.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lift_conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an officer back to a case, with the reason."""
    visible = Conflict.objects.visible_to(request.user).select_related("case__office", "user")
    conflict = get_object_or_404(visible, pk=pk)
    form = ReasonForm(request.POST or None, label=_("Why does it no longer stand?"))
    if form.is_valid():
        try:
            services.lift_conflict(conflict, actor=request.user, reason=form.cleaned_data["reason"])
        except StateConflict as late:
            return _conflict(request, late, reverse("cases:conflicts"))
        messages.success(request, _("Conflict of interest lifted."))
        return redirect("cases:conflicts")
    why = conflict.reason or finding.RULES.get(conflict.rule, conflict.rule)
    context = {"conflict": conflict, "why": why, "form": form}
    return render(request, "cases/authority/lift.html", context, status=422 if form.is_bound else 200)


# --- transfers -------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest, number: str) -> HttpResponse:
    """Propose that another office takes a case."""
    page = page_of(request.user, number)
    case = page.case
    if not page.can(Act.SUPERVISE):
        raise NotAllowed(
            _("Only a supervisor of this office can transfer its cases."),
            code="no_right", office_id=case.office_id, case_id=case.pk,
        )  # fmt: skip
    form = TransferForm(request.POST or None, case=case)
    try:
        if form.is_valid():
            services.propose_transfer(case, actor=request.user, **form.cleaned_data)
            text = _("Transfer proposed. The case stays here until %(office)s receives it.")
            messages.success(request, text % {"office": form.cleaned_data["to"]})
            return redirect(page.url)
    except ValidationError as error:
        for field, found in getattr(error, "error_dict", {"reason": [error]}).items():
            form.add_error(field, found)
    except StateConflict as late:
        return _conflict(request, late, page.url)
    context = {"page": page, "case": case, "form": form}
    return render(request, "cases/authority/transfer.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    """Cases that wait to be received by the offices one supervises, and those sent from them."""
    authority = authority_of(request.user)
    if not authority.can_anywhere(Act.SUPERVISE):
        raise Http404
    offices = frozenset[int]().union(*authority.procedures(Act.SUPERVISE).values())
    rows = Transfer.objects.visible_to(request.user).waiting().select_related("case", "from_office", "to_office")
    mine = rows.filter(Q(to_office_id__in=sorted(offices)) | Q(from_office_id__in=sorted(offices)))
    found = list(mine.select_related("proposed_by")[: SHOWN + 1])
    context = {
        "rows": [
            {
                "transfer": row,
                "arriving": authority.can(Act.SUPERVISE, row.case.procedure, row.to_office_id)
                and row.proposed_by_id != request.user.pk,
                "sent": authority.can(Act.SUPERVISE, row.case.procedure, row.from_office_id),
            }
            for row in found[:SHOWN]
        ],
        "more": len(found) > SHOWN,
    }
    return render(request, "cases/authority/transfers.html", context)


def _transfer(request: HttpRequest, pk: int) -> Transfer:
    visible = Transfer.objects.visible_to(request.user).select_related("case", "from_office", "to_office")
    return get_object_or_404(visible, pk=pk)


def _answer(request: HttpRequest, act: Callable[[], Any], done: str) -> HttpResponse:
    try:
        act()
    except StateConflict as late:
        return _conflict(request, late, reverse("cases:transfers"))
    messages.success(request, done)
    return redirect("cases:transfers")


@login_required
@require_POST
def accept_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Receive a case."""
    row = _transfer(request, pk)
    done = _("Case %(number)s is now at %(office)s.") % {"number": row.case.number, "office": row.to_office}
    return _answer(request, lambda: services.accept_transfer(row, actor=request.user), done)


@login_required
@require_POST
def withdraw_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was proposed."""
    row = _transfer(request, pk)
    return _answer(request, lambda: services.withdraw_transfer(row, actor=request.user), _("Transfer taken back."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decline_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not receive a case, with the reason."""
    row = _transfer(request, pk)
    if not authority_of(request.user).can(Act.SUPERVISE, row.case.procedure, row.to_office_id):
        raise NotAllowed(
            _("Only a supervisor of the receiving office can answer."),
            code="no_right", office_id=row.to_office_id, case_id=row.case_id,
        )  # fmt: skip
    form = ReasonForm(request.POST or None, label=_("Why is it not received?"))
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        act = lambda: services.decline_transfer(row, actor=request.user, reason=reason)  # noqa: E731
        return _answer(request, act, _("Transfer declined. The case stays where it is."))
    context = {"transfer": row, "form": form}
    return render(request, "cases/authority/decline.html", context, status=422 if form.is_bound else 200)
