"""Walking a visa case to a given point, by the same acts that people use."""

from django.utils import timezone

from agencies import services as checks
from agencies.connectors.base import AgencyRecord, Answer
from agencies.findings import Finding
from cases import services
from tests import factories as f


def answer(check, finding: str = "CLEAR", *records: AgencyRecord):
    """An agency's answer to one check, through lease and settlement."""
    now = timezone.now()
    leased = checks.lease_check(check.pk)
    assert leased is not None, "the check was not due"
    return checks.settle_check(leased, answer=Answer(Finding(finding), records, "", now, now, b"", ""))


def answer_all(case, findings: dict[str, str] | None = None) -> None:
    """Answer every open check: CLEAR unless ``findings`` names the question."""
    for check in case.checks.unsettled():
        finding = (findings or {}).get(check.question, "CLEAR")
        records = [AgencyRecord(name="OTRA PERSONA", birth_date="1979-01-01")] if finding != "CLEAR" else []
        answer(check, finding, *records)


def do(case, step: str, actor, **values):
    """Take a step if nobody has it, and complete it."""
    task = f.open_step(case, step)
    if task.owner_id != actor.pk:
        task = services.take_task(task, actor=actor)
    return services.complete_task(task, actor=actor, values=values)


def settle(case, house, decision: str = "other", reason: str = "Otro año de nacimiento", *, step="adjudicate") -> None:
    """Settle the open hits, grave ones by two officers of one mind."""
    for actor in (house.checks, house.second):
        hits = case.checks.open_hits()
        if hits:
            do(case, step, actor, decisions=[(hit.pk, decision, reason) for hit in hits])


def interview(case, actor) -> None:
    do(
        case, "interview", actor, held_on=f.today(), channel="in_person", language="inglés", interpreter="",
        purpose="convincing", ties="convincing", funds="convincing", summary="Sin novedad",
    )  # fmt: skip


def assess(case, actor, result: str = "grant", grounds=(), *, answered: bool = True) -> None:
    """Propose; the agencies that are asked again before the decision hold nothing new. ``answered``: by the test, not
    by a worker that is running."""
    do(case, "assess", actor, result=result, grounds=grounds, text="Expediente conforme")
    if answered:
        answer_all(case)


def decide(case, actor, result: str = "grant", grounds=(), text: str = "") -> None:
    do(case, "decide", actor, result=result, grounds=grounds, text=text)


def confirm_print(case, actor) -> None:
    """The print is good; the agencies that are asked again before the delivery hold nothing new."""
    do(case, "quality", actor, result="good", ground=None, text="Sin fotografía: conforme")
    answer_all(case)


def to_decision(case, house, *, analyst=None) -> None:
    """From filed to the consul's desk."""
    analyst = analyst or house.analyst
    answer_all(case)
    interview(case, analyst)
    assess(case, analyst)
