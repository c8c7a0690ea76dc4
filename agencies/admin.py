"""Administration of agencies and of the check policy."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agencies import admin_questions  # noqa: F401 (its tables register themselves)
from agencies.connectors.registry import registry as questions
from agencies.models import Agency, CheckPolicy
from agencies.protection import why_not_configurable
from offices.admin_site import ConfigurationAdmin


@admin.register(Agency)
class AgencyAdmin(ConfigurationAdmin):
    list_display = ["code", "name", "base_url", "timeout", "paused", "failures", "retry_at", "answered_at"]
    list_filter = ["paused"]
    search_fields = ["code", "name"]
    readonly_fields = ["failures", "retry_at", "answered_at"]


def refused_behind_the_wall(data: dict[str, Any]) -> Any:
    """Why this row must not exist for a protected procedure (domain §8.4); empty when it may."""
    return why_not_configurable(
        data["question"], procedure=data.get("procedure", ""), nationality=data.get("nationality", "")
    )


class CheckPolicyForm(forms.ModelForm):
    """The question is chosen among those installed; without a legal basis a row cannot be active."""

    question = forms.ChoiceField(label=_("Question"))

    class Meta:
        model = CheckPolicy
        fields = [
            "procedure", "subtype", "nationality", "role", "question", "minimum_age", "purpose", "on_outage",
            "patience", "legal_basis", "verified", "active",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["question"].choices = [
            (connector.manifest.code, f"{connector.manifest.agency} · {connector.manifest.title}")
            for connector in questions.all()
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("active") and not data.get("legal_basis"):
            self.add_error("legal_basis", _("A question without a legal basis can not be asked."))
        if data.get("question") and (refusal := refused_behind_the_wall(data)):
            self.add_error("question", refusal)
        return data


@admin.register(CheckPolicy)
class CheckPolicyAdmin(ConfigurationAdmin):
    form = CheckPolicyForm
    list_display = ["procedure", "subtype", "nationality", "question", "on_outage", "legal_basis", "verified", "active"]
    list_filter = ["procedure", "on_outage", "active", "verified", "question"]
    search_fields = ["subtype", "question", "nationality", "legal_basis"]
