"""Celery jobs of checks, on the queue of their agency.

A job is a bell, not an order: it asks what the agency may be asked now, and goes on with whatever has waited longest,
so that a backlog drains at the agency's own pace and a thread is never held by a question that may not be put.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from celery import Task as CeleryTask
from celery import shared_task
from django.db import Error as DatabaseFault
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Count
from django.utils import timezone

from agencies import services
from agencies.connectors.base import (
    AgencyRefusal,
    Answer,
    Ask,
    Endpoint,
    MalformedAnswer,
    NotConfigured,
    Subject,
    TransportFault,
)
from agencies.connectors.registry import registry as questions
from agencies.connectors.sltd_report import SltdReport
from agencies.models import Agency, Attempt, Check, Outcome, Report
from agencies.models.agency import LONGEST_TIMEOUT
from agencies.outgoing import endpoint_of, problems_of, question_of
from agencies.specimen import harmless_question
from cases.errors import CaseBusy
from offices.models import User
from wall.realm import PROTECTED, in_realm

SWEEP = 500
RUN = 20.0
"""Seconds after which a job asks no further question but rings for the next job, so that every queue gets a turn."""
TIME_LIMIT = LONGEST_TIMEOUT + int(RUN) + 20
"""Seconds; longer than any agency's time-out. A pool of threads can not enforce it: there the connectors' own deadline
bounds every question."""
SOON = 5.0  # seconds: what the pace holds back for longer is left to the sweep
KEPT = timedelta(days=30)
WRITE_PAUSES = (0.2, 1.0, 3.0)  # seconds between tries to write an answer while the database or the case is away
# What the configuration lacks, as against what is wrong with one question.
OUR_CONFIGURATION = ("credential", "base_url", "host", "tls")


class AskingJob(CeleryTask):
    """Notes on the check when a defect of ours ended its attempt, so that it is not asked for ever. A database that is
    away is no defect of the question: the lease runs out, and the sweep rings again."""

    def on_failure(self, exc, task_id, args, kwargs, einfo):
        check = getattr(self.request, "check", None)
        if check is not None and not isinstance(exc, DatabaseFault | CaseBusy):
            with in_realm(PROTECTED):
                services.postpone_check(check, fault=f"defect:{type(exc).__name__}", transport=False)


def _write(act: Callable[..., Any], check: Check, **values: Any) -> None:
    """Write what an attempt brought. An answer is worth a few tries: the agency would have to be asked again."""
    for pause in (*WRITE_PAUSES, None):
        try:
            act(check, **values)
        except (OperationalError, InterfaceError, CaseBusy):
            if pause is None or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(pause)
        else:
            return


def _ask(ask: Ask, endpoint: Endpoint) -> Answer:
    """Ask, with no transaction and no connection held while the agency thinks."""
    connector = questions.get(ask.question)
    if not connection.in_atomic_block:
        connection.close()  # back to the pool: dozens of waiting questions must not hold a connection each
    return connector.ask(ask, endpoint)


def _attempt(check: Check) -> None:
    """One attempt at a leased check. What may go wrong is named; anything else is a defect and fails the job."""
    try:
        answer = _ask(question_of(check), endpoint_of(check.agency, check.question))
    except TransportFault as fault:
        _write(services.postpone_check, check, fault=fault.kind, transport=True)
    except MalformedAnswer as fault:
        _write(services.postpone_check, check, fault=fault.kind, transport=False)
    except NotConfigured as fault:
        if fault.code.partition(":")[0] in OUR_CONFIGURATION:
            # the whole agency's trouble: once it is mended everything goes on by itself
            _write(services.postpone_check, check, fault=f"config:{fault.code}", transport=True)
        else:
            _write(services.refuse_check, check, fault=f"refused:{fault.code}", sent=False)
    except AgencyRefusal as refusal:
        _write(services.refuse_check, check, fault=f"refused:{refusal.code}")
    else:
        _write(services.settle_check, check, answer=answer)


def _run(job: CeleryTask, check: Check | None) -> None:
    """Ask a leased check, and then what has waited longest for the same agency, for as long as it may be asked and
    :data:`RUN` lasts. A job that may not ask ends at once: whoever asks now goes on, and the sweep rings again."""
    if check is None:
        return
    agency, until = check.agency, time.monotonic() + RUN
    while check is not None:
        job.request.check = check
        _attempt(check)
        job.request.check = None
        if time.monotonic() > until:
            ring_agency(agency)
            return
        check = services.lease_next(agency.pk)
    if agency.rate is not None:
        wait = services.seconds_until_free(agency.pk)
        if 0 < wait < SOON:
            ring_agency(agency, after=wait)


def ring_agency(agency: Agency, *, after: float = 0.0) -> None:
    """Ring for whatever has waited longest for an agency, ``after`` so many seconds. A bell that nobody hears for a
    minute is forgotten: the sweep has rung again since."""
    ask_next.apply_async(args=[agency.pk], queue=agency.queue, countdown=after or None, expires=after + 60)


@shared_task(bind=True, base=AskingJob, time_limit=TIME_LIMIT, soft_time_limit=None)
@in_realm(PROTECTED)
def ask_check(self, check_id: int) -> None:
    """Ask one question, if it is due, may be asked now and nobody else is asking it; then go on with its agency."""
    _run(self, services.lease_check(check_id))


@shared_task(bind=True, base=AskingJob, time_limit=TIME_LIMIT, soft_time_limit=None)
@in_realm(PROTECTED)
def ask_next(self, agency_id: int) -> None:
    """Ask what has waited longest for an agency, and go on."""
    _run(self, services.lease_next(agency_id))


@shared_task
@in_realm(PROTECTED)
def ring_due_checks() -> int:
    """Put back what dead workers held, end what has waited beyond its patience, and ring for what is due: at each
    agency no more than it may be asked now, so that none is met by a stampede and none waits behind another's
    backlog."""
    at = timezone.now()
    services.return_lost_checks()
    for check in Check.objects.out_of_patience(at).select_related("task")[:SWEEP]:
        services.give_up_check(check)
    under_way = dict(Check.objects.under_way(at).values_list("agency").annotate(Count("pk")).order_by())
    rung = 0
    for agency in Agency.objects.order_by("pk"):
        room = agency.room(at, under_way=under_way.get(agency.pk, 0))
        due = len(Check.objects.next_of(agency.pk, at).values_list("pk", flat=True)[:room]) if room else 0
        for _bell in range(due):
            ring_agency(agency)
        rung += due
    return rung


# --- trials --------------------------------------------------------------------------------------------------------


def ring_trial(agency: Agency, actor: User) -> None:
    """Have an agency tried after commit. ``expires``: a trial nobody has made within a minute is asked for again."""
    job = partial(try_agency.apply_async, args=[agency.pk, actor.pk], queue=agency.queue, expires=60)
    transaction.on_commit(job, robust=True)


@shared_task(time_limit=TIME_LIMIT, soft_time_limit=None)
def try_agency(agency_id: int, actor_id: int) -> None:
    """Put a harmless question to an agency: what an administrator asked for with «try now»."""
    agency, actor = Agency.objects.get(pk=agency_id), User.objects.get(pk=actor_id)
    began = time.monotonic()
    ask = harmless_question(agency)
    try:
        if ask is None:
            result, reached = "no_question", False
        else:
            _ask(ask, endpoint_of(agency, ask.question))
            result, reached = "ok", True
    except (TransportFault, MalformedAnswer) as fault:
        result, reached = fault.kind, False
    except NotConfigured as fault:
        result, reached = f"config:{fault.code}", False
    except AgencyRefusal as refusal:
        result, reached = f"refused:{refusal.code}", False
    taken = timedelta(seconds=time.monotonic() - began)
    problems = _problems(agency)
    services.record_trial(agency, actor=actor, result=result, reached=reached, taken=taken, problems=problems)


def _problems(agency: Agency) -> list[dict[str, str]]:
    """What stands in the way of each of the agency's questions as they are configured, in words."""
    return [
        {"question": code, "code": found.code, "message": str(found.message), "severity": found.severity}
        for code in sorted(c.manifest.code for c in questions.all() if c.manifest.agency == agency.code)
        for found in problems_of(code)
    ]


