"""Latency, faults and the log: what tests and demonstrations set and read while the simulator runs."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from .contract import AGENCIES
from .people import fold

FAULTS = (
    "down",  # the connection is closed without a byte of answer
    "reset",  # the connection is reset in mid-body
    "http500",
    "soap_fault",  # HTTP 500 with a SOAP fault for SOAP, HTTP 503 for REST
    "busy",  # HTTP 200 whose business code says: not now
    "refused",  # HTTP 200 whose business code says: not you
    "garbage",
    "html",  # HTTP 200 and a proxy's error page
    "empty",
    "truncated",
    "huge",  # a 10 MB body
    "gzip_bomb",  # a small compressed body that is 50 MB inside
    "entity_bomb",
    "dtd",
    "redirect",
    "slow_headers",  # a header byte at a time, for as long as the caller waits
    "drip",  # a body byte at a time, likewise
    "wrong_charset",
    "reordered",  # right answer, fields in another order
    "unknown_text",  # words no reading rule knows
)
LOG_LIMIT = 50_000
MAX_LATENCY_MS = 120_000


class BadSetting(ValueError):
    """A control request asks for something that does not exist."""


@dataclass(frozen=True)
class Behaviour:
    """How an agency behaves now. ``until_count``: faults left before it recovers; ``None`` is for ever."""

    latency_ms: int = 0
    fault: str | None = None
    until_count: int | None = None
    target: str = ""  # where ``redirect`` points


@dataclass
class Entry:
    """One question received. ``concurrent`` counts the agency's questions under way, this one included;
    ``same_key`` those with the same idempotency key: above 1 somebody asked twice at the same time."""

    seq: int
    agency: str
    question: str
    idempotency_key: str
    subject_key: str
    fault: str | None
    concurrent: int
    same_key: int
    started_wall: str
    started_monotonic: float
    ended_wall: str = ""
    ended_monotonic: float | None = None
    outcome: str = ""  # answered, faulted, client_gone


def subject_key(*parts: str) -> str:
    """A stable short name for a subject, so that the log holds no names."""
    return hashlib.sha256("|".join(fold(part) for part in parts).encode()).hexdigest()[:16]


class Control:
    """Thread-safe state of the whole simulator."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._epoch = 0
        self._reset()

    def _reset(self) -> None:
        self._behaviour = dict.fromkeys(AGENCIES, Behaviour())
        self._log: deque[Entry] = deque(maxlen=LOG_LIMIT)
        self._seq = 0
        self._under_way: Counter[str] = Counter()
        self._keys: Counter[str] = Counter()
        self._epoch += 1

    def reset(self) -> None:
        """Forget every setting and the log; questions under way no longer count."""
        with self._lock:
            self._reset()

    def configure(self, agency: str, settings: dict[str, Any]) -> dict[str, Any]:
        """Set an agency's behaviour (``*`` for all) and return the new state.

        Raises BadSetting for an unknown agency, fault, or a latency outside 0–120 000 ms.
        """
        unknown = set(settings) - {"latency_ms", "fault", "until_count", "target"}
        if unknown:
            raise BadSetting(f"unknown settings: {', '.join(sorted(unknown))}")
        if agency != "*" and agency not in AGENCIES:
            raise BadSetting("unknown agency")
        fault, latency = settings.get("fault"), settings.get("latency_ms", 0)
        if fault is not None and fault not in FAULTS:
            raise BadSetting("unknown fault")
        if not isinstance(latency, int) or not 0 <= latency <= MAX_LATENCY_MS:
            raise BadSetting("latency_ms must be a whole number from 0 to 120000")
        count = settings.get("until_count")
        if count is not None and (not isinstance(count, int) or count < 1):
            raise BadSetting("until_count must be a positive whole number")
        with self._lock:
            for code in AGENCIES if agency == "*" else (agency,):
                merged = {"latency_ms": self._behaviour[code].latency_ms, **settings}
                self._behaviour[code] = Behaviour(**merged)
        return self.state()

    def state(self) -> dict[str, Any]:
        with self._lock:
            return {code: asdict(behaviour) for code, behaviour in self._behaviour.items()}

    def is_down(self, agency: str) -> bool:
        """Whether even the WSDL is out of reach; spends nothing of ``until_count``."""
        with self._lock:
            return self._behaviour[agency].fault == "down"

    def log(self, since: int, limit: int = 10_000) -> dict[str, Any]:
        """Entries with ``seq`` above ``since``, oldest first, at most ``limit``."""
        with self._lock:
            entries = [asdict(entry) for entry in self._log if entry.seq > since][:limit]
            return {"last": self._seq, "entries": entries}

    def set_default_latency(self, latency_ms: int) -> None:
        """Give every agency the same latency, in milliseconds."""
        self.configure("*", {"latency_ms": latency_ms})

    @contextmanager
    def exchange(self, agency: str, question: str, key: str, subject: str) -> Iterator[tuple[Entry, Behaviour]]:
        """One question from arrival to end: logged, counted, and given its share of the faults."""
        with self._lock:
            epoch, behaviour = self._epoch, self._behaviour[agency]
            if behaviour.fault and behaviour.until_count is not None:
                left = behaviour.until_count - 1
                rest = replace(behaviour, fault=behaviour.fault if left else None, until_count=left or None)
                self._behaviour[agency] = rest
            self._seq += 1
            self._under_way[agency] += 1
            if key:
                self._keys[key] += 1
            entry = Entry(
                self._seq,
                agency,
                question,
                key,
                subject,
                behaviour.fault,
                self._under_way[agency],
                self._keys[key] if key else 1,
                datetime.now(UTC).isoformat(),
                time.monotonic(),
            )
            self._log.append(entry)
        try:
            yield entry, behaviour
        finally:
            with self._lock:
                entry.ended_wall, entry.ended_monotonic = datetime.now(UTC).isoformat(), time.monotonic()
                entry.outcome = entry.outcome or ("faulted" if behaviour.fault else "answered")
                if epoch == self._epoch:
                    self._under_way[agency] -= 1
                    if key:
                        self._keys[key] -= 1
                        if not self._keys[key]:
                            del self._keys[key]
