"""Proof that the log is whole: events are closed in batches, each chained to the one before.

A job seals what has been committed since the last seal (:func:`seal`). Writers know nothing of it and never wait: a
seal takes the events of transactions that had all ended when it was made (``pg_snapshot_xmin``), so none can be
committed among them later. :func:`verify` reads everything again and names the event that was changed, taken out or
slipped in. With ``AUDIT_SEAL_FILE`` set, every seal is also a line of that file, which should lie where the database's
administrators can not write: then replacing events and seals together is found as well.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from audit.models import AuditEvent, AuditSeal

BATCH = 20_000
_LOCK = 0x5347_4155  # advisory lock: one sealer at a time
_FIELDS = (
    "id", "at", "actor_id", "on_behalf_of_id", "role", "verb", "denied", "protected", "office_id", "case_id", "task_id",
    "person_id", "reason", "data", "request_id", "address", "xact",
)  # fmt: skip
_LEAF = 8 + 32


@dataclass(frozen=True)
class Fault:
    """What is wrong: an event ``altered``, ``missing`` or ``added``, the ``seal`` itself, its line in the ``sink``."""

    kind: str
    event_id: int | None
    seal_id: int | None


def digest(row: dict[str, Any]) -> bytes:
    """SHA-256 of an event in a canonical form."""
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str, ensure_ascii=False).encode()).digest()


def _leaf(row: dict[str, Any]) -> bytes:
    row = {**row, "at": row["at"].timestamp()}
    return int(row["id"]).to_bytes(8, "big") + digest(row)


def _chain(previous: str, seal: AuditSeal) -> str:
    facts = [previous, seal.root, seal.epoch, seal.upto_xact, seal.first_id, seal.last_id, seal.count,
             seal.at.timestamp()]  # fmt: skip
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _rows(events: Any) -> Iterator[dict[str, Any]]:
    yield from events.order_by("id").values(*_FIELDS).iterator(chunk_size=2_000)


def seal() -> AuditSeal | None:
    """Close a batch of at most :data:`BATCH` events; None when there is nothing to close or another job is at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (xmin,) = cursor.fetchone()
        last = AuditSeal.objects.order_by("-pk").first()
        epoch, since, after = 0, 0, 0
        if last is not None:
            epoch, since = last.epoch, last.upto_xact
            if xmin < since:  # restored elsewhere: transactions are counted from lower numbers there
                epoch, since = epoch + 1, 0
            if epoch:
                after = AuditSeal.objects.filter(epoch__lt=epoch).aggregate(last=Max("last_id"))["last"]
        events = AuditEvent.objects.filter(xact__gte=since, xact__lt=xmin, pk__gt=after)
        # whole transactions only: the batch ends before the transaction of the event one too many
        beyond = list(events.order_by("xact").values_list("xact", flat=True)[BATCH : BATCH + 1])
        if beyond:
            first = events.order_by("xact").values_list("xact", flat=True)[0]
            xmin = beyond[0] if beyond[0] > first else beyond[0] + 1
            events = events.filter(xact__lt=xmin)
        rows = list(_rows(events))
        if not rows:
            return None
        made = AuditSeal(
            # not from a sequence, which leaves gaps: a number that is missing is a seal that was taken away
            pk=last.pk + 1 if last is not None else 1,
            at=timezone.now(), epoch=epoch, upto_xact=xmin, first_id=rows[0]["id"], last_id=rows[-1]["id"],
            count=len(rows), leaves=b"".join(map(_leaf, rows)),
        )  # fmt: skip
        made.root = hashlib.sha256(made.leaves).hexdigest()
        made.chain = _chain(last.chain if last is not None else "", made)
        made.save(force_insert=True)
        transaction.on_commit(lambda: _to_sink(made))
        return made


def _sink() -> Path | None:
    return Path(settings.AUDIT_SEAL_FILE) if settings.AUDIT_SEAL_FILE else None


def _line(made: AuditSeal) -> str:
    return f"{made.pk} {made.at.isoformat()} {made.count} {made.chain}"


def _to_sink(made: AuditSeal) -> None:
    sink = _sink()
    if sink is not None:
        with sink.open("a", encoding="utf-8") as file:
            file.write(f"{_line(made)}\n")


# --- verifying ---------------------------------------------------------------------------------------------------


def verify() -> Iterator[Fault]:
    """Read every seal and every sealed event again, and yield what does not agree. Holds one seal in memory."""
    previous, expected = "", 1
    written: dict[int, str] | None = _written()
    last_ids = dict(AuditSeal.objects.values_list("epoch").annotate(Max("last_id")))
    newest = max(last_ids, default=0)
    watermark: dict[int, int] = {}
    for made in AuditSeal.objects.order_by("pk").iterator(chunk_size=20):
        leaves = bytes(made.leaves)
        if (
            made.pk != expected
            or hashlib.sha256(leaves).hexdigest() != made.root
            or _chain(previous, made) != made.chain
            or len(leaves) != made.count * _LEAF
        ):
            yield Fault("seal", None, made.pk)
        previous, expected = made.chain, made.pk + 1
        if written is not None and written.pop(made.pk, None) != _line(made):
            yield Fault("sink", None, made.pk)
        inside = AuditEvent.objects.filter(xact__gte=watermark.get(made.epoch, 0), xact__lt=made.upto_xact)
        if made.epoch:
            inside = inside.filter(pk__gt=max(last_ids[epoch] for epoch in last_ids if epoch < made.epoch))
        if made.epoch != newest:
            inside = inside.filter(pk__lte=last_ids[made.epoch])
        yield from _compare(made, leaves, _rows(inside))
        watermark[made.epoch] = made.upto_xact
    for lost in sorted(written or {}):
        yield Fault("sink", None, lost)


def _compare(made: AuditSeal, leaves: bytes, rows: Iterable[dict[str, Any]]) -> Iterator[Fault]:
    sealed = {
        int.from_bytes(leaves[start : start + 8], "big"): leaves[start + 8 : start + _LEAF]
        for start in range(0, len(leaves) - _LEAF + 1, _LEAF)
    }
    for row in rows:
        expected = sealed.pop(row["id"], None)
        if expected is None:
            yield Fault("added", row["id"], made.pk)
        elif expected != _leaf(row)[8:]:
            yield Fault("altered", row["id"], made.pk)
    # whose transaction number was changed too is not in this batch any more: altered, not gone
    still = set(AuditEvent.objects.filter(pk__in=list(sealed)).values_list("pk", flat=True))
    for event_id in sorted(sealed):
        yield Fault("altered" if event_id in still else "missing", event_id, made.pk)


def _written() -> dict[int, str] | None:
    """The lines of the file by seal; None when there is no file to compare with."""
    sink = _sink()
    if sink is None:
        return None
    if not sink.exists():
        return {}
    lines = sink.read_text(encoding="utf-8").splitlines()
    written: dict[int, str] = {}
    for line in lines:
        number = line.split(" ", 1)[0]
        if number.isdecimal():
            written.setdefault(int(number), line)  # the first: a later one with its number is of a seal made again
    return written
