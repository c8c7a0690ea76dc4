"""What leaves the house: whom a question is about and who asks, and where it goes.

Put together at the moment of asking, from the database and the environment; nothing of it travels through the broker,
where only the check's id does.
"""

import os
from functools import partial

from django.db.models import Q

from agencies.connectors.base import Ask, Endpoint, Problem, Sample
from agencies.connectors.registry import registry as questions
from agencies.models import Agency, Check, OfficerIdentity, QuestionSettings
from agencies.protection import GENERIC_PURPOSE, is_protected
from agencies.subjects import subject_of
from cases.models import Attachment, Task
from offices.configuration import configuration


@configuration
def settings_by_question() -> dict[str, QuestionSettings]:
    return {row.question: row for row in QuestionSettings.objects.all()}


@configuration
def officers() -> dict[tuple[int, int | None], str]:
    """How agencies know our officers, by user and agency (None: every other agency)."""
    return {(row.user_id, row.agency_id): row.number for row in OfficerIdentity.objects.all()}


def credentials_of(agency: Agency) -> dict[str, str]:
    """The agency's credentials: the environment's variables that begin with its prefix, by the rest of their name."""
    prefix = f"{agency.credentials}_" if agency.credentials else None
    return {
        name.removeprefix(prefix).lower(): value
        for name, value in os.environ.items()
        if prefix and name.startswith(prefix)
    }


def endpoint_of(agency: Agency, question: str = "") -> Endpoint:
    """How a question of the agency is reached; its own address and settings go before the agency's."""
    own = settings_by_question().get(question) or QuestionSettings(question=question)
    return Endpoint(
        base_url=own.base_url or agency.base_url,
        path=own.path,
        # never longer than the agency's: that is how long the lease of a check reckons with
        timeout_s=min(own.timeout or agency.timeout, agency.timeout),
        credentials=credentials_of(agency),
        max_bytes=agency.max_bytes,
        settings=own.values,
    )


def question_of(check: Check) -> Ask:
    """What is sent. For a protected case the purpose is generic, and neither case, office nor officer is named: who
    works for the protection of refugees gives the matter away (domain §8.4, rule 3). Who asked stays in our own log.
    """
    case, protected = check.case, is_protected(check.case)
    subject = subject_of(check.person)
    return Ask(
        question=check.question,
        subject=subject.with_sample(sample_of(check)) if _needs_sample(check.question) else subject,
        idempotency_key=str(check.key),
        legal_basis=check.legal_basis,
        purpose=GENERIC_PURPOSE if protected else check.purpose,
        case_ref=None if protected else case.number,
        officer_ref="" if protected else officer_of(check),
        office_ref="" if protected else case.office.code,
        protected=protected,
    )


def officer_of(check: Check) -> str:
    """The officer on whose act the check is asked, as its agency knows them.

    Theirs is the check's own step when somebody has taken it, else the last step somebody finished before the check
    was made (registration, correction, decision). Their number is the one in :class:`OfficerIdentity`, else
    ``SUGM-<user id>``: one person, whom only the ministry can name. Empty when nobody has acted.
    """
    steps = Task.objects.filter(process_id=check.case_id, owner__isnull=False)
    # an own step that is not finished sorts first (NULLS FIRST), one finished after the check was made too
    user_id = (
        steps.filter(Q(pk=check.task_id) | Q(finished__lte=check.created))
        .order_by("-finished", "-pk")
        .values_list("owner_id", flat=True)
        .first()
    )
    if user_id is None:
        return ""
    known = officers()
    return known.get((user_id, check.agency_id)) or known.get((user_id, None)) or f"SUGM-{user_id}"


def _needs_sample(question: str) -> bool:
    return "sample" in questions.get(question).manifest.needs


def sample_of(check: Check) -> Sample | None:
    """The image or template last attached to the check's case under the requirement that the question's settings
    name; None when there is none, or the check is not about the applicant."""
    connector, endpoint = questions.get(check.question), endpoint_of(check.agency, check.question)
    if check.person_id != check.case.applicant_id:
        return None
    requirement = connector.setting(endpoint, "requirement")
    found = Attachment.objects.filter(case_id=check.case_id, requirement=requirement).order_by("-pk").first()
    if found is None:
        return None
    return Sample(
        kind=connector.setting(endpoint, "modality"),
        reference=found.key.hex,
        media_type=found.content_type,
        read=partial(_content, found),
    )


def _content(attachment: Attachment) -> bytes:
    with attachment.file.open("rb") as file:
        return file.read()


def problems_of(question: str) -> list[Problem]:
    """What stands in the way of asking a question as it is configured now (see ``Connector.check_config``): reaches
    the service, asks nothing. Raises KeyError when no such question is installed, Agency.DoesNotExist when nobody has
    configured its agency."""
    connector = questions.get(question)
    agency = Agency.objects.get(code=connector.manifest.agency)
    return connector.check_config(endpoint_of(agency, question))
