"""A person in the connectors' words: what is asked about, and what an agency's record is compared with."""

import re

from agencies.connectors.base import Subject
from people.models import Person

# Kinds of people.IdentityDocument as the connectors call them.
KINDS = {"passport": "PASSPORT", "national_id": "ID", "dni": "DNI", "ce": "CE"}


def subject_of(person: Person) -> Subject:
    """The person as questions see them; unknown parts of the date of birth are left out.

    ``person.held``, a list of ``{"kind", "number", "issuer"}`` newest first (see :mod:`cases.page`), saves reading the
    documents again.
    """
    held = getattr(person, "held", None)
    if held is None:
        held = person.held = list(person.documents.order_by("-pk").values("kind", "number", "issuer"))
    known = re.sub(r"(-00)+$", "", person.birth_date)
    return Subject(
        primary=person.primary,
        secondary=person.secondary,
        father=person.father,
        mother=person.mother,
        birth_date="" if known.startswith("0000") else known,
        sex=person.sex,
        nationality=person.nationality,
        birth_place=person.birth_place,
        documents=tuple((KINDS.get(d["kind"], "OTHER"), d["number"], d["issuer"]) for d in held),
    )
