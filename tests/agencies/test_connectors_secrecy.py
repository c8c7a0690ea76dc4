"""Neither credentials nor personal data reach a log, an exception, a logged address or a message of the broker,
whatever fails: with every logger at DEBUG, those of httpx, httpcore, zeep and Celery among them."""

from __future__ import annotations

import base64
import logging
import pickle
import socket
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from celery.signals import before_task_publish

from agencies import tasks
from agencies.connectors import (
    AgencyRefusal,
    Endpoint,
    MalformedAnswer,
    NotConfigured,
    Sample,
    Subject,
    TransportFault,
    registry,
)
from agencies.models import Agency, Check
from audit.models import AuditEvent
from simulator.control import FAULTS
from tests import factories as f

from .wire import answering, http

ALL = [connector.manifest.code for connector in registry.all()]
FAILURES = (TransportFault, MalformedAnswer, AgencyRefusal)
HARMLESS = ("reordered",)
CREDENTIALS = {
    "ruc": "20777000777",
    "password": "contraSENA-777",
    "entity": "ENTIDAD-777",
    "key": "LLAVE-777",
    "user": "USUARIO-777",
}
WHO = Subject(
    primary="ZZSECRETEZ ZZOCULTO",
    secondary="ZZRESERVADA",
    birth_date="1947-10-19",
    sex="F",
    nationality="UTO",
    documents=tuple((kind, f"77{number}77", "PER") for number, kind in enumerate(("PASSPORT", "DNI", "CE", "RUC"))),
    sample=Sample(kind="face", reference="a1", media_type="image/jpeg", read=lambda: b"ZZRETRATO" * 20),
)
HIDDEN = (
    "ZZSECRETEZ",
    "ZZOCULTO",
    "ZZRESERVADA",
    "ZZRETRATO",
    base64.b64encode(b"ZZRETRATO" * 20).decode()[:20],
    "1947-10-19",
    "19/10/1947",
    "OFICIAL-777",
    *(number for _kind, number, _issuer in WHO.documents),
    *CREDENTIALS.values(),
)
ECHO = "ZZSECRETEZ+ZZRESERVADA&dni=77177&clave=LLAVE-777&fecha=1947-10-19"
LOGGERS = ("", "httpx", "httpcore", "httpcore.connection", "httpcore.http11", "zeep", "zeep.wsdl", "zeep.xsd", "celery")


def leaked(text: str) -> list[str]:
    return [word for word in HIDDEN if word.lower() in text.lower()]


def everything(error: BaseException) -> Iterator[str]:
    """All that an exception and those it hangs on can tell whoever reports it."""
    seen, queue = set(), [error]
    while queue:
        one = queue.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield f"{one} {one!r} {one.args} {vars(one)}"
        yield from getattr(one, "__notes__", ())
        queue += [other for other in (one.__cause__, one.__context__) if other is not None]
    yield "".join(line for line in traceback.format_exception(error) if not line.lstrip().startswith("File "))


