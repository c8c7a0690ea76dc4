"""The contract that every connector keeps, over real HTTP against the simulator's process.

One row per question says what each shape of person brings and which finding the agency cannot give, and why. A
connector without a row fails here.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass, field, replace

import pytest

from agencies.connectors import Endpoint, MalformedAnswer, TransportFault, registry
from agencies.findings import Finding
from simulator.contract import BY_QUESTION
from simulator.matrix import SHAPES, scripted_for
from tests.simulators import SECRETS

from .people import NOBODY, subject_of

CLEAR, HIT, POSSIBLE, INDETERMINATE, UNAVAILABLE = Finding
ALL = [connector.manifest.code for connector in registry.all()]
FINDS = {"clear": CLEAR, "hit": HIT, "homonym": POSSIBLE, "incomplete": POSSIBLE, "contradictory": POSSIBLE}
NOT_ASKED = "the agency always decides; only an identity incomplete for the question does this, and nothing is sent"


@dataclass(frozen=True)
class Row:
    """``changes`` to what the shapes usually bring; ``nobody``: the finding for who is in no register; ``cannot``: the
    findings the agency's own answer cannot lead to, with the reason."""

    changes: dict[str, Finding] = field(default_factory=dict)
    nobody: Finding = CLEAR
    cannot: dict[Finding, str] = field(default_factory=lambda: {INDETERMINATE: NOT_ASKED})

    @property
    def finds(self) -> dict[str, Finding]:
        return {**FINDS, **self.changes}


CONTRACT: dict[str, Row] = {
    "reniec.identity": Row({"incomplete": INDETERMINATE, "contradictory": INDETERMINATE}, INDETERMINATE, {}),
    "reniec.biometric": Row({"incomplete": INDETERMINATE}, INDETERMINATE, {}),
    "pnp.requisitorias": Row(),
    "pnp.antecedentes": Row(),
    "inpe.antecedentes": Row(
        {"hit": POSSIBLE, "incomplete": INDETERMINATE},
        cannot={HIT: "asked by names, answered in words: nothing in it is a second identifier"},
    ),
    "pj.antecedentes": Row(),
    "migraciones.alerts": Row(),
    "migraciones.exit_bans": Row(),
    "migraciones.movements": Row(),
    "migraciones.card": Row(nobody=INDETERMINATE, cannot={}),
    "interpol.sltd": Row(),
    "interpol.nominals": Row(),
    "sbs.un_list": Row(),
    "sunat.ruc": Row({"incomplete": INDETERMINATE, "contradictory": INDETERMINATE}, INDETERMINATE, {}),
    "mtc.licence": Row(),
    "mtpe.contract": Row(nobody=INDETERMINATE, cannot={}),
}

MALFORMED = {
    "garbage": {"charset", "schema"},
    "html": {"schema"},
    "empty": {"schema"},
    "truncated": {"schema"},
    "huge": {"too_large"},
    "gzip_bomb": {"too_large"},
    "entity_bomb": {"dtd"},
    "dtd": {"dtd"},
    "wrong_charset": {"charset"},
    "unknown_text": {"text"},
}
"""Faults of the simulator, and how their answers are refused."""


# What an agency is told, not asked: its own tests are those of reports.
REPORTS = {"interpol.sltd_report"}


def test_every_connector_has_a_row_and_an_operation_of_the_simulator():
    assert set(CONTRACT) == set(ALL) == set(BY_QUESTION) - REPORTS


@pytest.mark.parametrize("question", ALL)
def test_every_finding_is_shown_or_said_to_be_impossible(question):
    """UNAVAILABLE is what the house makes of no answer at all (test_checks_unavailable)."""
    row = CONTRACT[question]
    shown = {*row.finds.values(), row.nobody}
    assert shown | set(row.cannot) == {CLEAR, HIT, POSSIBLE, INDETERMINATE}
    assert not shown & set(row.cannot)
    assert all(row.cannot.values())


@pytest.mark.parametrize("question", ALL)
@pytest.mark.parametrize("shape", FINDS)
def test_each_shape_of_person_brings_its_finding(put, question, shape):
    answer = put(question, subject_of(scripted_for(question, shape)))
    assert answer.finding is CONTRACT[question].finds[shape]
    assert answer.raw and answer.raw_type and answer.asked_at <= answer.answered_at
    if answer.finding in (HIT, POSSIBLE):
        assert answer.records


@pytest.mark.parametrize("question", ALL)
def test_who_is_in_no_register(put, question):
    assert put(question, NOBODY).finding is CONTRACT[question].nobody


