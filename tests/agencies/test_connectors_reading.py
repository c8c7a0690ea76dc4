"""Free text is read by the table, and nothing outside it is ever "nothing found"."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.connectors import MalformedAnswer, registry
from agencies.connectors.reading import RULES, Reading, read

NOTHING, SOMETHING = Reading.NOTHING, Reading.SOMETHING


@pytest.mark.parametrize(
    ("question", "code", "words", "expected"),
    [
        ("inpe.antecedentes", "", "NO REGISTRA ANTECEDENTES JUDICIALES", NOTHING),
        ("inpe.antecedentes", "", "La persona consultada no registra antecedentes judiciales.", NOTHING),
        ("inpe.antecedentes", "", "No registra  antecedentes judiciales a la fecha", NOTHING),
        ("inpe.antecedentes", "", "REGISTRA ANTECEDENTES JUDICIALES: EGRESO 2016", SOMETHING),
        ("inpe.antecedentes", "", "NO REGISTRA ANTECEDENTES JUDICIALES. REGISTRA INGRESO", SOMETHING),
        ("inpe.antecedentes", "", "SE ENCONTRARON 3 HOMÓNIMOS", Reading.HOMONYM),
        ("inpe.antecedentes", "", "NO SE PUDO DETERMINAR SI REGISTRA ANTECEDENTES", Reading.CONTRADICTORY),
        ("inpe.antecedentes", "", "Datos insuficientes para la búsqueda", Reading.INSUFFICIENT),
        ("inpe.antecedentes", "", "Servicio en mantenimiento", Reading.BUSY),
        ("pj.antecedentes", "0000", "LA PERSONA CON NRO DE DNI 80000012 NO REGISTRA ANTECEDENTES", NOTHING),
        ("pj.antecedentes", "0000", "LA PERSONA CON DNI: 80000012 REGISTRA ANTECEDENTES", SOMETHING),
        ("pnp.requisitorias", "00", "NO REGISTRA REQUISITORIAS VIGENTES", NOTHING),
        ("pnp.requisitorias", "00", "REGISTRA REQUISITORIA, HOMONIMIA", Reading.HOMONYM),
        ("pnp.requisitorias", "97", "USUARIO NO AUTORIZADO", Reading.REFUSED),
        ("interpol.sltd", "NO_ANSWER", "NO HIT", NOTHING),
        ("interpol.sltd", "NO_ERROR", "HIT", SOMETHING),
        ("sbs.un_list", "00", "NO SE ENCUENTRA EN LISTAS", NOTHING),
        ("sbs.un_list", "00", "SE ENCUENTRA EN LISTAS", SOMETHING),
        ("reniec.identity", "0001", "EL DNI NO SE ENCUENTRA REGISTRADO", Reading.UNKNOWN_KEY),
        ("reniec.identity", "0000", "CONSULTA REALIZADA. NO EXISTE", Reading.CONTRADICTORY),
        ("reniec.biometric", "0000", "COTEJO REALIZADO CORRECTAMENTE", SOMETHING),
        ("reniec.biometric", "0003", "CALIDAD INSUFICIENTE DE LA MUESTRA", Reading.INSUFFICIENT),
        ("reniec.biometric", "0004", "EL CIUDADANO NO TIENE HUELLAS", Reading.UNKNOWN_KEY),
        ("migraciones.exit_bans", "0000", "No registra impedimento de salida a la fecha", NOTHING),
        ("migraciones.exit_bans", "0000", "REGISTRA IMPEDIMENTO DE SALIDA", SOMETHING),
        ("migraciones.card", "0000", "REGISTRA CARNÉ DE EXTRANJERÍA", SOMETHING),
        ("migraciones.card", "0001", "EL CARNE NO EXISTE", Reading.UNKNOWN_KEY),
        ("mtc.licence", "00", "NO REGISTRA LICENCIA DE CONDUCIR", NOTHING),
        ("mtc.licence", "00", "REGISTRA LICENCIA DE CONDUCIR", SOMETHING),
        ("mtpe.contract", "00", "REGISTRA CONTRATO DE TRABAJO", SOMETHING),
        ("mtpe.contract", "00", "NO REGISTRA CONTRATO DE TRABAJO", Reading.UNKNOWN_KEY),
    ],
)
def test_known_words(question, code, words, expected):
    assert read(question, code, words) is expected


@pytest.mark.parametrize(
    ("question", "code", "words"),
    [
        ("inpe.antecedentes", "", "NO PUEDE AFIRMARSE QUE NO REGISTRA ANTECEDENTES"),
        ("inpe.antecedentes", "", "NO REGISTRA ANTECEDENTES PENALES"),  # another agency's matter
        ("inpe.antecedentes", "", "REVISAR EN VENTANILLA"),
        ("inpe.antecedentes", "", ""),
        ("pnp.requisitorias", "01", "NO REGISTRA REQUISITORIAS VIGENTES"),  # words right, code not
        ("pnp.requisitorias", "00", "NO REGISTRA ANTECEDENTES POLICIALES"),
        ("pj.antecedentes", "", "NO REGISTRA ANTECEDENTES PENALES"),
        ("interpol.nominals", "SERVER_ERROR", "NO HIT"),
        ("migraciones.exit_bans", "0000", "NO REGISTRA ALERTAS MIGRATORIAS"),
        ("mtc.licence", "01", "REGISTRA LICENCIA DE CONDUCIR"),
        ("reniec.biometric", "0000", "CONSULTA REALIZADA CORRECTAMENTE"),
    ],
)
def test_words_or_codes_out_of_place_are_unreadable(question, code, words):
    with pytest.raises(MalformedAnswer) as malformed:
        read(question, code, words)
    assert malformed.value.kind == "text"


@pytest.mark.parametrize("question", [c.manifest.code for c in registry.all()])
@given(
    before=st.text(alphabet="ABCDEFGHIJLMNOPQRSTUVÑÁÉ ", min_size=1, max_size=20).filter(str.strip),
    words=st.sampled_from(
        [
            "NO REGISTRA ANTECEDENTES",
            "NO REGISTRA REQUISITORIAS",
            "NO REGISTRA IMPEDIMENTOS DE SALIDA",
            "NO REGISTRA LICENCIA",
            "NO HIT",
            "NO SE ENCUENTRA EN LISTAS",
        ]
    ),
    code=st.sampled_from(["", "00", "0000", "NO_ANSWER"]),
    after=st.booleans(),
)
def test_more_than_the_sentence_is_never_nothing(question, before, words, code, after):
    sentence = f"{words} X{before}" if after else f"X{before} {words}"
    with suppress(MalformedAnswer):
        assert read(question, code, sentence) is not NOTHING


@given(st.text(max_size=80))
def test_any_text_at_all_is_read_or_unreadable(words):
    try:
        assert read("inpe.antecedentes", "", words) in set(Reading)
    except MalformedAnswer as malformed:
        assert malformed.kind == "text"


def test_every_rule_names_questions_that_exist():
    known = {connector.manifest.code for connector in registry.all()}
    assert {question for rule in RULES for question in rule.questions} <= known


def test_every_question_has_a_rule_for_what_it_holds():
    """Without one its answers could never be read as anything but refusals."""
    told = {question for rule in RULES if rule.reading is SOMETHING for question in rule.questions}
    assert told == {connector.manifest.code for connector in registry.all()}
