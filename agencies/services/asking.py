"""What a case asks: the checks its policy prescribes, and the bell that is rung for each."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from agencies.models import Check
from agencies.policy import agency_of, prescribed
from agencies.protection import askable
from cases.acts import note
from people.ages import age_on


def ask_agencies(activation) -> None:
    """Create the checks that the policy prescribes for the case, in one statement, and ring for each after commit.

    Completes the step at once when the policy prescribes nothing.
    """
    case, task = activation.process, activation.task
    person, at = case.applicant, timezone.now()
    prescribed_rows = prescribed(case, age=age_on(person.birth_date, at.date()))
    rows = askable(case, person, prescribed_rows)
    if len(rows) < len(prescribed_rows):
        note(case, "checks.refused", task_id=task.pk, data={"refused": len(prescribed_rows) - len(rows)})
    checks = []
    for row in rows:
        agency = agency_of(row.question)
        if agency is None:
            continue
        checks.append(
            Check(
                case=case, task=task, person=person, agency=agency, question=row.question,
                legal_basis=row.legal_basis, purpose=row.purpose, on_outage=row.on_outage, patience=row.patience,
                next_attempt_at=at,
            )
        )  # fmt: skip
    unconfigured = len(rows) - len(checks)
    if unconfigured:
        note(case, "checks.unconfigured", task_id=task.pk, data={"missing": unconfigured})
    if not checks:
        activation.start()  # the engine completes what has started, and goes on
        return
    Check.objects.bulk_create(checks)
    for check in checks:
        ring(check)


def ring(check: Check) -> None:
    """Tell the agency's queue after commit. A broker that is away is no fault: the sweep rings again."""
    from agencies.tasks import ask_check

    queue = check.agency.queue
    transaction.on_commit(partial(ask_check.apply_async, args=[check.pk], queue=queue), robust=True)
