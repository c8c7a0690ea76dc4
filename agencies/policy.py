"""Which questions a case asks, about whom and when, and how their answers hold. Pure reading of configuration."""

from datetime import timedelta

from agencies.connectors.registry import registry as questions
from agencies.models import Agency, CheckPolicy, Moment, QuestionRule
from cases.models import Case
from offices.configuration import configuration


@configuration
def agencies_by_code() -> dict[str, Agency]:
    return {agency.code: agency for agency in Agency.objects.all()}


@configuration
def policies(procedure: str) -> tuple[CheckPolicy, ...]:
    """The active rows of a procedure that may be asked: a row without a legal basis may not."""
    return tuple(CheckPolicy.objects.filter(procedure=procedure, active=True).exclude(legal_basis="").order_by("pk"))


@configuration
def _rules() -> dict[str, QuestionRule]:
    return {rule.question: rule for rule in QuestionRule.objects.all()}


def rule_of(question: str) -> QuestionRule:
    """The rule of a question: its row, or else what its connector declares (unsaved). KeyError when not installed."""
    rule = _rules().get(question)
    if rule is not None:
        return rule
    manifest = questions.get(question).manifest
    return QuestionRule(
        question=question,
        freshness_days=manifest.freshness_days,
        ask_again=manifest.reask_at_decision,
        second_officer=manifest.grave,
    )


def prescribed(
    case: Case, *, age: int | None, nationality: str | None = None, role: str = CheckPolicy.Role.APPLICANT,
    moment: str = Moment.FILING,
) -> list[CheckPolicy]:  # fmt: skip
    """The rows that hold for one person of a case: of its subtype, their nationality, age and role, the most specific
    row per question. At the decision and the delivery only the questions that are asked again.

    :param age: of the person in years; None (not known) asks everything.
    :param nationality: of the person; the case's when left out.
    """
    nationality = case.nationality if nationality is None else nationality
    chosen: dict[str, tuple[tuple[int, bool], CheckPolicy]] = {}
    for row in policies(case.procedure):
        if row.role != role or row.subtype not in ("", case.subtype) or row.nationality not in ("", nationality):
            continue
        if not row.applies_at(age) or (moment != Moment.FILING and not rule_of(row.question).ask_again):
            continue
        narrowed = row.minimum_age is not None or row.maximum_age is not None
        rank = (2 * bool(row.subtype) + bool(row.nationality), narrowed)
        if row.question not in chosen or chosen[row.question][0] < rank:
            chosen[row.question] = (rank, row)
    return [row for _rank, row in chosen.values()]


def holds_at_the_desk(question: str) -> timedelta:
    """For how long an answer that was put again holds while the decision or the delivery waits."""
    return timedelta(hours=rule_of(question).again_after_hours)


def agency_of(question: str) -> Agency | None:
    """The agency that answers a question, or None when no administrator has configured it."""
    return agencies_by_code().get(questions.get(question).manifest.agency)
