"""Django admin for administrators: configuration, never case content.

Being ``is_staff`` is not enough: the person needs an administrator's posting in force at this moment (or, to set up an
empty installation, to be the superuser that ``createsuperuser`` made).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from audit import services as audit
from offices.authority import may_configure
from offices.configuration import forget_configuration

HIDDEN = frozenset({"account", "mfa", "socialaccount", "viewflow"})
"""Apps whose own tables have no page here: secrets and identities are shown by offices/access_admin.py, as far as they
are to be seen at all; the workflow's own processes and tasks are no configuration."""


class SugmAdminSite(UnfoldAdminSite):
    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models_ = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        super().register([model for model in models_ if model._meta.app_label not in HIDDEN], admin_class, **options)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one door to the house: the sign-in page, with its lock-out and its second factor."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Whoever is signed in and no administrator is refused here and now, which the log keeps; Django would send
        them to sign in again."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def refusing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return refusing

    def has_permission(self, request: HttpRequest) -> bool:
        if not hasattr(request, "_configures"):  # asked for every table of a page
            request._configures = may_configure(request.user)
        return request._configures


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet | list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, int | bool | None) else str(value)


def _last_values(obj: models.Model) -> dict[str, Any]:
    """What a row that goes away held, as changes to nothing."""
    columns = [column for column in obj._meta.concrete_fields if "password" not in column.name]
    return {column.name: [_plain(column.value_from_object(obj)), None] for column in columns}


class ConfigurationAdmin(ModelAdmin):
    """Base of every configuration table: each change is an audit event with old and new value, and this process reads
    its configuration anew at once (the others within ``CONFIGURATION_TTL``)."""

    list_per_page = 50
    compressed_fields = True
    warn_unsaved_form = True

    # Who may enter the site may configure: an administrator's posting is one right, not one per table.
    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.write(obj, form, change=change)
        self.record_change(request, obj, form, change)

    def record_change(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The event of a saved row, with the old and the new value of every changed field."""
        self._record(
            request,
            "configuration.changed" if change else "configuration.added",
            obj,
            {
                name: [_plain(form.initial.get(name)) if change else None, _plain(form.cleaned_data.get(name))]
                for name in form.changed_data
                if "password" not in name
            },
        )

    def write(self, obj: Any, form: Any, *, change: bool) -> None:
        """Save a row; a table that others write too saves less of it."""
        obj.save()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        for obj in formset.new_objects:
            self._record(request, "configuration.added", obj, {})
        forms = {inline.instance.pk: inline for inline in formset.forms}
        for obj, fields in formset.changed_objects:
            inline = forms[obj.pk]
            values = {
                name: [_plain(inline.initial.get(name)), _plain(inline.cleaned_data.get(name))] for name in fields
            }
            self._record(request, "configuration.changed", obj, values)
        for obj in formset.deleted_objects:
            self._record(request, "configuration.removed", obj, _last_values(obj))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """What stands in the way of a deletion is named by its kind alone: it may be cases, which nobody reads here,
        and a million of them."""
        in_the_way = [
            relation.related_model._meta.verbose_name_plural
            for relation in self.opts.get_fields(include_hidden=True)
            if getattr(relation, "on_delete", None) in (models.PROTECT, models.RESTRICT)
            and relation.auto_created
            and relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": objs}).exists()
        ]
        if in_the_way:
            return [str(obj) for obj in objs], {}, set(), [str(kind) for kind in in_the_way]
        return super().get_deleted_objects(objs, request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._record(request, "configuration.removed", obj, _last_values(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for obj in queryset:
            self._record(request, "configuration.removed", obj, _last_values(obj))
        super().delete_queryset(request, queryset)

    @staticmethod
    def _record(request: HttpRequest, verb: str, obj: Any, fields: dict[str, Any]) -> None:
        forget_configuration()
        audit.record(
            verb, actor=request.user, data={"model": obj._meta.label, "id": obj.pk, "name": str(obj), "fields": fields}
        )
