"""Reads of persons. Everything that leaves the server passes ``visible_to(user)`` first."""

from django.apps import apps
from django.db import models
from django.db.models import Q

from icao.names import fold
from offices.authority import authority_of
from offices.roles import Act, ProcedureCode
from wall.realm import PROTECTED, current_realm


def of_visible_persons(user, path: str = "") -> Q:
    """The condition of ``PersonQuerySet.visible_to``, for rows that hang on a person by the relation ``path``."""
    authority = authority_of(user)
    if authority.offices(Act.VIEW_PROTECTED, ProcedureCode.REFUGE):
        return Q()
    if not authority.can_anywhere(Act.VIEW):
        return Q(pk__in=[])
    return Q(**{f"{path}__realm" if path else "realm": "N"})


class PersonQuerySet(models.QuerySet):
    def visible_to(self, user) -> "PersonQuerySet":
        """Persons that exist for this user: protected ones only for protection roles (domain §8.4, rule 4), and none
        for who holds no right to see cases."""
        return self.filter(of_visible_persons(user))

    def named_like(self, text: str) -> "PersonQuerySet":
        """Persons whose folded name holds every word of ``text``, in any order, accents and case forgiven."""
        condition = Q()
        for word in fold(text).split():
            condition &= Q(folded__contains=word)
        return self.whose_name(condition) if condition else self.none()

    def whose_name(self, condition: Q) -> "PersonQuerySet":
        """Persons whose name meets a condition on ``folded``.

        Ordinary names are looked up in the table that has an index for it, protected ones, which only those behind the
        wall are shown, in the few protected rows themselves.
        """
        ids = apps.get_model("people", "PersonName")._base_manager.filter(condition).values("person_id")
        if current_realm() == PROTECTED:
            protected = self.model._base_manager.filter(condition, realm=PROTECTED)
            ids = ids.union(protected.values(person_id=models.F("id")), all=True)
        return self.filter(pk__in=ids)

    def with_document(self, number: str, issuer: str | None = None) -> "PersonQuerySet":
        """Persons who presented a document with this number (and issuer, when given)."""
        condition = Q(documents__number=number.upper())
        if issuer:
            condition &= Q(documents__issuer=issuer)
        return self.filter(condition).distinct()


class IdentityDocumentQuerySet(models.QuerySet):
    def visible_to(self, user) -> "IdentityDocumentQuerySet":
        """Documents of the persons that exist for this user."""
        return self.filter(of_visible_persons(user, "person"))
