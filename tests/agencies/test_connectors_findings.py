"""Each question, asked over HTTP, brings each finding the agency can give."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.utils import timezone

from agencies.connectors import AgencyRefusal, NotConfigured, Sample, registry
from agencies.findings import Finding
from simulator.matrix import scripted_for
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
    ("mtc.licence", "CHOFER", CLEAR),
    ("mtc.licence", "CHOFERA", HIT),
    ("mtc.licence", "ERIKSSON", CLEAR),
    ("mtpe.contract", "CONTRATADO", CLEAR),
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


@pytest.mark.parametrize("question", ["reniec.identity", "reniec.biometric", "migraciones.card", "sunat.ruc"])
def test_a_number_the_register_does_not_know_confirms_nothing(put, question):
    answer = put(question, NOBODY)
    assert (answer.finding, answer.reference) == (INDETERMINATE, "agency:unknown_key")


@pytest.mark.parametrize("question", ALL)
def test_an_incomplete_identity_is_indeterminate_and_is_not_asked(put, simulator, question):
    answer = put(question, replace(NOBODY, primary="", documents=(), sample=None))
    assert answer.finding is INDETERMINATE
    assert answer.reference.startswith("incomplete_identity:")
    assert answer.raw == b""
    assert simulator.log() == []


@pytest.mark.parametrize("question", ALL)
def test_a_business_refusal_is_not_an_outage(put, simulator, question):
    simulator.set("*", fault="refused")
    with pytest.raises(AgencyRefusal):
        put(question, NOBODY)


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


@pytest.mark.parametrize(("today", "expected"), [(date(2029, 10, 10), CLEAR), (date(2029, 10, 11), HIT)])
def test_a_licence_that_has_run_out_is_not_in_force(put, monkeypatch, today, expected):
    """Its state still says VIGENTE: the date decides."""
    monkeypatch.setattr(timezone, "localdate", lambda: today)
    assert put("mtc.licence", scripted("CHOFER")).finding is expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [({}, POSSIBLE), ({"accept_from": 61}, POSSIBLE), ({"reject_below": 70, "accept_from": 90}, HIT)],
)
def test_where_the_score_is_cut_is_a_setting(put, endpoint, settings, expected):
    """The one of shape homonym scores 61, and RENIEC itself says N: no threshold makes that a match."""
    person = subject_of(scripted_for("reniec.biometric", "homonym"))
    assert put("reniec.biometric", person, replace(endpoint, settings=settings)).finding is expected


def test_a_high_score_under_a_higher_threshold_is_looked_at(put, endpoint):
    person = subject_of(scripted_for("reniec.biometric", "clear"))
    assert put("reniec.biometric", person, replace(endpoint, settings={"accept_from": 97})).finding is CLEAR
    assert put("reniec.biometric", person, replace(endpoint, settings={"accept_from": 98})).finding is POSSIBLE


def test_settings_that_the_form_would_not_take_are_no_configuration(put, endpoint):
    with pytest.raises(NotConfigured) as refusal:
        person = subject_of(scripted_for("reniec.biometric", "clear"))
        put("reniec.biometric", person, replace(endpoint, settings={"accept_from": "mucho"}))
    assert refusal.value.code == "setting:accept_from"


def _sample(read) -> Sample:
    return Sample(kind="fingerprint", reference="x", media_type="application/octet-stream", read=read)


def test_the_sample_is_read_at_the_moment_of_asking_and_one_that_is_gone_is_not_sent(put, simulator):
    person, reads = subject_of(scripted_for("reniec.biometric", "clear")), []

    def read() -> bytes:
        reads.append(1)
        return b"minucias" * 40

    asked = replace(person, sample=_sample(read))
    assert reads == []
    assert put("reniec.biometric", asked).finding is CLEAR and reads == [1]

    def gone() -> bytes:
        raise FileNotFoundError("a1b2c3")

    for sample, code in ((_sample(gone), "sample"), (_sample(lambda: b"x" * (2**21 + 1)), "sample_size")):
        with pytest.raises(NotConfigured) as refusal:
            put("reniec.biometric", replace(person, sample=sample))
        assert refusal.value.code == code
    assert len(simulator.log()) == 1


def test_too_small_a_sample_is_the_agencys_to_refuse(put):
    person = replace(subject_of(scripted_for("reniec.biometric", "clear")), sample=_sample(lambda: b"x"))
    answer = put("reniec.biometric", person)
    assert (answer.finding, answer.reference) == (INDETERMINATE, "agency:insufficient")


@pytest.mark.parametrize("lacking", ["purpose", "officer_ref", "case_ref"])
def test_poder_judicial_is_told_who_asks_why_and_for_which_file(put, monkeypatch, lacking):
    """The simulator answers nobody who leaves an audit field empty; what the house does not name has a stand-in."""
    assert put("pj.antecedentes", NOBODY, **{lacking: "" if lacking != "purpose" else "x"}).finding is CLEAR
    arguments = registry.get("pj.antecedentes").arguments
    for field in ("xMotivoConsulta", "xProcesoEntidadConsultante", "xDniPersonaConsultante", "xAudIP"):
        monkeypatch.setattr(
            type(registry.get("pj.antecedentes")), "arguments",
            lambda self, ask, at, field=field: {**arguments(ask, at), field: ""},
        )  # fmt: skip
        with pytest.raises(AgencyRefusal) as refusal:
            put("pj.antecedentes", NOBODY)
        assert refusal.value.code == "0096"


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
