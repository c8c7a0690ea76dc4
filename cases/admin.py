"""Administration of what every procedure configures. Cases themselves are not here: administrators configure."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cases.conflicts import RULES
from cases.models import ClockRule, ConflictRule, Fee, Ground, ReadingRule, Requirement
from offices.admin_site import ConfigurationAdmin


@admin.register(ClockRule)
class ClockRuleAdmin(ConfigurationAdmin):
    list_display = ["procedure", "subtype", "code", "length", "unit", "legal_basis", "verified"]
    list_filter = ["procedure", "unit", "verified"]
    search_fields = ["code", "subtype", "legal_basis"]


@admin.register(Requirement)
class RequirementAdmin(ConfigurationAdmin):
    list_display = ["name", "procedure", "subtype", "mandatory", "minimum_age", "maximum_age", "position", "verified"]
    list_filter = ["procedure", "subtype", "mandatory", "verified"]
    search_fields = ["name", "code", "subtype"]


@admin.register(Fee)
class FeeAdmin(ConfigurationAdmin):
    list_display = ["procedure", "subtype", "nationality", "currency", "amount", "legal_basis", "verified"]
    list_filter = ["procedure", "currency", "verified"]
    search_fields = ["subtype", "nationality", "legal_basis"]


@admin.register(Ground)
class GroundAdmin(ConfigurationAdmin):
    list_display = ["text", "kind", "procedure", "active", "verified"]
    list_filter = ["procedure", "kind", "active", "verified"]
    search_fields = ["text", "code", "letter_text"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what was decided on it has to stay explainable; switch it off instead


@admin.register(ConflictRule)
class ConflictRuleAdmin(ConfigurationAdmin):
    """The rules themselves are written in cases/conflicts.py; here they are switched on and off."""

    list_display = ["meaning", "active", "legal_basis", "verified"]
    list_filter = ["active", "verified"]
    search_fields = ["code", "legal_basis"]
    fields = ["active", "legal_basis", "verified"]

    @admin.display(description=_("rule"))
    def meaning(self, rule: ConflictRule) -> str:
        return str(RULES.get(rule.code, rule.code))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ReadingRule)
class ReadingRuleAdmin(ConfigurationAdmin):
    """Who is asked for a reason before a case outside their tasks opens."""

    list_display = ["role", "reading"]
    search_fields = ["role"]
