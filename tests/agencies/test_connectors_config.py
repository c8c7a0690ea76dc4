"""``check_config()`` looks at what is really there: settings, credentials, the service, its contract."""

from __future__ import annotations

import socket
import time
from dataclasses import replace

import pytest

from agencies.connectors import Connector, Endpoint, Problem, registry
from agencies.connectors.checking import check_settings
from agencies.connectors.fields import specimen
from simulator.wsdl import wsdl
from tests.simulators import SECRETS

from .wire import answering, http

ALL = [connector.manifest.code for connector in registry.all()]
SOAP = [c.manifest.code for c in registry.all() if c.manifest.transport == "soap"]
GOOD = Endpoint(base_url="https://pide.invalid/", credentials=SECRETS, allow_hosts=("pide.invalid",))


def codes(problems: list[Problem]) -> list[str]:
    assert all(str(problem) and problem.severity in ("error", "warning") for problem in problems)
    told = " ".join(f"{problem} {problem!r}" for problem in problems)
    assert not [secret for secret in SECRETS.values() if secret in told]
    return [problem.code for problem in problems]


@pytest.mark.parametrize("question", ALL)
def test_a_service_that_is_there_has_no_problems_and_is_not_asked(simulator, endpoint, question):
    assert codes(registry.get(question).check_config(endpoint)) == []
    assert simulator.log() == []


@pytest.mark.parametrize("question", ALL)
def test_good_settings_have_no_problems(question):
    assert check_settings(registry.get(question), GOOD) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"base_url": ""}, "base_url"),
        ({"base_url": "pide.invalid"}, "base_url"),
        ({"base_url": "ftp://pide.invalid"}, "base_url"),
        ({"base_url": "http://pide.invalid:port"}, "base_url"),
        ({"base_url": "http://pide.invalid"}, "no_tls"),
        ({"base_url": "https://u:p@pide.invalid"}, "secret_in_url"),
        ({"base_url": "https://pide.invalid/?clave=1"}, "secret_in_url"),
        ({"allow_hosts": ("other.invalid",)}, "host"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"timeout_s": 600}, "timeout_s"),
        ({"max_bytes": 10}, "max_bytes"),
        ({"max_bytes": 10**9}, "max_bytes"),
        ({"verify_tls": False}, "unverified"),
        ({"credentials": {}}, "credentials"),
        ({"settings": {"responsible": "no válido"}}, "setting:responsible"),
    ],
)
def test_each_bad_setting_is_named_and_nothing_is_reached(changes, code):
    assert code in codes(registry.get("pnp.requisitorias").check_config(replace(GOOD, **changes)))


def test_this_machine_may_be_asked_without_https():
    at = replace(GOOD, base_url="http://127.0.0.1:8000", allow_hosts=())
    assert check_settings(registry.get("pnp.requisitorias"), at) == []


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"accept_from": 101}, "setting:accept_from"),
        ({"accept_from": 30, "reject_below": 60}, "setting:reject_below"),
        ({"modality": "iris"}, "setting:modality"),
    ],
)
def test_settings_typed_but_not_saved_are_checked_by_the_questions_own_form(endpoint, settings, code):
    assert codes(registry.get("reniec.biometric").check_config(endpoint, settings)) == [code]


def test_an_undeclared_hearer_is_a_warning():
    class Unheard(type(registry.get("sunat.ruc"))):
        manifest = replace(registry.get("sunat.ruc").manifest, heard_by="")

    (problem,) = check_settings(Unheard(), GOOD)
    assert (problem.code, problem.severity) == ("no_declared_hearer", "warning")


@pytest.mark.parametrize("question", ALL)
def test_a_closed_port_is_seen(endpoint, question):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    at = replace(endpoint, base_url=f"http://127.0.0.1:{port}")
    assert codes(registry.get(question).check_config(at)) == ["unreached:refused"]


@pytest.mark.parametrize("question", ALL)
def test_a_certificate_nobody_vouches_for_is_seen(tls, question):
    connector, at = registry.get(question), Endpoint(base_url=tls[0], credentials=SECRETS)
    assert codes(connector.check_config(at)) == ["unreached:tls"]
    assert codes(connector.check_config(replace(at, credentials={**SECRETS, "tls_ca": tls[1]}))) == []
    assert codes(connector.check_config(replace(at, credentials={**SECRETS, "tls_ca": "/nowhere"}))) == [
        "not_configured:tls"
    ]


@pytest.mark.parametrize("question", SOAP)
def test_an_agency_that_is_down_is_seen_though_its_wsdl_was_loaded_before(put, simulator, endpoint, question):
    from .people import NOBODY

    put(question, NOBODY)
    simulator.set("*", fault="down")
    assert codes(registry.get(question).check_config(endpoint)) == ["unreached:reset"]


def _contract(connector: Connector) -> bytes:
    return wsdl(connector.manifest.agency, "http://127.0.0.1/")


@pytest.mark.parametrize("question", SOAP)
def test_a_wsdl_without_the_operation_a_field_we_send_or_one_we_read_is_seen(endpoint, question):
    connector = registry.get(question)
    right, sent = _contract(connector), next(iter(connector.arguments(specimen(question), endpoint)))
    changed = {
        "": right,
        "operation": right.replace(f'operation name="{connector.operation}"'.encode(), b'operation name="otra"'),
        "sent": right.replace(f'name="{sent}"'.encode(), b'name="otroCampo"'),
        "read": right.replace(f'name="{connector.reads[-1]}"'.encode(), b'name="otroCampo"'),
        "dtd": b'<!DOCTYPE d [<!ENTITY a "b">]>' + right.partition(b"?>")[2],
        "html": b"<html/>",
    }
    for what, served in changed.items():
        with answering(http(served, "text/xml")) as base_url:
            found = codes(connector.check_config(replace(endpoint, base_url=base_url)))
        expected = [] if not what else ["contract:dtd" if what == "dtd" else "contract:schema"]
        assert found == expected, what


def test_a_path_that_is_not_there_and_one_that_leads_elsewhere_are_seen(endpoint):
    connector = registry.get("pnp.requisitorias")
    assert codes(connector.check_config(replace(endpoint, path="soap/nadie"))) == ["refused:http_404"]
    redirect = b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.invalid/?clave=llave\r\nContent-Length: 0\r\n\r\n"
    with answering(redirect) as base_url:
        assert codes(connector.check_config(replace(endpoint, base_url=base_url))) == ["contract:redirect"]


def test_a_silent_service_ends_with_the_time_out(endpoint):
    with socket.create_server(("127.0.0.1", 0)) as server:
        at = replace(endpoint, base_url=f"http://127.0.0.1:{server.getsockname()[1]}", timeout_s=0.3)
        started = time.monotonic()
        assert codes(registry.get("inpe.antecedentes").check_config(at)) == ["unreached:timeout"]
        assert time.monotonic() - started < 2


def test_another_path_of_the_same_service_is_used_for_the_question_too(put, endpoint):
    from .people import NOBODY

    assert put("sbs.un_list", NOBODY, replace(endpoint, path="rest/sbs/listasonu")).finding == "CLEAR"
