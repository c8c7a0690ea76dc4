"""The wall around people under protection, where questions leave the house (domain §8.4).

No switch turns it off. It stands three times: an administrator can not configure a question that the State of origin
would hear, the act of asking drops it when configured all the same, and the connector refuses to send it
(:mod:`agencies.connectors.hearing`).
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.connectors.hearing import NO_HEARER, STATE_OF_ORIGIN, origins, why_unconfigurable, why_unheard
from agencies.connectors.registry import registry as questions
from agencies.models import CheckPolicy
from agencies.subjects import subject_of
from cases.models import Case
from offices.roles import ProcedureCode
from people.models import Person, Realm

GENERIC_PURPOSE = "Control migratorio"
"""What an agency is told as reason when the real one would reveal that somebody sought protection."""

REASONS: dict[str, Any] = {
    NO_HEARER: _("It is not declared which State hears this question; it can not be asked in a protected procedure."),
    STATE_OF_ORIGIN: _("The State of origin would hear this question; it can not be asked in a protected procedure."),
}

_PROTECTED_PROCEDURES = frozenset((ProcedureCode.REFUGE,))


def is_protected(case: Case) -> bool:
    return case.confidentiality != Realm.ORDINARY


def why_not_configurable(question: str, *, procedure: str, nationality: str) -> Any:
    """Why a policy row must not exist, as a sentence for its form; empty when it may."""
    if procedure not in _PROTECTED_PROCEDURES:
        return ""
    return REASONS.get(why_unconfigurable(questions.get(question).manifest.heard_by, nationality), "")


def askable(case: Case, person: Person, rows: Sequence[CheckPolicy]) -> list[CheckPolicy]:
    """The rows that may be asked about a person in a case: all of them, or, behind the wall, those that no State they
    may have fled from will hear."""
    if not is_protected(case):
        return list(rows)
    known = origins(person.nationality, [issuer for _kind, _number, issuer in subject_of(person).documents])
    return [row for row in rows if not why_unheard(questions.get(row.question).manifest.heard_by, known)]
