"""The simulator keeps its own word: its people, its contracts, its control endpoint, its log."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import drf_spectacular.validation
import jsonschema
import pytest
import zeep
from lxml import etree

from agencies.connectors import Ask, Endpoint, MalformedAnswer, TransportFault, registry
from simulator.cast import CAST
from simulator.contract import OPERATIONS, SOAP_AGENCIES
from simulator.control import FAULTS
from simulator.matrix import SHAPES, scripted_for
from simulator.people import population
from tests.simulators import ROOT, SECRETS, start_simulator, stop_simulator

from .people import NOBODY, scripted, subject_of

ANSWERED = ("clear", "hit", "homonym", "incomplete", "contradictory")


def test_there_are_enough_people_of_every_shape():
    people = population()
    assert len(people) >= 400
    assert len(CAST) >= 60
    shapes = Counter(person.shape for person in people)
    assert {*SHAPES, "record", "company"} <= set(shapes)


QUESTIONS = [operation for operation in OPERATIONS if operation.question != "interpol.sltd_report"]  # that one is told


@pytest.mark.parametrize("operation", QUESTIONS, ids=lambda op: op.question)
def test_every_question_has_somebody_of_every_shape(operation):
    """And of each but the slow, the down and the nonsensical the hand-shaped cast or chance gives more."""
    for shape in SHAPES:
        person = scripted_for(operation.question, shape)
        assert person in population()
        assert bool(person.slow_ms) is (shape == "slow")
        assert bool(person.fault) is (shape in ("down", "wrong"))
        held = operation.question in person.records
        assert held or shape in ("clear", "slow", "down", "wrong", "homonym")


def test_what_goes_wrong_with_people_is_what_can_be_set_for_agencies():
    faults = {person.fault for person in population()} - {""}
    assert "down" in faults and len(faults) >= 5
    assert faults <= set(FAULTS)


def test_the_people_are_the_same_every_time():
    code = (
        "import hashlib; from simulator.people import population as p\n"
        "print(hashlib.sha256(repr(p()).encode()).hexdigest())"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True).stdout
        for _ in range(2)
    }
    assert len(runs) == 1


def test_no_document_belongs_to_two():
    numbers = Counter(number for person in population() for _, number, _ in person.documents)
    assert [number for number, times in numbers.items() if times > 1] == []


def test_the_specimen_is_clear_everywhere():
    specimen = next(person for person in population() if person.document("PASSPORT") == "L898902C3")
    assert (specimen.surnames[0], specimen.given, specimen.nationality) == ("ERIKSSON", "ANNA MARIA", "UTO")
    assert specimen.records == {}


def test_it_imports_nothing_of_the_project():
    code = (
        "import sys, pkgutil, importlib, simulator\n"
        "[importlib.import_module(m.name) for m in pkgutil.iter_modules(simulator.__path__, 'simulator.')"
        " if m.name != 'simulator.__main__']\n"
        "bad = {'django', 'agencies', 'icao', 'cases', 'people', 'config', 'zeep', 'httpx'} & set(sys.modules)\n"
        "assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize("agency", SOAP_AGENCIES)
def test_served_wsdls_are_ones_a_soap_client_takes(simulator, agency):
    client = zeep.Client(f"{simulator.base_url}/soap/{agency}?wsdl")
    (service,) = client.wsdl.services.values()
    (port,) = service.ports.values()
    assert set(port.binding.all()) == {op.name for op in OPERATIONS if op.is_soap and op.agency == agency}


@pytest.mark.parametrize("question", [op.question for op in QUESTIONS if op.is_soap])
@pytest.mark.parametrize("shape", ANSWERED)
def test_soap_answers_are_valid_by_the_served_schema(put, simulator, question, shape):
    answer = put(question, subject_of(scripted_for(question, shape)))
    agency = question.partition(".")[0]
    with urllib.request.urlopen(f"{simulator.base_url}/soap/{agency}?wsdl") as served:
        definitions = etree.fromstring(served.read())
    schema = etree.XMLSchema(definitions.find(".//{http://www.w3.org/2001/XMLSchema}schema"))
    schema.assertValid(etree.fromstring(answer.raw).find("{*}Body")[0])


def test_the_rest_part_has_a_valid_openapi_document(simulator):
    document = simulator.call("/openapi.json")
    assert set(document["paths"]) == {op.path for op in OPERATIONS if not op.is_soap}
    official = Path(drf_spectacular.validation.__file__).with_name("openapi_3_0_schema.json")
    jsonschema.validate(document, json.loads(official.read_text()))


@pytest.mark.parametrize("operation", [op for op in OPERATIONS if not op.is_soap], ids=lambda op: op.question)
@pytest.mark.parametrize("shape", ANSWERED)
def test_rest_answers_are_valid_by_the_served_document(put, simulator, operation, shape):
    """And what the connector sends too: as JSON, or in the query string of a GET."""
    document = simulator.call("/openapi.json")
    described = document["paths"][operation.path]["post"]
    connector, subject = registry.get(operation.question), subject_of(scripted_for(operation.question, shape))
    ask = Ask(question=operation.question, subject=subject, idempotency_key="k", legal_basis="x", purpose="x")
    sent = connector.arguments(ask, Endpoint(base_url=simulator.base_url, credentials=SECRETS))
    body = {"PIDE": sent}
    jsonschema.validate(body, _strict(described["requestBody"]["content"]["application/json"]["schema"]))
    answer = simulator.call(f"{operation.path}?out=json", body)
    jsonschema.validate(answer, _strict(described["responses"]["200"]["content"]["application/json"]["schema"]))


def _strict(schema):
    """The schema with every field that it does not name refused, or a wrong name would pass."""
    if schema.get("type") == "object":
        return {
            **schema,
            "additionalProperties": False,
            "properties": {name: _strict(inner) for name, inner in schema["properties"].items()},
        }
    return {**schema, "items": _strict(schema["items"])} if schema.get("type") == "array" else schema


def test_get_post_xml_and_json_say_the_same(simulator):
    path = "/Rest/MTC/LicenciaConducir"
    by_get = simulator.call(f"{path}?numdoc=80000801&out=json")
    by_post = simulator.call(f"{path}?out=json", {"PIDE": {"numdoc": "80000801"}})
    assert by_get == by_post
    with urllib.request.urlopen(f"{simulator.base_url}{path}?numdoc=80000801") as answer:
        assert etree.fromstring(answer.read()).findtext(".//estado") == "VIGENTE"
    contract = simulator.call("/Rest/MTPE/ContratoExtranjero?out=json", {"PIDE": {"numeroDocumento": "FR0000825"}})
    assert contract["ContratoExtranjeroResponse"]["contratos"]["contrato"][0]["estado"] == "APROBADO"


def test_sixty_four_slow_answers_at_once(put, simulator):
    put("pnp.requisitorias", NOBODY)
    simulator.set("pnp", latency_ms=700)
    started = time.monotonic()
    with ThreadPoolExecutor(64) as pool:
        list(pool.map(lambda n: put("pnp.requisitorias", NOBODY, idempotency_key=f"k{n}"), range(64)))
    assert time.monotonic() - started < 6 * 0.7
    log = simulator.log()
    assert max(entry["concurrent"] for entry in log) > 32
    assert all(entry["same_key"] == 1 for entry in log)
    assert {entry["outcome"] for entry in log} == {"answered"}


def test_the_log_shows_one_question_asked_twice_at_the_same_time(put, simulator):
    put("pnp.requisitorias", NOBODY)
    simulator.set("pnp", latency_ms=400)
    threads = [threading.Thread(target=put, args=("pnp.requisitorias", NOBODY)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = simulator.log(since=1)
    assert sorted(entry["same_key"] for entry in entries) == [1, 2]
    assert len({entry["subject_key"] for entry in entries}) == 1
    assert all(entry["ended_monotonic"] > entry["started_monotonic"] for entry in entries)


def test_one_question_after_the_other_is_not_twice_at_the_same_time(put, simulator):
    for _ in range(20):
        put("pj.antecedentes", NOBODY)
    assert {entry["same_key"] for entry in simulator.log()} == {1}


def test_the_log_holds_no_names(put, simulator):
    put("pnp.requisitorias", scripted("FICTICIO"))
    assert "FICTICIO" not in str(simulator.log())


def test_latency_is_set_while_it_runs(put, simulator):
    put("pj.antecedentes", NOBODY)
    simulator.set("pj", latency_ms=250)
    put("pj.antecedentes", NOBODY)
    put("sbs.un_list", NOBODY)
    took = [entry["ended_monotonic"] - entry["started_monotonic"] for entry in simulator.log()]
    assert took[0] < 0.2 <= took[1] and took[2] < 0.2
    simulator.set("pj", latency_ms=0, fault="http500")
    assert simulator.call("/_control/agencies")["pj"] == {
        "latency_ms": 0, "fault": "http500", "until_count": None, "target": "",
    }  # fmt: skip


def test_a_persons_own_fault_does_not_hide_the_agencys(put, simulator):
    person = subject_of(scripted_for("pj.antecedentes", "wrong"))
    with pytest.raises(MalformedAnswer):
        put("pj.antecedentes", person)
    simulator.set("pj", fault="http500")
    with pytest.raises(TransportFault):
        put("pj.antecedentes", person)


def test_a_fault_ends_after_its_count(put, simulator):
    simulator.set("pj", fault="http500", until_count=2)
    outcomes = []
    for _ in range(3):
        try:
            outcomes.append(put("pj.antecedentes", NOBODY).finding)
        except TransportFault as exc:
            outcomes.append(str(exc))
    assert [str(outcome) for outcome in outcomes] == ["no answer from the agency (http_5xx)"] * 2 + ["CLEAR"]
    assert simulator.call("/_control/agencies")["pj"]["fault"] is None


@pytest.mark.parametrize(
    ("agency", "settings"),
    [
        ("nobody", {"fault": None}),
        ("pj", {"fault": "meteorite"}),
        ("pj", {"latency_ms": -1}),
        ("pj", {"latency_ms": "soon"}),
        ("pj", {"until_count": 0}),
        ("pj", {"colour": "red"}),
    ],
)
def test_bad_settings_are_refused(simulator, agency, settings):
    with pytest.raises(urllib.error.HTTPError) as refused:
        simulator.set(agency, **settings)
    assert refused.value.code == 400
    refused.value.close()


def test_without_control_there_is_no_control_and_sigterm_ends_it():
    simulator = start_simulator("--no-control")
    try:
        assert simulator.call("/healthz")["status"] == "ok"
        with pytest.raises(urllib.error.HTTPError) as missing:
            simulator.reset()
        assert missing.value.code == 404
        missing.value.close()
    finally:
        assert stop_simulator(simulator) == 0


def test_a_port_in_use_is_one_line(simulator):
    port = simulator.base_url.rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "--port", port], cwd=ROOT, capture_output=True, text=True, timeout=20
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
