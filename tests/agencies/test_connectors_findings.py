"""Each question, asked over HTTP, brings each finding the agency can give."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agencies.connectors import AgencyRefusal, MalformedAnswer, NotConfigured, TransportFault, registry
from agencies.findings import Finding
from simulator.people import population

from .people import NOBODY, scripted, subject_of

CLEAR, HIT, POSSIBLE, INDETERMINATE = (
    Finding.CLEAR,
    Finding.HIT,
    Finding.POSSIBLE_MATCH,
    Finding.INDETERMINATE,
)
ALL = [connector.manifest.code for connector in registry.all()]

CASES = [
    ("reniec.identity", "QUISPE", CLEAR),
    ("reniec.identity", "FALLECIDO", HIT),
    ("reniec.identity", "CANCELADA", HIT),
    ("pnp.requisitorias", "ERIKSSON", CLEAR),
    ("pnp.requisitorias", "FICTICIO", HIT),
    ("pnp.requisitorias", "OKAFOR", POSSIBLE),
    ("pnp.requisitorias", "CONDORI", POSSIBLE),
    ("pnp.requisitorias", "PARCIAL", POSSIBLE),
    ("pnp.requisitorias", "CONTRADICHO", POSSIBLE),
    ("pnp.requisitorias", "INSUFICIENTE", INDETERMINATE),
    ("pnp.antecedentes", "ERIKSSON", CLEAR),
    ("pnp.antecedentes", "DETENIDEZ", HIT),
    ("pnp.antecedentes", "CONDORI", POSSIBLE),
    ("pnp.antecedentes", "TRUNCADO", POSSIBLE),
    ("pnp.antecedentes", "PARADÓJICA", POSSIBLE),
    ("inpe.antecedentes", "ERIKSSON", CLEAR),
    ("inpe.antecedentes", "RECLUSIVO", POSSIBLE),
    ("inpe.antecedentes", "INCOHERENTE", POSSIBLE),
    ("pj.antecedentes", "ERIKSSON", CLEAR),
    ("pj.antecedentes", "CONDENADEZ", HIT),
    ("pj.antecedentes", "SINFECHA", POSSIBLE),
    ("pj.antecedentes", "OPUESTA", HIT),
    ("migraciones.alerts", "ERIKSSON", CLEAR),
    ("migraciones.alerts", "EXPULSADO", HIT),
    ("migraciones.alerts", "PETROVSKAYA", POSSIBLE),
    ("migraciones.alerts", "ALERTADO", POSSIBLE),
    ("migraciones.movements", "ERIKSSON", CLEAR),
    ("migraciones.movements", "VIAJERO", CLEAR),
    ("migraciones.movements", "EXCEDIDO", HIT),
    ("interpol.sltd", "ERIKSSON", CLEAR),
    ("interpol.sltd", "PERDIDOVSKI", HIT),
    ("interpol.nominals", "ERIKSSON", CLEAR),
    ("interpol.nominals", "NOTICIOVA", HIT),
    ("interpol.nominals", "HERNÁNDEZ", POSSIBLE),
    ("interpol.nominals", "VAGUEZA", POSSIBLE),
    ("interpol.nominals", "AMBIGUOVA", POSSIBLE),
    ("sbs.un_list", "ERIKSSON", CLEAR),
    ("sbs.un_list", "AL-FICTISI", HIT),
    ("sbs.un_list", "AL-MANSURI", POSSIBLE),
    ("sunat.ruc", "COMERCIAL FICTICIA S.A.C.", CLEAR),
    ("sunat.ruc", "FANTASMAL E.I.R.L.", HIT),
]


@pytest.mark.parametrize(("question", "person", "expected"), CASES)
def test_a_scripted_person_brings_the_finding_of_their_shape(put, question, person, expected):
    answer = put(question, scripted(person))
    assert answer.finding is expected
    assert answer.raw and answer.raw_type
    assert answer.asked_at <= answer.answered_at
    if expected in (HIT, POSSIBLE):
        assert answer.records


@pytest.mark.parametrize("question", [c for c in ALL if c not in ("reniec.identity", "sunat.ruc")])
def test_who_is_in_no_register_is_clear(put, question):
    assert put(question, NOBODY).finding is CLEAR


@pytest.mark.parametrize("question", ["reniec.identity", "sunat.ruc"])
def test_a_number_the_register_does_not_know_confirms_nothing(put, question):
    answer = put(question, NOBODY)
    assert (answer.finding, answer.reference) == (INDETERMINATE, "agency:unknown_key")


@pytest.mark.parametrize("question", ALL)
def test_an_incomplete_identity_is_indeterminate_and_is_not_asked(put, simulator, question):
    answer = put(question, replace(NOBODY, primary="", documents=()))
    assert answer.finding is INDETERMINATE
    assert answer.reference.startswith("incomplete_identity:")
    assert answer.raw == b""
    assert simulator.log() == []


@pytest.mark.parametrize("question", ALL)
def test_an_agency_that_is_down_is_no_answer(put, simulator, question):
    simulator.set("*", fault="down")
    with pytest.raises(TransportFault) as fault:
        put(question, NOBODY)
    assert fault.value.kind == "reset"


@pytest.mark.parametrize("question", ALL)
def test_an_agency_that_says_not_now_is_asked_again_later(put, simulator, question):
    simulator.set("*", fault="busy")
    with pytest.raises(TransportFault) as fault:
        put(question, NOBODY)
    assert fault.value.kind == "busy"


@pytest.mark.parametrize("question", ALL)
def test_a_business_refusal_is_not_an_outage(put, simulator, question):
    simulator.set("*", fault="refused")
    with pytest.raises(AgencyRefusal):
        put(question, NOBODY)


@pytest.mark.parametrize("question", ALL)
def test_words_in_no_rule_are_never_clear(put, simulator, question):
    simulator.set("*", fault="unknown_text")
    with pytest.raises(MalformedAnswer) as fault:
        put(question, NOBODY)
    assert fault.value.kind == "text"


def test_a_birth_date_that_disagrees_makes_a_hit_a_possible_match(put):
    person = replace(scripted("FICTICIO"), birth_date="1976-04-05", documents=(), father="", mother="")
    assert put("pnp.requisitorias", person).finding is POSSIBLE


def test_the_same_number_of_another_state_is_only_a_possible_match(put):
    lost = scripted("PERDIDOVSKI")
    elsewhere = replace(lost, documents=(("PASSPORT", lost.documents[0][1], "PER"),))
    assert put("interpol.sltd", elsewhere).finding is POSSIBLE


def test_a_dni_that_is_somebody_elses_is_a_possible_match(put):
    borrowed = replace(NOBODY, documents=scripted("QUISPE").documents)
    assert put("reniec.identity", borrowed).finding is POSSIBLE


def test_an_expired_password_is_a_refusal_with_the_agencys_code(put, endpoint):
    expired = replace(endpoint, credentials={**endpoint.credentials, "password": "caducada"})
    with pytest.raises(AgencyRefusal) as refusal:
        put("reniec.identity", scripted("QUISPE"), expired)
    assert refusal.value.code == "1002"


@pytest.mark.parametrize("question", ALL)
def test_without_a_legal_basis_nothing_is_asked(put, simulator, question):
    with pytest.raises(AgencyRefusal):
        put(question, NOBODY, legal_basis="")
    assert simulator.log() == []


@pytest.mark.parametrize("question", [c.manifest.code for c in registry.all() if c.manifest.credentials])
def test_without_credentials_nothing_is_asked(put, simulator, endpoint, question):
    with pytest.raises(NotConfigured):
        put(question, NOBODY, replace(endpoint, credentials={}))
    assert simulator.log() == []


def test_the_idempotency_key_goes_with_the_question(put, simulator):
    put("pnp.requisitorias", NOBODY)
    put("pj.antecedentes", NOBODY)
    assert [entry["idempotency_key"] for entry in simulator.log()] == [
        "key-pnp.requisitorias",
        "key-pj.antecedentes",
    ]


def test_every_scripted_record_is_found_as_its_shape_says(put):
    asked = 0
    for person in population():
        if person.shape not in ("hit", "incomplete", "contradictory"):
            continue
        for question, records in person.records.items():
            finding = put(question, subject_of(person)).finding
            assert finding is not CLEAR, (person, question)
            if records[0].insufficient:
                assert finding is INDETERMINATE
            elif person.shape == "hit" and question != "inpe.antecedentes":
                assert finding is HIT, (person, question)
            asked += 1
    assert asked > 60


def test_nobody_scripted_as_clear_or_homonym_is_ever_a_hit(put):
    people = [p for p in population() if p.shape in ("clear", "homonym")][:120]
    for person in people:
        answer = put("pnp.requisitorias", subject_of(person))
        assert answer.finding is not HIT, person
