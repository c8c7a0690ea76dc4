"""What every answer means for its check, however it came: by wire, by letter, or taken over from another case."""

from datetime import datetime, timedelta

from agencies.findings import Finding
from agencies.fingerprints import subject_print
from agencies.models import Check
from agencies.policy import rule_of
from agencies.subjects import subject_of
from people.models import Person

NOTED = ("valid_until", "subject_print", "needs_adjudication", "awaits", "verdict", "second_officer")
LEADS = (Finding.HIT.value, Finding.POSSIBLE_MATCH.value)


def note_answer(check: Check, *, since: datetime, person: Person) -> None:
    """Fill in what follows from ``check.finding``: until when the answer holds, whom it was about, and that a person
    has to settle a hit. The caller saves the check.

    :param since: when the agency said it; a letter's date.
    :param person: as they were asked about.
    """
    rule = rule_of(check.question)
    check.valid_until = since + timedelta(days=rule.freshness_days)
    check.subject_print = subject_print(subject_of(person))
    if check.finding in LEADS:
        open_hit(check)


def open_hit(check: Check) -> None:
    """The check waits for an officer, and for a second one when its question's hits are grave. The caller saves it."""
    check.needs_adjudication, check.awaits, check.verdict = True, Check.Awaits.FIRST, ""
    check.second_officer = rule_of(check.question).second_officer
