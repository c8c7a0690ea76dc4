"""The scripted people as subjects of a question."""

from __future__ import annotations

from agencies.connectors import Sample, Subject
from simulator.people import Person, population

FACE = Sample(
    kind="face", reference="a1b2c3", media_type="image/jpeg", read=lambda: b"\xff\xd8\xff" + b"retrato de nadie " * 40
)


def subject_of(person: Person) -> Subject:
    return Subject(
        primary=" ".join(person.surnames).strip(),
        secondary=person.given,
        father=person.father,
        mother=person.mother,
        birth_date=person.birth_date,
        sex=person.sex,
        nationality=person.nationality,
        birth_place=person.birth_place,
        documents=person.documents,
        sample=FACE,
    )


def scripted(primary: str) -> Subject:
    """The applicant (not the homonym's other) whose first surname is ``primary``."""
    return subject_of(next(p for p in population() if p.surnames[0] == primary and p.shape != "record"))


NOBODY = Subject(
    primary="INEXISTENTE NADIE",
    secondary="NINGUNO",
    birth_date="1990-01-01",
    sex="F",
    nationality="UTO",
    documents=(
        ("PASSPORT", "NADA0001", "UTO"),
        ("DNI", "89999999", "PER"),
        ("CE", "009999999", "PER"),
        ("RUC", "20111111111", "PER"),
    ),
    sample=FACE,
)
"""Somebody in no script."""
