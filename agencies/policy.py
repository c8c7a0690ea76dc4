"""Which questions a case asks. Pure reading of configuration."""

from agencies.connectors.registry import registry as questions
from agencies.models import Agency, CheckPolicy
from cases.models import Case
from offices.configuration import configuration


@configuration
def agencies_by_code() -> dict[str, Agency]:
    return {agency.code: agency for agency in Agency.objects.all()}


@configuration
def policies(procedure: str) -> tuple[CheckPolicy, ...]:
    """The active rows of a procedure that may be asked: a row without a legal basis may not."""
    return tuple(CheckPolicy.objects.filter(procedure=procedure, active=True).exclude(legal_basis="").order_by("pk"))


def prescribed(case: Case, *, age: int | None) -> list[CheckPolicy]:
    """The rows that hold for a case: of its subtype and nationality, the most specific row per question.

    :param age: of the person in years at filing; None (not known) asks everything.
    """
    chosen: dict[tuple[str, str], tuple[int, CheckPolicy]] = {}
    for row in policies(case.procedure):
        if row.subtype not in ("", case.subtype) or row.nationality not in ("", case.nationality):
            continue
        if row.minimum_age is not None and age is not None and age < row.minimum_age:
            continue
        rank = 2 * bool(row.subtype) + bool(row.nationality)
        key = (row.question, row.role)
        if key not in chosen or chosen[key][0] < rank:
            chosen[key] = (rank, row)
    return [row for _rank, row in chosen.values()]


def agency_of(question: str) -> Agency | None:
    """The agency that answers a question, or None when no administrator has configured it."""
    return agencies_by_code().get(questions.get(question).manifest.agency)
