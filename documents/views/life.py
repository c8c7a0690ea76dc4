"""The page on which a supervisor changes the state of a document."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from documents import services
from documents.forms import LifeForm
from documents.models import IssuedDocument
from documents.services.life import WAYS
from documents.views.shared import attempt
from offices.authority import authority_of
from offices.roles import Act


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Suspend, report, cancel… a delivered document, with its ground."""
    seen = IssuedDocument.objects.visible_to(request.user).select_related("case", "holder", "pdf")
    document = get_object_or_404(seen, pk=pk)
    if not authority_of(request.user).can(Act.SUPERVISE, document.case.procedure, document.issued_by_office_id):
        raise Http404
    case_url = f"{reverse('cases:case', args=[document.case.number])}?panel=documents"
    form = LifeForm(request.POST or None, document=document)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: services.change_state(document, actor=request.user, **form.cleaned_data))
        if made is not None:
            told = _("%(label)s: %(state)s.") % {"label": document.pdf.label, "state": made.get_state_display()}
            messages.success(request, told)
            return redirect(case_url)
    changes = document.changes.select_related("ground", "by")
    context = {
        "document": document, "form": form, "case_url": case_url, "changes": changes,
        "ways": WAYS.get(document.state, ()),
    }  # fmt: skip
    return render(request, "documents/life.html", context, status=422 if form.is_bound else 200)