@pytest.mark.parametrize("question", ALL)
def test_a_slow_person_is_answered_as_a_clear_one(put, question):
    started = time.monotonic()
    assert put(question, subject_of(scripted_for(question, "slow"))).finding is CLEAR
    assert time.monotonic() - started >= 0.4


@pytest.mark.parametrize("question", ALL)
def test_a_person_about_whom_nobody_answers_or_nonsense_comes(put, question):
    with pytest.raises(TransportFault) as lost:
        put(question, subject_of(scripted_for(question, "down")))
    assert lost.value.kind == "reset"
    with pytest.raises(MalformedAnswer):
        put(question, subject_of(scripted_for(question, "wrong")))


@pytest.mark.parametrize("question", ALL)
@pytest.mark.parametrize("fault", MALFORMED)
def test_an_answer_that_cannot_be_trusted_is_malformed(put, simulator, question, fault):
    simulator.set("*", fault=fault)
    with pytest.raises(MalformedAnswer) as malformed:
        put(question, NOBODY)
    assert malformed.value.kind in MALFORMED[fault]


@pytest.mark.parametrize("question", ALL)
@pytest.mark.parametrize(
    ("fault", "kind"),
    [("down", "reset"), ("reset", "reset"), ("http500", "http_5xx"), ("soap_fault", "http_5xx"), ("busy", "busy")],
)
def test_an_agency_that_fails_is_a_transport_fault(put, simulator, question, fault, kind):
    simulator.set("*", fault=fault)
    with pytest.raises(TransportFault) as lost:
        put(question, NOBODY)
    assert lost.value.kind == kind


@pytest.mark.parametrize("question", ALL)
@pytest.mark.parametrize("shape", ["hit", "homonym"])
def test_field_order_means_nothing(put, simulator, question, shape):
    person = subject_of(scripted_for(question, shape))
    before = put(question, person)
    simulator.set("*", fault="reordered")
    after = put(question, person)
    assert (after.finding, after.records, after.reference) == (before.finding, before.records, before.reference)
    if question != "inpe.antecedentes":  # which has one field
        assert after.raw != before.raw


@pytest.mark.parametrize("question", ALL)
def test_thirty_seconds_of_silence_end_at_the_deadline(put, simulator, endpoint, question):
    put(question, NOBODY)  # the WSDL is in the cache: the deadline is the question's own
    simulator.set("*", latency_ms=30_000)
    started = time.monotonic()
    with pytest.raises(TransportFault) as fault:
        put(question, NOBODY, replace(endpoint, timeout_s=0.3))
    assert fault.value.kind == "timeout"
    assert time.monotonic() - started < 2
    entries = simulator.wait_for_log(lambda log: all(entry["ended_monotonic"] for entry in log))
    assert [entry["outcome"] for entry in entries] == ["answered", "client_gone"]


@pytest.mark.parametrize("question", ALL)
def test_a_redirect_to_another_host_is_refused(put, simulator, question):
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.05)
        target = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/?clave=llave"
        simulator.set("*", fault="redirect", target=target)
        with pytest.raises(MalformedAnswer) as malformed:
            put(question, NOBODY)
        assert malformed.value.kind == "redirect"
        with pytest.raises(TimeoutError):
            elsewhere.accept()


@pytest.mark.parametrize("question", ALL)
def test_an_unknown_certificate_or_one_of_another_host_is_a_tls_fault(put, tls, question):
    base_url, certificate = tls
    for at in (
        Endpoint(base_url=base_url, credentials=SECRETS),
        Endpoint(base_url=base_url.replace("localhost", "127.0.0.1"), credentials={**SECRETS, "tls_ca": certificate}),
    ):
        with pytest.raises(TransportFault) as fault:
            put(question, NOBODY, at)
        assert fault.value.kind == "tls"


@pytest.mark.parametrize("question", ALL)
def test_an_answer_at_the_limit_is_read_and_one_over_it_is_not(put, endpoint, question):
    right = put(question, NOBODY)
    size = len(right.raw)
    assert put(question, NOBODY, replace(endpoint, max_bytes=size)).finding is right.finding
    with pytest.raises(MalformedAnswer) as malformed:
        put(question, NOBODY, replace(endpoint, max_bytes=size - 1))
    assert malformed.value.kind == "too_large"


def test_every_shape_of_the_simulator_is_asked_for_here():
    assert set(SHAPES) == {*FINDS, "slow", "down", "wrong"}
