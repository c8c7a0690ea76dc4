"""Fingerprints of both sides of a hit: to know an agency's record again, and to know that nothing has changed.

Pure. SHA-256 over a canonical form, so that no personal data stands in a column that is compared.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from agencies.connectors.base import Subject
from icao.names import fold


def _print(value: Any) -> str:
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _subject(subject: Subject) -> dict[str, Any]:
    return {**asdict(subject), "documents": sorted(list(document) for document in subject.documents)}


def subject_print(subject: Subject) -> str:
    """The person as asked about: changes with any field that a question may send or a comparison show."""
    return _print(_subject(subject))


def identity_of(record: Mapping[str, str]) -> str:
    """Which record of the agency this is: by the agency's own reference, or else by whom it describes. Two answers
    that hold the same record give the same identity, whatever else in it has changed."""
    if reference := fold(record.get("reference", "")):
        return _print(["reference", reference])
    return _print(["person", *(fold(record.get(name, "")) for name in ("name", "birth_date", "document"))])


def identities_of(records: Iterable[Mapping[str, str]]) -> frozenset[str]:
    return frozenset(identity_of(record) for record in records)


def sides_print(subject: Subject, records: Iterable[Mapping[str, str]]) -> str:
    """Both sides of a hit as an officer saw them: every field of the person and of every record, in any order."""
    return _print([_subject(subject), sorted(json.dumps(dict(record), sort_keys=True) for record in records)])
