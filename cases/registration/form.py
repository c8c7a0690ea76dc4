"""The base of every procedure's registration form: travel document, person, fee, files; what is missing and why.

A procedure subclasses :class:`RegistrationForm`, adds its own fields and sections, and answers five questions:
``requirements``, ``fee``, ``observations``, ``warnings`` and ``file``. The form is always bound: to what was posted, or
to the draft; whether its errors are shown is the page's affair.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Attachment, Case, Draft, Fee, Payment, Requirement
from cases.registration import fields, zone
from cases.registration.page import Checklist, FieldView, Note, Offered, PersonOffer
from cases.registration.sections import CHECKLIST, DOCUMENT, FEE, PERSON, Section
from icao.mrz import Format, PartialDate
from icao.names import fold
from offices.models import User
from people import countries
from people.ages import age_on
from people.matching import Match, possible_duplicates
from people.models import Person

NEW_PERSON = "new"
LONGEST = 4000  # characters of one field that a draft keeps


class RegistrationForm(forms.Form):
    """What an intake officer fills in. ``procedure`` is a :class:`offices.roles.ProcedureCode`, ``namespace`` the
    application namespace of its addresses, ``zone_formats`` the zones it takes, the usual one first."""

    procedure: ClassVar[str]
    namespace: ClassVar[str]
    title: ClassVar[Any]
    summary: ClassVar[Any] = ""
    icon: ClassVar[str] = "file-text"
    do_not_call_in_templates: ClassVar[bool] = True
    zone_formats: ClassVar[tuple[Format, ...]] = (Format.TD3,)
    sections: ClassVar[tuple[Section, ...]] = (DOCUMENT, PERSON, CHECKLIST, FEE)

    mrz = forms.CharField(
        label=gettext_lazy("Machine-readable zone"),
        required=False,
        max_length=2000,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "characters", "autocomplete": "off"}
        ),
        help_text=gettext_lazy("Paste or scan the two lines at the foot of the data page."),
    )
    zone_damaged = forms.BooleanField(
        label=gettext_lazy("The zone is damaged; I have verified the document"), required=False
    )
    zone_reason = forms.CharField(
        label=gettext_lazy("How it was verified"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("It stays in the case's record, with your name."),
    )
    number = fields.DocumentNumberField(
        label=gettext_lazy("Number"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    issuer = fields.CountryField(countries.issuers, label=gettext_lazy("Issuing State"))
    issued = fields.DayField(label=gettext_lazy("Issued on"), required=False)
    expires = fields.DayField(label=gettext_lazy("Expires on"), required=False)

    primary = fields.NameField(label=gettext_lazy("Surnames"))
    secondary = fields.NameField(
        label=gettext_lazy("Given names"),
        required=False,
        help_text=gettext_lazy("Empty if the person has one name only."),
    )
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), choices=[("", gettext_lazy("Choose…")), *Person.Sex.choices])
    birth_date = fields.BirthDateField(
        label=gettext_lazy("Date of birth"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "dd/mm/aaaa"}),
        help_text=gettext_lazy("Day or month not known: 00/08/1974, or the year alone."),
    )
    nationality = fields.CountryField(countries.nationalities, label=gettext_lazy("Nationality"))
    birth_place = forms.CharField(label=gettext_lazy("Place of birth"), max_length=120, required=False)
    father = fields.NameField(label=gettext_lazy("Father's name"), required=False)
    mother = fields.NameField(label=gettext_lazy("Mother's name"), required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("Notices are sent here. Without it, the post notifies in person."),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=30,
        required=False,
        validators=[RegexValidator(r"^[\d +()./#-]{5,}$", gettext_lazy("Digits, spaces and + ( ) - only."))],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    known = forms.CharField(label=gettext_lazy("Is it somebody already known?"), required=False, max_length=20)

    receipt = forms.CharField(label=gettext_lazy("Receipt number"), max_length=30, required=False)
    amount = fields.AmountField(label=gettext_lazy("Amount paid"), required=False)
    paid_on = fields.DayField(label=gettext_lazy("Paid on"), required=False)

    def __init__(
        self, data: Mapping[str, Any], *, draft: Draft, actor: User, attached: Iterable[str] = (),
        upload_errors: Mapping[str, str] | None = None,
    ):  # fmt: skip
        super().__init__(data, auto_id="id_%s")
        self.draft, self.actor, self.office = draft, actor, draft.office
        self.today = draft.office.today()
        self._attached = attached
        self.upload_errors = dict(upload_errors or {})
        self.show_errors = bool(data.get("tried"))
        self.unconfirmed = False  # set by the page when the officer has to confirm an incomplete submission

    # --- what a procedure answers -----------------------------------------------------------------------------------

    @property
    def subtype(self) -> str:
        """The code of the class, purpose… chosen so far; requirements and fee follow from it."""
        return ""

    def requirements(self) -> list[Requirement]:
        """The checklist for what has been chosen so far; empty while that is not known."""
        raise NotImplementedError

    def fee(self) -> Fee | None:
        """The fee for what has been chosen so far."""
        raise NotImplementedError

    def observations(self) -> list[str]:
        """What would keep the application from being complete, in words."""
        raise NotImplementedError

    def warnings(self) -> dict[str, str]:
        """Field → what the officer should know about its value although it is accepted."""
        return {}

    def file(self, *, actor: User) -> Case:
        """File the application. Called in the act of :func:`cases.registration.services.submit`, when valid."""
        raise NotImplementedError

    # --- what was typed ---------------------------------------------------------------------------------------------

    @classmethod
    def typed(cls, posted: Mapping[str, Any]) -> dict[str, str]:
        """The fields of a request as a draft keeps them: text, as it was typed."""
        found = {name: posted.get(name) for name in (*cls.base_fields, "tried")}
        return {
            # a form sends line breaks as two characters, htmx as one; the database takes no NUL
            name: value[:LONGEST].replace("\r\n", "\n").replace("\0", "")
            for name, value in found.items()
            if isinstance(value, str) and value
        }

    def value(self, name: str) -> str:
        """A field as it was typed, without spaces around it."""
        return str(self.data.get(name) or "").strip()

    @cached_property
    def zone(self) -> zone.Zone:
        return zone.read_zone(str(self.data.get("mrz") or ""), formats=self.zone_formats, today=self.today)

    def filled_from_zone(self, before: Mapping[str, str]) -> dict[str, str]:
        """The fields that the zone now pasted fills: those empty, and those that still say what the zone pasted
        ``before`` said. What a person typed is never replaced."""
        earlier = zone.read_zone(before.get("mrz", ""), formats=self.zone_formats, today=self.today).values
        return {
            name: text
            for name, text in self.zone.values.items()
            if self.value(name) != text and self.value(name) in ("", earlier.get(name))
        }

    # --- validation -------------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._check_zone(data)
        self._check_document_dates(data)
        self._check_birth(data)
        self._check_known(data)
        self._check_payment(data)
        return data

    def _check_zone(self, data: dict[str, Any]) -> None:
        if self.zone.state is zone.State.OTHER_FORMAT:
            self.add_error(
                "mrz",
                _("Paste the zone of %(wanted)s, or empty the box.") % {"wanted": self.zone.wanted_name},
            )
        elif self.zone.needs_override:
            if not data.get("zone_damaged"):
                self.add_error(
                    "mrz",
                    _("Correct the zone, or declare it damaged and say how you verified the document."),
                )
            elif not data.get("zone_reason") and "zone_reason" not in self.errors:
                self.add_error("zone_reason", _("Say how you verified the document."))

    def _check_document_dates(self, data: dict[str, Any]) -> None:
        issued, expires = data.get("issued"), data.get("expires")
        if expires and expires < self.today:
            self.add_error("expires", _("The document expired on %(day)s.") % {"day": date_format(expires)})
        if issued and issued > self.today:
            self.add_error("issued", _("This date is in the future."))
        elif issued and expires and issued >= expires:
            self.add_error("issued", _("A document is issued before it expires."))

    def _check_birth(self, data: dict[str, Any]) -> None:
        if not data.get("birth_date"):
            return
        earliest = PartialDate.parse(data["birth_date"]).earliest()
        issued = data.get("issued")
        if earliest is None:
            return
        if earliest > self.today:
            self.add_error("birth_date", _("This date is in the future."))
        elif issued and earliest > issued:
            self.add_error("birth_date", _("The person was born after the document was issued."))
        elif (age_on(data["birth_date"], self.today) or 0) > 125:
            self.add_error("birth_date", _("Check the year: %(year)d.") % {"year": earliest.year})

    def _check_known(self, data: dict[str, Any]) -> None:
        chosen = data.get("known")
        offered = {str(match.person.pk): match for match in self.matches}
        if chosen and chosen != NEW_PERSON and chosen not in offered:
            data["known"] = ""
            if offered:
                self.add_error("known", _("The data have changed: choose again."))
        elif not chosen and any(match.reason.strong for match in self.matches):
            self.add_error("known", ValidationError(_("Say whether it is the same person."), code="required"))

    def _check_payment(self, data: dict[str, Any]) -> None:
        fee = self.fee()
        parts = ("receipt", "amount", "paid_on")
        if fee is None or not fee.amount or not any(self.value(name) for name in parts):
            return
        for name in parts:
            if data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("Complete the payment, or leave all three empty."))
        amount, paid_on = data.get("amount"), data.get("paid_on")
        if amount is not None and amount != fee.amount:
            self.add_error("amount", _("The fee is %(fee)s.") % {"fee": f"{fee.currency} {fee.amount}"})
        if paid_on and paid_on > self.today:
            self.add_error("paid_on", _("This date is in the future."))

    # --- what the act takes -----------------------------------------------------------------------------------------

    @cached_property
    def matches(self) -> list[Match]:
        """Known persons who may be this one, among those the officer may see."""
        data = self.cleaned_data
        return possible_duplicates(
            self.actor,
            number=data.get("number") or "",
            issuer=data.get("issuer") or "",
            primary=data.get("primary") or "",
            secondary=data.get("secondary") or "",
            birth_date=data.get("birth_date") or "",
        )

    @property
    def known_person(self) -> Person | None:
        """The known person the officer has chosen."""
        chosen = self.cleaned_data.get("known")
        return next((match.person for match in self.matches if str(match.person.pk) == chosen), None)

    def person_fields(self) -> dict[str, Any]:
        """The person's data. Of a known person, what was left empty here stays as it is known, and so does a name
        that differs only in accents or case: a zone has neither."""
        names = ("primary", "secondary", "sex", "birth_date", "birth_place", "nationality", "father", "mother", "email",
                 "phone")  # fmt: skip
        given = {name: self.cleaned_data.get(name) or "" for name in names}
        known = self.known_person
        if known is None:
            return given
        for name in names:
            held = getattr(known, name)
            same_spelling = name in ("primary", "secondary", "father", "mother") and given[name].isascii()
            if held and (not given[name] or (same_spelling and fold(held) == fold(given[name]))):
                given[name] = held
        return given

    def document_fields(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "number": data["number"],
            "issuer": data["issuer"],
            "issued": data.get("issued"),
            "expires": data.get("expires"),
            "mrz": self.zone.lines,
        }

    def payment(self) -> Payment | None:
        """The fee receipt, unsaved; None when there is none to record."""
        fee, data = self.fee(), self.cleaned_data
        if fee is None or not fee.amount or not data.get("receipt"):
            return None
        return Payment(receipt=data["receipt"], amount=data["amount"], currency=fee.currency, paid_on=data["paid_on"])

    @property
    def attached(self) -> set[str]:
        """Codes of the requirements that have a file."""
        return set(self._attached)

    def differences(self) -> list[str]:
        """Fields in which what is filed differs from a zone that says otherwise."""
        return sorted(name for name, note in self.zone_notes.items() if note.offer)

    # --- what the page shows ----------------------------------------------------------------------------------------

    @cached_property
    def attachments(self) -> list[Attachment]:
        """The draft's files, read when they are drawn."""
        return list(Attachment.objects.filter(draft=self.draft))

    @cached_property
    def zone_notes(self) -> dict[str, Note]:
        return Offered(self).notes()

    def note(self, name: str) -> Note:
        """The one thing to say under a field: what is wrong with it, else how it differs from the zone, else a
        warning of the procedure."""
        for error in self.errors.as_data().get(name, ()):
            if error.code != "required" or self.show_errors:
                return Note("red", " ".join(error.messages))
        if name in self.zone_notes:
            return self.zone_notes[name]
        warning = self._warnings.get(name, "")
        return Note("amber", warning) if warning else Note()

    @cached_property
    def _warnings(self) -> dict[str, str]:
        return self.warnings()

    @cached_property
    def f(self) -> dict[str, FieldView]:
        """Every field as the templates draw it."""
        return {name: FieldView(self, name) for name in self.fields}

    @property
    def noted(self) -> list[FieldView]:
        """The fields whose notes an autosave brings up to date."""
        left_out = {"known", "zone_damaged"} | (set() if self.zone.needs_override else {"zone_reason"})
        return [view for name, view in self.f.items() if name not in left_out]

    @cached_property
    def checklist(self) -> Checklist:
        return Checklist(self)

    @cached_property
    def people_offered(self) -> list[PersonOffer]:
        return [PersonOffer(self, match) for match in self.matches]

    @property
    def people_signature(self) -> str:
        """Changes when the comparison with known persons has to be drawn anew."""
        if not self.matches:
            return ""
        shown = ("number", "issuer", *PERSON.fields[:6], "mother", "email")
        return "|".join([*(str(match.person.pk) for match in self.matches), *(self.value(name) for name in shown)])

    @cached_property
    def blanks(self) -> list[tuple[Section, list[FieldView]]]:
        """Per section, the fields that must still be filled in."""
        empty = {
            name for name, errors in self.errors.as_data().items() if any(error.code == "required" for error in errors)
        }
        rows = ((section, [self.f[name] for name in section.fields if name in empty]) for section in self.sections)
        return [(section, views) for section, views in rows if views]

    @cached_property
    def faults(self) -> list[tuple[FieldView, str]]:
        """Fields whose value is wrong, with what is wrong."""
        return [
            (self.f[name], " ".join(error.messages))
            for section in self.sections
            for name in section.fields
            for error in self.errors.as_data().get(name, ())
            if error.code != "required"
        ]

    @cached_property
    def still_missing(self) -> list[str]:
        return self.observations()
