"""Reads of issued documents and of the ledger of blanks."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models.expressions import RawSQL

from cases.queries import CaseRowQuerySet, of_visible_cases
from offices.authority import authority_of
from offices.roles import Act


class OfDocumentQuerySet(CaseRowQuerySet):
    """Rows that hang on an issued document, and are seen by whoever sees its case."""

    case_path = "document__case"


class OfAttachmentQuerySet(CaseRowQuerySet):
    """Rows that hang on a file of a case, and are seen by whoever sees the case."""

    case_path = "attachment__case"


class IssuedDocumentQuerySet(models.QuerySet):
    def visible_to(self, user) -> "IssuedDocumentQuerySet":
        """Documents of the cases this user may see."""
        return self.filter(of_visible_cases(user))

    def standing(self) -> "IssuedDocumentQuerySet":
        """Neither spoilt nor ended: at most one per case and kind."""
        return self.filter(state__in=self.model.STANDING)


def of_kept_blanks(user, *, kind: str = "kind", office: str = "office_id") -> models.Q:
    """The condition for rows of the ledger that this user may see: who keeps the blanks of an office, and who
    supervises it."""
    rights = authority_of(user)
    path = f"{kind}__procedure"
    return rights.where(Act.STOCK, procedure=path, office=office) | rights.where(
        Act.SUPERVISE, procedure=path, office=office
    )


def kept_pairs(user, kinds: Iterable[Any]) -> list[tuple[int, int]]:
    """The (office, kind) whose blanks this user may see, as :func:`of_kept_blanks` says it of rows."""
    rights = authority_of(user)
    of_stock, of_supervision = rights.procedures(Act.STOCK), rights.procedures(Act.SUPERVISE)
    return [
        (office, kind.pk)
        for kind in kinds
        for office in sorted({*of_stock.get(kind.procedure, ()), *of_supervision.get(kind.procedure, ())})
    ]


# A page of numbers is the lowest ones of each office and kind, put together: an index has each part in order, so that
# what lies behind the page is never read. Numbers on their way belong to no office and are few.
_SEEN = "WITH seen(office_id, kind_id) AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))"
_HELD = """
    SELECT held.id, held.number FROM seen CROSS JOIN LATERAL (
        SELECT id, number FROM documents_blank b
        WHERE b.office_id = seen.office_id AND b.kind_id = seen.kind_id {conditions} ORDER BY number LIMIT %s
    ) held
"""
_SENT = """
    SELECT b.id, b.number FROM documents_blank b JOIN documents_blankact a ON a.id = b.act_id
    WHERE b.office_id IS NULL AND b.state = 'sent' {conditions} AND EXISTS (
        SELECT FROM seen WHERE seen.kind_id = b.kind_id AND seen.office_id IN ({ends})
    )
"""


class BlankQuerySet(models.QuerySet):
    def lowest(
        self, pairs: Sequence[tuple[int, int]], many: int, *, state: str = "", least: str = "", after: str = "",
        sent_from_only: bool = False,
    ) -> "BlankQuerySet":  # fmt: skip
        """The first ``many`` numbers of these offices and kinds, and of what is on its way to or from them (with
        ``sent_from_only`` only from), in one state or any, from ``least`` and after ``after``."""
        conditions, values = "", []
        for condition, value in (("state =", state), ("number >=", least), ("number >", after)):
            if value:
                conditions += f" AND b.{condition} %s"
                values.append(value)
        parts, parameters = [], [[office for office, _kind in pairs], [kind for _office, kind in pairs]]
        if state != "sent":
            parts.append(_HELD.format(conditions=conditions))
            parameters += [*values, many]
        if state in ("", "sent"):
            ends = "a.office_id" if sent_from_only else "a.office_id, a.to_office_id"
            parts.append(_SENT.format(conditions=conditions, ends=ends))
            parameters += values
        together = " UNION ALL ".join(parts)  # constants and placeholders only
        statement = f"{_SEEN} SELECT id FROM ({together}) found ORDER BY number, id LIMIT %s"  # noqa: S608  # nosec B608
        page = RawSQL(statement, [*parameters, many])  # noqa: S611  # nosec B611
        return self.filter(pk__in=page).order_by("number", "pk")

    def visible_to(self, user) -> "BlankQuerySet":
        """Numbers that an office of this user answers for, or that are on their way to or from one."""
        seen = of_kept_blanks(user) | (
            models.Q(state="sent")
            & (of_kept_blanks(user, office="act__office_id") | of_kept_blanks(user, office="act__to_office_id"))
        )
        return self.filter(seen)

    def numbered(self, first: str, last: str) -> "BlankQuerySet":
        """The numbers from ``first`` to ``last``, both included."""
        return self.filter(number__gte=first, number__lte=last)


class BlankAlarmQuerySet(models.QuerySet):
    def visible_to(self, user) -> "BlankAlarmQuerySet":
        """Alarms of the offices whose blanks this user keeps or supervises."""
        return self.filter(of_kept_blanks(user))

    def open(self) -> "BlankAlarmQuerySet":
        return self.filter(closed_at__isnull=True)
