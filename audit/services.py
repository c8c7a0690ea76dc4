"""Writing audit events.

Every act calls :func:`record` (or :func:`record_many`) inside its own transaction. Reads call :func:`note_read`, which
keeps the events of a request and writes them in one statement when its answer is ready (``audit.middleware``).
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from audit.models import AuditEvent


@dataclass(frozen=True)
class Origin:
    """Where an act came from; set per request by ``audit.middleware`` and empty in jobs and commands. ``reads``: the
    events of reading that this request has caused, not yet written; None outside a request."""

    request_id: str = ""
    address: str | None = None
    reads: list[AuditEvent] | None = field(default=None, compare=False)


_NOWHERE = Origin()
origin: ContextVar[Origin] = ContextVar("audit_origin", default=_NOWHERE)

# Filled by the room that knows postings: role and absentee in which an actor acts at an office, without a statement.
capacity: list[Callable[[Any, int | None], dict[str, Any]]] = []


def event(verb: str, *, actor: Any, **fields: Any) -> AuditEvent:
    """An unsaved event with the origin of the current request and the capacity of the actor filled in."""
    where = origin.get()
    known = actor if actor is not None and actor.pk else None
    if known is not None and "role" not in fields:
        for find in capacity:
            fields = {**find(known, fields.get("office_id")), **fields}
    return AuditEvent(verb=verb, actor=known, request_id=where.request_id, address=where.address, **fields)


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


# --- reads -------------------------------------------------------------------------------------------------------


def note_read(verb: str, *, actor: Any, **fields: Any) -> None:
    """Note that somebody has read, searched, exported or been refused a sight of something.

    In a request the event is written with the others of the request, in one statement, before the answer leaves: an
    answer whose reading can not be recorded is not given. Outside a request it is written at once.
    """
    noted = event(verb, actor=actor, **fields)
    reads = origin.get().reads
    if reads is None:
        _write([noted])
    else:
        reads.append(noted)


def write_reads(where: Origin) -> None:
    """Write what :func:`note_read` kept of a request: one statement, none when there is nothing."""
    if where.reads:
        _write(where.reads)
        where.reads.clear()


def _write(events: list[AuditEvent]) -> None:
    """In one statement, and for one event, which most pages have, in one message to the database: a bulk would put a
    transaction around it, two more for which the person waits."""
    if len(events) == 1:
        events[0].save(force_insert=True)
    else:
        AuditEvent.objects.bulk_create(events)


def hashed(term: str) -> str:
    """A search term as the log keeps it: who knows the term can find who searched for it, nobody can read it back.

    HMAC-SHA-256 with a key derived from the secret key, the first 16 bytes; blanks and case do not count.
    """
    return salted_hmac("audit.search", " ".join(term.casefold().split()), algorithm="sha256").hexdigest()[:32]


def hashed_terms(text: str) -> dict[str, Any]:
    """What the log keeps of a text typed into a search box: the hash of the whole and of each word."""
    words = list(dict.fromkeys(text.casefold().split()))[:12]
    return {"text": hashed(text), "words": [hashed(word) for word in words]}
