"""Forms of what people do with checks: settle hits, ask again, record a letter, open evidence, give up."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.earlier import checks_of, earlier_of
from agencies.findings import Finding
from agencies.models import FINDINGS, Check
from agencies.services.adjudicating import CONFIRM
from agencies.services.answers import LEADS
from agencies.services.letters import FINDINGS as LETTER_FINDINGS
from cases.forms import StepForm
from cases.uploads import sniff

CHOICES = [("same", _("Same person")), ("other", _("Another person")), ("undetermined", _("Can not be determined"))]


class AdjudicationForm(StepForm):
    """Fields ``decision_<check>`` and ``reason_<check>`` for each hit that waits for this step's officer.

    Where the same pair was decided before and nothing has changed since, ``confirm`` repeats that decision, and no
    reason is needed."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.awaits = self.task.data.get("awaits", Check.Awaits.FIRST)
        checks = checks_of(self.case, self.actor)
        self.hits = [check for check in checks if check.needs_adjudication and check.awaits == self.awaits]
        self.earlier = earlier_of(self.case, self.hits)
        for hit in self.hits:
            found = self.earlier.get(hit.pk)
            again = found is not None and found.confirmable
            confirm = [(CONFIRM, _("Confirm the earlier decision"))] if again else []
            self.fields[f"decision_{hit.pk}"] = forms.ChoiceField(
                label=_("Decision"), choices=[*confirm, *CHOICES], widget=forms.RadioSelect
            )
            self.fields[f"reason_{hit.pk}"] = forms.CharField(
                label=_("Reason"),
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=2000,
                required=not again,
                help_text=_("Not needed to confirm the earlier decision.") if again else "",
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for hit in self.hits:
            decision, reason = data.get(f"decision_{hit.pk}"), data.get(f"reason_{hit.pk}", "")
            if decision and decision != CONFIRM and not reason.strip() and f"reason_{hit.pk}" not in self.errors:
                self.add_error(f"reason_{hit.pk}", gettext("Every decision needs a reason."))
        return data

    def values(self) -> dict[str, Any]:
        return {
            "decisions": [
                (hit.pk, self.cleaned_data[f"decision_{hit.pk}"], self.cleaned_data[f"reason_{hit.pk}"])
                for hit in self.hits
            ]
        }


class AskAgainForm(StepForm):
    """What a desk shows instead of its own form when the answers are too old. It asks for nothing."""

    def __init__(self, *args: Any, questions: list[str], **kwargs: Any):
        self.questions = questions
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        return {"ask_again": True}


RECORDS = 3
"""How many records of a letter can be typed."""

RECORD_FIELDS = {
    "name": (_("Name"), 200),
    "birth_date": (_("Date of birth"), 10),
    "document": (_("Document"), 30),
    "document_issuer": (_("Issuing State"), 3),
    "nationality": (_("Nationality"), 3),
    "sex": (_("Sex"), 1),
    "birth_place": (_("Place of birth"), 120),
    "parents": (_("Parents"), 200),
    "category": (_("Matter"), 120),
    "detail": (_("Detail"), 300),
    "reference": (_("File number"), 80),
}


class LetterForm(forms.Form):
    """A paper answer: what it says, its number, date and scan, and the records it tells of, field by field as an
    agency's own would come."""

    finding = forms.ChoiceField(
        label=_("What the letter says"),
        choices=[(code, label) for code, label in FINDINGS if Finding(code) in LETTER_FINDINGS],
        widget=forms.RadioSelect,
    )
    reference = forms.CharField(label=_("Number of the letter"), max_length=120)
    dated = forms.DateField(
        label=_("Date of the letter"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    file = forms.FileField(
        label=_("Scan"),
        help_text=_("PDF, JPEG or PNG."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for number in range(RECORDS):
            for name, (label, longest) in RECORD_FIELDS.items():
                self.fields[f"record_{number}_{name}"] = self._record_field(name, label, longest)

    @staticmethod
    def _record_field(name: str, label: Any, longest: int) -> forms.Field:
        if name == "sex":
            return forms.ChoiceField(
                label=label, required=False, choices=[("", "—"), ("F", _("Female")), ("M", _("Male")), ("X", "X")]
            )
        help_text = {
            "birth_date": _("YYYY-MM-DD; the year alone when no more is known."),
            "parents": _("Father / mother"),
            "nationality": _("Three letters"),
            "document_issuer": _("Three letters"),
        }.get(name, "")
        kind = forms.RegexField if name == "birth_date" else forms.CharField
        extra = {"regex": r"^\d{4}(-\d{2}){0,2}$"} if name == "birth_date" else {}
        return kind(label=label, max_length=longest, required=False, help_text=help_text, **extra)

    def groups(self) -> list[list[forms.BoundField]]:
        """The fields of each record, for the template."""
        return [[self[f"record_{number}_{name}"] for name in RECORD_FIELDS] for number in range(RECORDS)]

    def clean_file(self):
        upload = self.cleaned_data["file"]
        sniff(upload)
        return upload

    def records(self) -> list[dict[str, str]]:
        """The records that were typed: those with anything in them."""
        typed = []
        for number in range(RECORDS):
            record = {name: self.cleaned_data.get(f"record_{number}_{name}", "").strip() for name in RECORD_FIELDS}
            for name in ("nationality", "document_issuer"):
                record[name] = record[name].upper()
            if any(record.values()):
                typed.append({name: value for name, value in record.items() if value})
        return typed

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("finding") in LEADS and not data.get("record_0_name"):
            self.add_error("record_0_name", gettext("Type at least one record of the letter, with its name."))
        return data

    def values(self) -> dict[str, Any]:
        """What :func:`agencies.services.record_letter` takes."""
        return {
            **{name: self.cleaned_data[name] for name in ("finding", "reference", "dated", "file")},
            "records": self.records() if self.cleaned_data["finding"] in LEADS else [],
        }


class ReasonForm(forms.Form):
    """A reason, for acts that ask for nothing else."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )
