"""Forms of the visa procedure's steps. Registration has a module of its own (:mod:`visas.registration`)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.forms import GroundField, GroundsField, StepForm
from cases.models import Decision, Ground
from cases.uploads import inspect, sniff
from documents import services as documents
from documents.errors import DocumentError
from documents.portraits import cut
from documents.services.blanks import kind_for
from offices.roles import ProcedureCode
from visas import rules
from visas.models import Interview
from visas.texts import observation_text


class DateInput(forms.DateInput):
    """The browser's date picker; its value is always ISO 8601."""

    input_type = "date"

    def __init__(self, **kwargs: Any):
        super().__init__(format="%Y-%m-%d", **kwargs)


def reasons(label: Any, *, required: bool = True, rows: int = 4) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}))


def _not_in_future(value):
    if value and value > timezone.localdate():
        raise ValidationError(gettext("This date is in the future."), code="future")


class CorrectionForm(StepForm):
    """One file field per missing requirement, the passport's expiry, and the fee, each only when it is missing."""

    RESULTS = [("corrected", _("The application is complete")), ("not_filed", _("Declare it not filed"))]

    result = forms.ChoiceField(label=_("Result"), choices=RESULTS, widget=forms.RadioSelect, initial="corrected")
    ground = GroundField(Ground.Kind.NOT_FILED, label=_("Ground"), required=False)
    reason = reasons(_("Remarks"), required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["ground"].limit_to(ProcedureCode.VISA)
        case, today = self.case, self.case.office.today()
        attached = set(case.attachments.exclude(requirement="").values_list("requirement", flat=True))
        self.wanted = {
            f"file_{item.code}": item
            for item in rules.checklist(case.visa_class, case.applicant.birth_date, today)
            if item.mandatory and item.code not in attached
        }
        first: dict[str, forms.Field] = {}
        if rules.passport_observation(case.passport.expires, case.arrival, case.visa_class.passport_months):
            first["passport_number"] = forms.CharField(
                label=_("New passport number"), max_length=9, required=False, initial=case.passport.number
            )
            first["passport_expires"] = forms.DateField(
                label=_("Passport expires"), widget=DateInput(), required=False, initial=case.passport.expires
            )
        for name, item in self.wanted.items():
            first[name] = forms.FileField(label=item.name, help_text=item.help_text, required=False)
        self.fee = rules.fee(case.visa_class.code, case.nationality)
        if self.fee and self.fee.amount and not case.payments.exists():
            first["receipt"] = forms.CharField(label=_("Fee receipt"), max_length=30, required=False)
            first["paid_on"] = forms.DateField(
                label=_("Paid on"), widget=DateInput(), required=False, validators=[_not_in_future]
            )
        self.fields = {**first, **self.fields}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in self.wanted:
            if data.get(name):
                try:
                    sniff(data[name])
                except ValidationError as error:
                    self.add_error(name, error)
        if data.get("result") == "not_filed":
            if not data.get("ground"):
                self.add_error("ground", gettext("Choose the ground."))
            return data
        for name in self.wanted:
            if not data.get(name) and name not in self.errors:
                self.add_error(name, gettext("Attach it, or declare the application not filed."))
        if "receipt" in self.fields:
            for name in ("receipt", "paid_on"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, gettext("Record the payment."))
        if "passport_expires" in self.fields and "passport_expires" not in self.errors:
            found = rules.passport_observation(
                data.get("passport_expires"), self.case.arrival, self.case.visa_class.passport_months
            )
            if found:
                self.add_error("passport_expires", observation_text(found.to_json()))
        return data

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "result": data["result"],
            "ground": data.get("ground"),
            "reason": data.get("reason", ""),
            "files": [(item, data[name]) for name, item in self.wanted.items() if data.get(name)],
            "passport_number": data.get("passport_number", ""),
            "passport_expires": data.get("passport_expires"),
            "fee": self.fee if data.get("receipt") else None,
            "receipt": data.get("receipt", ""),
            "paid_on": data.get("paid_on"),
        }


