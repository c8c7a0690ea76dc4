"""What can go wrong on the wire goes wrong, and never turns into a finding."""

from __future__ import annotations

import datetime
import pickle
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agencies.connectors import (
    AgencyRefusal,
    Endpoint,
    MalformedAnswer,
    NotConfigured,
    TransportFault,
    registry,
)
from agencies.findings import Finding
from tests.simulators import SECRETS, start_simulator, stop_simulator

from .people import NOBODY, scripted

ALL = [connector.manifest.code for connector in registry.all()]
SHAPES = ["pnp.requisitorias", "pj.antecedentes", "migraciones.alerts", "sunat.ruc"]  # SOAP, JSON, XML, GET
MALFORMED = {
    "garbage": {"charset", "schema"},
    "html": {"schema"},
    "empty": {"schema"},
    "truncated": {"schema"},
    "huge": {"too_large"},
    "gzip_bomb": {"too_large"},
    "entity_bomb": {"dtd"},
    "dtd": {"dtd"},
    "redirect": {"redirect"},
    "wrong_charset": {"charset"},
}


@pytest.mark.parametrize("question", ALL)
@pytest.mark.parametrize("fault", MALFORMED)
def test_an_answer_that_cannot_be_trusted_is_malformed(put, simulator, question, fault):
    simulator.set("*", fault=fault)
    with pytest.raises(MalformedAnswer) as malformed:
        put(question, NOBODY)
    assert malformed.value.kind in MALFORMED[fault]


@pytest.mark.parametrize("question", ALL)
@pytest.mark.parametrize(("fault", "kind"), [("http500", "http_5xx"), ("soap_fault", "http_5xx"), ("reset", "reset")])
def test_an_agency_that_fails_is_a_transport_fault(put, simulator, question, fault, kind):
    simulator.set("*", fault=fault)
    with pytest.raises(TransportFault) as lost:
        put(question, NOBODY)
    assert lost.value.kind == kind


@pytest.mark.parametrize(
    ("question", "person"),
    [
        ("reniec.identity", "QUISPE"),
        ("pnp.requisitorias", "FICTICIO"),
        ("interpol.nominals", "NOTICIOVA"),
        ("migraciones.alerts", "EXPULSADO"),
        ("sbs.un_list", "AL-FICTISI"),
        ("sunat.ruc", "FANTASMAL E.I.R.L."),
    ],
)
def test_field_order_means_nothing(put, simulator, question, person):
    before = put(question, scripted(person))
    simulator.set("*", fault="reordered")
    after = put(question, scripted(person))
    assert (after.finding, after.records, after.reference) == (
        before.finding,
        before.records,
        before.reference,
    )
    assert after.raw != before.raw


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


@pytest.mark.parametrize("question", SHAPES)
@pytest.mark.parametrize("how", [{"latency_ms": 30_000}, {"fault": "slow_headers"}, {"fault": "drip"}])
def test_silence_and_dripping_end_at_the_deadline(put, simulator, endpoint, question, how):
    put(question, NOBODY)  # the WSDL is in the cache: the deadline is the question's own
    simulator.set("*", **how)
    with at_most(3), pytest.raises(TransportFault) as fault:
        put(question, NOBODY, replace(endpoint, timeout_s=0.5))
    assert fault.value.kind == "timeout"
    entries = simulator.wait_for_log(lambda log: all(entry["ended_monotonic"] for entry in log))
    assert len(entries) == 2
    expected = "client_gone" if "latency_ms" in how else "faulted"
    assert entries[-1]["outcome"] == expected
    assert entries[-1]["ended_monotonic"] - entries[-1]["started_monotonic"] < 5


def test_a_slow_person_is_answered_within_a_longer_deadline(put):
    assert put("pnp.requisitorias", scripted("LENTOVSKA")).finding is Finding.CLEAR


@pytest.mark.parametrize("question", SHAPES)
def test_a_redirect_is_not_followed(put, simulator, question):
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.3)
        target = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/?clave=llave"
        simulator.set("*", fault="redirect", target=target)
        with pytest.raises(MalformedAnswer) as malformed:
            put(question, NOBODY)
        assert malformed.value.kind == "redirect"
        with pytest.raises(TimeoutError):
            elsewhere.accept()


@pytest.mark.parametrize("question", SHAPES)
def test_a_closed_port_is_refused(put, endpoint, question):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(TransportFault) as fault:
        put(question, NOBODY, replace(endpoint, base_url=f"http://127.0.0.1:{port}"))
    assert fault.value.kind == "refused"


def test_a_body_just_over_the_limit_is_refused_and_one_at_it_is_read(put, endpoint):
    size = len(put("pj.antecedentes", NOBODY).raw)
    assert put("pj.antecedentes", NOBODY, replace(endpoint, max_bytes=size)).finding is Finding.CLEAR
    with pytest.raises(MalformedAnswer) as malformed:
        put("pj.antecedentes", NOBODY, replace(endpoint, max_bytes=size - 1))
    assert malformed.value.kind == "too_large"


def test_a_host_that_is_not_allowed_is_not_asked(put, simulator, endpoint):
    with pytest.raises(NotConfigured) as refusal:
        put("pj.antecedentes", NOBODY, replace(endpoint, allow_hosts=("pide.invalid",)))
    assert refusal.value.code == "host"
    assert simulator.log() == []


