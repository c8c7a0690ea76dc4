"""Answers on paper: an agency that does not answer by wire was asked by letter, and a person records what it wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.connectors.base import AgencyRecord
from agencies.findings import Finding
from agencies.models import Check, CheckPolicy
from agencies.policy import rule_of
from agencies.services.answers import LEADS, note_answer
from agencies.services.attempts import settled
from cases.acts import act, locked_task
from cases.errors import NotAllowed, StateConflict
from cases.models import Case
from cases.services import attach_file
from offices.authority import authority_of
from offices.models import User
from offices.roles import Act
from offices.zones import LIMA, zone_of

FINDINGS = (Finding.CLEAR, Finding.HIT, Finding.POSSIBLE_MATCH, Finding.INDETERMINATE)
"""What a letter can say. That none came is no finding of a letter."""


def may_record(user, case: Case) -> bool:
    """Whether the user records letters of this office: those who settle its hits, and its supervisors. Not who weighs
    the case: an answer is not brought in by the one it helps to decide."""
    authority = authority_of(user)
    return any(authority.can(right, case.procedure, case.office_id) for right in (Act.ADJUDICATE, Act.SUPERVISE))


@act
def record_letter(
    check: Check, *, actor: User, finding: str, reference: str, dated: date, file: UploadedFile,
    records: Sequence[Mapping[str, str]] = (),
) -> Check:  # fmt: skip
    """Settle a check by the paper answer of its agency, whose scan becomes a file of the case.

    :param dated: the day of the letter; its freshness counts from there.
    :param records: fields of :class:`agencies.connectors.base.AgencyRecord`, typed from the letter; a hit has one at
        least. It is adjudicated like any other.

    Raises NotAllowed without the right, StateConflict when the check is settled or its policy knows no letters,
    ValidationError by field.
    """
    with locked_task(check.task) as activation:
        case = activation.process
        if not may_record(actor, case):
            raise NotAllowed(
                _("Your postings do not let you record the letters of this office."),
                code="no_right", office_id=case.office_id, case_id=case.pk, task_id=check.task_id,
            )  # fmt: skip
        held = Check.objects.select_for_update(of=("self",)).select_related("agency", "person").get(pk=check.pk)
        if held.state not in (Check.State.QUEUED, Check.State.ASKING):
            raise StateConflict(_("This check has already been settled."), code="finished")
        if held.on_outage != CheckPolicy.OnOutage.LETTER:
            raise StateConflict(_("The policy of this question knows no answers by letter."), code="no_letter")
        kept = [_record(record) for record in records]
        _refuse(held, case, finding, reference, dated, kept)
        label = _("Letter of %(agency)s of %(date)s") % {"agency": held.agency, "date": f"{dated:%d/%m/%Y}"}
        held.letter = attach_file(file, actor=actor, case=case, label=label[:120])
        held.letter_dated, held.recorded_by = dated, actor
        held.state, held.finding, held.fault = Check.State.ANSWERED, finding, ""
        held.records = kept if finding in LEADS else []
        held.reference = reference.strip()[:120]
        held.answered_at = timezone.now()
        # whoever is asking at this moment has lost the lease: the letter came first
        held.lease, held.leased_until, held.next_attempt_at = None, None, None
        note_answer(held, since=_start_of(dated, case), person=held.person)
        held.save()
        settled(activation, held, "check.letter", actor=actor)
        return held


def _start_of(day: date, case: Case) -> datetime:
    return datetime.combine(day, time.min, zone_of(case.office.time_zone))


def _record(record: Mapping[str, str]) -> dict[str, str]:
    """A typed record with its known fields only, as those of wires are kept."""
    known = asdict(AgencyRecord(**{name: value.strip() for name, value in record.items()}))
    return {name: value for name, value in known.items() if value}


def _refuse(check: Check, case: Case, finding: str, reference: str, dated: date, records: list[dict[str, str]]) -> None:
    errors = {}
    today = max(case.office.today(), timezone.localdate(timezone=LIMA))  # the paper may come from either
    if finding not in FINDINGS:
        errors["finding"] = _("Choose what the letter says.")
    if not reference.strip():
        errors["reference"] = _("Give the number of the letter.")
    freshness = max(rule_of(check.question).freshness_days, 1)
    if dated > today:
        errors["dated"] = _("This date is in the future.")
    elif dated <= today - timedelta(days=freshness):
        errors["dated"] = _("A letter of more than %(days)d days is no answer any more.") % {"days": freshness}
    if finding in LEADS and not any(record.get("name") for record in records):
        errors["records"] = _("Type at least one record of the letter, with its name.")
    if errors:
        raise ValidationError(errors)
