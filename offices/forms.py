"""Forms of this room's pages."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offices.delegating import colleagues_of, postings_to_cover
from offices.models import Posting, User


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DelegationForm(forms.Form):
    """Who covers which posting, and from which day to which, both counted whole at the office."""

    posting = forms.ModelChoiceField(
        label=_("Posting covered"), queryset=Posting.objects.none(), empty_label=_("Choose the posting")
    )
    delegate = forms.ModelChoiceField(
        label=_("Who covers"), queryset=User.objects.none(), empty_label=_("Choose a person")
    )
    since = forms.DateField(label=_("First day"), widget=_Day())
    until = forms.DateField(label=_("Last day"), widget=_Day())
    source = forms.CharField(label=_("Memorandum or note that ordered it"), max_length=120)

    def __init__(self, *args: Any, actor: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        postings = postings_to_cover(actor)
        self.fields["posting"].queryset = postings
        self.fields["delegate"].queryset = colleagues_of(postings)
        self.fields["since"].initial = timezone.localdate
        self.fields["delegate"].label_from_instance = lambda user: f"{user.last_name}, {user.first_name}"


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)
