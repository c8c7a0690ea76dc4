"""The page of examples: every component and the work list, with invented data. For whoever works on the look."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ui import examples
from ui.icons import OUTLINE
from ui.templatetags.ui import FINDINGS, STAGES

Contexts = dict[str, tuple[str, Callable[[], dict[str, Any]]]]

PAGES: Contexts = {
    "worklist": ("ui/worklist.html", examples.worklist),
    "queue": ("ui/worklist.html", examples.queue),
    "empty": ("ui/worklist.html", examples.empty),
    "conflict": ("409.html", examples.conflict),
}


def _shell(active: str) -> dict[str, Any]:
    """What the composition root gives every page, with invented values."""
    return examples.shell({name: reverse("ui:page", args=[name]) for name in PAGES}, active)


def gallery(request: HttpRequest) -> HttpResponse:
    context = {
        "findings": [*FINDINGS],
        "stages": [*STAGES],
        "icons": sorted(OUTLINE),
        "pages": [(name, reverse("ui:page", args=[name])) for name in PAGES],
        "tones": ["green", "amber", "red", "blue", "slate", "brand"],
        "title": _("Components"),
    }
    return render(request, "ui/gallery.html", context | examples.components() | _shell("gallery"))


def page(request: HttpRequest, page: str) -> HttpResponse:
    if page not in PAGES:
        raise Http404
    template, build = PAGES[page]
    return render(request, template, _shell(page) | build())
