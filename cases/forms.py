"""What every step's form shares: it knows its case, step and actor, and speaks the engine's vocabulary."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Ground


class StepForm(forms.Form):
    """Form of a human step; the page and the API build it the same way and pass :meth:`values` to the act."""

    notice: str = ""
    """What the officer has to know before anything else; stands above the fields."""

    def __init__(self, *args: Any, case: Any, task: Any, actor: Any, **kwargs: Any):
        self.case, self.task, self.actor = case, task, actor
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """The act's keyword arguments."""
        return self.cleaned_data


class GroundsField(forms.ModelMultipleChoiceField):
    """Active grounds of one kind, of the case's procedure or of all."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, kind: str, **kwargs: Any):
        super().__init__(queryset=Ground.objects.filter(kind=kind, active=True), to_field_name="code", **kwargs)

    def limit_to(self, procedure: str) -> None:
        self.queryset = self.queryset.filter(procedure__in=["", procedure])


class GroundField(forms.ModelChoiceField):
    """One active ground of one kind."""

    def __init__(self, kind: str, **kwargs: Any):
        grounds = Ground.objects.filter(kind=kind, active=True)
        super().__init__(queryset=grounds, to_field_name="code", **{"empty_label": _("Choose…"), **kwargs})

    limit_to = GroundsField.limit_to
