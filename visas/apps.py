from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisasConfig(AppConfig):
    name = "visas"
    verbose_name = _("Visas")

    def ready(self) -> None:
        from cases.conflicts import add_address
        from cases.flow import install
        from cases.registry import registry
        from documents.registry import registry as documents
        from visas import defaults, panels
        from visas.flows import VisaFlow
        from visas.sltd import report_blanks, report_loss

        install(VisaFlow)
        add_address("visa", lambda case: case.host_address)
        panels.install()
        registry.add_defaults("visas", defaults.load)
        documents.add_on_change("visas", report_loss)
        documents.add_on_missing("visas", report_blanks)
