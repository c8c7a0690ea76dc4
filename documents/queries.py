"""Reads of issued documents and texts."""

from django.db import models

from cases.queries import of_visible_cases


class IssuedDocumentQuerySet(models.QuerySet):
    def visible_to(self, user) -> "IssuedDocumentQuerySet":
        """Documents of the cases this user may see."""
        return self.filter(of_visible_cases(user))

    def standing(self) -> "IssuedDocumentQuerySet":
        """Neither spoilt nor cancelled: at most one per case and kind."""
        return self.exclude(state__in=["spoilt", "cancelled"])