@shared_task
def forget_old_attempts() -> int:
    """Drop what is known of single attempts after a month; the counters stay."""
    before, gone = timezone.now() - KEPT, 0
    for agency_id in Agency.objects.values_list("pk", flat=True):
        for outcome in Outcome.values:
            old = Attempt.objects.filter(agency_id=agency_id, outcome=outcome, ended_at__lt=before)
            gone += Attempt.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:10_000])).delete()[0]
    return gone


# --- reports -------------------------------------------------------------------------------------------------------


@shared_task
@in_realm(PROTECTED)
def send_report(report_id: int) -> None:
    """Send one report, if it is due and nobody else is sending it; what it failed of is on its row."""
    report = services.lease_report(report_id)
    if report is None:
        return
    ask = Ask(
        question=report.code,
        subject=Subject(),
        idempotency_key=str(report.key),
        legal_basis=report.legal_basis,
        purpose="SLTD",
        officer_ref=f"SUGM-{report.reporter.pk}",
        office_ref=report.reporter.code,
    )
    endpoint = endpoint_of(report.agency, report.code)
    if not connection.in_atomic_block:
        connection.close()
    try:
        reference = SltdReport(report.values).send(ask, endpoint)
    except (TransportFault, MalformedAnswer) as fault:
        services.postpone_report(report, fault=fault.kind)
    except NotConfigured as fault:  # what an administrator puts right is sent without anybody asking for it
        services.postpone_report(report, fault=f"config:{fault.code}")
    except AgencyRefusal as refusal:
        services.refuse_report(report, fault=refusal.code)
    else:
        services.settle_report(report, reference=reference)


@shared_task
@in_realm(PROTECTED)
def ring_due_reports() -> int:
    """Ring for every report that is due: new ones, retries, those of workers that died."""
    due = Report.objects.filter(
        state__in=[Report.State.QUEUED, Report.State.SENDING], next_attempt_at__lte=timezone.now()
    ).select_related("agency")
    rung = [(report.pk, report.agency.queue) for report in due.order_by("next_attempt_at")[:SWEEP]]
    for report_id, queue in rung:
        send_report.apply_async(args=[report_id], queue=queue)
    return len(rung)
