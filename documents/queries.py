"""Reads of issued documents and texts."""

from django.db import models
from django.db.models import Q

from offices.authority import authority_of
from offices.roles import Act, ProcedureCode


class IssuedDocumentQuerySet(models.QuerySet):
    def visible_to(self, user) -> "IssuedDocumentQuerySet":
        """Documents of the cases this user may see."""
        authority = authority_of(user)
        condition = authority.where(Act.VIEW, procedure="case__procedure", office="case__office_id")
        if not authority.offices(Act.VIEW_PROTECTED, ProcedureCode.REFUGE):
            condition &= Q(case__confidentiality="N")
        return self.filter(condition)

    def standing(self) -> "IssuedDocumentQuerySet":
        """Neither spoilt nor cancelled: at most one per case and kind."""
        return self.exclude(state__in=["spoilt", "cancelled"])
