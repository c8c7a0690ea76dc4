"""Pages of the acts on stock: each a form, and the paper it makes."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.views.receiving import limited_upload
from documents import forms
from documents.services import blanks
from documents.views.shared import attempt
from offices.authority import authority_of
from offices.roles import Act


def _page(
    form_class: type[forms.PaperForm], act: Callable[..., Any], *, title: Any, told: Any, button: Any, icon: str
) -> Callable[[HttpRequest], HttpResponse]:
    """The page of one act: its form, then the paper that it made."""

    @login_required
    @limited_upload(lambda request: 1)
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest) -> HttpResponse:
        if not authority_of(request.user).can_anywhere(Act.STOCK):
            raise Http404
        given = {name: request.GET[name] for name in ("kind", "office", "numbers") if name in request.GET}
        form = form_class(request.POST or None, request.FILES or None, user=request.user, initial=given)
        if request.method == "POST" and form.is_valid():
            made = attempt(form, lambda: act(actor=request.user, **form.values()))
            if made is not None:
                messages.success(request, told % {"quantity": made.quantity, "office": made.office})
                return redirect("documents:paper", made.pk)
        context = {"form": form, "title": title, "button": button, "icon": icon}
        return render(request, "documents/act.html", context, status=422 if form.is_bound else 200)

    return view


receive = _page(
    forms.ReceiveForm, blanks.receive, title=gettext_lazy("Receive a series"), button=gettext_lazy("Receive"),
    told=gettext_lazy("%(quantity)d numbers are in the stock of %(office)s."), icon="transfer-in",
)  # fmt: skip
send = _page(
    forms.SendForm, blanks.send, title=gettext_lazy("Send to another office"), button=gettext_lazy("Send"),
    told=gettext_lazy("%(quantity)d numbers of %(office)s are on their way."), icon="send",
)  # fmt: skip
correct = _page(
    forms.CorrectForm, blanks.correct, title=gettext_lazy("Change in stock"), button=gettext_lazy("Record"),
    told=gettext_lazy("%(quantity)d numbers of %(office)s changed."), icon="pencil",
)  # fmt: skip
destroy = _page(
    forms.DestroyForm, blanks.propose_destruction, title=gettext_lazy("Act of destruction"),
    button=gettext_lazy("Draw up the act"),
    told=gettext_lazy("%(quantity)d numbers of %(office)s wait for a second person's confirmation."), icon="ban",
)  # fmt: skip
hand_out = _page(
    forms.HandOutForm, blanks.hand_out, title=gettext_lazy("Emergency hand-out"), button=gettext_lazy("Hand out"),
    told=gettext_lazy("%(quantity)d numbers of %(office)s were handed out on paper."), icon="alert-triangle",
)  # fmt: skip
