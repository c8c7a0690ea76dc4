"""Side exits of a case: withdrawal, abandonment, voiding."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import services
from cases.case_forms import CloseForm
from cases.errors import NotAllowed, StateConflict
from cases.page import page_of
from offices.roles import Act


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, number: str) -> HttpResponse:
    """End a case by a side exit, with its ground, after a confirmation that names it."""
    page = page_of(request.user, number)
    case = page.case
    if not page.can(Act.CLOSE):
        raise NotAllowed(
            _("Your postings do not let you end cases of this office."),
            code="no_right",
            office_id=case.office_id,
            case_id=case.pk,
        )
    form = CloseForm(request.POST or None, case=case)
    context = {"page": page, "case": case, "head": page.header(), "form": form}
    try:
        if not case.is_open:
            raise StateConflict(_("This case has already ended."), code="closed")
        if form.is_valid():
            values = {name: form.cleaned_data[name] for name in ("outcome", "ground", "text")}
            services.close_case(case, actor=request.user, **values)
            messages.success(request, _("Case %(number)s has ended.") % {"number": case.number})
            return redirect(page.url)
    except ValidationError as error:
        form.add_error("ground", error.error_dict["ground"] if hasattr(error, "error_dict") else error)
    except StateConflict as conflict:
        context = {"detail": conflict.message, "back_url": page.url, "back_label": _("See the case as it stands now")}
        return render(request, "409.html", context, status=409)
    return render(request, "cases/case/close.html", context, status=422 if form.is_bound else 200)
