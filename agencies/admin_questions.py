"""Administration of single questions: their settings, by their connector's own form, and officers' identities."""

from copy import deepcopy
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from agencies.connectors.base import SENDS, Connector, ConnectorSettings
from agencies.connectors.hearing import INTERNATIONAL
from agencies.connectors.registry import registry as questions
from agencies.models import Agency, OfficerIdentity, QuestionSettings
from offices.admin_site import ConfigurationAdmin

PREFIX = "setting_"


class QuestionSettingsForm(forms.ModelForm):
    """Address and time-out, and under ``setting_…`` the fields of the question's own form, which validates them."""

    settings_form: type[ConnectorSettings] = ConnectorSettings

    class Meta:
        model = QuestionSettings
        fields = ["base_url", "path", "timeout"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        stored = self.instance.values
        for name, field in self.settings_form.base_fields.items():
            self.initial[PREFIX + name] = stored.get(name, field.initial)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        agency = Agency.objects.filter(code=self.instance.question.partition(".")[0]).first()
        if agency and data.get("timeout") and data["timeout"] > agency.timeout:
            self.add_error("timeout", _("Must not be above the agency's."))
        given = {name: self.data.get(self.add_prefix(PREFIX + name)) for name in self.settings_form.base_fields}
        own = self.settings_form(given)
        if own.is_valid():
            self.instance.values = own.cleaned_data
        for name, errors in own.errors.items():
            known = PREFIX + name if name != forms.forms.NON_FIELD_ERRORS else None
            if known is None or known not in self.errors:  # the copied field has said it already
                self.add_error(known, errors)
        return data


def _dressed(field: forms.Field) -> forms.Field:
    """The field as the other fields of the page look."""
    field = deepcopy(field)
    if isinstance(field, forms.ChoiceField):
        field.widget = UnfoldAdminSelectWidget(choices=field.choices)
    elif isinstance(field, forms.IntegerField):
        field.widget = UnfoldAdminIntegerFieldWidget()
    else:
        field.widget = UnfoldAdminTextInputWidget()
    return field


def _form_of(connector: Connector) -> type[QuestionSettingsForm]:
    """The admin form of one question: its own settings beside the common ones."""
    own = connector.settings_form
    fields = {PREFIX + name: _dressed(field) for name, field in own.base_fields.items()}
    return type("OwnQuestionSettingsForm", (QuestionSettingsForm,), {**fields, "settings_form": own})


@admin.register(QuestionSettings)
class QuestionSettingsAdmin(ConfigurationAdmin):
    """One row per installed question, made with the defaults; the questions themselves come with the system."""

    list_display = ["question", "title", "hearer", "base_url", "path", "timeout"]
    search_fields = ["question"]
    readonly_fields = ["title", "legal_basis", "sent", "hearer"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or _connector(obj) is not None)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        connector = _connector(obj) if obj else None
        if connector is not None:
            kwargs["form"] = _form_of(connector)
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        connector = _connector(obj) if obj else None
        own = [PREFIX + name for name in connector.settings_form.base_fields] if connector else []
        parts = [
            (None, {"fields": ["title", "legal_basis", "sent", "hearer"]}),
            (_("Address"), {"fields": ["base_url", "path", "timeout"]}),
        ]
        return [*parts, (_("Settings"), {"fields": own})] if own else parts

    @admin.display(description=_("name"))
    def title(self, row: QuestionSettings) -> Any:
        connector = _connector(row)
        return connector.manifest.title if connector else _("Not installed")

    @admin.display(description=_("legal basis by default"))
    def legal_basis(self, row: QuestionSettings) -> str:
        connector = _connector(row)
        return connector.manifest.legal_basis if connector else ""

    @admin.display(description=_("personal data sent"))
    def sent(self, row: QuestionSettings) -> Any:
        connector = _connector(row)
        names = connector.manifest.sends if connector else ()
        return format_html_join(", ", "{}", ((SENDS[name],) for name in names))

    @admin.display(description=_("heard by"))
    def hearer(self, row: QuestionSettings) -> Any:
        connector = _connector(row)
        heard_by = connector.manifest.heard_by if connector else ""
        return _("International organization") if heard_by == INTERNATIONAL else heard_by or _("Not declared")


def _connector(row: QuestionSettings) -> Connector | None:
    try:
        return questions.get(row.question)
    except KeyError:
        return None


@admin.register(OfficerIdentity)
class OfficerIdentityAdmin(ConfigurationAdmin):
    list_display = ["user", "agency"]
    list_filter = ["agency"]
    list_select_related = ["user", "agency"]
    search_fields = ["user__username", "user__last_name", "user__first_name"]
    autocomplete_fields = ["user"]
