"""Sessions in the database (``SESSION_ENGINE``), and ending them.

A session ends by itself when it has not been used for ``SESSION_IDLE`` or is older than ``SESSION_ABSOLUTE``; both are
asked in the statement that reads it, so they hold without any job.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from audit import services as audit

TOUCH = timedelta(seconds=60)
"""A session's last use is written at most this often."""


class SessionStore(DatabaseStore):
    """Django's store on :class:`offices.models.Session`, whose own columns it keeps from one save to the next."""

    def __init__(self, session_key: str | None = None):
        super().__init__(session_key)
        self._facts: dict[str, Any] = {}

    @classmethod
    def get_model_class(cls):
        from offices.models import Session

        return Session

    def _get_session_from_db(self):
        now = timezone.now()
        row = self.model.objects.filter(
            session_key=self.session_key,
            expire_date__gt=now,
            seen__gt=now - settings.SESSION_IDLE,
            started__gt=now - settings.SESSION_ABSOLUTE,
        ).first()
        if row is None:
            self._session_key = None
            return None
        self._facts = {name: getattr(row, name) for name in ("started", "seen", "address", "agent")}
        return row

    def create_model_instance(self, data: dict[str, Any]):
        row = super().create_model_instance(data)
        user = data.get(SESSION_KEY)
        row.user_id = int(user) if user else None
        self._facts.setdefault("started", timezone.now())
        for name, value in self._facts.items():
            setattr(row, name, value)
        return row

    @property
    def started(self) -> datetime:
        """When the person signed in (or, before that, when the session began)."""
        self._get_session()
        return self._facts.get("started") or timezone.now()

    def begin(self, *, address: str | None, agent: str) -> None:
        """The person has just signed in: the session's age counts from now."""
        self._get_session()
        now = timezone.now()
        self._facts = {"started": now, "seen": now, "address": address, "agent": agent[:200]}
        self.modified = True

    def touch(self) -> None:
        """Note that the session is in use."""
        self._get_session()
        now = timezone.now()
        if self.session_key and now - self._facts.get("seen", now) > TOUCH:
            self._facts["seen"] = now
            self.model.objects.filter(session_key=self.session_key).update(seen=now)


def open_sessions(user) -> QuerySet:
    """The user's sessions that still work, last used first."""
    from offices.models import Session

    now = timezone.now()
    return Session.objects.filter(
        user=user, expire_date__gt=now, seen__gt=now - settings.SESSION_IDLE,
        started__gt=now - settings.SESSION_ABSOLUTE,
    ).order_by("-seen", "-started")  # fmt: skip


@transaction.atomic
def end_sessions(user, *, actor, reason: str, keep: str | None = None) -> int:
    """Sign a user out everywhere at once, except in the session with the key ``keep``; how many sessions ended.

    Pages that are open answer the next click with the sign-in page.
    """
    from offices.models import Session

    rows = Session.objects.filter(user=user)
    if keep:
        rows = rows.exclude(session_key=keep)
    ended = rows.delete()[0]
    if ended:
        audit.record("session.ended", actor=actor, data={"user": user.pk, "sessions": ended}, reason=reason)
    return ended


@transaction.atomic
def end_session(session, *, actor, reason: str) -> None:
    """End one session."""
    user_id = session.user_id
    session.delete()
    audit.record("session.ended", actor=actor, data={"user": user_id, "sessions": 1}, reason=reason)


def end_sessions_if_unposted(user, *, actor, at: datetime | None = None, reason: str) -> int:
    """Sign a user out everywhere when no posting of theirs is in force any more; how many sessions ended."""
    if user.postings.in_force(at or timezone.now()).exists():
        return 0
    return end_sessions(user, actor=actor, reason=reason)


def limit_sessions(request: HttpRequest, user) -> None:
    """After a sign-in: end the least recently used sessions beyond ``SESSIONS_PER_USER`` (0: as many as they like)."""
    if not settings.SESSIONS_PER_USER:
        return
    others = open_sessions(user).exclude(session_key=request.session.session_key)
    with transaction.atomic():
        for session in others[settings.SESSIONS_PER_USER - 1 :]:
            end_session(session, actor=user, reason="SESSIONS_PER_USER")
