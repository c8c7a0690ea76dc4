"""Celery jobs of checks: one per question, on the queue of its agency."""

import os

from celery import shared_task
from django.db import connection
from django.utils import timezone

from agencies import services
from agencies.connectors.base import AgencyRefusal, Ask, Endpoint, MalformedAnswer, TransportFault
from agencies.connectors.registry import registry as questions
from agencies.models import Agency, Check
from agencies.subjects import subject_of

SWEEP = 500


def endpoint_of(agency: Agency) -> Endpoint:
    """How the agency is reached; its credentials come from the environment by the configured prefix."""
    prefix = f"{agency.credentials}_" if agency.credentials else None
    credentials = {
        name.removeprefix(prefix).lower(): value
        for name, value in os.environ.items()
        if prefix and name.startswith(prefix)
    }
    return Endpoint(
        base_url=agency.base_url,
        timeout_s=agency.timeout,
        credentials=credentials,
        max_bytes=agency.max_bytes,
    )


def question_of(check: Check) -> Ask:
    """What is sent. For a protected case nothing that reveals the procedure leaves the house (domain §8.4, rule 3)."""
    protected = check.case.confidentiality != "N"
    return Ask(
        question=check.question,
        subject=subject_of(check.person),
        idempotency_key=str(check.key),
        legal_basis=check.legal_basis,
        purpose="Control migratorio" if protected else check.purpose,
        case_ref=None if protected else check.case.number,
        officer_ref=f"SUGM-{check.case.office_id}",
        office_ref=check.case.office.code,
    )


@shared_task
def ask_check(check_id: int) -> None:
    """Ask one question, if it is due and nobody else is asking it.

    No transaction is open while the agency thinks. What may go wrong is named; anything else is a defect of ours: the
    job fails, the lease runs out, and the sweep asks again.
    """
    check = services.lease_check(check_id)
    if check is None:
        return
    connector = questions.get(check.question)
    ask, endpoint = question_of(check), endpoint_of(check.agency)
    if not connection.in_atomic_block:
        connection.close()  # back to the pool: dozens of waiting questions must not hold a connection each
    try:
        answer = connector.ask(ask, endpoint)
    except TransportFault as fault:
        services.postpone_check(check, fault=fault.kind, transport=True)
    except MalformedAnswer as fault:
        services.postpone_check(check, fault=fault.kind, transport=False)
    except AgencyRefusal as refusal:
        services.postpone_check(check, fault=f"refused:{refusal.code}", transport=False)
    else:
        services.settle_check(check, answer=answer)


@shared_task
def ring_due_checks() -> int:
    """Ring for every check that is due and not leased: new ones whose bell was lost, retries, dead workers' ones."""
    due = Check.objects.due(timezone.now()).select_related("agency")
    for check in Check.objects.out_of_patience(timezone.now()).select_related("task")[:SWEEP]:
        services.give_up_check(check)
    rung = [(check.pk, check.agency.queue) for check in due[:SWEEP]]
    for check_id, queue in rung:
        ask_check.apply_async(args=[check_id], queue=queue)
    return len(rung)
