"""Writing audit events. Every act calls :func:`record` (or :func:`record_many`) inside its own transaction."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from audit.models import AuditEvent


@dataclass(frozen=True)
class Origin:
    """Where an act came from; set per request by ``audit.middleware`` and empty in jobs and commands."""

    request_id: str = ""
    address: str | None = None


_NOWHERE = Origin()
origin: ContextVar[Origin] = ContextVar("audit_origin", default=_NOWHERE)


def event(verb: str, *, actor: Any, **fields: Any) -> AuditEvent:
    """An unsaved event with the origin of the current request filled in."""
    where = origin.get()
    return AuditEvent(
        verb=verb,
        actor=actor if actor is not None and actor.pk else None,
        request_id=where.request_id,
        address=where.address,
        **fields,
    )


def record_many(events: list[AuditEvent]) -> None:
    """Write events in one statement, in the transaction of the act they describe.

    Raises AssertionError outside a transaction: an event that can survive its act's rollback, or be lost while
    the act stays, is worth nothing.
    """
    assert connection.in_atomic_block, "an audit event belongs to its act's transaction"
    AuditEvent.objects.bulk_create(events)


def record(verb: str, *, actor: Any, **fields: Any) -> None:
    """Write one event; see :func:`record_many`."""
    record_many([event(verb, actor=actor, **fields)])


def record_denied(verb: str, *, actor: Any, **fields: Any) -> None:
    """Write a refused attempt in a transaction of its own, since the act's is about to be rolled back.

    Callers invoke it after leaving the act's ``atomic`` block.
    """
    with transaction.atomic():
        record_many([event(verb, actor=actor, denied=True, **fields)])