class AuthorisationForm(StepForm):
    granted = forms.TypedChoiceField(
        label=_("Result"),
        choices=[("yes", _("Authorised")), ("no", _("Not authorised"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    source = forms.CharField(label=_("Authority"), max_length=120)
    document_type = forms.CharField(label=_("Document"), max_length=60)
    number = forms.CharField(label=_("Number"), max_length=60)
    dated = forms.DateField(label=_("Date"), widget=DateInput(), validators=[_not_in_future])
    remarks = reasons(_("Remarks"), required=False, rows=2)


class InterviewForm(StepForm):
    held_on = forms.DateField(label=_("Date"), widget=DateInput(), validators=[_not_in_future])
    channel = forms.ChoiceField(label=_("Held"), choices=Interview.Channel.choices)
    language = forms.CharField(label=_("Language"), max_length=40)
    interpreter = forms.CharField(label=_("Interpreter"), max_length=120, required=False)
    purpose = forms.ChoiceField(label=_("Purpose of the journey"), choices=Interview.Appraisal.choices)
    ties = forms.ChoiceField(label=_("Ties to the country of residence"), choices=Interview.Appraisal.choices)
    funds = forms.ChoiceField(label=_("Means"), choices=Interview.Appraisal.choices)
    summary = reasons(_("Summary"), rows=5)


class _ReasonedForm(StepForm):
    """A result with grounds of its kind: refusing needs at least one, the rest may name them."""

    grounds = GroundsField(Ground.Kind.DENY, label=_("Grounds for refusal"), required=False)
    text = reasons(_("Reasons"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["grounds"].limit_to(ProcedureCode.VISA)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("result") == Decision.Result.DENY and not data.get("grounds") and "grounds" not in self.errors:
            self.add_error("grounds", gettext("A refusal needs at least one ground."))
        if data.get("result") != Decision.Result.DENY and data.get("grounds"):
            self.add_error("grounds", gettext("Grounds for refusal go with a refusal only."))
        return data


class AssessmentForm(_ReasonedForm):
    result = forms.ChoiceField(
        label=_("Proposal"),
        choices=[(Decision.Result.GRANT, _("Grant")), (Decision.Result.DENY, _("Refuse"))],
        widget=forms.RadioSelect,
    )
    field_order = ["result", "grounds", "text"]


class DecisionForm(_ReasonedForm):
    result = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (Decision.Result.GRANT, _("Approve the visa")),
            (Decision.Result.DENY, _("Refuse the visa")),
            (Decision.Result.RETURN, _("Return to the analyst")),
        ],
        widget=forms.RadioSelect,
    )
    text = reasons(_("Reasons"), required=False)
    field_order = ["result", "grounds", "text"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("result") in (Decision.Result.DENY, Decision.Result.RETURN) and not data.get("text"):
            self.add_error("text", gettext("Give the reason."))
        if data.get("result") == Decision.Result.GRANT and self.case.authorised is False:
            self.add_error("result", gettext("The authorisation this class needs was not given."))
        if data.get("result") == Decision.Result.GRANT and getattr(self, "flags", ()) and not data.get("text"):
            self.add_error("text", gettext("There is something to weigh among the checks: say why it is granted."))
        return data


class ReconsiderationForm(_ReasonedForm):
    """A hit came up after the decision: is the visa delivered all the same?"""

    result = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (Decision.Result.GRANT, _("Deliver the visa all the same")),
            (Decision.Result.DENY, _("Cancel the visa and refuse")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ["result", "grounds", "text"]


class QualityForm(StepForm):
    result = forms.ChoiceField(
        label=_("Result"),
        choices=[
            ("good", _("Good print")),
            ("spoilt", _("Spoilt: print again")),
            ("again", _("Not printed yet: produce it with another photograph")),
        ],
        widget=forms.RadioSelect,
    )
    ground = GroundField(Ground.Kind.SPOILT, label=_("What is wrong"), required=False)
    text = reasons(_("Remarks"), required=False, rows=2)
    photo = forms.FileField(
        label=_("Photograph of the spoilt sticker"), required=False, help_text=_("PDF, JPEG or PNG; for spoilt prints.")
    )
    portrait = forms.FileField(
        label=_("Photograph of the holder"), required=False, help_text=_("JPEG or PNG; to produce the visa with it.")
    )

    @cached_property
    def without_photo(self) -> bool:
        return documents.current(self.case).photo_id is None

    @property
    def notice(self) -> str:
        if not self.without_photo:
            return ""
        return gettext("This visa has no photograph of its holder. Do not print it: attach the photograph first.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("result") == "spoilt" and not data.get("ground"):
            self.add_error("ground", gettext("Say what is wrong."))
        self._clean_portrait(data)
        if data.get("result") == "good" and not data.get("text") and self.without_photo:
            self.add_error("text", gettext("It has no photograph: say why it is handed over without one."))
        if data.get("photo"):
            try:
                sniff(data["photo"])
            except ValidationError as error:
                self.add_error("photo", error)
        kind = kind_for("visa")
        wanted = data.get("result") == "spoilt" and kind is not None and kind.photo_required
        if wanted and not data.get("photo") and "photo" not in self.errors:
            self.add_error("photo", gettext("Attach a photograph of what is spoilt."))
        return data

    def _clean_portrait(self, data: dict[str, Any]) -> None:
        picture = data.get("portrait")
        if data.get("result") == "again" and not picture and "portrait" not in self.errors:
            self.add_error("portrait", gettext("Attach the photograph."))
        if picture:
            try:
                found = inspect(picture)
                cut(found.content, media_type=found.content_type)
            except ValidationError as error:
                self.add_error("portrait", error)
            except DocumentError as error:
                self.add_error("portrait", error.safe_message)


class DeliveryForm(StepForm):
    receiver = forms.CharField(label=_("Received by"), max_length=150)
    receiver_document = forms.CharField(label=_("Their document"), max_length=30)
    remarks = reasons(_("Remarks"), required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["receiver"].initial = self.case.applicant_name
        self.fields["receiver_document"].initial = self.case.passport.number
