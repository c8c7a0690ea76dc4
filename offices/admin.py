"""Administration of users, postings, offices and calendars."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from offices import services
from offices.access_admin import USER_ACTIONS
from offices.admin_site import ConfigurationAdmin
from offices.calendars import CalendarError, build_calendar
from offices.models import Calendar, CalendarDay, Delegation, Office, Posting, StaffDetails, User
from offices.queries import parse_countries, parse_weekend

admin.site.unregister(Group)  # roles are defined in offices/roles.py, not here


class PostingInline(TabularInline):
    """A user's postings, to read; they are opened and closed under Postings."""

    model = Posting
    extra = 0
    can_delete = False
    fields = readonly_fields = ["office", "role", "since", "until", "source"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ConfigurationAdmin):
    form, add_form, change_password_form = UserChangeForm, UserCreationForm, AdminPasswordChangeForm
    list_display = ["username", "last_name", "first_name", "is_active", "last_login"]
    list_filter = ["is_active", "postings__office", "postings__role"]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["last_name", "first_name"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Access"), {"fields": ["is_active"], "description": _("Rights come from postings alone.")}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "first_name", "last_name", "email", "password1", "password2"]})]
    readonly_fields = ["last_login", "date_joined"]
    inlines = [PostingInline]
    actions = USER_ACTIONS

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # people who acted stay in the record; deactivate them


@admin.register(Posting)
class PostingAdmin(ConfigurationAdmin):
    list_display = ["user", "role", "office", "since", "until"]
    list_filter = ["role", "office"]
    search_fields = ["user__username", "user__last_name", "office__name", "office__code", "source"]
    autocomplete_fields = ["user", "office"]
    date_hierarchy = "since"

    def get_readonly_fields(self, request: HttpRequest, obj: Posting | None = None) -> list[str]:
        return ["user", "office", "role", "since", "source"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a posting that has begun is closed, not erased

    def save_model(self, request: HttpRequest, obj: Posting, form: Any, change: bool) -> None:
        if change:
            stored = Posting.objects.get(pk=obj.pk)
            if obj.until is not None and stored.until != obj.until:
                services.close_posting(stored, actor=request.user, at=obj.until, reason=str(_("Administration")))
            return
        opened = services.open_posting(
            actor=request.user, user=obj.user, office=obj.office, role=obj.role, since=obj.since, until=obj.until,
            source=obj.source,
        )  # fmt: skip
        obj.pk = opened.pk

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"since": timezone.now()}


class OfficeForm(forms.ModelForm):
    class Meta:
        model = Office
        fields = ["code", "name", "kind", "parent", "city", "country", "time_zone", "calendar", "active"]

    def clean_time_zone(self) -> str:
        name = self.cleaned_data["time_zone"]
        try:
            build_calendar(zone=name, countries=[], days={})
        except CalendarError as error:
            raise ValidationError(_("No such time zone: write it as America/Santiago.")) from error
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        parent = data.get("parent")
        if self.instance.pk and parent is not None and parent.path.startswith(self.instance.path):
            self.add_error("parent", _("An office can not depend on itself or on one below it."))
        return data


@admin.register(Office)
class OfficeAdmin(ConfigurationAdmin):
    form = OfficeForm
    list_display = ["code", "name", "kind", "city", "country", "time_zone", "active"]
    list_filter = ["kind", "active", "country"]
    search_fields = ["code", "name", "city"]
    autocomplete_fields = ["parent", "calendar"]

    def get_readonly_fields(self, request: HttpRequest, obj: Office | None = None) -> list[str]:
        return ["code"] if obj else []  # it is part of case numbers

    def save_model(self, request: HttpRequest, obj: Office, form: Any, change: bool) -> None:
        services.place_office(obj, actor=request.user)
        self.record_change(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CalendarDayInline(TabularInline):
    model = CalendarDay
    extra = 1
    fields = ["day", "name", "working", "legal_basis"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    has_change_permission = has_delete_permission = has_view_permission


class CalendarForm(forms.ModelForm):
    class Meta:
        model = Calendar
        fields = ["name", "countries", "weekend"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "countries" not in data or "weekend" not in data:
            return data
        try:
            build_calendar(
                zone="America/Lima",
                countries=parse_countries(data["countries"]),
                days={},
                weekend=parse_weekend(data["weekend"]),
            )
        except CalendarError:
            self.add_error("countries", _("No holidays are known for one of these countries or subdivisions."))
        except ValueError:
            self.add_error("weekend", _("Write the days as numbers from 0 to 6, separated by commas."))
        return data


@admin.register(Calendar)
class CalendarAdmin(ConfigurationAdmin):
    form = CalendarForm
    list_display = ["name", "countries", "weekend"]
    search_fields = ["name", "countries"]
    inlines = [CalendarDayInline]


@admin.register(Delegation)
class DelegationAdmin(ConfigurationAdmin):
    """To read, and to revoke; cover is given on its own page by the person or their supervisor."""

    list_display = ["delegate", "absentee", "posting", "since", "until", "revoked_at"]
    search_fields = ["delegate__last_name", "absentee__last_name", "source"]
    list_select_related = ["delegate", "absentee", "posting__user", "posting__office"]
    date_hierarchy = "since"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(StaffDetails)
class StaffDetailsAdmin(ConfigurationAdmin):
    """What is compared with applicants to find conflicts of interest."""

    list_display = ["user", "document_number"]
    search_fields = ["user__username", "user__last_name", "document_number"]
    autocomplete_fields = ["user"]
