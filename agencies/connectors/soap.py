"""SOAP by zeep, with our own wire under it.

zeep reads the WSDL and builds the envelope, so that a changed contract is noticed before anything is sent.
Everything that touches the network is :mod:`.http`: bounded, no redirects. The address written in the WSDL is
not believed; the question goes to the configured one. Answers are read by :mod:`.payload` rather than against
the schema, because field order and added fields must not turn a readable answer into a failure.
"""

from __future__ import annotations

import threading
import time
from abc import abstractmethod
from typing import Any, ClassVar
from urllib.parse import urlsplit

import zeep
import zeep.exceptions
from lxml import etree
from zeep.wsdl.bindings import Soap12Binding

from . import payload
from .base import AgencyRefusal, Ask, Connector, Endpoint, MalformedAnswer, Reply, TransportFault
from .fields import sendable, specimen
from .http import Deadline, exchange, question_headers, require_ok

WSDL_TTL_S = 3600.0
MAX_WSDL_BYTES = 2 * 1024 * 1024
MAX_WSDL_DOCUMENTS = 20
MAX_NESTED_TYPES = 3
_BROKEN_CONTRACT = (
    zeep.exceptions.Error,
    etree.LxmlError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    NotImplementedError,
    RecursionError,
)


_Key = tuple[str, bool]


class _Loader:
    """zeep's transport, for the WSDL and the schemas it imports from the same place; nothing else loads."""

    def __init__(self, url: str, endpoint: Endpoint, deadline: Deadline) -> None:
        self._origin = urlsplit(url)[:2]
        self._endpoint = endpoint
        self._deadline = deadline
        self._left = MAX_WSDL_DOCUMENTS

    def load(self, url: str) -> bytes:
        self._left -= 1
        if urlsplit(url)[:2] != self._origin or self._left < 0:
            raise MalformedAnswer("schema")
        bounded = Endpoint(
            base_url=self._endpoint.base_url,
            credentials=self._endpoint.credentials,
            max_bytes=MAX_WSDL_BYTES,
            verify_tls=self._endpoint.verify_tls,
        )
        reply = require_ok(exchange("GET", url, endpoint=bounded, deadline=self._deadline, headers={}))
        payload.parse_xml(payload.decode(reply.body, reply.charset))
        return reply.body


