"""What the engine hangs on the rooms below it: the end of a posting, notices, and who reads which audit events."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from audit import queries as audit_queries
from cases import access, conflicts, services
from cases.models import Case
from cases.registry import registry
from offices import delegating, notices
from offices import services as offices
from offices.authority import authority_of
from offices.models import Delegation, Posting
from offices.roles import ORDINARY, Act, ProcedureCode
from people.models import Person, Realm


def steps_after_posting(posting: Posting) -> None:
    """Steps of somebody who has lost the right to them go back to the queue of their office."""
    services.release_lost_tasks(posting.user, reason=posting.source)


def steps_after_delegation(delegation: Delegation) -> None:
    services.release_lost_tasks(delegation.delegate, reason=delegation.source)


def readable_events(user: Any) -> Q:
    """What a user reads of the log: events at the offices where they audit, those of no office only when they audit
    the whole ministry; what is behind the wall only with both the right to audit it and to see it."""
    authority = authority_of(user)
    offices = frozenset[int]().union(*(authority.offices(Act.AUDIT, code) for code in ORDINARY))
    ordinary = Q(protected=False, office_id__in=sorted(offices))
    if authority.everywhere(Act.AUDIT):
        ordinary |= Q(protected=False, office_id__isnull=True)
    if authority.offices(Act.AUDIT, ProcedureCode.REFUGE) and authority.offices(
        Act.VIEW_PROTECTED, ProcedureCode.REFUGE
    ):
        behind = Q(protected=True)
        return behind | ordinary if offices else behind
    # an event older than the wall around its case or person is behind it all the same; what is behind it is not there
    # to be compared with, so the question is put the other way round
    cases = Case._base_manager.filter(pk=OuterRef("case_id"), confidentiality=Realm.ORDINARY)
    persons = Person._base_manager.filter(pk=OuterRef("person_id"), realm=Realm.ORDINARY)
    return ordinary & (Q(case_id=None) | Exists(cases)) & (Q(person_id=None) | Exists(persons))


@notices.says("access.granted")
def _access(data: dict[str, Any]) -> str:
    return _("%(officer)s opened case %(number)s, which was not their task. Reason: «%(reason)s».") % data


@notices.says("transfer.proposed")
def _proposed(data: dict[str, Any]) -> str:
    return _("%(source)s proposes to transfer case %(number)s to %(to)s.") % data


@notices.says("transfer.received")
def _received(data: dict[str, Any]) -> str:
    return _("%(to)s has received case %(number)s.") % data


@notices.says("transfer.declined")
def _declined(data: dict[str, Any]) -> str:
    return _("%(to)s has not received case %(number)s: «%(answer)s».") % data


def install() -> None:
    offices.on_posting_end.append(steps_after_posting)
    delegating.on_delegation_end.append(steps_after_delegation)
    audit_queries.readers.append(readable_events)
    registry.add_defaults("conflicts", conflicts.load_rules)
    registry.add_defaults("reading", access.load_reading_rules)
