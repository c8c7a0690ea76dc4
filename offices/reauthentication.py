"""Some acts want to know that it is still the same person at the desk: decisions and issuance.

Acts call :func:`ensure_recent` with the right they use. Who acts through a browser must have signed in, or confirmed
who they are, within ``REAUTHENTICATE_AFTER``; who acts through a token can not do these acts at all, because a token is
nobody's presence. Jobs and commands are not asked.
"""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from offices.models import SuspendedForm

NOT_KEPT = frozenset({"csrfmiddlewaretoken"})


class ReauthenticationRequired(PermissionDenied):
    """The act waits until the person has confirmed who they are: 403 ``reauthentication_required`` in the API; on pages
    :class:`offices.access_middleware.Reauthentication` asks and brings the form back."""

    code = "reauthentication_required"

    def __init__(self) -> None:
        self.message = _("Confirm who you are before you go on: you signed in too long ago for this act.")
        super().__init__(self.message)


presence: ContextVar[Callable[[], datetime | None] | None] = ContextVar("presence", default=None)
"""Within a request: tells when the person last proved who they are; None where nobody sits at a desk."""

resumes_itself: set[str] = set()
"""Names of the views that, asked with GET and ``?retomar=<id>``, show their form filled with what was suspended. The
others get a page that repeats what was typed and posts it again."""


def last_proof(request: HttpRequest) -> datetime | None:
    """When the person of this request last proved who they are; None for a token."""
    if getattr(request, "api_token", None) is not None or not request.user.is_authenticated:
        return None
    times = [
        datetime.fromtimestamp(record["at"], UTC)
        for record in get_authentication_records(request, request.user)
        if record.get("reauthenticated")
    ]
    return max([request.session.started, *times])


def is_recent(at: datetime | None) -> bool:
    return at is not None and timezone.now() - at <= settings.REAUTHENTICATE_AFTER


def ensure_recent(right: str) -> None:
    """Raise :class:`ReauthenticationRequired` when the right (``decide_visa``) is one of ``REAUTHENTICATE_ACTS`` and
    the person's last proof is too old."""
    ask = presence.get()
    if ask is None or not settings.REAUTHENTICATE_AFTER:
        return
    if any(right.startswith(f"{act}_") for act in settings.REAUTHENTICATE_ACTS) and not is_recent(ask()):
        raise ReauthenticationRequired


def ensure_recent_for(request: HttpRequest) -> None:
    """The same for what is no act of a case, such as issuing a token."""
    if settings.REAUTHENTICATE_AFTER and not is_recent(last_proof(request)):
        raise ReauthenticationRequired


def suspend(request: HttpRequest) -> SuspendedForm:
    """Keep what was posted until the person has confirmed who they are."""
    SuspendedForm.objects.filter(user=request.user, path=request.path).delete()
    values = {
        name.replace("\x00", ""): [value.replace("\x00", "") for value in held]
        for name, held in request.POST.lists()
        if name not in NOT_KEPT
    }
    return SuspendedForm.objects.create(
        user=request.user,
        path=request.path[:500],
        values=values,
        files=[upload.name for held in request.FILES.lists() for upload in held[1]],
    )


def suspended(request: HttpRequest, key: str) -> SuspendedForm | None:
    """The person's own suspended form of this name, if it is still kept."""
    try:
        found = UUID(key)
    except ValueError:
        return None
    limit = timezone.now() - settings.SUSPENDED_FOR
    return SuspendedForm.objects.filter(pk=found, user=request.user, at__gt=limit).first()
