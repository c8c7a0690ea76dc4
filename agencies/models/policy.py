"""Which question is asked in which case, and what happens when nobody answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models import Sourced
from offices.roles import ProcedureCode


class CheckPolicy(Sourced):
    """Which question a case of this kind asks about which person, and what happens when nobody answers."""

    class OnOutage(models.TextChoices):
        BLOCK = "block", _("Wait for the answer")
        PROCEED = "proceed", _("Go on with a flag")

    class Role(models.TextChoices):
        APPLICANT = "applicant", _("Applicant")

    procedure = models.CharField(_("procedure"), max_length=12, choices=ProcedureCode.choices)
    subtype = models.CharField(_("subtype"), max_length=40, blank=True, help_text=_("Empty: every subtype."))
    nationality = models.CharField(_("nationality"), max_length=3, blank=True, help_text=_("Empty: every nationality."))
    role = models.CharField(_("about"), max_length=12, choices=Role.choices, default=Role.APPLICANT)
    question = models.CharField(_("question"), max_length=40, help_text=_("Code of an installed question."))
    minimum_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=80, help_text=_("As stated to the agency."))
    on_outage = models.CharField(_("on outage"), max_length=8, choices=OnOutage.choices, default=OnOutage.BLOCK)
    patience = models.PositiveSmallIntegerField(
        _("patience"),
        default=60,
        help_text=_("Minutes after which the case goes on with a flag, when it may. At least one attempt is made."),
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("check policy")
        verbose_name_plural = _("check policies")
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "subtype", "nationality", "role", "question"], name="one_policy"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_procedure_display()} {self.subtype} · {self.question}"
