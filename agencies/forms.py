"""The adjudication step's form: one decision and reason per open hit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Adjudication
from cases.forms import StepForm


class AdjudicationForm(StepForm):
    """Fields ``decision_<check>`` and ``reason_<check>`` for each hit that waits."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.hits = list(self.case.checks.open_hits().select_related("agency"))
        for hit in self.hits:
            self.fields[f"decision_{hit.pk}"] = forms.ChoiceField(
                label=_("Decision"), choices=Adjudication.Decision.choices, widget=forms.RadioSelect
            )
            self.fields[f"reason_{hit.pk}"] = forms.CharField(
                label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
            )

    def values(self) -> dict[str, Any]:
        return {
            "decisions": [
                (hit.pk, self.cleaned_data[f"decision_{hit.pk}"], self.cleaned_data[f"reason_{hit.pk}"])
                for hit in self.hits
            ]
        }
