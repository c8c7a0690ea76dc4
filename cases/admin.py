"""Administration of what every procedure configures. Cases themselves are not here: administrators configure."""

from django.contrib import admin

from cases.models import ClockRule, Fee, Ground, Requirement
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
