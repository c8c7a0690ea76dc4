"""Writes of checks: asking, leasing, settling, recording letters, adjudicating, opening evidence.

The database is the truth and the broker is the doorbell. A check is asked by whoever holds its lease; the answer is
written by the holder of the same lease or not at all; so no agency is asked twice at the same time for one check, and
no check has two answers, whatever is killed in between.
"""

from agencies.services.adjudicating import CONFIRM, adjudicate, adjudicate_step
from agencies.services.asking import ask_agencies, ring
from agencies.services.attempts import (
    give_up_check,
    lease_check,
    lease_next,
    postpone_check,
    refuse_check,
    return_lost_checks,
    settle_check,
)
from agencies.services.cancelling import SETTLED, cancel_check, cancel_checks_of, may_cancel
from agencies.services.evidence import Opened, may_open, open_evidence
from agencies.services.gate import seconds_until_free
from agencies.services.letters import may_record, record_letter
from agencies.services.operating import (
    ASKABLE,
    ask_again,
    may_ask_again,
    pause_agency,
    record_trial,
    resume_agency,
    try_agency,
)
from agencies.services.reporting import (
    SENDABLE,
    lease_report,
    may_send_again,
    postpone_report,
    queue_report,
    queue_reports,
    refuse_report,
    send_again,
    settle_report,
)

__all__ = [
    "ASKABLE",
    "CONFIRM",
    "SENDABLE",
    "SETTLED",
    "Opened",
    "adjudicate",
    "adjudicate_step",
    "ask_again",
    "ask_agencies",
    "cancel_check",
    "cancel_checks_of",
    "give_up_check",
    "lease_check",
    "lease_next",
    "lease_report",
    "may_ask_again",
    "may_cancel",
    "may_open",
    "may_record",
    "may_send_again",
    "open_evidence",
    "pause_agency",
    "postpone_check",
    "postpone_report",
    "queue_report",
    "queue_reports",
    "record_letter",
    "record_trial",
    "refuse_check",
    "refuse_report",
    "resume_agency",
    "return_lost_checks",
    "ring",
    "seconds_until_free",
    "send_again",
    "settle_check",
    "settle_report",
    "try_agency",
]
