from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class AgenciesConfig(AppConfig):
    name = "agencies"
    verbose_name = _("Agencies")

    def ready(self) -> None:
        from agencies import connectors, defaults, panels, sealing, tasks, timeline, verbs  # noqa: F401 (questions register themselves; bells)
        from agencies.models import Agency
        from agencies.services import cancel_checks_of
        from cases.registry import registry
        from offices import tokens

        if settings.EVIDENCE_KEYS or not settings.LOCAL:
            sealing.keyring()  # a key that seals nothing stops the start, not the first answer
        panels.install()
        tokens.agency_choices.append(lambda: list(Agency.objects.order_by("name").values_list("code", "name")))
        registry.add_defaults("agencies", defaults.load)
        registry.add_on_close("agencies", cancel_checks_of)
