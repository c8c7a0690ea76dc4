"""How the checks of a case stand for whoever decides it or hands its document over. One statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from agencies.findings import Finding
from agencies.models import Check
from agencies.policy import holds_at_the_desk
from agencies.prescription import prescription
from cases.models import Case

_FIELDS = (
    "pk", "person_id", "question", "moment", "state", "finding", "verdict", "needs_adjudication", "created",
)  # fmt: skip


@dataclass(frozen=True)
class Flag:
    """A question whose outcome is not «nothing against this person»: the decision has to weigh it.

    ``why``: ``unavailable``, ``indeterminate``, ``cancelled``, ``same`` or ``undetermined``.
    """

    check_id: int
    question: str
    why: str


@dataclass(frozen=True)
class Standing:
    """The checks of a case as they are now; of a question that was put several times only the latest counts."""

    case: Case
    rows: Sequence[dict[str, Any]]

    @property
    def unsettled(self) -> bool:
        """Whether an answer is still to come."""
        return any(row["state"] in (Check.State.QUEUED, Check.State.ASKING) for row in self.rows)

    @property
    def open_hits(self) -> bool:
        """Whether a hit waits for an officer."""
        return any(row["needs_adjudication"] for row in self.rows)

    @property
    def latest(self) -> list[dict[str, Any]]:
        return list({(row["person_id"], row["question"]): row for row in self.rows}.values())

    @property
    def flags(self) -> list[Flag]:
        """What a decision must weigh, in the order of asking. None of it ever counts as clear (domain §6.2).

        A question without an answer counts as it stands now. What officers found goes on counting until they find that
        it is another person, also when the agency has fallen silent or holds the record no more.
        """
        latest = {row["pk"] for row in self.latest}
        ruled_out = {
            (row["person_id"], row["question"]): row["pk"] for row in self.rows if row["verdict"] == Check.Verdict.OTHER
        }
        found: dict[tuple[int, str, str], Flag] = {}
        for row in self.rows:
            why, key = _why(row), (row["person_id"], row["question"])
            weighed = bool(row["verdict"]) and ruled_out.get(key, 0) < row["pk"]
            if why and (weighed or (row["pk"] in latest and not row["verdict"])):
                found[*key, why] = Flag(row["pk"], row["question"], why)
        return list(found.values())

    def to_ask_again(self, moment: str, at: datetime) -> list[str]:
        """The questions that have to be put again before the case may go on from the desk of ``moment``: never put at
        this moment, or too long ago. The policy is looked at only when that may be so."""
        put = {(row["person_id"], row["question"]): row["created"] for row in self.rows if row["moment"] == moment}

        def holds(key: tuple[int, str]) -> bool:
            return key in put and put[key] + holds_at_the_desk(key[1]) > at

        if put and all(holds(key) for key in put):
            return []
        wanted = prescription(self.case, moment, at).wanted
        return list(dict.fromkeys(each.row.question for each in wanted if not holds(each.key)))


def _why(row: dict[str, Any]) -> str:
    if row["state"] == Check.State.CANCELLED:
        return "cancelled"
    if row["finding"] == Finding.UNAVAILABLE:
        return "unavailable"
    if row["finding"] == Finding.INDETERMINATE:
        return "indeterminate"
    return row["verdict"] if row["verdict"] in (Check.Verdict.SAME, Check.Verdict.UNDETERMINED) else ""


def standing(case: Case) -> Standing:
    """One statement."""
    return Standing(case, list(Check.objects.filter(case_id=case.pk).order_by("pk").values(*_FIELDS)))


def with_checks(tasks: QuerySet) -> QuerySet:
    """Tasks with the checks of their case, for :func:`standing_at`: no statement of their own."""
    checks = Check.objects.filter(case_id=OuterRef("process_id")).order_by("pk")
    return tasks.annotate(checks_now=ArraySubquery(checks.values(json=JSONObject(**{name: name for name in _FIELDS}))))


def standing_at(case: Case, task: Any) -> Standing:
    """As :func:`standing`, from a task read with :func:`with_checks`."""
    return Standing(case, [{**row, "created": parse_datetime(row["created"])} for row in task.checks_now])
