"""Puts the person's current posting and office on the request and switches to that office's time zone; opens the
wall for whoever has a protection role."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY as SIGNED_IN
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from offices.models import Posting
from offices.realms import realm_of
from offices.zones import zone_of
from wall.realm import ORDINARY, each_in_realm, in_realm

SESSION_KEY = "posting"
ZONE_KEY = "zone"


def current_posting(request: HttpRequest) -> Posting | None:
    """The posting chosen in the office switch, or else the first in force. Sets ``request.postings``.

    The session remembers the zone of its office, so that the next request need not ask; one that has changed since
    (another posting, an office that moved to another zone) is corrected here, where it is known anyway.
    """
    request.postings = []
    if not request.user.is_authenticated:
        return None
    request.postings = list(
        Posting.objects.in_force(timezone.now())
        .filter(user=request.user)
        .select_related("office")
        .order_by("since", "pk")
    )
    chosen = request.session.get(SESSION_KEY)
    first = request.postings[0] if request.postings else None
    posting = next((posting for posting in request.postings if posting.pk == chosen), first)
    _keep_zone(request, posting)
    return posting


def choose_posting(request: HttpRequest, posting: Posting) -> None:
    """Work as ``posting``, one of ``request.postings``, from now on."""
    request.session[SESSION_KEY] = posting.pk
    request.posting = posting
    _keep_zone(request, posting)


def _keep_zone(request: HttpRequest, posting: Posting | None) -> None:
    zone = posting.office.time_zone if posting is not None else ""
    if request.session.get(ZONE_KEY) != zone:
        request.session[ZONE_KEY] = zone
        timezone.activate(zone_of(zone))  # until the middleware below puts the zone before it back


class CurrentPosting:
    """``request.posting`` and ``request.postings``, read when first asked for, and the zone of the office.

    The zone comes from the session: no statement, except on the first request after signing in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        posting = request.posting = SimpleLazyObject(lambda: current_posting(request))
        session = getattr(request, "session", {})
        with timezone.override(zone_of(session.get(ZONE_KEY))):
            if SIGNED_IN in session and ZONE_KEY not in session:
                bool(posting)  # just signed in: reading the posting sets the zone
            return self.get_response(request)


class Wall:
    """What this request may see of the database at all: see :mod:`wall`. Open only for a protection role in force.

    Reads the person's authority, which nearly every page asks for anyway: no statement more.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with in_realm(ORDINARY):
            realm = realm_of(request.user) if SIGNED_IN in getattr(request, "session", {}) else ORDINARY
            with in_realm(realm):
                response = self.get_response(request)
        if response.streaming and not response.is_async:  # its rows are read while it is sent
            response.streaming_content = each_in_realm(realm, response.streaming_content)
        return response
