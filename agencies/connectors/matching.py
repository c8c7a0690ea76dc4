"""From what the agency said and holds to a finding: when a record is the person's, and when it only may be.

A name alone never makes a HIT. A second identifier in the record must agree (document, full birth date, both
parents), and none may contradict; everything else that was found is POSSIBLE_MATCH, for a person to settle
(domain §6.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from agencies.findings import Finding
from icao.names import fold, same_person_forms

from .base import AgencyRecord, AgencyRefusal, Outcome, Subject, TransportFault
from .reading import Reading

MAX_REFERENCE = 200


def same_name(subject: Subject, name: str) -> bool:
    """Whether ``name`` can be the subject's: all its parts, in any order and any State's spelling, are parts
    of the subject's full name or the other way round, two parts at least unless either has only one."""
    ours = [set(form.split()) for form in same_person_forms(f"{subject.primary} {subject.secondary}")]
    theirs = [set(form.split()) for form in same_person_forms(name)]
    for our, their in product(ours, theirs):
        shared = our & their
        if shared and shared in (our, their) and (len(shared) > 1 or our == their):
            return True
    return False


def _flat(value: str | None) -> str:
    return fold(value or "").replace(" ", "")


def _birth_date(subject: Subject, record: AgencyRecord) -> bool | None:
    ours, theirs = subject.birth_date, record.birth_date or ""
    if not ours or not theirs:
        return None
    if len(ours) == len(theirs) == 10:
        return ours == theirs
    short, long = sorted((ours, theirs), key=len)
    return None if long.startswith(short) else False


def _document(subject: Subject, record: AgencyRecord) -> bool | None:
    """Agreement only: a person may have several documents, so another number contradicts nothing."""
    if not record.document:
        return None
    for _, number, issuer in subject.documents:
        if _flat(number) == _flat(record.document):
            return not record.document_issuer or not issuer or issuer == record.document_issuer
    return None


def _parents(subject: Subject, record: AgencyRecord) -> bool | None:
    """Agreement of both parents by all their name parts; a spelling that differs contradicts nothing."""
    if not (subject.father and subject.mother and record.parents):
        return None
    father, _, mother = record.parents.partition(" / ")
    pairs = ((subject.father, father), (subject.mother, mother))
    agree = all(other and same_name(Subject(primary=own), other) for own, other in pairs)
    return True if agree else None


def _sex(subject: Subject, record: AgencyRecord) -> bool | None:
    both = subject.sex in ("F", "M") and record.sex in ("F", "M")
    return False if both and subject.sex != record.sex else None


def is_hit(subject: Subject, record: AgencyRecord) -> bool:
    """Whether ``record`` has the subject's name, a second identifier that agrees, none that contradicts."""
    if not record.name or not same_name(subject, record.name):
        return False
    verdicts = [check(subject, record) for check in (_birth_date, _document, _parents, _sex)]
    return True in verdicts and False not in verdicts


def contradicts(subject: Subject, record: AgencyRecord) -> bool:
    """Whether an identifier in ``record`` speaks against its being the subject's."""
    return False in (_birth_date(subject, record), _document(subject, record), _sex(subject, record))


def references(records: Sequence[AgencyRecord]) -> str:
    """The agency's file numbers, for the check's own line."""
    return ", ".join(record.reference for record in records if record.reference)[:MAX_REFERENCE]


def settle(subject: Subject, said: Reading, records: Sequence[AgencyRecord], code: str = "") -> Outcome:
    """The finding for what was ``said`` and the ``records`` that came with it.

    CLEAR only when the agency said NOTHING and sent nothing. Raises AgencyRefusal and TransportFault(busy)
    for the two answers that are none.
    """
    held = tuple(records)
    if said is Reading.REFUSED:
        raise AgencyRefusal(code or "refused")
    if said is Reading.BUSY:
        raise TransportFault("busy")
    if held:
        believed = said in (Reading.SOMETHING, Reading.HOMONYM)
        if believed and any(is_hit(subject, record) for record in held):
            return Outcome(Finding.HIT, held, references(held))
        return Outcome(Finding.POSSIBLE_MATCH, held, references(held))
    if said is Reading.NOTHING:
        return Outcome(Finding.CLEAR)
    if said in (Reading.SOMETHING, Reading.HOMONYM):
        return Outcome(Finding.POSSIBLE_MATCH)
    return Outcome(Finding.INDETERMINATE, (), f"agency:{said.value}")
