from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def _sync_roles(**kwargs) -> None:
    from offices.services import sync_roles

    sync_roles()


class OfficesConfig(AppConfig):
    name = "offices"
    verbose_name = _("Offices and people")

    def ready(self) -> None:
        # After every migration the Django groups mirror offices/roles.py; nobody edits them by hand.
        post_migrate.connect(_sync_roles, sender=self)
