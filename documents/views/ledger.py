"""The ledger: stock by office, numbers, their histories, and the papers behind them."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit import services as audit
from cases.errors import NotAllowed, StateConflict
from cases.models import Case
from cases.uploads import EXTENSIONS, clean_name
from cases.views.files import POLICY
from documents import forms
from documents.models import Blank, BlankAct, BlankAlarm, BlankKind, BlankMovement
from documents.queries import kept_pairs, of_kept_blanks
from documents.ranges import shown
from documents.services import blanks
from documents.views.shared import attempt, keepers_only, seen_offices
from offices.authority import authority_of
from offices.configuration import configuration
from offices.roles import Act

PAGE = 50
STOCK = ("available", "assigned", "personalised", "spoilt", "voided", "outside", "missing")


@login_required
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """What each office holds of each kind, and the numbers of one office."""
    authority = keepers_only(request)
    offices = seen_offices(request.user)
    kinds = [kind for kind in every_kind() if kind.active]
    chosen = {name: request.GET.get(name, "") for name in ("kind", "office", "state", "number", "after")}
    office = next((each for each in offices if each.code == chosen["office"]), None)
    kind = next((each for each in kinds if each.code == chosen["kind"]), None)
    rows, more = _numbers(request.user, chosen, office, kind)
    kept = {name: value for name, value in chosen.items() if value and name != "after"}
    context = {
        "stock": _stock(request.user, office, kind),
        "alarms": list(BlankAlarm.objects.visible_to(request.user).open().select_related("office", "kind")[:20]),
        "rows": rows,
        "next_url": f"?{urlencode({**kept, 'after': more})}" if more else "",
        "offices": [(each.code, each.name) for each in offices],
        "kinds": [(each.code, each.name) for each in kinds],
        "states": Blank.State.choices,
        "chosen": chosen,
        "listed": any(chosen.values()),
        "keeps": authority.can_anywhere(Act.STOCK),
        "waiting": _waiting(request.user),
    }
    return render(request, "documents/ledger.html", context)


@configuration
def every_kind() -> list[BlankKind]:
    return list(BlankKind.objects.all())


def _waiting(user: Any) -> list[BlankAct]:
    """Open acts of the person's offices: transfers on their way, destructions to confirm, hand-outs to reconcile."""
    found = BlankAct.objects.filter(open=True).filter(
        of_kept_blanks(user) | of_kept_blanks(user, office="to_office_id")
    )
    return list(found.select_related("kind", "office", "to_office", "by").order_by("at")[:20])


def _stock(user: Any, office: Any, kind: Any) -> list[dict[str, Any]]:
    """Numbers in the hands of each office by state; what was delivered or destroyed is not counted."""
    here = Blank.objects.filter(of_kept_blanks(user), state__in=STOCK)
    if office is not None:
        here = here.filter(office=office)
    if kind is not None:
        here = here.filter(kind=kind)
    counted = here.values("office__code", "office__name", "kind__code", "kind__name", "kind__low_stock").annotate(
        **{state: Count("pk", filter=Q(state=state)) for state in STOCK}
    )
    rows = list(counted.order_by("office__name", "kind__name")[:200])
    for row in rows:
        row["low"] = row["available"] < row["kind__low_stock"]
        row["kept"] = row["spoilt"] + row["voided"]
        row["held"] = row["available"] + row["assigned"] + row["personalised"]
    return rows


def _numbers(user: Any, chosen: dict[str, str], office: Any, kind: Any) -> tuple[list[Blank], str]:
    """One page of numbers by key, and the key of the next page."""
    if not any(chosen.values()):
        return [], ""
    pairs = kept_pairs(user, [kind] if kind is not None else every_kind())
    found = Blank.objects.lowest(
        [pair for pair in pairs if office is None or pair[0] == office.pk],
        PAGE + 1,
        state=chosen["state"] if chosen["state"] in Blank.State.values else "",
        least=chosen["number"].strip().upper()[:20],
        after=chosen["after"][:20],
        sent_from_only=office is not None,
    )
    rows = list(found.select_related("kind", "office", "act__to_office", "moved_by"))
    return rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else ""


