"""What can go wrong on the wire beyond the contract of every connector (test_connectors_contract) goes wrong, and never
turns into a finding."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from agencies.connectors import AgencyRefusal, Endpoint, MalformedAnswer, NotConfigured, TransportFault
from agencies.findings import Finding
from tests.simulators import SECRETS

from .people import NOBODY, scripted
from .wire import answering, http

SHAPES = ["pnp.requisitorias", "pj.antecedentes", "migraciones.alerts", "sunat.ruc"]  # SOAP, JSON, XML, GET


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


@pytest.mark.parametrize("question", SHAPES)
@pytest.mark.parametrize("how", [{"fault": "slow_headers"}, {"fault": "drip"}])
def test_dripping_ends_at_the_deadline(put, simulator, endpoint, question, how):
    put(question, NOBODY)  # the WSDL is in the cache: the deadline is the question's own
    simulator.set("*", **how)
    with at_most(3), pytest.raises(TransportFault) as fault:
        put(question, NOBODY, replace(endpoint, timeout_s=0.5))
    assert fault.value.kind == "timeout"
    entries = simulator.wait_for_log(lambda log: all(entry["ended_monotonic"] for entry in log))
    assert len(entries) == 2
    assert entries[-1]["outcome"] == "faulted"
    assert entries[-1]["ended_monotonic"] - entries[-1]["started_monotonic"] < 5


def test_a_slow_person_is_answered_within_a_longer_deadline(put):
    assert put("pnp.requisitorias", scripted("LENTOVSKA")).finding is Finding.CLEAR


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
    with answering(answer) as base_url:
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
    with answering(http(wsdl, "text/xml")) as base_url, pytest.raises(MalformedAnswer) as malformed:
        put("pnp.requisitorias", NOBODY, replace(endpoint, base_url=base_url))
    assert malformed.value.kind in ("dtd", "schema")


def test_the_wsdl_is_loaded_once(put, simulator, endpoint):
    put("pnp.requisitorias", NOBODY)
    simulator.set("pnp", fault="down")
    with pytest.raises(TransportFault):
        put("pnp.antecedentes", NOBODY)
    assert len(simulator.log()) == 2  # the second question left without loading the WSDL, which was out of reach


@pytest.mark.parametrize("question", SHAPES[:3])
def test_a_known_authority_is_trusted(put, tls, question):
    at = Endpoint(base_url=tls[0], credentials={**SECRETS, "tls_ca": tls[1]})
    assert put(question, NOBODY, at).finding is Finding.CLEAR
