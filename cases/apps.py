from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from cases import authority, tasks  # noqa: F401 (tasks connects the registry's bells)
        from cases.services.starting import refresh_applicant
        from offices import reauthentication
        from people import services as people

        reauthentication.resumes_itself.add("cases:complete")
        people.on_update.append(refresh_applicant)
        authority.install()
