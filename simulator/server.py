"""The HTTP server: routes, timing, and the exchange of one question for one answer."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import faults, wire
from .answers import ANSWERS, query_of
from .contract import SOAP_AGENCIES, Operation, rest_operation, soap_operations
from .control import BadSetting, Control, Entry, subject_key
from .lookup import World
from .people import population
from .refusals import BUSY, REFUSED
from .wsdl import openapi, wsdl

MAX_REQUEST_BYTES = 4_000_000  # a face image travels inside the envelope
MAX_CONNECTIONS = 256
IDEMPOTENCY_HEADER = "Idempotency-Key"
XML = "text/xml; charset=utf-8"
JSON = "application/json; charset=utf-8"


class Simulator(ThreadingHTTPServer):
    """One thread per connection, at most ``MAX_CONNECTIONS``: 64 slow answers at once leave room."""

    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(
        self,
        address: tuple[str, int],
        *,
        control: bool = True,
        tls: ssl.SSLContext | None = None,
        latency_ms: int = 0,
    ) -> None:
        super().__init__(address, Handler)
        self.control = Control()
        self.control.set_default_latency(latency_ms)
        self.control_served = control
        self.world = World(population())
        self._tls = tls
        self._slots = threading.BoundedSemaphore(MAX_CONNECTIONS)

    @property
    def scheme(self) -> str:
        return "https" if self._tls else "http"

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self._tls:
            # The handshake happens at the first read, in the connection's own thread.
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def process_request(self, request: Any, client_address: Any) -> None:
        self._slots.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that leaves or fails its handshake is nothing to report."""


