"""Telling another agency something: queued in the act it tells of, sent afterwards, again until it is acknowledged."""

import random
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Agency, Report
from audit import services as audit
from cases.acts import act
from cases.errors import NotAllowed, StateConflict
from cases.models import Case
from offices.authority import authority_of
from offices.models import Office, User
from offices.roles import Act

LONGEST_PAUSE = timedelta(hours=1)
BATCH = 1_000
SENDABLE = (Report.State.REFUSED, Report.State.QUEUED)


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


def queue_reports(
    office: Office, *, procedure: str, code: str, values: Sequence[Mapping[str, str]], legal_basis: str, actor=None
) -> int:
    """Queue reports of what belongs to no case, one per thing, in the caller's transaction; one event for all. Returns
    how many: none when the agency is not set up."""
    assert connection.in_atomic_block, "a report belongs to the act it tells of"
    agency = Agency.objects.filter(code=code.partition(".")[0]).first()
    if agency is None or not values:
        return 0
    now = timezone.now()
    made = Report.objects.bulk_create(
        [
            Report(
                code=code, agency=agency, office=office, procedure=procedure, values=dict(each),
                legal_basis=legal_basis, next_attempt_at=now,
            )
            for each in values
        ],
        batch_size=BATCH,
    )  # fmt: skip
    audit.record(
        "report.queued", actor=actor, office_id=office.pk,
        data={"first": made[0].pk, "last": made[-1].pk, "quantity": len(made), "code": code},
    )  # fmt: skip
    return len(made)


@act
def send_again(report: Report, *, actor: User, reason: str) -> Report:
    """A supervisor of the reporting office has a report sent once more that the agency refused, or that waits for its
    next attempt.

    Raises ValidationError without a reason, NotAllowed, StateConflict when it is being sent or was acknowledged.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason.")})
    held = (Report.objects.select_for_update(of=("self",)).select_related("agency", "case__office", "office")).get(
        pk=report.pk
    )
    if not may_send_again(held, actor):
        raise NotAllowed(
            _("Only a supervisor of the office that reports can have it sent again."),
            code="no_right", office_id=held.reporter.pk, case_id=held.case_id,
        )  # fmt: skip
    if held.state not in SENDABLE:
        raise StateConflict(_("This report is being sent, or was acknowledged."), code="state")
    before, held.state, held.next_attempt_at = held.fault, Report.State.QUEUED, timezone.now()
    held.save(update_fields=["state", "next_attempt_at"])
    audit.record(
        "report.sent_again", actor=actor, office_id=held.reporter.pk, case_id=held.case_id, reason=reason.strip(),
        data={"report": held.pk, "code": held.code, "fault": before},
    )  # fmt: skip
    return held


def may_send_again(report: Report, actor: User) -> bool:
    procedure = report.case.procedure if report.case is not None else report.procedure
    return authority_of(actor).can(Act.SUPERVISE, procedure, report.reporter.pk)


@transaction.atomic
def lease_report(report_id: int) -> Report | None:
    """Take the right to send a report now; None when it is sent, not due, leased elsewhere, or its agency paused."""
    now = timezone.now()
    report = (
        Report.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("agency", "case__office", "office")
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
            verb, actor=None, office_id=report.reporter.pk, case_id=report.case_id,
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
