"""What people do to lists: keep a filter, drop it, take a list out of the house."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from cases.models import SavedView
from offices.models import User

VIEWS = 20  # per person and list


@transaction.atomic
def save_view(*, actor: User, list_name: str, name: str, query: str) -> SavedView:
    """Keep a filter under a name; the same name again replaces it.

    Raises ValidationError by field, also when the person has :data:`VIEWS` already. The event does not hold the
    filter: it may name an applicant.
    """
    own = SavedView.objects.filter(user=actor, list=list_name)
    view = own.filter(name=name).first() or SavedView(user=actor, list=list_name, name=name)
    if view.pk is None and own.count() >= VIEWS:
        raise ValidationError({"name": _("You have %(limit)d views already: delete one first.") % {"limit": VIEWS}})
    view.query = query
    view.full_clean()
    view.save()
    audit.record("view.saved", actor=actor, data={"view": view.pk, "list": list_name})
    return view


@transaction.atomic
def delete_view(view: SavedView, *, actor: User) -> None:
    """Drop one of the actor's own filters; callers find it by its owner."""
    assert view.user_id == actor.pk
    audit.record("view.deleted", actor=actor, data={"view": view.pk, "list": view.list})
    view.delete()


@transaction.atomic
def record_export(*, actor: User, list_name: str, format: str, filtered: list[str], limit: int, q: str = "") -> None:
    """Note that a list with personal data leaves the house: which, by which fields it was narrowed (their values may
    name an applicant), and how many rows at most."""
    data: dict[str, Any] = {"list": list_name, "format": format, "filtered": filtered, "limit": limit}
    if q:
        data |= audit.hashed_terms(q)
    audit.record("list.exported", actor=actor, data=data)
