"""How a conflict of interest is found: what of an applicant is compared with what of the staff.

TUO Ley 27444 art. 99 [U] (causes of abstention: kinship, own interest). Each rule is one condition on
:class:`offices.models.StaffDetails`; an administrator switches rules on and off. A procedure that knows an address of
the applicant says so with :func:`add_address`.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Case as Switch
from django.db.models import CharField, F, Func, Q, Value, When
from django.utils.translation import gettext_lazy as _

from cases.models import Case, ConflictRule
from icao.names import fold
from offices.configuration import configuration
from offices.models import StaffDetails
from people.models import IdentityDocument

OWN, CONTACT, HOUSEHOLD = "own", "contact", "household"
RULES = {
    OWN: _("The applicant is the officer: same identity document"),
    CONTACT: _("Same e-mail or telephone"),
    HOUSEHOLD: _("Same surname and address"),
}
LEGAL_BASIS = "TUO Ley 27444 art. 99"

_addresses: dict[str, Callable[[Any], str]] = {}


def add_address(procedure: str, address: Callable[[Any], str]) -> None:
    """``address(case)``: where the applicant of a case of this procedure lives or will stay, as they wrote it."""
    _addresses[procedure] = address


@configuration
def rules_in_force() -> frozenset[str]:
    return frozenset(ConflictRule.objects.filter(active=True).values_list("code", flat=True))


def load_rules() -> int:
    """Make the rows of the rules that are missing; all are switched on and unverified [U]."""
    made = 0
    for code in RULES:
        _row, created = ConflictRule.objects.get_or_create(code=code, defaults={"legal_basis": LEGAL_BASIS})
        made += created
    return made


class _Plain(Func):
    """Text without accents, case and anything but letters and digits, as :func:`_plain` makes it."""

    template = (
        "regexp_replace(translate(upper(%(expressions)s), 'ÁÀÂÄÃÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇ', 'AAAAAEEEEIIIIOOOOOUUUUNC'),"
        " '[^A-Z0-9]+', '', 'g')"
    )
    output_field = CharField()


def _plain(text: str) -> str:
    table = str.maketrans("ÁÀÂÄÃÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇ", "AAAAAEEEEIIIIOOOOOUUUUNC")
    return "".join(c for c in text.upper().translate(table) if c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


def found_for(case: Case) -> list[tuple[int, str]]:
    """The officers in conflict with the applicant of a case, each with the code of the first rule that says so.

    One statement over a table of a few hundred rows; none when no rule is in force.
    """
    active = rules_in_force()
    person = case.applicant
    cases: list[When] = []
    if OWN in active:
        numbers = [d.number for d in _documents(case, person) if d.number]
        cases.append(When(Q(document__in=[_plain(n) for n in numbers]) & ~Q(document=""), then=Value(OWN)))
    if CONTACT in active:
        same = Q()
        if person.email:
            same |= Q(email__iexact=person.email)
        if len(_plain(person.phone)) >= 6:
            same |= Q(telephone=_plain(person.phone))
        if same:
            cases.append(When(same, then=Value(CONTACT)))
    if HOUSEHOLD in active:
        find = _addresses.get(case.procedure)
        address = _plain(find(case)) if find else ""
        surnames = fold(person.primary).split()
        if len(address) >= 8 and surnames:
            same_name = Q()
            for surname in surnames:
                same_name |= Q(surnames__contains=_plain(surname))
            cases.append(When(Q(home=address) & same_name, then=Value(HOUSEHOLD)))
    if not cases:
        return []
    found = (
        StaffDetails.objects.annotate(
            document=_Plain(F("document_number")), telephone=_Plain(F("phone")), home=_Plain(F("address")),
            surnames=_Plain(F("user__last_name")),
        )
        .annotate(rule=Switch(*cases, default=Value(""), output_field=CharField()))
        .exclude(rule="")
        .values_list("user_id", "rule")
    )  # fmt: skip
    return list(found)


def _documents(case: Case, person: Any) -> list[IdentityDocument]:
    """The identity documents of the application that are in memory, or else the person's."""
    own = [
        getattr(case, column.name)
        for column in case._meta.local_fields
        if column.related_model is IdentityDocument and getattr(case, column.attname)
    ]
    return own or list(person.documents.all())
