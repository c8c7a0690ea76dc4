"""Registering a visa application."""

from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case, Fee, Requirement
from cases.registration import CHECKLIST, DOCUMENT, FEE, PERSON, RegistrationForm, Section, register
from cases.registration.fields import DayField, tidy
from offices.configuration import configuration
from offices.models import User
from offices.roles import ProcedureCode
from visas import rules
from visas.models import VisaClass
from visas.services import Filing, file_application
from visas.texts import observation_text

JOURNEY = Section(
    "journey", gettext_lazy("Journey and class"), "visas/registration_journey.html",
    ("visa_class", "purpose", "arrival", "departure", "host_address", "sponsor"), "visas/registration_class.html",
)  # fmt: skip
WHO_DECIDES = {
    VisaClass.Family.CONSUL: gettext_lazy("the consul decides"),
    VisaClass.Family.MINISTRY: gettext_lazy("Lima authorises"),
    VisaClass.Family.MIGRACIONES: gettext_lazy("Migraciones approves"),
}


@configuration
def visa_classes() -> tuple[VisaClass, ...]:
    """The classes that may be applied for, in the administrator's order."""
    return tuple(VisaClass.objects.filter(active=True))


@register
class VisaRegistrationForm(RegistrationForm):
    """Travel document, person, class, journey, requirements and fee of a visa application (domain §5.1 C)."""

    procedure = ProcedureCode.VISA
    namespace = "visas"
    title = gettext_lazy("Visa")
    summary = gettext_lazy("Tourist, business, diplomatic, official, worker, family…")
    icon = "e-passport"
    sections = (DOCUMENT, PERSON, JOURNEY, CHECKLIST, FEE)

    visa_class = forms.ChoiceField(label=gettext_lazy("Visa class"))
    purpose = forms.CharField(
        label=gettext_lazy("Purpose of the journey"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    arrival = DayField(label=gettext_lazy("Planned arrival"))
    departure = DayField(label=gettext_lazy("Planned departure"), required=False)
    host_address = forms.CharField(label=gettext_lazy("Address in Peru"), max_length=200, required=False)
    sponsor = forms.CharField(label=gettext_lazy("Sponsor or host"), max_length=150, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.classes = {row.code: row for row in visa_classes()}
        groups = [
            (
                status.label,
                [
                    (row.code, f"{row.name} · {WHO_DECIDES[row.family]}")
                    for row in self.classes.values()
                    if row.status == status
                ],
            )
            for status in VisaClass.Status
        ]
        self.fields["visa_class"].choices = [("", _("Choose…")), *groups]

    @property
    def subtype(self) -> str:
        return self.value("visa_class")

    @property
    def chosen_class(self) -> VisaClass | None:
        """The class chosen so far."""
        return self.classes.get(self.subtype)

    def clean_purpose(self) -> str:
        return "\n".join(tidy(line) for line in self.cleaned_data["purpose"].splitlines()).strip()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        arrival, departure = data.get("arrival"), data.get("departure")
        if arrival and arrival < self.today:
            self.add_error("arrival", _("The planned arrival is in the past."))
        if arrival and departure and departure < arrival:
            self.add_error("departure", _("The departure is before the arrival."))
        return data

    @cached_property
    def _requirements(self) -> list[Requirement]:
        chosen = self.chosen_class
        if chosen is None:
            return []
        return rules.checklist(chosen, self.cleaned_data.get("birth_date") or "", self.today)

    def requirements(self) -> list[Requirement]:
        return self._requirements

    @cached_property
    def _fee(self) -> Fee | None:
        chosen = self.chosen_class
        return rules.fee(chosen.code, self.value("nationality")) if chosen else None

    def fee(self) -> Fee | None:
        return self._fee

    def observations(self) -> list[str]:
        """By the rules that filing applies; those that need the class are left out until it is chosen."""
        chosen, data = self.chosen_class, self.cleaned_data
        if chosen is None:
            return []
        found = rules.observations(
            visa_class=chosen,
            birth_date=data.get("birth_date") or "",
            nationality=self.value("nationality"),
            passport_expires=data.get("expires"),
            arrival=data.get("arrival") or self.today,
            attached=self.attached,
            paid=self.payment_given,
            today=self.today,
        )
        wrong_expiry = "expires" in self.errors  # its own error is told, not what would follow from it
        return [
            observation_text(item.to_json())
            for item in found
            if not (wrong_expiry and item.code.startswith("passport_"))
        ]

    @property
    def payment_given(self) -> bool:
        """Whether all three parts of the payment are there and right."""
        return all(self.cleaned_data.get(name) not in (None, "") for name in FEE.fields)

    def warnings(self) -> dict[str, str]:
        chosen, expires = self.chosen_class, self.cleaned_data.get("expires")
        if chosen is None or expires is None:
            return {}
        found = rules.passport_observation(
            expires, self.cleaned_data.get("arrival") or self.today, chosen.passport_months
        )
        return {"expires": observation_text(found.to_json())} if found else {}

    def file(self, *, actor: User) -> Case:
        data = self.cleaned_data
        return file_application(
            Filing(
                office=self.office,
                visa_class=self.chosen_class,
                person=self.person_fields(),
                passport=self.document_fields(),
                journey={
                    "purpose": data["purpose"],
                    "arrival": data["arrival"],
                    "departure": data.get("departure"),
                    "host_address": tidy(data.get("host_address") or ""),
                    "sponsor": tidy(data.get("sponsor") or ""),
                },
                known_person=self.known_person,
                payment=self.payment(),
                draft_id=self.draft.pk,
            ),
            actor=actor,
        )
