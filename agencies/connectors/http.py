"""One HTTP exchange that ends: bounded in time, in size, and in where it goes.

Built on httpcore, the engine under httpx, because the deadline has to hold inside the reading of status line
and headers, where httpx only offers a time-out per read: a server that drips a byte a second would keep a
worker for hours. Nothing is followed, nothing is retried, no proxy is taken from the environment.

Nothing is told either. What the other side sends can repeat the question (a redirect with the query string, an error
page), and httpcore writes received headers to its debug log and received bytes into its exceptions: so its log is
silent during an exchange, and its exceptions are left behind, not chained.
"""

from __future__ import annotations

import logging
import socket
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from email.message import Message
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpcore

from .base import AgencyRefusal, Ask, Endpoint, MalformedAnswer, NotConfigured, Reply, TransportFault

IDEMPOTENCY_HEADER = "Idempotency-Key"
MAX_ADDRESSES = 4
Headers = Mapping[str, str]


_asking: ContextVar[bool] = ContextVar("asking", default=False)


class _Discreet(logging.Filter):
    """Drops what is logged while a question is under way in this thread."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not _asking.get()


for _name in ("connection", "http11", "http2", "proxy", "socks"):
    logging.getLogger(f"httpcore.{_name}").addFilter(_Discreet())


@contextmanager
def _discreetly() -> Iterator[None]:
    token = _asking.set(True)
    try:
        yield
    finally:
        _asking.reset(token)


class Deadline:
    """A moment on the monotonic clock, ``seconds`` from now, that every step of an exchange shares."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        """Seconds left, no more than ``at_most``. Raises TransportFault(timeout) when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TransportFault("timeout")
        return left if at_most is None else min(left, at_most)


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait is cut to what the deadline leaves."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        try:
            return _Stream(
                self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)), self._deadline
            )
        except httpcore.ConnectError:
            pass
        raise TransportFault("tls")

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Connects within the deadline, whatever number of addresses the name has."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise TransportFault("refused") from None
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))[:MAX_ADDRESSES]
        for address in addresses:
            # A silent address leaves half of the time to the next one.
            wait = self._deadline.left(timeout) / (1 if address == addresses[-1] else 2)
            try:
                inner = self._inner.connect_tcp(address, port, wait, local_address)
            except httpcore.ConnectError:
                continue
            except httpcore.ConnectTimeout:
                self._deadline.left()
                continue
            return _Stream(inner, self._deadline)
        raise TransportFault("refused")


@lru_cache(maxsize=32)
def _tls(verify: bool, ca: str, certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca or None)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if certificate:
        context.load_cert_chain(certificate, key or None)
    return context


def _context(endpoint: Endpoint) -> ssl.SSLContext:
    names = ("tls_ca", "tls_cert", "tls_key")
    try:
        return _tls(endpoint.verify_tls, *(endpoint.credentials.get(name, "") for name in names))
    except OSError:
        raise NotConfigured("tls") from None


def exchange(
    method: str,
    url: str,
    *,
    endpoint: Endpoint,
    deadline: Deadline,
    headers: Headers,
    content: bytes | None = None,
) -> Reply:
    """Send one request to ``url`` and read its whole answer, at most ``endpoint.max_bytes`` decompressed.

    Any 3xx raises MalformedAnswer(redirect). Raises TransportFault for time-out, refusal, TLS failure and a
    lost connection. The status is for :func:`require_ok` to judge.
    """
    sent = {"Accept-Encoding": "gzip, deflate", "User-Agent": "SUGM", "Connection": "close", **headers}
    fault: Exception
    try:
        with (
            _discreetly(),
            httpcore.ConnectionPool(
                ssl_context=_context(endpoint) if url.startswith("https") else None,
                max_connections=1,
                network_backend=_Backend(deadline),
            ) as pool,
            pool.stream(method, url.encode("ascii"), headers=list(sent.items()), content=content) as response,
        ):
            if 300 <= response.status < 400:
                raise MalformedAnswer("redirect")
            received = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in response.headers}
            body = _bounded(response.iter_stream(), received, endpoint.max_bytes, deadline)
            media_type, charset = _content_type(received.get("content-type", ""))
            return Reply(response.status, media_type, charset, body)
    except httpcore.TimeoutException:
        fault = TransportFault("timeout")
    except (httpcore.ConnectError, httpcore.NetworkError, httpcore.RemoteProtocolError):
        fault = TransportFault("reset")
    except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol, UnicodeError):
        fault = NotConfigured("request")
    raise fault


def reach(url: str, *, endpoint: Endpoint, deadline: Deadline) -> None:
    """Connect to the host of ``url`` and, for https, prove who it is; nothing is sent. Raises as :func:`exchange`."""
    parts = urlsplit(url)
    fault: Exception
    try:
        secure = parts.scheme == "https"
        stream: httpcore.NetworkStream = _Backend(deadline).connect_tcp(
            parts.hostname or "", parts.port or (443 if secure else 80)
        )
        try:
            if secure:
                stream = stream.start_tls(_context(endpoint), parts.hostname)
        finally:
            stream.close()
        return
    except httpcore.TimeoutException:
        fault = TransportFault("timeout")
    except (httpcore.ConnectError, httpcore.NetworkError):
        fault = TransportFault("reset")
    except (UnicodeError, ValueError):
        fault = NotConfigured("base_url")
    raise fault


def _content_type(value: str) -> tuple[str, str]:
    message = Message()
    message["Content-Type"] = value or "application/octet-stream"
    charset = message.get_param("charset", "")
    return message.get_content_type(), charset.lower() if isinstance(charset, str) else ""


def _bounded(chunks: Iterator[bytes], headers: Headers, limit: int, deadline: Deadline) -> bytes:
    """The decompressed body. Never holds more than ``limit`` and one network chunk."""
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise MalformedAnswer("too_large")
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise MalformedAnswer("schema")
    inflate = zlib.decompressobj(wbits=47) if coding not in ("", "identity") else None
    body = bytearray()
    for chunk in chunks:
        deadline.left()
        try:
            # One byte above the limit is enough to know, however much the chunk would unfold to.
            body += inflate.decompress(chunk, limit - len(body) + 1) if inflate else chunk
        except zlib.error:
            raise MalformedAnswer("schema") from None
        if len(body) > limit:
            raise MalformedAnswer("too_large")
    if inflate and (not inflate.eof or inflate.unused_data):
        raise MalformedAnswer("schema")
    return bytes(body)


def require_ok(reply: Reply) -> Reply:
    """``reply`` when its status is 200. 408 and 429 are TransportFault(busy), 5xx TransportFault(http_5xx),
    other 4xx AgencyRefusal(http_nnn), anything else MalformedAnswer(schema)."""
    if reply.status == 200:
        return reply
    if reply.status in (408, 429):
        raise TransportFault("busy")
    if reply.status >= 500:
        raise TransportFault("http_5xx")
    if reply.status >= 400:
        raise AgencyRefusal(f"http_{reply.status}")
    raise MalformedAnswer("schema")


def question_headers(ask: Ask) -> dict[str, str]:
    """The headers that go with every question; no personal data among them."""
    return {IDEMPOTENCY_HEADER: ask.idempotency_key}