class Handler(BaseHTTPRequestHandler):
    """Routes; everything that is a question goes through :meth:`_exchange`."""

    protocol_version = "HTTP/1.1"
    server_version = "PIDE-sim"
    sys_version = ""
    timeout = 300
    server: Simulator

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are in the control log; nothing goes to the terminal."""

    def do_GET(self) -> None:
        self._route("GET")

    def do_POST(self) -> None:
        self._route("POST")

    def _route(self, method: str) -> None:
        url = urlsplit(self.path)
        body = self._body()
        if body is None:
            return
        if url.path == "/healthz":
            self._send_json(200, {"status": "ok", "people": len(self.server.world.people)})
        elif url.path == "/openapi.json":
            self._send_json(200, openapi(self._address()))
        elif url.path.startswith("/_control/") and self.server.control_served:
            self._control(method, url.path, parse_qs(url.query), body)
        elif url.path.startswith("/soap/"):
            self._soap(method, url.path.removeprefix("/soap/").strip("/"), url.query, body)
        elif operation := rest_operation(url.path):
            self._rest(method, operation, url.query, body)
        else:
            self._send_json(404, {"error": "no such service"})

    def _address(self) -> str:
        return f"{self.server.scheme}://{self.headers.get('Host', '127.0.0.1')}"

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MAX_REQUEST_BYTES:
            self.close_connection = True
            self._send_json(413, {"error": "request too large"})
            return None
        return self.rfile.read(int(length))

    def _send(self, status: int, content_type: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _send_json(self, status: int, value: Any) -> None:
        self._send(status, JSON, json.dumps(value, ensure_ascii=False).encode())

    def _control(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> None:
        control = self.server.control
        try:
            if method == "GET" and path == "/_control/log":
                self._send_json(200, control.log(int(query.get("since", ["0"])[0])))
            elif method == "GET" and path == "/_control/agencies":
                self._send_json(200, control.state())
            elif method == "GET" and path == "/_control/people":
                self._send_json(200, [asdict(person) for person in self.server.world.people])
            elif method == "POST" and path == "/_control/reset":
                control.reset()
                self._send_json(200, control.state())
            elif method == "POST" and path.startswith("/_control/agencies/"):
                settings = json.loads(body or b"{}")
                if not isinstance(settings, dict):
                    raise BadSetting("expected an object")
                self._send_json(200, control.configure(path.rsplit("/", 1)[1], settings))
            else:
                self._send_json(404, {"error": "no such control"})
        except ValueError as exc:
            self._send_json(400, {"error": str(exc)})

    def _soap(self, method: str, agency: str, query: str, body: bytes) -> None:
        if agency not in SOAP_AGENCIES:
            self._send_json(404, {"error": "no such service"})
        elif method == "GET":
            if self.server.control.is_down(agency):
                self.close_connection = True
            elif query.lower() == "wsdl":
                self._send(200, XML, wsdl(agency, f"{self._address()}/soap/{agency}"))
            else:
                self._send_json(400, {"error": "ask for ?wsdl or POST an envelope"})
        else:
            try:
                name, sent = wire.read_soap(body)
                operation = soap_operations(agency)[name]
            except (wire.BadRequest, KeyError):
                self._send(500, XML, wire.write_fault("Client", "unknown operation or malformed envelope"))
                return
            self._exchange(operation, sent, as_json=False)

    def _rest(self, method: str, operation: Operation, query: str, body: bytes) -> None:
        try:
            sent = wire.read_rest(method, query, self.headers.get("Content-Type", ""), body)
        except wire.BadRequest as exc:
            self._send_json(400, {"error": str(exc)})
            return
        self._exchange(operation, sent, as_json=parse_qs(query).get("out") == ["json"])

    def _exchange(self, operation: Operation, sent: dict[str, str], *, as_json: bool) -> None:
        """Wait as long as the agency takes, then answer, or fail the way it is set to fail.

        The question counts as ended before its answer leaves, so that a caller who asks again at once is
        not taken for one who asks twice at the same time.
        """
        world = self.server.world
        query = query_of(operation.question, sent)
        person = world.identified(query)
        key = self.headers.get(IDEMPOTENCY_HEADER, "")
        subject = subject_key(query.surnames, query.given, query.birth_date, query.document)
        with self.server.control.exchange(operation.agency, operation.question, key, subject) as (
            entry,
            set_to,
        ):
            wait = set_to.latency_ms + (person.slow_ms if person else 0)
            if wait and faults.client_gone(self.connection, wait / 1000):
                entry.outcome, self.close_connection = "client_gone", True
                return
            values = ANSWERS[operation.question](sent, world, query)
            fault = set_to.fault or (person.fault if person else "")
            if fault in ("slow_headers", "drip"):
                self._drip(fault, entry)
                return
        if fault:
            self._fail(operation, fault, set_to.target, values, as_json=as_json)
        else:
            self._send(200, JSON if as_json else XML, self._render(operation, values, as_json=as_json))

    @staticmethod
    def _render(operation: Operation, values: dict[str, Any], *, as_json: bool, backwards: bool = False) -> bytes:
        in_order = wire.ordered(operation.response, values, backwards=backwards)
        return wire.write_json(operation, in_order) if as_json else wire.write_xml(operation, in_order)

    def _drip(self, fault: str, entry: Entry) -> None:
        entry.outcome, self.close_connection = "faulted", True
        head = b"HTTP/1.1 200 OK\r\nContent-Type: " + XML.encode() + b"\r\n"
        if fault == "slow_headers":
            faults.drip(self.connection, head + b"X-Slow: ", b"a")
        else:
            faults.drip(self.connection, head + b"Content-Length: 100000\r\n\r\n<a>", b" ")

    def _fail(self, operation: Operation, fault: str, target: str, values: dict[str, Any], *, as_json: bool) -> None:
        kind = JSON if as_json else XML
        good = self._render(operation, values, as_json=as_json)
        match fault:
            case "down":
                self.close_connection = True
            case "reset":
                self.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + good[:20])
                faults.reset(self.connection)
                self.close_connection = True
            case "http500":
                self._send(500, "text/plain", b"Internal Server Error")
            case "soap_fault":
                self._send(*(503, JSON, b"{}") if as_json else (500, XML, wire.write_fault("Server", "Error interno")))
            case "busy" | "refused":
                said = (BUSY if fault == "busy" else REFUSED)[operation.agency]
                self._send(200, kind, self._render(operation, said, as_json=as_json))
            case "garbage":
                self._send(200, kind, faults.GARBAGE)
            case "html":
                self._send(200, "text/html; charset=utf-8", faults.HTML)
            case "empty":
                self._send(200, kind, b"")
            case "truncated":
                self._send(200, kind, good[: len(good) // 2])
            case "huge":
                self._send(200, kind, faults.huge(good[: len(good) // 2]))
            case "gzip_bomb":
                self._send(200, kind, faults.gzip_bomb(), Content_Encoding="gzip")
            case "entity_bomb":
                self._send(200, XML, faults.ENTITY_BOMB)
            case "dtd":
                self._send(200, XML, faults.EXTERNAL_DTD)
            case "redirect":
                self._send(302, "text/plain", b"", Location=target or "http://elsewhere.invalid/?clave=1")
            case "wrong_charset":
                self._send(200, kind, self._latin(operation, values, as_json=as_json))
            case "reordered":
                self._send(200, kind, self._render(operation, values, as_json=as_json, backwards=True))
            case "unknown_text":
                self._send(200, kind, self._render(operation, _reword(values), as_json=as_json))

    def _latin(self, operation: Operation, values: dict[str, Any], *, as_json: bool) -> bytes:
        """ISO-8859-1 bytes under a header and a declaration that say UTF-8."""
        right = self._render(operation, _reword(values, "Ñ"), as_json=as_json)
        return right.decode().encode("latin-1", "replace")


_WORDS = frozenset(
    (
        "deResultado",
        "descripcionMensaje",
        "resultado",
        "resultMessage",
        "mensajeRespuesta",
        "desRespuesta",
        "mensaje",
        "msg",
    )
)


def _reword(values: dict[str, Any], words: str = "REVISAR EN VENTANILLA") -> dict[str, Any]:
    """``values`` with the agency's words, wherever they are, replaced (or, for ``Ñ``, added to)."""
    result: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            result[name] = _reword(value, words)
        elif name in _WORDS:
            result[name] = f"{value} {words}" if words == "Ñ" else words
        else:
            result[name] = value
    return result