@contextmanager
def one_answer(answer: bytes) -> Iterator[str]:
    """A server that answers one request with ``answer``; the base URL."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(5)


def http(body: bytes, kind: str = "application/json", status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


CLEAR_JSON = b'{"r":{"codigoRespuesta":"0000","mensajeRespuesta":"NO REGISTRA ANTECEDENTES PENALES"}}'


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (http(CLEAR_JSON), Finding.CLEAR),
        (http(CLEAR_JSON, "application/json; charset=iso-8859-1"), Finding.CLEAR),
        (http(CLEAR_JSON, "application/json; charset=klingon"), "charset"),
        (http(CLEAR_JSON.replace(b"NO", "NÓ".encode()), "text/json; charset=latin-1"), "charset"),
        (http(CLEAR_JSON, "application/octet-stream"), "schema"),
        (http(b'{"r":{"codigoRespuesta":"0000"}}'), "schema"),
        (http(b'{"r":{"mensajeRespuesta":"NO REGISTRA ANTECEDENTES PENALES"}}'), "schema"),
        (http(CLEAR_JSON.replace(b'"}}', b'","mensajeRespuesta":"REGISTRA"}}')), "schema"),
        (http(b"[" * 100_000), "schema"),
        (http(CLEAR_JSON.replace(b"0000", b"7777")), "text"),
        (http(CLEAR_JSON, status="204 No Content"), "schema"),
        (http(CLEAR_JSON, status="404 Not Found"), "http_404"),
        (http(CLEAR_JSON, status="401 Unauthorized"), "http_401"),
        (http(CLEAR_JSON, status="429 Too Many Requests"), "busy"),
    ],
)
def test_answers_near_a_right_one(put, endpoint, answer, expected):
    with one_answer(answer) as base_url:
        at = replace(endpoint, base_url=base_url)
        if isinstance(expected, Finding):
            assert put("pj.antecedentes", NOBODY, at).finding is expected
            return
        with pytest.raises((MalformedAnswer, AgencyRefusal, TransportFault)) as failure:
            put("pj.antecedentes", NOBODY, at)
        assert expected in (getattr(failure.value, "kind", None), getattr(failure.value, "code", None))


@pytest.mark.parametrize(
    "wsdl",
    [
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "b">]><definitions/>',
        b"<definitions/>",
        b'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><import namespace="x" '
        b'location="http://127.0.0.1:9/x.wsdl"/></definitions>',
        b'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><import namespace="x" '
        b'location="file:///etc/hostname"/></definitions>',
    ],
)
def test_a_wsdl_with_a_dtd_or_from_elsewhere_is_refused(put, endpoint, wsdl):
    with one_answer(http(wsdl, "text/xml")) as base_url, pytest.raises(MalformedAnswer) as malformed:
        put("pnp.requisitorias", NOBODY, replace(endpoint, base_url=base_url))
    assert malformed.value.kind in ("dtd", "schema")


def test_the_wsdl_is_loaded_once(put, simulator, endpoint):
    put("pnp.requisitorias", NOBODY)
    simulator.set("pnp", fault="down")
    with pytest.raises(TransportFault):
        put("pnp.antecedentes", NOBODY)
    assert len(simulator.log()) == 2  # the second question left without loading the WSDL, which was out of reach


@pytest.mark.parametrize("fault", ["garbage", "http500", "refused", "unknown_text", "redirect", "reset"])
@pytest.mark.parametrize("question", SHAPES)
def test_no_failure_tells_personal_data_or_secrets(put, simulator, question, fault):
    simulator.set("*", fault=fault)
    person = scripted("FICTICIO")
    person = replace(person, documents=(*person.documents, ("RUC", "20999000011", "PER")))
    with pytest.raises((MalformedAnswer, AgencyRefusal, TransportFault)) as failure:
        put(question, person)
    error = failure.value
    told = f"{error} {error!r} " + "".join(traceback.format_exception(error)).replace(__file__, "")
    assert not [word for word in ("FICTICIO", "ABEL", "80000301", "20999000011", "1976") if word in told]
    assert not [secret for secret in SECRETS.values() if secret in told]
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))
    assert "FICTICIO" not in repr(person)


# -- TLS -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tls(tmp_path_factory) -> Iterator[tuple[str, str]]:
    """An HTTPS simulator with a certificate of its own making: base URL and certificate file."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    simulator = start_simulator("--host", "localhost", "--tls-cert", str(cert_file), "--tls-key", str(key_file))
    port = simulator.base_url.rpartition(":")[2]
    yield f"https://localhost:{port}", str(cert_file)
    stop_simulator(simulator)


@pytest.mark.parametrize("question", SHAPES)
def test_an_unknown_certificate_is_a_tls_fault(put, tls, question):
    with pytest.raises(TransportFault) as fault:
        put(question, NOBODY, Endpoint(base_url=tls[0], credentials=SECRETS))
    assert fault.value.kind == "tls"


def test_a_certificate_for_another_host_is_a_tls_fault(put, tls):
    elsewhere = tls[0].replace("localhost", "127.0.0.1")
    with pytest.raises(TransportFault) as fault:
        put("pj.antecedentes", NOBODY, Endpoint(base_url=elsewhere, credentials={**SECRETS, "tls_ca": tls[1]}))
    assert fault.value.kind == "tls"


@pytest.mark.parametrize("question", SHAPES[:3])
def test_a_known_authority_is_trusted(put, tls, question):
    at = Endpoint(base_url=tls[0], credentials={**SECRETS, "tls_ca": tls[1]})
    assert put(question, NOBODY, at).finding is Finding.CLEAR
