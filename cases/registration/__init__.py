"""Registration: how an application comes in, the same for every procedure.

A procedure subclasses :class:`RegistrationForm`, makes it known with :func:`register` and mounts
``cases.views.registration.routes``. Drafts, the zone, known persons, files, what is missing and the pages are here and
in ``cases/views/registration.py``.

* ``form`` the base form, ``sections`` and ``fields`` what it is made of
* ``zone`` a machine-readable zone in words
* ``page`` what the templates draw
* ``receiving`` requests with files, each within its limit
* ``services`` the writes, ``remarks`` how the timeline tells of them
"""

from django.core.exceptions import ImproperlyConfigured

from cases.registration import remarks  # noqa: F401 (its sentence registers itself)
from cases.registration.form import RegistrationForm
from cases.registration.sections import CHECKLIST, DOCUMENT, FEE, PERSON, Section

__all__ = ["CHECKLIST", "DOCUMENT", "FEE", "PERSON", "RegistrationForm", "Section", "register", "registrations"]

registrations: dict[str, type[RegistrationForm]] = {}
"""Procedure code → its registration form, in the order of the menu."""


def register(form_class: type[RegistrationForm]) -> type[RegistrationForm]:
    """Offer a procedure on the page «Register an application»; usable as a class decorator."""
    held = registrations.setdefault(form_class.procedure, form_class)
    if held is not form_class:
        raise ImproperlyConfigured(f"two registration forms of {form_class.procedure!r}")
    return form_class
