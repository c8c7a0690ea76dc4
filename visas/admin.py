"""Administration of visa classes."""

from django.contrib import admin

from offices.admin_site import ConfigurationAdmin
from visas.models import VisaClass


@admin.register(VisaClass)
class VisaClassAdmin(ConfigurationAdmin):
    list_display = ["name", "status", "family", "interview", "stay_days", "entries", "use_months", "verified", "active"]
    list_filter = ["status", "family", "interview", "active", "verified"]
    search_fields = ["name", "code"]
    fieldsets = [
        (None, {"fields": ["code", "name", "status", "family", "active", "position"]}),
        ("Visa", {"fields": ["entries", "stay_days", "use_months", "mrv_format", "passport_months", "interview"]}),
        (None, {"fields": ["legal_basis", "verified"]}),
    ]

    def has_delete_permission(self, request, obj=None):
        return False  # what was decided under it has to stay explainable, behind the wall too; switch it off instead

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []
