"""Writes of checks: asking, leasing, settling, adjudicating.

The database is the truth and the broker is the doorbell. A check is asked by whoever holds its lease; the answer is
written by the holder of the same lease or not at all; so no agency is asked twice at the same time for one check, and
no check has two answers, whatever is killed in between.
"""

from agencies.services.adjudicating import adjudicate, adjudicate_step
from agencies.services.asking import ask_agencies, ring
from agencies.services.attempts import give_up_check, lease_check, postpone_check, settle_check
from agencies.services.cancelling import SETTLED, cancel_check, cancel_checks_of

__all__ = [
    "SETTLED",
    "adjudicate",
    "adjudicate_step",
    "ask_agencies",
    "cancel_check",
    "cancel_checks_of",
    "give_up_check",
    "lease_check",
    "postpone_check",
    "ring",
    "settle_check",
]
