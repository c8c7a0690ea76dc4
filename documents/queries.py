"""Reads of issued documents and of the ledger of blanks."""

from django.db import models

from cases.queries import CaseRowQuerySet, of_visible_cases
from offices.authority import authority_of
from offices.roles import Act


class OfDocumentQuerySet(CaseRowQuerySet):
    """Rows that hang on an issued document, and are seen by whoever sees its case."""

    case_path = "document__case"


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


class BlankQuerySet(models.QuerySet):
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
