"""The tabs of the case page: those that higher rooms registered, and the engine's own."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.case_forms import NoteForm
from cases.models import Case
from cases.registry import Panel, registry
from cases.timeline import timeline

RELATED = 50


def timeline_context(case: Case, user, before: int | None = None) -> Mapping[str, Any]:
    events, following = timeline(case, before=before)
    more = f"{reverse('cases:panel', args=[case.number, 'timeline'])}?before={following}" if following else ""
    return {"events": events, "more_url": more, "before": before}


def notes_context(case: Case, user, form: NoteForm | None = None) -> Mapping[str, Any]:
    notes = list(case.notes.select_related("by"))
    return {"notes": notes, "badge": len(notes) or None, "note_form": form or NoteForm()}


def related_context(case: Case, user) -> Mapping[str, Any]:
    """Other cases of the person that the user may see; protected ones exist for nobody else."""
    others = Case.objects.visible_to(user).of_persons([case.applicant_id]).exclude(pk=case.pk)
    cases = list(others.select_related("office").order_by("-id")[:RELATED])
    return {"cases": cases, "badge": len(cases) or None}


OWN = (
    Panel("timeline", _("Timeline"), "cases/case/timeline.html", timeline_context, position=70),
    Panel("notes", _("Notes"), "cases/case/notes.html", notes_context, position=80),
    Panel("related", _("Related"), "cases/case/related.html", related_context, position=90),
)


def panels() -> dict[str, Panel]:
    """All panels by code, in the order of the tabs."""
    found = sorted([*registry.sorted_panels(), *OWN], key=lambda panel: (panel.position, panel.code))
    return {panel.code: panel for panel in found}