@pytest.fixture
def listening(caplog) -> Callable[[], str]:
    """All that was logged so far, with the arguments of the lines."""
    for name in LOGGERS:
        caplog.set_level(logging.DEBUG, name)

    def told() -> str:
        lines = [f"{record.name} {record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records]
        return "\n".join(lines)

    return told


@pytest.fixture
def fail(put, listening) -> Callable[..., BaseException]:
    """``fail(question, endpoint)`` asks, and looks at all that the failure tells anybody."""

    def check(question: str, at: Endpoint) -> BaseException:
        with pytest.raises(FAILURES) as failure:
            put(question, WHO, at, officer_ref="OFICIAL-777")
        told = "\n".join(everything(failure.value))
        assert leaked(told) == []
        assert leaked(listening()) == []
        again = pickle.loads(pickle.dumps(failure.value))
        assert (type(again), str(again)) == (type(failure.value), str(failure.value))
        return failure.value

    return check


@pytest.mark.parametrize("question", ALL)
def test_no_fault_of_the_simulator_tells_anything(simulator, endpoint, fail, question):
    at = replace(endpoint, credentials=CREDENTIALS, timeout_s=0.2)
    for fault in FAULTS:
        if fault in HARMLESS:
            continue
        simulator.set("*", fault=fault, target=f"http://elsewhere.invalid/?q={ECHO}")
        if fault in ("slow_headers", "drip") and question != "pj.antecedentes":
            continue  # the same wire for all
        fail(question, at)


@pytest.mark.parametrize("question", ALL)
def test_nothing_is_told_when_the_agency_is_not_there_or_not_configured(tls, endpoint, fail, question):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    at = replace(endpoint, credentials=CREDENTIALS)
    fail(question, replace(at, base_url=f"http://127.0.0.1:{port}"))
    fail(question, replace(at, base_url=tls[0]))
    fail(question, replace(at, base_url=tls[0], credentials={**CREDENTIALS, "tls_ca": "/nowhere/LLAVE-777.pem"}))
    fail(question, replace(at, base_url="http://127.0.0.1:1/?clave=LLAVE-777"))
    if registry.get(question).manifest.credentials:
        fail(question, replace(at, credentials={}))


ECHOES = {
    "a status line of its own": f"HTTP/1.1 ZZ {ECHO}\r\n\r\n".encode(),
    "headers": f"HTTP/1.1 500 Error\r\nX-Request: {ECHO}\r\nSet-Cookie: q={ECHO}\r\nContent-Length: 0\r\n\r\n".encode(),
    "a broken header": f"HTTP/1.1 200 OK\r\n{ECHO} {ECHO}\r\n\r\n".encode(),
    "a redirect": f"HTTP/1.1 302 Found\r\nLocation: http://x.invalid/?q={ECHO}\r\nContent-Length: 0\r\n\r\n".encode(),
    "JSON that breaks off": http(f'{{"r": {{"mensajeRespuesta": "{ECHO}'.encode()),
    "JSON of another shape": http(f'{{"r": {{"{ECHO}": ["{ECHO}"]}}}}'.encode()),
    "XML that breaks off": http(f"<r><q>{ECHO.replace('&', '')}</r>".encode(), "text/xml"),
    "XML with an entity": http(f"<r>&{ECHO}</r>".encode(), "text/xml"),
    "another character set": http(f"<r>{ECHO} Ñ</r>".encode("latin-1"), "text/xml; charset=utf-8"),
    "a length that lies": f"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{ECHO}".encode(),
    "a length that is none": f"HTTP/1.1 200 OK\r\nContent-Length: {ECHO}\r\n\r\n".encode(),
    "a coding that is none": f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n{ECHO}".encode(),
    "an error page": http(f"<html>{ECHO}</html>".encode(), "text/html", "403 Forbidden"),
    "a SOAP fault": http(
        f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault><faultcode>e:Client'
        f"</faultcode><faultstring>{ECHO.replace('&', ' ')}</faultstring></e:Fault></e:Body></e:Envelope>".encode(),
        "text/xml",
        "500 Internal Server Error",
    ),
}


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("question", ["pj.antecedentes", "sunat.ruc", "pnp.requisitorias"])
def test_an_agency_that_repeats_the_question_is_not_repeated(endpoint, fail, question, echo):
    """For SOAP the WSDL is what comes back so: the envelope's answer goes through the same wire."""
    with answering(ECHOES[echo]) as base_url:
        fail(question, replace(endpoint, base_url=base_url, credentials=CREDENTIALS, timeout_s=2))


def test_this_would_be_told_without_the_discreet_log(listening):
    """That httpcore does write received headers to its log, or the tests above would prove nothing."""
    import httpx

    with answering(ECHOES["headers"]) as base_url:
        httpx.get(base_url)
    assert "ZZSECRETEZ" in listening()


def test_neither_an_ask_nor_an_endpoint_shows_its_secrets(endpoint):
    shown = f"{WHO!r} {replace(endpoint, credentials=CREDENTIALS)!r} {WHO.sample!r}"
    assert leaked(shown) == []


@pytest.mark.django_db
def test_the_broker_gets_a_checks_id_and_nothing_else(
    simulator, monkeypatch, listening, django_capture_on_commit_callbacks
):
    """A whole job, from the filing to a failed question: message, log, stored fault and audit events."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(f"AGENCY_PNP_{name.upper()}", value)
    published = []

    def seen(sender=None, body=None, headers=None, **kwargs):
        published.append((sender, body, {key: headers[key] for key in ("argsrepr", "kwargsrepr")}))

    before_task_publish.connect(seen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            house = f.ministry()
            Agency.objects.update(base_url=f"{simulator.base_url}/")
            case = f.visa_case(
                house,
                person={"primary": "ZZSECRETEZ ZZOCULTO", "secondary": "ZZRESERVADA", "sex": "F", "nationality": "UTO",
                        "birth_date": "1947-10-19", "email": ""},
                passport={"number": "77077", "issuer": "UTO", "expires": f.date(2036, 4, 15)},
            )  # fmt: skip
    finally:
        before_task_publish.disconnect(seen)
    checks = Check.objects.filter(case=case)
    asked = [(args, kwargs) for sender, (args, kwargs, _embed), _headers in published if sender == tasks.ask_check.name]
    assert sorted(args[0] for args, _kwargs in asked) == sorted(checks.values_list("pk", flat=True))
    assert all(len(args) == 1 and not kwargs for args, kwargs in asked)
    assert leaked(str(published)) == []

    check = checks.get(question="pnp.requisitorias")
    simulator.set("pnp", fault="garbage")
    tasks.ask_check(check.pk)
    check.refresh_from_db()
    assert check.fault and leaked(f"{check.fault} {check.reference} {check.records}") == []
    events = AuditEvent.objects.filter(case_id=case.pk, verb__startswith="check")
    assert events and leaked(str(list(events.values("verb", "reason", "data")))) == []
    assert leaked(listening()) == []


def test_a_credential_that_is_missing_is_named_and_not_shown(endpoint, put):
    with pytest.raises(NotConfigured) as lacking:
        put("pj.antecedentes", WHO, replace(endpoint, credentials={"key": "LLAVE-777"}))
    assert str(lacking.value) == "agency not configured (credential:ruc)"