class _Cache:
    """Parsed WSDLs by URL for ``WSDL_TTL_S`` seconds. Loading locks only its own URL: an agency whose WSDL
    hangs must not hold up the others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loading: dict[_Key, threading.Lock] = {}
        self._clients: dict[_Key, tuple[float, zeep.Client]] = {}

    def clear(self) -> None:
        with self._lock:
            self._clients.clear()

    def get(self, url: str, endpoint: Endpoint, deadline: Deadline) -> zeep.Client:
        key = (url, endpoint.verify_tls)  # what came unverified must not serve who verifies
        with self._lock:
            found = self._clients.get(key)
            loading = self._loading.setdefault(key, threading.Lock())
        if found and found[0] > time.monotonic():
            return found[1]
        if not loading.acquire(timeout=deadline.left()):
            raise TransportFault("timeout")
        try:
            with self._lock:
                newer = self._clients.get(key)
            if newer and newer[0] > time.monotonic():
                return newer[1]
            client = _load(url, endpoint, deadline)
            with self._lock:
                self._clients[key] = (time.monotonic() + WSDL_TTL_S, client)
            return client
        finally:
            loading.release()


def _load(url: str, endpoint: Endpoint, deadline: Deadline) -> zeep.Client:
    settings = zeep.Settings(forbid_dtd=True, forbid_entities=True, xml_huge_tree=False)
    loader: Any = _Loader(url, endpoint, deadline)
    try:
        return zeep.Client(f"{url}?wsdl", transport=loader, settings=settings)
    except _BROKEN_CONTRACT:
        pass  # raised below: what zeep says repeats what was served
    raise MalformedAnswer("schema")


wsdl_cache = _Cache()


def _binding(client: zeep.Client, operation: str) -> Any:
    """The binding of ``operation``, SOAP 1.1 before 1.2; None when no port offers it."""
    found = [
        port.binding
        for service in client.wsdl.services.values()
        for port in service.ports.values()
        if operation in port.binding.all()
    ]
    return next((b for b in found if not isinstance(b, Soap12Binding)), found[0] if found else None)


def _elements(of: Any, depth: int = 0) -> set[str]:
    """Names of the elements of an XSD type and of those inside them."""
    found: set[str] = set()
    for name, element in getattr(of, "elements", ()):
        found.add(name)
        if depth < MAX_NESTED_TYPES:
            found |= _elements(element.type, depth + 1)
    return found


class SoapConnector(Connector):
    """A question to a SOAP service whose WSDL is at ``<base_url>/<path>?wsdl``."""

    operation: ClassVar[str]
    reads: ClassVar[tuple[str, ...]]
    """Elements of the response that :meth:`read` cannot do without."""

    @abstractmethod
    def arguments(self, ask: Ask, endpoint: Endpoint) -> dict[str, str]:
        """The operation's fields, by their names in the WSDL."""

    def probe(self, endpoint: Endpoint) -> None:
        """Load the WSDL anew and look whether it still offers the operation, takes our fields and gives back those
        we read. Raises MalformedAnswer(schema) when it does not."""
        deadline = Deadline(endpoint.timeout_s)
        client = _load(self.url(endpoint), endpoint, deadline)
        self._message(client, sendable(self.arguments(specimen(self.manifest.code), endpoint)))
        offered = _elements(_binding(client, self.operation).get(self.operation).output.body.type)
        if not set(self.reads) <= offered:
            raise MalformedAnswer("schema")

    def exchange(self, ask: Ask, endpoint: Endpoint) -> Reply:
        deadline = Deadline(endpoint.timeout_s)
        url = self.url(endpoint)
        client = wsdl_cache.get(url, endpoint, deadline)
        content, headers = self._message(client, sendable(self.arguments(ask, endpoint)))
        headers |= question_headers(ask)
        reply = exchange("POST", url, endpoint=endpoint, deadline=deadline, headers=headers, content=content)
        _refuse_fault(reply)
        return require_ok(reply)

    def _message(self, client: zeep.Client, arguments: dict[str, str]) -> tuple[bytes, dict[str, str]]:
        content, broken = b"", False
        binding = _binding(client, self.operation)
        if binding is None:
            raise MalformedAnswer("schema")
        operation = binding.get(self.operation)
        try:
            envelope = operation.create(**arguments).content
            content = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        except (zeep.exceptions.Error, TypeError):
            # Raised below: zeep's exception carries the arguments, which are personal data.
            broken = True
        action = operation.soapaction or ""
        if broken or not action.isascii() or not action.isprintable() or '"' in action:
            raise MalformedAnswer("schema")
        if isinstance(binding, Soap12Binding):
            kind = f'application/soap+xml; charset=utf-8; action="{action}"'
            return content, {"Content-Type": kind}
        return content, {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}


def _refuse_fault(reply: Reply) -> None:
    """Raise for a SOAP fault, with whatever status it came: the sender's fault is AgencyRefusal, the
    server's TransportFault(http_5xx)."""
    if "xml" not in reply.media_type or b"Fault" not in reply.body:
        return
    fault = payload.parse_xml(payload.decode(reply.body, reply.charset)).find("{*}Body/{*}Fault")
    if fault is None:
        return
    code = fault.findtext("faultcode") or fault.findtext("{*}Code/{*}Value") or ""
    if code.rpartition(":")[2].partition(".")[0] in ("Server", "Receiver"):
        raise TransportFault("http_5xx")
    raise AgencyRefusal("soap_fault")
