"""Forms of the ledger of blanks and of a document's life."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import Blank, BlankKind, IssuedDocument, LifeGround
from documents.services.blanks import Paper
from documents.services.blanks.correcting import FROM, STOLEN
from documents.services.blanks.emergencies import RESULTS
from documents.services.life import WAYS
from offices.authority import authority_of
from offices.models import Office
from offices.roles import Act

NUMBERS_HELP = _("One or more, with commas: V00000001-V00000500, V00000612.")


class DateInput(forms.DateInput):
    """The browser's date picker; its value is always ISO 8601."""

    input_type = "date"

    def __init__(self, **kwargs: Any):
        super().__init__(format="%Y-%m-%d", **kwargs)


def paragraph(label: Any, *, required: bool = True, rows: int = 2, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=2000, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


class NumbersField(forms.CharField):
    def __init__(self, **kwargs: Any):
        attrs = {"rows": 2, "class": "mono", "spellcheck": "false", "autocapitalize": "characters"}
        super().__init__(
            **{"label": _("Numbers"), "help_text": NUMBERS_HELP, "max_length": 4000,
               "widget": forms.Textarea(attrs=attrs), **kwargs}
        )  # fmt: skip


def kept_kinds(user: Any) -> list[BlankKind]:
    """The kinds of blanks that a person keeps anywhere."""
    kept = authority_of(user).procedures(Act.STOCK)
    return list(BlankKind.objects.filter(active=True, procedure__in=list(kept)))


def kept_offices(user: Any) -> list[Office]:
    """The offices whose blanks a person keeps, most specific first by name."""
    kept = authority_of(user).procedures(Act.STOCK).values()
    return list(Office.objects.filter(pk__in=set().union(*kept), active=True)) if kept else []


class StockForm(forms.Form):
    """What every act on stock names: the kind and the office, among those of the person."""

    kind = forms.ModelChoiceField(label=_("Kind"), queryset=BlankKind.objects.none(), to_field_name="code")
    office = forms.ModelChoiceField(label=_("Office"), queryset=Office.objects.none(), to_field_name="code")

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kinds, offices = kept_kinds(user), kept_offices(user)
        self.fields["kind"].queryset = BlankKind.objects.filter(pk__in=[kind.pk for kind in kinds])
        self.fields["office"].queryset = Office.objects.filter(pk__in=[office.pk for office in offices])
        for name, found in (("kind", kinds), ("office", offices)):
            if len(found) == 1:
                self.fields[name].initial = found[0].code
                self.fields[name].empty_label = None

    def values(self) -> dict[str, Any]:
        """The act's keyword arguments."""
        return dict(self.cleaned_data)


class PaperForm(StockForm):
    """An act with its signed paper."""

    numbers = NumbersField()
    act_number = forms.CharField(label=_("Number of the act"), max_length=60)
    dated = forms.DateField(label=_("Date of the act"), widget=DateInput(), initial=timezone.localdate)
    party = forms.CharField(label=_("From whom"), max_length=150, required=False)
    text = paragraph(_("Remarks"), required=False)
    file = forms.FileField(label=_("Signed act"), required=False, help_text=_("PDF, JPEG or PNG."))

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        paper = Paper(
            number=data.pop("act_number", "") or "", dated=data.pop("dated", None) or timezone.localdate(),
            text=data.pop("text", ""), party=data.pop("party", ""), file=data.pop("file", None),
        )  # fmt: skip
        return {**data, "paper": paper}


class ReceiveForm(PaperForm):
    file = forms.FileField(label=_("Signed act"), help_text=_("PDF, JPEG or PNG."))


class SendForm(PaperForm):
    to_office = forms.ModelChoiceField(label=_("To"), queryset=Office.objects.filter(active=True), to_field_name="code")
    field_order = ["kind", "office", "to_office", "numbers", "act_number", "dated", "text", "file"]
    party = None  # type: ignore[assignment]


class CorrectForm(PaperForm):
    to = forms.ChoiceField(
        label=_("What became of them"),
        choices=[
            ("", _("Choose…")),
            (Blank.State.SPOILT, pgettext_lazy("blank", "Spoilt")),
            (Blank.State.VOIDED, pgettext_lazy("blank", "Voided")),
            (Blank.State.MISSING, pgettext_lazy("blank", "Missing")),
            (STOLEN, pgettext_lazy("blank", "Missing: stolen")),
            (Blank.State.AVAILABLE, _("Found again (were missing)")),
            (Blank.State.WRITTEN_OFF, _("Written off (were missing)")),
        ],
    )
    text = paragraph(_("Reason"))
    file = forms.FileField(
        label=_("Photograph or paper"), required=False, help_text=_("PDF, JPEG or PNG; spoilt ones are photographed.")
    )
    field_order = ["kind", "office", "to", "numbers", "text", "file", "act_number", "dated"]
    party = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["act_number"].required = False
        self.fields["dated"].required = False
        assert {*FROM, STOLEN} == {value for value, _label in self.fields["to"].choices if value}


class DestroyForm(PaperForm):
    numbers = NumbersField(required=False, help_text=_("Empty: all that are kept for destruction."))
    party = None  # type: ignore[assignment]


class HandOutForm(PaperForm):
    party = forms.CharField(label=_("To whom"), max_length=150)
    text = paragraph(_("Emergency"))
    field_order = ["kind", "office", "numbers", "party", "text", "act_number", "dated", "file"]


class ArriveForm(forms.Form):
    missing = NumbersField(label=_("Numbers that did not arrive"), required=False)
    remarks = paragraph(_("Discrepancies"), required=False)


class ConfirmForm(forms.Form):
    remarks = paragraph(_("Remarks"), required=False)


class WithdrawForm(forms.Form):
    reason = paragraph(_("Reason of the withdrawal"))


class ReconcileForm(forms.Form):
    numbers = NumbersField()
    result = forms.ChoiceField(
        label=_("What became of them"), choices=[(value, Blank.State(value).label) for value in RESULTS]
    )
    text = paragraph(_("To whom, or what happened"), required=False)


class CountForm(forms.Form):
    """The books as the person saw them come back with the count."""

    counted = forms.IntegerField(label=_("Counted"), min_value=0, max_value=10_000_000)
    reason = paragraph(_("Reason of the difference"), required=False)
    expected = forms.IntegerField(widget=forms.HiddenInput)


class AlarmForm(forms.Form):
    text = forms.CharField(label=_("How it was settled"), max_length=2000)


class LifeForm(forms.Form):
    """A new state of a document, with a ground of that state."""

    state = forms.ChoiceField(label=_("New state"), widget=forms.RadioSelect)
    ground = forms.ModelChoiceField(label=_("Ground"), queryset=LifeGround.objects.none(), empty_label=_("Choose…"))
    happened_on = forms.DateField(label=_("It happened on"), widget=DateInput(), initial=timezone.localdate)
    text = paragraph(_("Reason"), required=False, rows=3)

    def __init__(self, *args: Any, document: IssuedDocument, **kwargs: Any):
        super().__init__(*args, **kwargs)
        ways = WAYS.get(document.state, ())
        self.fields["state"].choices = [(state, IssuedDocument.State(state).label) for state in ways]
        grounds = LifeGround.objects.filter(active=True, state__in=ways)
        self.fields["ground"].queryset = grounds
        by_state: dict[str, list[tuple[int, str]]] = {}
        for ground in grounds:
            by_state.setdefault(ground.get_state_display(), []).append((ground.pk, ground.text))
        self.fields["ground"].choices = [("", _("Choose…")), *by_state.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        ground = data.get("ground")
        if ground is not None and data.get("state") and ground.state != data["state"]:
            self.add_error("ground", _("This ground is for another state."))
        return data
