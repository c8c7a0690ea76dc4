"""What a question is, what is sent with it and what comes back: the vocabulary of every connector.

Nothing here knows Django's models. Personal data and secrets are kept out of every ``repr`` and every
exception, because both end up in logs.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, ClassVar, Literal, final
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.findings import Finding

from .faults import AgencyRefusal, NotConfigured
from .faults import MalformedAnswer as MalformedAnswer
from .faults import TransportFault as TransportFault
from .hearing import origins, why_unheard

Transport = Literal["soap", "rest"]


def _private(default: Any = "") -> Any:
    return field(default=default, repr=False)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A face image or fingerprint template to be compared with a register's own.

    Only ``reference`` (the id under which it is stored) travels inside the house; ``read`` fetches the bytes from
    storage at the moment of asking, and raises OSError when they are not to be had.
    """

    kind: Literal["face", "fingerprint"]
    reference: str
    media_type: str
    read: Callable[[], bytes] = field(repr=False, compare=False)


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
    sample: Sample | None = _private(None)

    def document(self, *kinds: str) -> tuple[str, str, str] | None:
        """The first document of the first of ``kinds`` the person has; None when there is none."""
        for kind in kinds:
            for document in self.documents:
                if document[0] == kind and document[1].strip():
                    return document
        return None

    def with_sample(self, sample: Sample | None) -> Subject:
        return replace(self, sample=sample)

    @property
    def travel_document(self) -> tuple[str, str, str] | None:
        """The document a border would look at first."""
        return self.document("PASSPORT", "TRAVEL", "ID", "CE", "DNI")


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One question about one person, with what must be told and proved about it.

    ``case_ref`` is None when the case must not be named to the agency (protected cases); ``purpose`` is the
    text sent as reason. ``idempotency_key`` is the same for every attempt of one check. ``officer_ref`` is the officer
    on whose act the question is asked, as the agency knows them; empty when none may be named. ``protected``: the
    question is about somebody who seeks or has protection, and is refused when their State would hear it.
    """

    question: str
    subject: Subject
    idempotency_key: str
    legal_basis: str
    purpose: str
    officer_ref: str = _private()
    office_ref: str = ""
    case_ref: str | None = None
    protected: bool = False


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where and how an agency is reached. ``base_url`` has no credentials, query or fragment; ``path``, when not
    empty, replaces the one in the connector's manifest. ``settings`` are the question's own, as its form cleaned them.

    ``timeout_s`` bounds the whole exchange, in seconds, not each read. ``credentials`` are the values that
    the configuration names, resolved from the environment by the caller. ``allow_hosts``, when not empty,
    lists the only hosts that may be asked.
    """

    base_url: str
    path: str = ""
    timeout_s: float = 30.0
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    max_bytes: int = 1024 * 1024
    verify_tls: bool = True
    allow_hosts: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


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
    "ce": lambda s: s.document("CE") is not None,
    "ruc": lambda s: s.document("RUC") is not None,
    "travel_document": lambda s: s.travel_document is not None,
    "passport": lambda s: s.document("PASSPORT", "TRAVEL", "ID") is not None,
    "sample": lambda s: s.sample is not None,
}
"""What a question may require of a subject, by the name used in manifests and shown to people."""

SENDS = {
    "names": _("names"),
    "birth_date": _("date of birth"),
    "sex": _("sex"),
    "nationality": _("nationality"),
    "document": _("identity document"),
    "sample": _("face image or fingerprint"),
}
"""The personal data that may leave the house with a question (Ley 29733), by the names manifests use."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A connector's self-description.

    ``heard_by`` is the State that hears the question: alpha-3, or ``INTL`` for an international organisation;
    a question heard by a protected person's State of origin, or of which nobody says who hears it, is never asked
    about a protected person (domain §8.4). ``sends`` are keys of :data:`SENDS`: all personal data that leave with
    it; ``legal_basis`` the default one, for policy rows that name no other. ``needs`` are keys of :data:`NEEDS`;
    ``credentials`` the names the endpoint must supply. ``grave`` makes a hit need a second officer.
    ``freshness_days`` is the default life of an answer; ``reask_at_decision`` asks again at decision and at delivery
    whatever its age.
    """

    code: str
    agency: str
    title: Any  # lazy translation
    path: str
    transport: Transport
    needs: tuple[str, ...]
    sends: tuple[str, ...] = ()
    legal_basis: str = ""
    heard_by: str = ""
    credentials: tuple[str, ...] = ()
    grave: bool = False
    freshness_days: int = 90
    reask_at_decision: bool = False


