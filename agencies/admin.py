"""Administration of agencies and of the check policy."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from agencies import admin_questions  # noqa: F401 (its tables register themselves)
from agencies.connectors.registry import registry as questions
from agencies.models import Agency, CheckPolicy, QuestionRule
from agencies.persons import roles_of
from agencies.protection import why_not_configurable
from offices.admin_site import ConfigurationAdmin


@admin.register(Agency)
class AgencyAdmin(ConfigurationAdmin):
    """What is configured of an agency. How it is doing, and pausing it, is on its own page for more people than
    administrators."""

    list_display = ["code", "name", "base_url", "timeout", "rate", "concurrency", "paused"]
    list_filter = ["paused"]
    search_fields = ["code", "name"]
    readonly_fields = ["paused", "paused_reason", "paused_by", "paused_at"]
    fieldsets = [
        (None, {"fields": ["code", "name", "short_name", "base_url", "credentials"]}),
        (_("How much it may be asked"), {"fields": ["rate", "concurrency", "timeout", "max_bytes"]}),
        (_("When it is in trouble"), {"fields": ["breaker_after", "breaker_pause", "unreadable_limit"]}),
        (_("Pause of the questions"), {"fields": ["paused", "paused_reason", "paused_by", "paused_at"]}),
    ]
    actions_list = ["see_status"]

    @action(description=_("State of the agencies"), url_path="estado")
    def see_status(self, request: HttpRequest) -> HttpResponseRedirect:
        return redirect("agencies:status")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what it answered has to stay explainable, behind the wall too; a policy no longer asks it

    def write(self, obj: Any, form: Any, *, change: bool) -> None:
        # only what the form changed: the workers write their columns of the same row meanwhile
        obj.save(update_fields=form.changed_data if change else None)


def refused_behind_the_wall(data: dict[str, Any]) -> Any:
    """Why this row must not exist for a protected procedure (domain §8.4); empty when it may."""
    return why_not_configurable(
        data["question"], procedure=data.get("procedure", ""), nationality=data.get("nationality", "")
    )


def _installed() -> list[tuple[str, str]]:
    return [
        (connector.manifest.code, f"{connector.manifest.agency} · {connector.manifest.title}")
        for connector in questions.all()
    ]


class CheckPolicyForm(forms.ModelForm):
    """The question is chosen among those installed and the role among those its procedure knows; without a legal basis
    a row cannot be active, and what another State hears cannot be asked for protection (domain §8.4)."""

    question = forms.ChoiceField(label=_("Question"))

    class Meta:
        model = CheckPolicy
        fields = [
            "procedure", "subtype", "nationality", "role", "question", "minimum_age", "maximum_age", "purpose",
            "on_outage", "patience", "legal_basis", "verified", "active",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["question"].choices = _installed()

    def clean_nationality(self) -> str:
        return self.cleaned_data["nationality"].strip().upper()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("active") and not data.get("legal_basis", "").strip():
            self.add_error("legal_basis", _("A question without a legal basis can not be asked."))
        if data.get("question") and (refusal := refused_behind_the_wall(data)):
            self.add_error("question", refusal)
        procedure, role = data.get("procedure", ""), data.get("role", "")
        if procedure and role and role not in roles_of(procedure):
            self.add_error("role", _("This procedure knows nobody in this role."))
        youngest, oldest = data.get("minimum_age"), data.get("maximum_age")
        if youngest is not None and oldest is not None and oldest < youngest:
            self.add_error("maximum_age", _("The last age is below the first."))
        return data


@admin.register(CheckPolicy)
class CheckPolicyAdmin(ConfigurationAdmin):
    form = CheckPolicyForm
    list_display = [
        "procedure", "subtype", "nationality", "role", "question", "minimum_age", "maximum_age", "on_outage",
        "legal_basis", "verified", "active",
    ]  # fmt: skip
    list_filter = ["procedure", "role", "on_outage", "active", "verified", "question"]
    search_fields = ["subtype", "question", "nationality", "legal_basis"]


class QuestionRuleForm(forms.ModelForm):
    question = forms.ChoiceField(label=_("Question"))

    class Meta:
        model = QuestionRule
        fields = [
            "question", "freshness_days", "ask_again", "again_after_hours", "second_officer", "legal_basis", "verified",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["question"].choices = _installed()


@admin.register(QuestionRule)
class QuestionRuleAdmin(ConfigurationAdmin):
    form = QuestionRuleForm
    list_display = [
        "question", "freshness_days", "ask_again", "again_after_hours", "second_officer", "legal_basis", "verified",
    ]  # fmt: skip
    list_filter = ["ask_again", "second_officer", "verified"]
    search_fields = ["question", "legal_basis"]
