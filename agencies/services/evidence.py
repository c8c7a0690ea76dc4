"""The agency's own words: sealed as they come, opened by few, with a reason, and never unnoticed."""

import hashlib
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.connectors.base import Answer
from agencies.models import Check, Evidence
from agencies.sealing import SealBroken, seal, unseal
from audit import services as audit
from cases.acts import act
from cases.errors import NotAllowed, StateConflict
from offices.authority import authority_of
from offices.models import User
from offices.roles import Act


@dataclass(frozen=True)
class Opened:
    """Evidence as it was received. ``intact``: its hash is that of the day it came (unknown of a shortened one)."""

    body: bytes = field(repr=False)
    media_type: str
    truncated: bool
    intact: bool


def seal_answer(check: Check, answer: Answer) -> None:
    """Keep the body of an answer with its check, encrypted; nothing when nothing was received. Part of the act that
    settles the check."""
    if not answer.raw:
        return
    kept = answer.raw[: settings.EVIDENCE_MAX_BYTES]
    Evidence.objects.create(
        check_asked=check,
        sealed=seal(kept),
        media_type=answer.raw_type[:80],
        size=len(answer.raw),
        sha256=hashlib.sha256(answer.raw).hexdigest(),
        truncated=len(kept) < len(answer.raw),
    )


def may_open(user, check: Check) -> bool:
    """Whether the user may open the evidence of a check: those who settle its hits, and auditors."""
    authority = authority_of(user)
    case = check.case
    return any(authority.can(right, case.procedure, case.office_id) for right in (Act.ADJUDICATE, Act.AUDIT))


@act
def open_evidence(check: Check, *, actor: User, reason: str) -> Opened:
    """Read what the agency answered, word for word. The reading and its reason stand in the audit log.

    Raises ValidationError without a reason, NotAllowed without the right, StateConflict when there is nothing sealed,
    it has been purged, its key is gone or it is not what was received.
    """
    if not may_open(actor, check):
        raise NotAllowed(
            _("Only those who settle hits and auditors may read an agency's answer."),
            code="no_right", office_id=check.case.office_id, case_id=check.case_id, task_id=check.task_id,
        )  # fmt: skip
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason.")})
    evidence = Evidence.objects.filter(check_asked=check).first()
    if evidence is None or evidence.sealed is None:
        raise StateConflict(_("There is no sealed answer of this check."), code="no_evidence")
    try:
        body = unseal(evidence.sealed)
    except SealBroken as error:
        raise StateConflict(
            _("The seal can not be opened: its key is not configured, or it was changed."), code="seal"
        ) from error
    intact = evidence.truncated or hashlib.sha256(body).hexdigest() == evidence.sha256
    audit.record(
        "evidence.read", actor=actor, office_id=check.case.office_id, case_id=check.case_id, task_id=check.task_id,
        reason=reason.strip(), data={"check": check.pk, "question": check.question, "intact": intact},
    )  # fmt: skip
    return Opened(body, evidence.media_type, evidence.truncated, intact)
