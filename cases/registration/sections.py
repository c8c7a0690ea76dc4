"""The numbered parts of a registration page, and those every procedure has."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Section:
    """A numbered part of the page: its title, its template, and the fields it holds, in order."""

    code: str
    title: Any
    template: str
    fields: tuple[str, ...] = ()
    part: str = ""  # template of the element that is shown anew when something else has been chosen


DOCUMENT = Section(
    "document", gettext_lazy("Travel document"), "cases/registration/document.html",
    ("mrz", "zone_damaged", "zone_reason", "number", "issuer", "issued", "expires"),
)  # fmt: skip
PERSON = Section(
    "person", gettext_lazy("Person"), "cases/registration/person.html",
    ("primary", "secondary", "sex", "birth_date", "nationality", "birth_place", "father", "mother", "email", "phone",
     "known"),
)  # fmt: skip
CHECKLIST = Section(
    "checklist", gettext_lazy("Requirements"), "cases/registration/checklist.html",
    part="cases/registration/checklist_rows.html",
)  # fmt: skip
FEE = Section(
    "fee", gettext_lazy("Fee"), "cases/registration/fee.html", ("receipt", "amount", "paid_on"),
    part="cases/registration/fee_due.html",
)  # fmt: skip
