"""Telling another agency something: queued in the act it tells of, sent afterwards, again until it is acknowledged."""

import random
import uuid
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from agencies.models import Agency, Report
from audit import services as audit
from cases.models import Case

LONGEST_PAUSE = timedelta(hours=1)


def queue_report(case: Case, *, code: str, values: Mapping[str, str], legal_basis: str, actor=None) -> Report | None:
    """Queue a report in the caller's transaction; ``code`` is «agency.report». None when the agency is not set up.

    The caller has made sure that the case is not a protected one (domain §8.4).
    """
    assert connection.in_atomic_block, "a report belongs to the act it tells of"
    assert case.confidentiality == "N", "nothing of a protected case is told to another agency"
    agency = Agency.objects.filter(code=code.partition(".")[0]).first()
    if agency is None:
        return None
    report = Report.objects.create(
        code=code, agency=agency, case_id=case.pk, values=dict(values), legal_basis=legal_basis,
        next_attempt_at=timezone.now(),
    )  # fmt: skip
    audit.record(
        "report.queued", actor=actor, office_id=case.office_id, case_id=case.pk,
        data={"report": report.pk, "code": code},
    )  # fmt: skip
    return report


@transaction.atomic
def lease_report(report_id: int) -> Report | None:
    """Take the right to send a report now; None when it is sent, not due, leased elsewhere, or its agency paused."""
    now = timezone.now()
    report = (
        Report.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("agency", "case__office")
        .filter(pk=report_id, state__in=[Report.State.QUEUED, Report.State.SENDING], next_attempt_at__lte=now)
        .first()
    )
    if report is None or report.agency.paused:
        return None
    report.state, report.lease, report.attempts = Report.State.SENDING, uuid.uuid4(), report.attempts + 1
    # a worker that dies loses its lease when this comes
    report.next_attempt_at = now + timedelta(seconds=report.agency.timeout) + settings.CHECK_LEASE_MARGIN
    report.save(update_fields=["state", "lease", "attempts", "next_attempt_at"])
    return report


@transaction.atomic
def settle_report(report: Report, *, reference: str) -> bool:
    """The agency has it. False when the lease was lost: another attempt settles it."""
    return _end(report, Report.State.SENT, "report.sent", reference=reference[:120], sent_at=timezone.now(), fault="")


@transaction.atomic
def refuse_report(report: Report, *, fault: str) -> bool:
    """The agency will not have it: sending it again changes nothing, and a person has to look."""
    return _end(report, Report.State.REFUSED, "report.refused", fault=fault[:40])


def _end(report: Report, state: str, verb: str, **fields) -> bool:
    ended = Report.objects.filter(pk=report.pk, lease=report.lease).update(
        state=state, lease=None, next_attempt_at=None, **fields
    )
    if ended:
        audit.record(
            verb, actor=None, office_id=report.case.office_id, case_id=report.case_id,
            data={"report": report.pk, "code": report.code, "attempts": report.attempts, **(
                {"fault": fields["fault"]} if fields["fault"] else {"reference": fields.get("reference", "")}
            )},
        )  # fmt: skip
    return bool(ended)


def postpone_report(report: Report, *, fault: str) -> None:
    """The attempt failed: sent again after a growing pause with jitter, for as long as it takes."""
    pause = min(settings.CHECK_FIRST_PAUSE * 2 ** min(report.attempts - 1, 12), LONGEST_PAUSE)
    Report.objects.filter(pk=report.pk, lease=report.lease).update(
        state=Report.State.QUEUED, lease=None, fault=fault[:40],
        next_attempt_at=timezone.now() + pause * random.uniform(0.75, 1.25),  # noqa: S311
    )  # fmt: skip
