"""Celery jobs of checks: one per question, on the queue of its agency."""

from celery import shared_task
from django.db import connection
from django.utils import timezone

from agencies import services
from agencies.connectors.base import AgencyRefusal, MalformedAnswer, TransportFault
from agencies.connectors.registry import registry as questions
from agencies.models import Check
from agencies.outgoing import endpoint_of, question_of

SWEEP = 500


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
    try:
        ask, endpoint = question_of(check), endpoint_of(check.agency, check.question)
        if not connection.in_atomic_block:
            connection.close()  # back to the pool: dozens of waiting questions must not hold a connection each
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
