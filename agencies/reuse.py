"""An earlier answer about the same person to the same question, while it is fresh (domain §6.2: 90 days, as the
certificates themselves live).

Never across the wall: what was answered about a protected person is neither taken nor given (domain §8.4). Never when
the person's data have changed since: the agency was asked about somebody who is written otherwise.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from agencies.findings import Finding
from agencies.fingerprints import subject_print
from agencies.models import Check
from agencies.policy import rule_of
from agencies.subjects import subject_of
from cases.models import Case
from people.models import Person, Realm

REUSABLE = (Finding.CLEAR.value, Finding.HIT.value, Finding.POSSIBLE_MATCH.value)


def earlier_answers(case: Case, wanted: Iterable[tuple[Person, str]], at: datetime) -> dict[tuple[int, str], Check]:
    """The answers that a case may take over by ``(person id, question)``; one statement, and one more per person of
    whom there are any."""
    pairs = {
        (person.pk, question): person
        for person, question in wanted
        if person.realm == Realm.ORDINARY and rule_of(question).freshness_days
    }
    if case.confidentiality != Realm.ORDINARY or not pairs:
        return {}
    latest = (
        Check.objects.filter(
            person_id__in={person_id for person_id, _question in pairs},
            question__in={question for _person_id, question in pairs},
            state=Check.State.ANSWERED,
            case__confidentiality=Realm.ORDINARY,
            reused_from__isnull=True,
            valid_until__gt=at,
        )
        .order_by("person_id", "question", "-answered_at")
        .distinct("person_id", "question")
    )
    found = {}
    for check in latest:
        person = pairs.get((check.person_id, check.question))
        if person is None or check.finding not in REUSABLE or check.answered_at is None:
            continue
        fresh = check.answered_at + timedelta(days=rule_of(check.question).freshness_days) > at
        if fresh and check.subject_print and check.subject_print == subject_print(subject_of(person)):
            found[check.person_id, check.question] = check
    return found
