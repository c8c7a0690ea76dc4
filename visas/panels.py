"""What visas add to the case page: the application itself."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.registry import Panel, registry
from offices.roles import ProcedureCode
from visas import rules
from visas.models import VisaApplication
from visas.texts import observation_text


def application_context(case: Case, user) -> Mapping[str, Any] | None:
    """The application, its checklist with what came in, authorisations, interviews and payments."""
    if case.procedure != ProcedureCode.VISA:
        return None
    visa = (
        VisaApplication.objects.visible_to(user)
        .select_related("visa_class", "passport", "applicant")
        .prefetch_related(
            "authorizations__by", "interviews__by", "payments", "attachments", "decisions__by", "decisions__grounds"
        )
        .get(pk=case.pk)
    )
    attached = {attachment.requirement: attachment for attachment in visa.attachments.all() if attachment.requirement}
    return {
        "visa": visa,
        "checklist": [
            (requirement, attached.get(requirement.code))
            for requirement in rules.checklist(visa.visa_class, visa.applicant.birth_date, case.created.date())
        ],
        "observations": [observation_text(item) for item in visa.observations],
    }


def install() -> None:
    registry.add_panel(Panel("application", _("Application"), "visas/panel.html", application_context, position=10))
