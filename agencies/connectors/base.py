"""What a question is, what is sent with it and what comes back: the vocabulary of every connector.

Nothing here knows Django's models. Personal data and secrets are kept out of every ``repr`` and every
exception, because both end up in logs.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, ClassVar, Literal, final
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from agencies.findings import Finding

MAX_TIMEOUT_S = 120.0
MAX_ANSWER_BYTES = 8 * 1024 * 1024
Transport = Literal["soap", "rest"]


class TransportFault(Exception):
    """No answer was had; the question may be put again later.

    ``kind``: ``timeout``, ``refused``, ``tls``, ``reset`` (connection lost in mid-answer), ``http_5xx``, or
    ``busy`` (the agency itself said "not now").
    """

    KINDS = frozenset(("timeout", "refused", "http_5xx", "tls", "reset", "busy"))

    def __init__(self, kind: str) -> None:
        assert kind in self.KINDS, kind
        super().__init__(kind)
        self.kind = kind

    def __str__(self) -> str:
        return f"no answer from the agency ({self.kind})"


class AgencyRefusal(Exception):
    """The agency, or our own configuration, refuses the question; putting it again changes nothing.

    ``code`` is the agency's business code, or ``http_401`` and the like; never its words.
    """

    def __init__(self, code: str) -> None:
        self.code = re.sub(r"[^\w.:-]", "", code)[:40]
        super().__init__(self.code)

    def __str__(self) -> str:
        return f"question refused ({self.code})"


class NotConfigured(AgencyRefusal):
    """The question was not sent; ``code``: what the endpoint lacks (``credential:<name>``, ``base_url``)."""

    def __str__(self) -> str:
        return f"agency not configured ({self.code})"


class MalformedAnswer(Exception):
    """Something came back that cannot be trusted or read; never a finding.

    ``kind``: ``too_large``, ``dtd`` (any DTD or entity), ``charset``, ``schema`` (not the agreed shape),
    ``redirect``, or ``text`` (words that no reading rule knows).
    """

    KINDS = frozenset(("too_large", "dtd", "charset", "schema", "redirect", "text"))

    def __init__(self, kind: str) -> None:
        assert kind in self.KINDS, kind
        super().__init__(kind)
        self.kind = kind

    def __str__(self) -> str:
        return f"unreadable answer from the agency ({self.kind})"


def _private(default: Any = "") -> Any:
    return field(default=default, repr=False)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The person (or, for SUNAT, the taxpayer) a question is about.

    ``birth_date`` is ISO 8601, possibly partial (``1979``, ``1979-03``); ``nationality`` as in ICAO
    9303-3 §5; ``documents`` are ``(kind, number, issuer)`` with the kinds PASSPORT, TRAVEL, ID, DNI, CE, RUC.
    Names are as the person writes them, in the original script.
    """

    primary: str = _private()
    secondary: str = _private()
    father: str = _private()
    mother: str = _private()
    birth_date: str = _private()
    sex: str = _private()
    nationality: str = _private()
    birth_place: str = _private()
    documents: tuple[tuple[str, str, str], ...] = _private(())

    def document(self, *kinds: str) -> tuple[str, str, str] | None:
        """The first document of the first of ``kinds`` the person has; None when there is none."""
        for kind in kinds:
            for document in self.documents:
                if document[0] == kind and document[1].strip():
                    return document
        return None

    @property
    def travel_document(self) -> tuple[str, str, str] | None:
        """The document a border would look at first."""
        return self.document("PASSPORT", "TRAVEL", "ID", "CE", "DNI")


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One question about one person, with what must be told and proved about it.

    ``case_ref`` is None when the case must not be named to the agency (protected cases); ``purpose`` is the
    text sent as reason. ``idempotency_key`` is the same for every attempt of one check.
    """

    question: str
    subject: Subject
    idempotency_key: str
    legal_basis: str
    purpose: str
    officer_ref: str = _private()
    office_ref: str = ""
    case_ref: str | None = None


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where and how an agency is reached. ``base_url`` has no credentials, query or fragment.

    ``timeout_s`` bounds the whole exchange, in seconds, not each read. ``credentials`` are the values that
    the configuration names, resolved from the environment by the caller. ``allow_hosts``, when not empty,
    lists the only hosts that may be asked.
    """

    base_url: str
    timeout_s: float = 30.0
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    max_bytes: int = 1024 * 1024
    verify_tls: bool = True
    allow_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AgencyRecord:
    """One record the agency returned, in our terms. ``document`` is the number; dates are ISO 8601."""

    name: str | None = _private(None)
    birth_date: str | None = _private(None)
    document: str | None = _private(None)
    document_issuer: str | None = _private(None)
    sex: str | None = _private(None)
    nationality: str | None = _private(None)
    birth_place: str | None = _private(None)
    parents: str | None = _private(None)
    category: str | None = _private(None)
    detail: str | None = _private(None)
    reference: str | None = None


@dataclass(frozen=True)
class Outcome:
    """A connector's reading of an answer. ``reference``: the agency's own, or why it is INDETERMINATE."""

    finding: Finding
    records: tuple[AgencyRecord, ...] = ()
    reference: str = ""


@dataclass(frozen=True)
class Answer:
    """What a question brought. ``raw`` is the body as received (decompressed), to be sealed as evidence;
    it is empty when nothing was asked. Times are aware, UTC."""

    finding: Finding
    records: tuple[AgencyRecord, ...]
    reference: str
    asked_at: datetime
    answered_at: datetime
    raw: bytes = field(repr=False)
    raw_type: str