@dataclass(frozen=True)
class Problem:
    """Something an administrator has to put right. ``code`` is stable; ``message`` a sentence without secrets or
    personal data; ``field``, when not empty, the setting it is about. A question with an error can not be asked."""

    code: str
    message: Any  # lazy translation
    severity: Literal["error", "warning"] = "error"
    field: str = ""

    def __str__(self) -> str:
        return str(self.message)


class ConnectorSettings(forms.Form):
    """What an administrator can set for one question, beside its address. Every field has an ``initial`` with which
    the question can be asked."""


class Connector(ABC):
    """One question to one agency. Stateless: one instance serves every thread."""

    manifest: ClassVar[Manifest]
    settings_form: ClassVar[type[ConnectorSettings]] = ConnectorSettings

    @abstractmethod
    def exchange(self, ask: Ask, endpoint: Endpoint) -> Reply:
        """Send the question, return the reply. Raises TransportFault, MalformedAnswer, AgencyRefusal."""

    @abstractmethod
    def read(self, ask: Ask, endpoint: Endpoint, reply: Reply) -> Outcome:
        """Understand the reply, never guess. Raises AgencyRefusal, TransportFault(busy), MalformedAnswer."""

    @abstractmethod
    def probe(self, endpoint: Endpoint) -> None:
        """Reach the service and look at its contract without asking anything. Raises as :meth:`exchange`."""

    @final
    def ask(self, ask: Ask, endpoint: Endpoint) -> Answer:
        """Put the question once. No retry: that is the caller's policy.

        A subject that lacks what the question needs gives INDETERMINATE without anything being sent. Raises
        TransportFault, AgencyRefusal (NotConfigured among them) and MalformedAnswer.
        """
        asked_at = datetime.now(UTC)
        self._refuse_unheard(ask)
        missing = self.missing(ask.subject)
        if missing:
            reference = "incomplete_identity:" + ",".join(missing)
            return Answer(Finding.INDETERMINATE, (), reference, asked_at, asked_at, b"", "")
        self._refuse_unready(ask, endpoint)
        reply = self.exchange(ask, endpoint)
        answered_at = datetime.now(UTC)
        outcome = self.read(ask, endpoint, reply)
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

    def url(self, endpoint: Endpoint) -> str:
        """The service's full address."""
        return f"{endpoint.base_url.rstrip('/')}/{(endpoint.path or self.manifest.path).lstrip('/')}"

    def setting(self, endpoint: Endpoint, name: str) -> Any:
        """The setting ``name`` of this question, or its default. Raises NotConfigured when what is stored is not
        what the form would have taken."""
        form_field = self.settings_form.base_fields[name]
        value = endpoint.settings.get(name)
        try:
            return form_field.clean(form_field.initial if value in (None, "") else value)
        except ValidationError:
            raise NotConfigured(f"setting:{name}") from None

    def check_config(self, endpoint: Endpoint, settings: Mapping[str, Any] | None = None) -> list[Problem]:
        """What stands in the way of asking this question at ``endpoint``; empty when nothing does.

        Looks at address, credentials and settings, then reaches the service and reads its contract (WSDL) anew;
        nothing is asked and no personal data are sent. Ends within the endpoint's time-out, 10 seconds at most.

        :param settings: instead of the endpoint's own, as somebody typed them.
        """
        from .checking import check

        return check(self, endpoint if settings is None else replace(endpoint, settings=settings))

    def _refuse_unheard(self, ask: Ask) -> None:
        if ask.protected:
            known = origins(ask.subject.nationality, [issuer for _kind, _number, issuer in ask.subject.documents])
            if why := why_unheard(self.manifest.heard_by, known):
                raise AgencyRefusal(why)

    def _refuse_unready(self, ask: Ask, endpoint: Endpoint) -> None:
        if not ask.legal_basis or not ask.purpose:
            raise AgencyRefusal("no_legal_basis")
        for name in self.manifest.credentials:
            if not endpoint.credentials.get(name):
                raise NotConfigured(f"credential:{name}")
        require_host(endpoint)


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