@login_required
@require_safe
def blank(request: HttpRequest, pk: int) -> HttpResponse:
    """The history of one number."""
    keepers_only(request)
    found = get_object_or_404(Blank.objects.visible_to(request.user).select_related("kind", "office", "act"), pk=pk)
    moves = list(
        BlankMovement.objects.filter(blank=found).select_related(
            "from_office", "to_office", "act", "by", "photo", "case"
        )
    )
    ids = {move.case_id for move in moves if move.case_id}
    cases = set(Case.objects.visible_to(request.user).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    return render(request, "documents/blank.html", {"blank": found, "moves": moves, "cases": cases})


def _acts(user: Any) -> Any:
    seen = of_kept_blanks(user) | of_kept_blanks(user, office="to_office_id")
    return BlankAct.objects.filter(seen).select_related(
        "kind", "office", "to_office", "by", "second_by", "withdrawn_by"
    )


@login_required
@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """The acts of the person's offices, newest first."""
    keepers_only(request)
    found, before = _acts(request.user), request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found.order_by("-pk")[: PAGE + 1])
    older = f"?before={rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    return render(request, "documents/papers.html", {"rows": rows[:PAGE], "older_url": older})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One act: what it moved, and what is still to be done about it (receive, confirm, reconcile)."""
    keepers_only(request)
    act = get_object_or_404(_acts(request.user), pk=pk)
    form = _follow_up(act, request)
    if form is None and request.method == "POST":
        _refuse(act, request)
    if form is not None and request.method == "POST" and form.is_valid():
        follow = {
            "transfer": lambda: blanks.arrive(act, actor=request.user, **form.cleaned_data),
            "destruction": lambda: blanks.confirm_destruction(act, actor=request.user, **form.cleaned_data),
            "handout": lambda: blanks.reconcile(act, actor=request.user, **form.cleaned_data),
        }[act.act]
        if attempt(form, follow) is not None:
            messages.success(request, _("Recorded."))
            return redirect("documents:paper", act.pk)
    left = Blank.objects.filter(act=act, state="outside").order_by("number") if act.act == "handout" else []
    context = {
        "act": act,
        "form": form,
        "withdrawal": forms.WithdrawForm() if _may_withdraw(act, request.user) else None,
        "left": shown(row.number for row in left),
        "alarms": BlankAlarm.objects.visible_to(request.user).filter(act=act),
    }
    return render(request, "documents/paper.html", context, status=422 if form is not None and form.is_bound else 200)


def _refuse(act: BlankAct, request: HttpRequest) -> None:
    """Say why nothing can be done about an act that this person sees."""
    if not act.open:
        raise StateConflict(_("Nothing is left to be done about this act."), code="finished")
    raise NotAllowed(
        _("What is still to be done about this act is for somebody else to do."),
        code="no_right", office_id=act.office_id,
    )  # fmt: skip


def _may_withdraw(act: BlankAct, user: Any) -> bool:
    return act.open and act.act == "destruction" and blanks.may_withdraw(act, user)


@login_required
@require_http_methods(["POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a proposal of destruction; what was typed comes back with what was wrong with it."""
    keepers_only(request)
    act = get_object_or_404(_acts(request.user), pk=pk, act="destruction")
    form = forms.WithdrawForm(request.POST)
    if form.is_valid():
        done = attempt(form, lambda: blanks.withdraw_destruction(act, actor=request.user, **form.cleaned_data))
        if done is not None:
            messages.success(request, _("The proposal is withdrawn. Its numbers go on waiting for destruction."))
            return redirect("documents:paper", act.pk)
    context = {"act": act, "form": None, "withdrawal": form, "left": "", "alarms": []}
    return render(request, "documents/paper.html", context, status=422)


def _follow_up(act: BlankAct, request: HttpRequest) -> Any:
    """The form of what this person may do next about an open act; None when nothing."""
    if not act.open:
        return None
    where = act.to_office_id if act.act == "transfer" else act.office_id
    if not authority_of(request.user).can(Act.STOCK, act.kind.procedure, where):
        return None
    if act.act in ("transfer", "destruction") and act.by_id == request.user.pk:
        return None
    form_class = {"transfer": forms.ArriveForm, "destruction": forms.ConfirmForm, "handout": forms.ReconcileForm}[
        act.act
    ]
    return form_class(request.POST if request.method == "POST" else None)


@login_required
@require_safe
def file(request: HttpRequest, key: Any) -> HttpResponse:
    """The scan of a signed act, or the photograph of what is spoilt. Every reading is in the audit log."""
    act = get_object_or_404(_acts(request.user), key=key)
    if not act.file:
        raise Http404
    try:
        content = act.file.open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    with transaction.atomic():
        audit.record("blanks.file_read", actor=request.user, office_id=act.office_id, data={"act": act.pk})
    return FileResponse(
        content,
        filename=clean_name(act.file_name),
        content_type=act.content_type if act.content_type in EXTENSIONS else "application/octet-stream",
        headers={
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
