from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from cases.registry import registry
        from documents import defaults, menu, panels
        from documents import timeline as _timeline  # noqa: F401 (its sentences register themselves)
        from documents import verbs as _verbs  # noqa: F401 (its names register themselves)
        from documents.services import cancel_undelivered
        from documents.signatures.services import message_waits

        panels.install()
        menu.install()
        registry.add_defaults("documents", defaults.load)
        registry.add_on_close("documents", cancel_undelivered)
        registry.add_message_hold("documents", message_waits)
