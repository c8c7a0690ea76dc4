"""Forms of the case page that are not a step's: notes, files and side exits."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Ground, Outcome, Requirement
from cases.services.closing import SIDE_EXITS
from cases.uploads import sniff

ACCEPTED = "application/pdf,image/jpeg,image/png"


class NoteForm(forms.Form):
    text = forms.CharField(label=_("New note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].strip()
        if not text:
            raise ValidationError(gettext("Write something."))
        return text


class AttachForm(forms.Form):
    """A file for an open case: for a requirement of its class, or with a name of its own."""

    requirement = forms.ModelChoiceField(
        label=_("Requirement"),
        queryset=Requirement.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Another document"),
    )
    label = forms.CharField(
        label=_("Name"), max_length=120, required=False, help_text=_("What it is, when it is not in the list.")
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, JPEG or PNG."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["requirement"].queryset = Requirement.objects.filter(
            procedure=case.procedure, subtype__in=["", case.subtype]
        ).order_by("position", "pk")

    def clean_file(self):
        upload = self.cleaned_data["file"]
        sniff(upload)
        return upload

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("requirement") and not data.get("label", "").strip():
            self.add_error("label", gettext("Say what document it is."))
        return data

    def values(self) -> dict[str, Any]:
        """What :func:`cases.services.attach_file` takes."""
        requirement = self.cleaned_data["requirement"]
        label = self.cleaned_data["label"].strip()
        return {
            "upload": self.cleaned_data["file"],
            "requirement": requirement.code if requirement else "",
            "label": label or requirement.name,
        }


class _GroupedGrounds(forms.models.ModelChoiceIterator):
    """Grounds under the ending they belong to."""

    def __iter__(self):
        yield "", self.field.empty_label
        found: dict[str, list] = {}
        for ground in self.queryset:
            found.setdefault(ground.kind, []).append(self.choice(ground))
        for kind in SIDE_EXITS:
            if kind in found:
                yield str(kind.label), found[kind]


class GroupedGroundField(forms.ModelChoiceField):
    iterator = _GroupedGrounds


class CloseForm(forms.Form):
    """A side exit of one case: the ending, its ground, and a confirmation that names the case."""

    outcome = forms.ChoiceField(
        label=_("How it ends"),
        choices=[
            (Outcome.WITHDRAWN, _("Withdrawal: the applicant gives it up")),
            (Outcome.ABANDONED, _("Abandonment: the applicant no longer answers")),
            (Outcome.VOID, _("Voiding: it should never have been filed")),
        ],
        widget=forms.RadioSelect,
    )
    ground = GroupedGroundField(
        label=_("Ground"), queryset=Ground.objects.none(), to_field_name="code", empty_label=_("Choose the ground")
    )
    text = forms.CharField(
        label=_("Remarks"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    confirm = forms.BooleanField()

    def __init__(self, *args: Any, case: Case, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["ground"].queryset = Ground.objects.filter(
            Q(procedure="") | Q(procedure=case.procedure), kind__in=SIDE_EXITS, active=True
        )
        self.fields["confirm"].label = gettext("I end case %(number)s of %(name)s. This can not be undone.") % {
            "number": case.number,
            "name": case.applicant_name,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        ground = data.get("ground")
        if ground and data.get("outcome") and ground.kind != data["outcome"]:
            self.add_error("ground", gettext("This ground belongs to another kind of ending."))
        return data
