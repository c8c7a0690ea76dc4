"""Forms of access, conflicts of interest and transfers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from offices.models import Office


class ReasonForm(forms.Form):
    """One reason, in words."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, label: Any = None, help_text: Any = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = label or field.label, help_text

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"].strip()
        if not reason:
            raise ValidationError(_("Write something."))
        return reason


class TransferForm(forms.Form):
    """Where a case goes, and why."""

    to = forms.ModelChoiceField(label=_("To"), queryset=Office.objects.none(), empty_label=_("Choose the office"))
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, case: Case, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Office.objects.filter(active=True).exclude(pk=case.office_id).order_by("name")
