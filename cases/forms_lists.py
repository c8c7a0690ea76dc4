"""Forms of lists and of supervision."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.load import CANDIDATES, candidates
from cases.models import Task
from offices.models import User


class ReassignForm(forms.Form):
    """To whom steps go, and why. The people offered hold the right to at least one of the steps; the act decides."""

    to = forms.ChoiceField(label=_("To"))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, tasks: Sequence[Task], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._people = {str(person.pk): person for person in candidates(tasks)[:CANDIDATES]}
        people = [(pk, f"{person.last_name}, {person.first_name}") for pk, person in self._people.items()]
        self.fields["to"].choices = [("", _("Choose a person")), *people]

    def clean_to(self) -> User:
        return self._people[self.cleaned_data["to"]]


class RetryForm(forms.Form):
    """Why a stopped step is worth another try."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
