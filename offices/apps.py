from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def _sync_roles(**kwargs) -> None:
    from offices.services import sync_roles

    sync_roles()


class SugmAdminConfig(admin_apps.AdminConfig):
    """Django admin with our site, which asks for an administrator's posting."""

    default = False
    default_site = "offices.admin_site.SugmAdminSite"


class OfficesConfig(AppConfig):
    default = True
    name = "offices"
    verbose_name = _("Offices and people")

    def ready(self) -> None:
        from offices import access_events, sweeps, token_auth  # noqa: F401 (a job; how the schema describes tokens)

        access_events.connect()
        # After every migration the Django groups mirror offices/roles.py; nobody edits them by hand.
        post_migrate.connect(_sync_roles, sender=self)
        from audit import services as audit
        from offices.authority import capacity_of_event

        audit.capacity.append(capacity_of_event)
