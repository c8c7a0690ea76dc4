"""Writes of persons and their documents."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from audit import services as audit
from icao.names import fold
from people.models import IdentityDocument, Person, Realm

EDITABLE = (
    "primary", "secondary", "sex", "birth_date", "birth_place", "nationality", "father", "mother", "email", "phone",
)  # fmt: skip


def _folded(primary: str, secondary: str) -> str:
    return fold(f"{primary} {secondary}")[:320]


@transaction.atomic
def register_person(*, actor, realm: str = Realm.ORDINARY, **fields) -> Person:
    """Record a person. ``fields`` are those of :data:`EDITABLE`; raises ValidationError by field."""
    person = _new_person(realm, fields)
    audit.record("person.registered", actor=actor, person_id=person.pk)
    return person


@transaction.atomic
def register_with_document(
    *, actor, document: Mapping[str, Any], realm: str = Realm.ORDINARY, **fields
) -> tuple[Person, IdentityDocument]:
    """Record a person together with the document they have presented: ``document`` as :func:`record_document` has it.
    Nobody has recorded a document of a new person before, so it is not looked for."""
    person = _new_person(realm, fields)
    held = IdentityDocument.objects.create(person=person, **{**document, "number": document["number"].upper()})
    audit.record_many(
        [
            audit.event("person.registered", actor=actor, person_id=person.pk),
            audit.event("document.recorded", actor=actor, person_id=person.pk, data={"document": held.pk}),
        ]
    )
    return person, held


def _new_person(realm: str, fields: Mapping[str, Any]) -> Person:
    person = Person(realm=realm, **fields)
    person.folded = _folded(person.primary, person.secondary)
    person.full_clean()
    person.save()
    return person


# Filled by higher rooms that keep copies of a person's data; called in the transaction of the change.
on_update: list[Callable[[Person], None]] = []


@transaction.atomic
def update_person(person: Person, *, actor, reason: str = "", **fields) -> Person:
    """Change a person's data; the event names the changed fields, not their values."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    changed = sorted(name for name, value in fields.items() if name in EDITABLE and getattr(person, name) != value)
    if not changed:
        return person
    for name in changed:
        setattr(person, name, fields[name])
    person.folded = _folded(person.primary, person.secondary)
    person.full_clean()
    person.save(update_fields=[*changed, "folded"])
    for refresh in on_update:
        refresh(person)
    audit.record("person.updated", actor=actor, person_id=person.pk, data={"fields": changed}, reason=reason)
    return person


@transaction.atomic
def record_document(
    person: Person, *, actor, kind: str, number: str, issuer: str, issued: date | None = None,
    expires: date | None = None, mrz: str = "",
) -> IdentityDocument:  # fmt: skip
    """Record that the person presented a document; the same document again only refreshes its dates and zone."""
    document, created = IdentityDocument.objects.update_or_create(
        person=person,
        kind=kind,
        number=number.upper(),
        issuer=issuer,
        defaults={"issued": issued, "expires": expires, "mrz": mrz},
    )
    if created:
        audit.record("document.recorded", actor=actor, person_id=person.pk, data={"document": document.pk})
    return document