@dataclass(frozen=True)
class Reply:
    """A complete, bounded HTTP answer: body decompressed, nothing decoded yet."""

    status: int
    media_type: str
    charset: str
    body: bytes = field(repr=False)


NEEDS: dict[str, Callable[[Subject], bool]] = {
    "primary": lambda s: bool(s.primary.strip()),
    "secondary": lambda s: bool(s.secondary.strip()),
    "birth_year": lambda s: bool(re.match(r"\d{4}", s.birth_date)),
    "birth_date": lambda s: bool(re.fullmatch(r"\d{4}-\d\d-\d\d", s.birth_date)),
    "nationality": lambda s: bool(s.nationality.strip()),
    "dni": lambda s: s.document("DNI") is not None,
    "ruc": lambda s: s.document("RUC") is not None,
    "travel_document": lambda s: s.travel_document is not None,
    "passport": lambda s: s.document("PASSPORT", "TRAVEL", "ID") is not None,
}
"""What a question may require of a subject, by the name used in manifests and shown to people."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A connector's self-description.

    ``heard_by`` is the State that hears the question: alpha-3, or ``INTL`` for an international organisation;
    a question heard by a protected person's State of origin is never asked (domain §8.4). ``needs`` are keys
    of :data:`NEEDS`; ``credentials`` the names the endpoint must supply. ``grave`` makes a hit need a second
    officer. ``freshness_days`` is the default life of an answer; ``reask_at_decision`` asks again at decision
    and at delivery whatever its age.
    """

    code: str
    agency: str
    title: Any  # lazy translation
    path: str
    transport: Transport
    needs: tuple[str, ...]
    heard_by: str = "PER"
    credentials: tuple[str, ...] = ()
    grave: bool = False
    freshness_days: int = 90
    reask_at_decision: bool = False


class Connector(ABC):
    """One question to one agency. Stateless: one instance serves every thread."""

    manifest: ClassVar[Manifest]

    @abstractmethod
    def exchange(self, ask: Ask, endpoint: Endpoint) -> Reply:
        """Send the question, return the reply. Raises TransportFault, MalformedAnswer, AgencyRefusal."""

    @abstractmethod
    def read(self, ask: Ask, reply: Reply) -> Outcome:
        """Understand the reply, never guess. Raises AgencyRefusal, TransportFault(busy), MalformedAnswer."""

    @final
    def ask(self, ask: Ask, endpoint: Endpoint) -> Answer:
        """Put the question once. No retry: that is the caller's policy.

        A subject that lacks what the question needs gives INDETERMINATE without anything being sent. Raises
        TransportFault, AgencyRefusal (NotConfigured among them) and MalformedAnswer.
        """
        asked_at = datetime.now(UTC)
        missing = self.missing(ask.subject)
        if missing:
            reference = "incomplete_identity:" + ",".join(missing)
            return Answer(Finding.INDETERMINATE, (), reference, asked_at, asked_at, b"", "")
        self._refuse_unready(ask, endpoint)
        reply = self.exchange(ask, endpoint)
        answered_at = datetime.now(UTC)
        outcome = self.read(ask, reply)
        return Answer(
            outcome.finding,
            outcome.records,
            outcome.reference,
            asked_at,
            answered_at,
            reply.body,
            reply.media_type,
        )

    def missing(self, subject: Subject) -> tuple[str, ...]:
        """The manifest's needs that ``subject`` does not meet."""
        return tuple(need for need in self.manifest.needs if not NEEDS[need](subject))

    def _refuse_unready(self, ask: Ask, endpoint: Endpoint) -> None:
        if not ask.legal_basis or not ask.purpose:
            raise AgencyRefusal("no_legal_basis")
        for name in self.manifest.credentials:
            if not endpoint.credentials.get(name):
                raise NotConfigured(f"credential:{name}")
        require_host(endpoint)

    def check_config(self, endpoint: Endpoint) -> list[str]:
        """Problems of ``endpoint`` for this question, as sentences for an administrator; empty when none.

        Looks only at the settings; nothing is sent.
        """
        problems: list[Any] = []  # lazy translations
        url = urlsplit(endpoint.base_url)
        if url.scheme not in ("http", "https") or not url.hostname:
            problems.append(_("The base address must be a complete http or https address."))
        elif url.scheme == "http" and not is_loopback(url.hostname):
            problems.append(_("Without https the question would travel unprotected."))
        if url.username or url.password or url.query or url.fragment:
            problems.append(_("The base address must not contain credentials, a query or a fragment."))
        if endpoint.allow_hosts and (url.hostname or "") not in endpoint.allow_hosts:
            problems.append(_("The host of the base address is not among the allowed hosts."))
        if not 0 < endpoint.timeout_s <= MAX_TIMEOUT_S:
            problems.append(_("The time-out must be between 0 and 120 seconds."))
        if not 1024 <= endpoint.max_bytes <= MAX_ANSWER_BYTES:
            problems.append(_("The size limit must be between 1 KiB and 8 MiB."))
        if url.scheme == "https" and not endpoint.verify_tls:
            problems.append(_("The agency's certificate is not verified."))
        names = [name for name in self.manifest.credentials if not endpoint.credentials.get(name)]
        if names:
            problems.append(_("Credentials missing: %s.") % ", ".join(names))
        return [str(problem) for problem in problems]


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine by name or address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def require_host(endpoint: Endpoint) -> None:
    """Raise NotConfigured unless the base address is usable and its host allowed."""
    url = urlsplit(endpoint.base_url)
    if url.scheme not in ("http", "https") or not url.hostname or url.username or url.query:
        raise NotConfigured("base_url")
    if endpoint.allow_hosts and url.hostname not in endpoint.allow_hosts:
        raise NotConfigured("host")
