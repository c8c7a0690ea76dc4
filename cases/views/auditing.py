"""The auditor's page: who did or read what, when and why. Looking at it is in the log too."""

import csv
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from audit import services as audit
from audit.models import AuditEvent
from cases.exports import harmless
from cases.models import Case
from cases.verbs import choices, label
from offices.authority import authority_of
from offices.models import Office, User
from offices.roles import Act, Role
from ui.numbers import row_id

PAGE = 50
EXPORTED = 50_000
_CHUNK = 1_000


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class EventFilter(forms.Form):
    """What an auditor looks for."""

    actor = forms.CharField(label=_("Officer (user name)"), required=False, max_length=150)
    case = forms.CharField(label=_("Case"), required=False, max_length=32)
    person = forms.IntegerField(label=_("Person (number)"), required=False, min_value=1, max_value=2**62)
    office = forms.ModelChoiceField(
        label=_("Office"), required=False, queryset=Office.objects.none(), empty_label=_("All offices")
    )
    verb = forms.ChoiceField(label=_("Act"), required=False)
    denied = forms.BooleanField(label=_("Only refused attempts"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    term = forms.CharField(
        label=_("Searched for"), required=False, max_length=100,
        help_text=_("Whole text or one word, as it was typed into a search box."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offices = frozenset[int]().union(*authority_of(user).procedures(Act.AUDIT).values())
        self.fields["office"].queryset = Office.objects.filter(pk__in=offices).order_by("name")
        self.fields["verb"].choices = [("", _("All")), *choices()]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The period ends before it begins."))
        return data

    @property
    def chosen(self) -> list[str]:
        return sorted(name for name, value in self.cleaned_data.items() if value)

    def narrow(self, events: QuerySet[AuditEvent], user: User) -> QuerySet[AuditEvent]:
        """The events asked for. A case is found by its number among those the log tells this user of."""
        given = self.cleaned_data
        if given["actor"]:
            actor = User.objects.filter(username__iexact=given["actor"].strip()).first()
            events = events.filter(actor_id=actor.pk if actor else 0)
        if given["case"]:
            case = Case._base_manager.filter(number=given["case"].strip().upper()).values_list("pk", flat=True).first()
            events = events.filter(case_id=case or 0)
        if given["person"]:
            events = events.filter(person_id=given["person"])
        if given["office"]:
            events = events.filter(office_id=given["office"].pk)
        if given["verb"]:
            events = events.filter(verb=given["verb"])
        if given["denied"]:
            events = events.filter(denied=True)
        if given["since"]:
            events = events.filter(at__gte=_begins(given["since"]))
        if given["until"]:
            events = events.filter(at__lt=_begins(given["until"] + timedelta(days=1)))
        if given["term"]:
            events = events.filter(
                verb__in=("search", "list.exported"), data__words__contains=[audit.hashed(given["term"])]
            ) | (events.filter(verb__in=("search", "list.exported"), data__text=audit.hashed(given["term"])))
        return events


def _begins(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@login_required
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The log, newest first, by key: page after page at the same cost."""
    if not authority_of(request.user).can_anywhere(Act.AUDIT):
        raise Http404
    form = EventFilter(request.GET or None, user=request.user)
    found = AuditEvent.objects.visible_to(request.user)
    if form.is_bound:
        if not form.is_valid():
            return render(request, "cases/authority/events.html", {"form": form, "rows": []}, status=422)
        found = form.narrow(found, request.user)
    chosen = form.chosen if form.is_bound else []
    if request.GET.get("export") == "csv":
        audit.note_read("audit.exported", actor=request.user, data={"filtered": chosen, "limit": EXPORTED})
        return _export(found)
    before = row_id(request.GET.get("before"))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.select_related("actor", "on_behalf_of").order_by("-id")[: PAGE + 1])
    audit.note_read("audit.read", actor=request.user, data={"filtered": chosen, "case": _case_asked(form)})
    kept = [(name, value) for name, value in request.GET.items() if name not in ("before", "export") and value]
    context = {
        "form": form,
        "rows": _shown(rows[:PAGE]),
        "older_url": f"?{urlencode([*kept, ('before', rows[PAGE - 1].pk)])}" if len(rows) > PAGE else "",
        "export_url": f"?{urlencode([*kept, ('export', 'csv')])}",
        "narrowed": bool(chosen),
    }
    return render(request, "cases/authority/events.html", context)


def _case_asked(form: EventFilter) -> str:
    return audit.hashed(form.cleaned_data["case"]) if form.is_bound and form.cleaned_data.get("case") else ""


def _shown(rows: list[AuditEvent]) -> list[dict[str, Any]]:
    """Events with the numbers and names of what they point at; two statements for a page."""
    numbers = dict(
        Case._base_manager.filter(pk__in={row.case_id for row in rows if row.case_id}).values_list("pk", "number")
    )
    offices = dict(
        Office.objects.filter(pk__in={row.office_id for row in rows if row.office_id}).values_list("pk", "name")
    )
    roles = dict(Role.choices)
    return [
        {
            "event": row,
            "verb": label(row.verb),
            "number": numbers.get(row.case_id, ""),
            "office": offices.get(row.office_id, ""),
            "role": roles.get(row.role, row.role),
            "details": [(name, value) for name, value in row.data.items() if value not in ("", None, [], {})],
        }
        for row in rows
    ]


def _export(found: QuerySet[AuditEvent]) -> HttpResponse:
    """At most :data:`EXPORTED` events as CSV, read by key in chunks."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff"
        yield writer.writerow(
            ["id", "fecha", "usuario", "por", "rol", "acto", "denegado", "oficina", "expediente", "persona", "motivo",
             "datos", "direccion", "solicitud"]
        )  # fmt: skip
        before, left = None, EXPORTED
        while left > 0:
            chunk = found if before is None else found.filter(pk__lt=before)
            rows = list(chunk.select_related("actor", "on_behalf_of").order_by("-id")[: min(_CHUNK, left)])
            if not rows:
                return
            for row in _shown(rows):
                event = row["event"]
                yield writer.writerow(
                    map(
                        harmless,
                        [
                            event.pk, event.at.isoformat(), event.actor.username if event.actor else "",
                            event.on_behalf_of.username if event.on_behalf_of else "", event.role, event.verb,
                            "sí" if event.denied else "", row["office"], row["number"], event.person_id or "",
                            event.reason, str(event.data) if event.data else "", event.address or "", event.request_id,
                        ],
                    )
                )  # fmt: skip
            before, left = rows[-1].pk, left - len(rows)

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="auditoria-{timezone.localtime():%Y%m%d-%H%M}.csv"'
    return response


class _Echo:
    def write(self, line: str) -> str:
        return line
