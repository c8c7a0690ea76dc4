"""Whom the checks of a case are about: the applicant, and whoever else its procedure names with a role.

A procedure says so in its ``AppConfig.ready()``::

    persons.register(ProcedureCode.PASSPORT, {Role.PARENT}, parents_of)

``parents_of(case)`` gives ``(role, person)`` pairs; it is asked whenever checks are, in the transaction that holds the
case. The roles a procedure has declared are those its check policies may be about.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

from agencies.models.policy import CheckPolicy

if TYPE_CHECKING:
    from cases.models import Case
    from people.models import Person

Role = CheckPolicy.Role
Persons = Callable[["Case"], Iterable[tuple[str, "Person"]]]

_registered: dict[str, tuple[frozenset[str], Persons]] = {}


def register(procedure: str, roles: Iterable[str], persons: Persons) -> None:
    """Declare the further roles of a procedure and who holds them. A second declaration stops the start."""
    declared = frozenset(roles)
    if unknown := declared - set(Role.values) | declared & {Role.APPLICANT}:
        raise ImproperlyConfigured(f"{procedure} declares roles that can not be declared: {sorted(unknown)}")
    if _registered.get(procedure, (None, persons))[1] is not persons:
        raise ImproperlyConfigured(f"two declarations of the persons of {procedure}")
    _registered[procedure] = (declared, persons)


def roles_of(procedure: str) -> frozenset[str]:
    """The roles that a check policy of the procedure may be about."""
    return frozenset({Role.APPLICANT}) | _registered.get(procedure, (frozenset(), None))[0]


def persons_of(case: "Case") -> list[tuple[str, "Person"]]:
    """The persons of a case with their roles, the applicant first; nobody twice in the same role.

    Raises ImproperlyConfigured when a procedure names somebody in a role it has not declared.
    """
    found: dict[tuple[str, int], Person] = {(Role.APPLICANT, case.applicant_id): case.applicant}
    if case.procedure in _registered:
        declared, persons = _registered[case.procedure]
        for role, person in persons(case):
            if role not in declared:
                raise ImproperlyConfigured(f"{case.procedure} has not declared the role {role!r}")
            found[role, person.pk] = person
    return [(role, person) for (role, _pk), person in found.items()]
