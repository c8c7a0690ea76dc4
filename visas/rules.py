"""Rules of visas, without writes."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from cases.models import Fee, Requirement
from offices.configuration import configuration
from people.ages import age_on
from visas.models import VisaApplication, VisaClass


@dataclass(frozen=True)
class Observation:
    """One thing that keeps an application from being complete: ``code`` names it, ``detail`` completes the text
    (a requirement's name, a date in ISO form)."""

    code: str
    detail: str = ""

    def to_json(self) -> dict[str, str]:
        return {"code": self.code, "detail": self.detail}


@configuration
def requirements(subtype: str) -> tuple[Requirement, ...]:
    """What a visa class asks for, the procedure's general requirements included."""
    rows = Requirement.objects.filter(procedure="visa", subtype__in=["", subtype])
    return tuple(rows.order_by("position", "pk"))


def checklist(visa_class: VisaClass, birth_date: str, day: date) -> list[Requirement]:
    """The requirements of a class for a person of this age."""
    age = age_on(birth_date, day) if birth_date else None
    return [requirement for requirement in requirements(visa_class.code) if requirement.applies_at(age)]


@configuration
def fee(subtype: str, nationality: str) -> Fee | None:
    """The fee of a class for a nationality: the most specific row; None when none is configured."""
    rows = Fee.objects.filter(procedure="visa", subtype__in=["", subtype], nationality__in=["", nationality])
    return max(rows, key=lambda row: (bool(row.subtype), bool(row.nationality)), default=None)


def passport_observation(expires: date | None, arrival: date, months: int) -> Observation | None:
    """A passport that expires within ``months`` of the planned arrival is observed (domain §5.1 C step 4), not
    refused: the person may bring a new one."""
    if expires is None:
        return Observation("passport_expiry_unknown")
    if expires < arrival + relativedelta(months=months):
        return Observation("passport_expires", expires.isoformat())
    return None


def observations(
    *, visa_class: VisaClass, birth_date: str, nationality: str, passport_expires: date | None, arrival: date,
    attached: set[str], paid: bool, today: date,
) -> list[Observation]:  # fmt: skip
    """Everything that is missing or wrong in an application, in the order of the form."""
    found = []
    if (passport := passport_observation(passport_expires, arrival, visa_class.passport_months)) is not None:
        found.append(passport)
    found.extend(
        Observation("requirement", requirement.name)
        for requirement in checklist(visa_class, birth_date, today)
        if requirement.mandatory and requirement.code not in attached
    )
    due = fee(visa_class.code, nationality)
    if due is not None and due.amount > 0 and not paid:
        found.append(Observation("fee", f"{due.currency} {due.amount}"))
    return found


def of_application(case: VisaApplication, *, today: date) -> list[Observation]:
    """The observations of a filed application as it stands now."""
    return observations(
        visa_class=case.visa_class,
        birth_date=case.applicant.birth_date,
        nationality=case.nationality,
        passport_expires=case.passport.expires,
        arrival=case.arrival,
        attached=set(case.attachments.exclude(requirement="").values_list("requirement", flat=True)),
        paid=case.payments.exists(),
        today=today,
    )


def valid_until(visa_class: VisaClass, issued: date, passport_expires: date | None) -> date:
    """The last day to seek entry: the class's months from issue, never after the passport ends."""
    last = issued + relativedelta(months=visa_class.use_months) - relativedelta(days=1)
    return min(last, passport_expires) if passport_expires else last
