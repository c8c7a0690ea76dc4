"""Counting the safe: the sheet of an office, its PDF, and the alarms."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents.forms import AlarmForm, CountForm, kept_kinds, kept_offices
from documents.models import BlankAlarm, BlankSheet
from documents.pdf import render as render_pdf
from documents.queries import of_kept_blanks
from documents.services import blanks
from documents.sheet import sheet_data
from documents.views.shared import attempt, keepers_only
from offices.authority import authority_of
from offices.roles import Act

PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def count(request: HttpRequest) -> HttpResponse:
    """The books of one office and kind since the last sheet, and the form for what was counted."""
    if not authority_of(request.user).can_anywhere(Act.STOCK):
        raise Http404
    kinds, offices = kept_kinds(request.user), kept_offices(request.user)
    posting = getattr(request, "posting", None)
    here = posting.office.code if posting else ""
    kind = next((each for each in kinds if each.code == request.GET.get("kind")), kinds[0] if kinds else None)
    wanted = request.GET.get("office") or here
    office = next((each for each in offices if each.code == wanted), offices[0] if offices else None)
    if kind is None or office is None:
        raise Http404
    books = blanks.books(kind, office)
    form = CountForm(request.POST or None, initial={"expected": books.closing})
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: blanks.count(kind=kind, office=office, actor=request.user, **form.cleaned_data))
        if made is not None:
            messages.success(request, _("The sheet is signed; print it here."))
            return redirect(f"{reverse('documents:sheets')}?office={office.code}")
    if form.is_bound:  # what the person sees now is what the next attempt is checked against
        form.data = form.data.copy()
        form.data["expected"] = books.closing
    context = {
        "form": form,
        "books": books,
        "kind": kind,
        "office": office,
        "kinds": [(each.code, each.name) for each in kinds],
        "offices": [(each.code, each.name) for each in offices],
    }
    return render(request, "documents/count.html", context, status=422 if form.is_bound else 200)


def _sheets(user: Any) -> Any:
    return BlankSheet.objects.filter(of_kept_blanks(user)).select_related("office", "kind", "by")


@login_required
@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    """The sheets of the person's offices, newest first."""
    keepers_only(request)
    found, before, office = _sheets(request.user), request.GET.get("before", ""), request.GET.get("office", "")
    if office:
        found = found.filter(office__code=office)
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found.order_by("-pk")[: PAGE + 1])
    older = f"?office={office}&before={rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    keeps = authority_of(request.user).can_anywhere(Act.STOCK)
    return render(request, "documents/sheets.html", {"rows": rows[:PAGE], "older_url": older, "keeps": keeps})


@login_required
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A signed sheet as a PDF, to be printed and filed."""
    found = get_object_or_404(_sheets(request.user), pk=pk)
    content = render_pdf("sheet", sheet_data(found), day=found.day)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="hoja-{found.office.code}-{found.day}-{found.pk}.pdf"'},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def alarms(request: HttpRequest) -> HttpResponse:
    """Open alarms, and the form in which a supervisor settles one."""
    authority = keepers_only(request)
    seen = BlankAlarm.objects.visible_to(request.user).select_related("office", "kind", "closed_by", "act", "sheet")
    form = AlarmForm(request.POST or None)
    wanted = request.POST.get("alarm", "")
    if request.method == "POST":
        alarm = get_object_or_404(seen, pk=int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0)
        if form.is_valid():
            closed = attempt(form, lambda: blanks.close_alarm(alarm, actor=request.user, **form.cleaned_data))
            if closed is not None:
                messages.success(request, _("The alarm is settled."))
                return redirect("documents:alarms")
    rows = [
        (row, authority.can(Act.SUPERVISE, row.kind.procedure, row.office_id))
        for row in seen.order_by("closed_at", "-pk")[:PAGE]
    ]
    context = {"rows": rows, "form": form, "at": wanted}
    return render(request, "documents/alarms.html", context, status=422 if form.is_bound else 200)
