"""Agencies, the policy of what is asked, the checks themselves and what people decided about hits; and
what is reported to them."""

from agencies.models.adjudication import Adjudication
from agencies.models.agency import Agency
from agencies.models.attempt import BUCKETS_MS, Attempt, Outcome, Tally
from agencies.models.check import FINDINGS, Check
from agencies.models.evidence import Evidence
from agencies.models.policy import CheckPolicy, Moment, QuestionRule
from agencies.models.question import OfficerIdentity, QuestionSettings
from agencies.models.report import Report

__all__ = [
    "BUCKETS_MS",
    "FINDINGS",
    "Adjudication",
    "Agency",
    "Attempt",
    "Check",
    "CheckPolicy",
    "Evidence",
    "Moment",
    "OfficerIdentity",
    "Outcome",
    "QuestionRule",
    "QuestionSettings",
    "Report",
    "Tally",
]
