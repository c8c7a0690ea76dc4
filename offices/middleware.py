"""Puts the person's current posting and office on the request and switches to that office's time zone."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from offices.models import Posting
from offices.zones import zone_of

SESSION_KEY = "posting"


def current_posting(request: HttpRequest) -> Posting | None:
    """The posting chosen in the office switch, or else the first in force."""
    if not request.user.is_authenticated:
        return None
    postings = list(
        Posting.objects.in_force(timezone.now())
        .filter(user=request.user)
        .select_related("office")
        .order_by("since", "pk")
    )
    request.postings = postings
    chosen = request.session.get(SESSION_KEY)
    return next((posting for posting in postings if posting.pk == chosen), postings[0] if postings else None)


class CurrentPosting:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.posting = SimpleLazyObject(lambda: current_posting(request))
        zone = request.session.get("zone") if hasattr(request, "session") else None
        with timezone.override(zone_of(zone)):
            return self.get_response(request)
