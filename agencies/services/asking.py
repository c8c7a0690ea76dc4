"""What a case asks: the checks its policy prescribes, about each of its persons, and the bell rung for each."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from agencies.fingerprints import sides_print
from agencies.models import Check, Moment
from agencies.prescription import Wanted, prescription
from agencies.reuse import earlier_answers
from agencies.services.answers import LEADS, open_hit
from agencies.subjects import subject_of
from cases.acts import note
from cases.models import Case


def ask_agencies(activation) -> None:
    """Create the checks that the policy prescribes for the case at this moment, in one statement, and ring for each
    after commit. At filing, an answer that is still fresh is taken over instead.

    Completes the step at once when there is nothing to wait for.
    """
    case, task = activation.process, activation.task
    moment, at = activation.flow_task.moment, timezone.now()
    found = prescription(case, moment, at)
    earlier = {}
    if moment == Moment.FILING:
        earlier = earlier_answers(case, [(each.person, each.row.question) for each in found.wanted], at)
    checks = []
    for wanted in found.wanted:
        check = _check(case, task, wanted, moment, at)
        if wanted.key in earlier:
            _take_over(check, earlier[wanted.key])
        checks.append(check)
    if found.missing:
        note(case, "checks.unconfigured", task_id=task.pk, data={"missing": found.missing})
    if found.withheld:
        note(case, "checks.withheld", task_id=task.pk, data={"withheld": found.withheld})
    if checks:
        Check.objects.bulk_create(checks)
    if moment != Moment.FILING and activation.may_have_settled:
        _reopen_changed(case, task, asked_again={(check.person_id, check.question) for check in checks})
    for check in checks:
        if check.state == Check.State.QUEUED:
            ring(check)
        else:
            _note_reuse(case, check)
    if all(check.state != Check.State.QUEUED for check in checks):
        activation.start()  # the engine completes what has started, and goes on


def _check(case: Case, task: Any, wanted: Wanted, moment: str, at: datetime) -> Check:
    row = wanted.row
    return Check(
        case=case, task=task, person=wanted.person, role=wanted.role, moment=moment, agency=wanted.agency,
        question=row.question, legal_basis=row.legal_basis, purpose=row.purpose, on_outage=row.on_outage,
        patience=row.patience, next_attempt_at=at,
    )  # fmt: skip


def _take_over(check: Check, source: Check) -> None:
    """The answer of another case, with its date and its records; a hit waits for an officer here too."""
    check.reused_from, check.state, check.next_attempt_at = source, Check.State.ANSWERED, None
    for name in ("finding", "records", "reference", "asked_at", "answered_at", "valid_until", "subject_print"):
        setattr(check, name, getattr(source, name))
    if check.finding in LEADS:
        open_hit(check)


def _note_reuse(case: Case, check: Check) -> None:
    assert check.answered_at is not None
    note(
        case, "check.reused", task_id=check.task_id,
        data={"check": check.pk, "question": check.question, "finding": check.finding, "source": check.reused_from_id,
              "answered": check.answered_at.isoformat()},
    )  # fmt: skip


def _reopen_changed(case: Case, task: Any, *, asked_again: set[tuple[int, str]]) -> None:
    """Open again the settled hits whose person is written otherwise since an officer decided. Those that are being
    asked again come back by themselves."""
    settled = [
        check
        for check in case.checks.exclude(verdict="").select_related("person").prefetch_related("adjudications")
        if (check.person_id, check.question) not in asked_again
    ]
    for check in settled:
        decided = [each for each in check.adjudications.all() if each.round == check.round]
        if not decided or decided[-1].sides_print == sides_print(subject_of(check.person), check.records):
            continue
        open_hit(check)
        check.round += 1
        check.save(update_fields=["needs_adjudication", "awaits", "verdict", "second_officer", "round"])
        note(case, "check.reopened", task_id=task.pk, data={"check": check.pk, "question": check.question})


def ring(check: Check) -> None:
    """Tell the agency's queue after commit. A broker that is away is no fault: the sweep rings again."""
    from agencies.tasks import ask_check

    queue = check.agency.queue
    transaction.on_commit(partial(ask_check.apply_async, args=[check.pk], queue=queue), robust=True)
