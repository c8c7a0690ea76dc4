"""How an agency's code and words are read. One table; a sentence that is not in it is never "clear".

Words are compared folded: upper case, no accents, no punctuation. A rule for NOTHING must match the *whole*
sentence, so that "no puede afirmarse que no registra" is not taken for "no registra"; the others look for
their words anywhere. Two different readings of one answer make it CONTRADICTORY.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from icao.names import fold

from .base import MalformedAnswer


class Reading(StrEnum):
    """What the agency said, before any record is looked at."""

    NOTHING = "nothing"
    SOMETHING = "something"
    HOMONYM = "homonym"
    UNKNOWN_KEY = "unknown_key"  # the document asked for does not exist in that register
    INSUFFICIENT = "insufficient"
    REFUSED = "refused"
    BUSY = "busy"
    CONTRADICTORY = "contradictory"


@dataclass(frozen=True)
class Rule:
    """``questions`` and ``codes`` empty mean any. ``words`` is a regular expression over folded text."""

    reading: Reading
    words: str
    questions: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    def matches(self, question: str, code: str, folded: str) -> bool:
        if self.questions and question not in self.questions:
            return False
        if self.codes and code not in self.codes:
            return False
        look = re.fullmatch if self.reading is Reading.NOTHING else re.search
        return look(self.words, folded) is not None


_WHO = r"(LA PERSONA (CONSULTADA )?)?((CON )?(NRO DE )?(DNI|DOCUMENTO) (NRO )?\w+ )?"
_NOT = _WHO + r"NO (REGISTRA|TIENE|PRESENTA) "
_TODAY = r"( (A LA FECHA|VIGENTES?))?"
_HOLDS = r"(?<!NO )(?<!NI )\b(REGISTRA|TIENE|PRESENTA)\b"
_PNP = ("pnp.requisitorias", "pnp.antecedentes")
_PIDE = (
    "pj.antecedentes",
    "migraciones.alerts",
    "migraciones.exit_bans",
    "migraciones.movements",
    "migraciones.card",
)
_LABOUR = ("mtc.licence", "mtpe.contract")
_RENIEC = ("reniec.identity", "reniec.biometric")
_UNREGISTERED = r"\bNO (SE ENCUENTRA REGISTRAD[OA]|EXISTE)\b"
_INTERPOL = ("interpol.sltd", "interpol.nominals")

RULES: tuple[Rule, ...] = (
    Rule(Reading.NOTHING, _NOT + "REQUISITORIAS?" + _TODAY, ("pnp.requisitorias",), ("00",)),
    Rule(Reading.NOTHING, _NOT + "ANTECEDENTES( POLICIALES)?" + _TODAY, ("pnp.antecedentes",), ("00",)),
    Rule(Reading.NOTHING, _NOT + "ANTECEDENTES( JUDICIALES)?" + _TODAY, ("inpe.antecedentes",)),
    Rule(Reading.NOTHING, _NOT + "ANTECEDENTES( PENALES)?" + _TODAY, ("pj.antecedentes",), ("0000",)),
    Rule(Reading.NOTHING, _NOT + "ALERTAS?( MIGRATORIAS?)?" + _TODAY, ("migraciones.alerts",), ("0000", "0001")),
    Rule(
        Reading.NOTHING,
        _NOT + "IMPEDIMENTOS?( DE SALIDA)?" + _TODAY,
        ("migraciones.exit_bans",),
        ("0000", "0001"),
    ),
    Rule(Reading.NOTHING, _NOT + "MOVIMIENTOS( MIGRATORIOS)?", ("migraciones.movements",), ("0000", "0001")),
    Rule(Reading.NOTHING, _NOT + "LICENCIAS?( DE CONDUCIR)?" + _TODAY, ("mtc.licence",), ("00",)),
    Rule(Reading.NOTHING, "NO (HIT|RECORD)S?", _INTERPOL, ("NO_ANSWER", "NO_ERROR")),
    Rule(Reading.NOTHING, _WHO + "NO SE ENCUENTRA EN (LA |LAS )?LISTAS?", ("sbs.un_list",), ("00",)),
    Rule(Reading.SOMETHING, _HOLDS, _PNP, ("00",)),
    Rule(Reading.SOMETHING, _HOLDS, _PIDE, ("0000",)),
    Rule(Reading.SOMETHING, _HOLDS, ("inpe.antecedentes",)),
    Rule(Reading.SOMETHING, r"(?<!NO )\bHITS?\b", _INTERPOL, ("NO_ERROR",)),
    Rule(Reading.SOMETHING, r"(?<!NO )\bSE ENCUENTRA EN\b", ("sbs.un_list",), ("00",)),
    Rule(Reading.SOMETHING, _HOLDS, _LABOUR, ("00",)),
    Rule(Reading.SOMETHING, r"\bCONSULTA (REALIZADA|EXITOSA)\b", ("reniec.identity",), ("0000",)),
    Rule(Reading.SOMETHING, r"\bCOTEJO (REALIZADO|EXITOSO)\b", ("reniec.biometric",), ("0000",)),
    Rule(Reading.SOMETHING, r"\bCONSULTA (REALIZADA|EXITOSA)\b", ("sunat.ruc",), ("1",)),
    Rule(Reading.HOMONYM, r"\bHOMONIM(O|OS|IA)\b"),
    # with the code of success too: an answer that says both is a contradiction, not a person
    Rule(Reading.UNKNOWN_KEY, _UNREGISTERED, _RENIEC, ("0000", "0001")),
    Rule(Reading.UNKNOWN_KEY, _UNREGISTERED, ("sunat.ruc",), ("1", "2")),
    Rule(Reading.UNKNOWN_KEY, _UNREGISTERED, ("migraciones.card",), ("0000", "0001")),
    # a contract that is not known confirms nothing of what was declared: not the same as "nothing held against"
    Rule(Reading.UNKNOWN_KEY, _NOT + "CONTRATOS?( DE TRABAJO)?", ("mtpe.contract",), ("00",)),
    Rule(Reading.UNKNOWN_KEY, r"\bNO (TIENE|REGISTRA) (IMAGEN|HUELLAS?|BIOMETRIA)\b", ("reniec.biometric",)),
    Rule(Reading.INSUFFICIENT, r"\bCALIDAD INSUFICIENTE\b", ("reniec.biometric",)),
    Rule(Reading.INSUFFICIENT, r"\bDATOS INSUFICIENTES\b|\bNO SE (PUDO|PUEDE|HA PODIDO)\b"),
    Rule(Reading.REFUSED, r"\bNO (ESTA )?AUTORIZADO\b|\bCONTRASENA\b|\bACCESS DENIED\b|\bSIN CONVENIO\b"),
    Rule(Reading.BUSY, r"\bNO DISPONIBLE\b|\bMANTENIMIENTO\b|\bTRY AGAIN\b|\bINTENTE (MAS TARDE|NUEVAMENTE)\b"),
)


def read(question: str, code: str, words: str) -> Reading:
    """What ``question``'s agency meant by ``code`` (empty where it has none) and ``words``.

    Raises MalformedAnswer(text) when no rule knows them.
    """
    folded = fold(words).upper()
    found = {rule.reading for rule in RULES if rule.matches(question, code, folded)}
    if found == {Reading.SOMETHING, Reading.HOMONYM}:
        return Reading.HOMONYM
    if len(found) > 1:
        return Reading.CONTRADICTORY
    if not found:
        raise MalformedAnswer("text")
    return found.pop()
