"""What the pages of the ledger share."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest

from offices.authority import Authority, authority_of
from offices.models import Office
from offices.roles import Act


def may_see(authority: Authority) -> bool:
    """Whether a person has anything to do with controlled blanks."""
    return authority.can_anywhere(Act.STOCK) or authority.can_anywhere(Act.SUPERVISE)


def keepers_only(request: HttpRequest) -> Authority:
    """404 for who neither keeps nor supervises blanks: absent and not yours look the same."""
    authority = authority_of(request.user)
    if not may_see(authority):
        raise Http404
    return authority


def seen_offices(user: Any) -> list[Office]:
    """The offices whose ledger a person may read."""
    authority = authority_of(user)
    ids = set().union(*authority.procedures(Act.STOCK).values(), *authority.procedures(Act.SUPERVISE).values())
    return list(Office.objects.filter(pk__in=ids))


def add_errors(form: Form, error: ValidationError) -> None:
    """What an act refused, at the fields it names."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def attempt(form: Form, act: Callable[[], Any]) -> Any:
    """The act's result, or None with its refusal at the form's fields."""
    try:
        return act()
    except ValidationError as error:
        add_errors(form, error)
        return None
