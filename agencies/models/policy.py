"""Which question is asked in which case about whom, how long its answer holds, and what happens when nobody answers."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models import Sourced
from offices.roles import ProcedureCode


class Moment(models.TextChoices):
    """When in the life of a case a question is put."""

    FILING = "filing", _("At filing")
    DECISION = "decision", _("Before the decision")
    DELIVERY = "delivery", _("Before the delivery")


class CheckPolicy(Sourced):
    """Which question a case of this kind asks about which person, and what happens when nobody answers.

    Every row states its legal basis and the purpose told to the agency: without them nothing may be asked
    (Ley 29733 art. 5 and 6; domain §8.3). The most specific row of a question wins.
    """

    class OnOutage(models.TextChoices):
        BLOCK = "block", _("Wait for the answer")
        PROCEED = "proceed", _("Go on with a flag")
        LETTER = "letter", _("Ask by letter")

    class Role(models.TextChoices):
        """What a person is in a case. A procedure declares which of these it knows (:mod:`agencies.persons`)."""

        APPLICANT = "applicant", _("Applicant")
        SPOUSE = "spouse", _("Spouse or partner")
        PARENT = "parent", _("Parent of a minor")
        GUARANTOR = "guarantor", _("Guarantor")
        SPONSOR = "sponsor", _("Sponsor or host")
        DEPENDANT = "dependant", _("Dependant")

    procedure = models.CharField(_("procedure"), max_length=12, choices=ProcedureCode.choices)
    subtype = models.CharField(_("subtype"), max_length=40, blank=True, help_text=_("Empty: every subtype."))
    nationality = models.CharField(
        _("nationality"), max_length=3, blank=True, help_text=_("Of the person asked about. Empty: every nationality.")
    )
    role = models.CharField(_("about"), max_length=12, choices=Role.choices, default=Role.APPLICANT)
    question = models.CharField(_("question"), max_length=40, help_text=_("Code of an installed question."))
    minimum_age = models.PositiveSmallIntegerField(
        _("from age"), null=True, blank=True, help_text=_("In years on the day of asking; empty: every age.")
    )
    maximum_age = models.PositiveSmallIntegerField(_("up to age"), null=True, blank=True)
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
                fields=["procedure", "subtype", "nationality", "role", "question", "minimum_age", "maximum_age"],
                name="one_policy",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(active=False) | (~models.Q(legal_basis="") & ~models.Q(purpose="")),
                name="no_question_without_legal_basis",
            ),
            models.CheckConstraint(
                condition=models.Q(minimum_age__isnull=True)
                | models.Q(maximum_age__isnull=True)
                | models.Q(maximum_age__gte=models.F("minimum_age")),
                name="policy_ages_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_procedure_display()} {self.subtype} · {self.question}"

    def applies_at(self, age: int | None) -> bool:
        """Whether the row reaches a person of this age in years; one whose age is not known is asked about."""
        if age is None:
            return True
        return (self.minimum_age is None or age >= self.minimum_age) and (
            self.maximum_age is None or age <= self.maximum_age
        )


class QuestionRule(Sourced):
    """How long the answer to a question holds, whether it is put again, and who settles its hits.

    A question without a row goes by its connector's own declaration (:class:`agencies.connectors.base.Manifest`).
    """

    question = models.CharField(
        _("question"), max_length=40, unique=True, help_text=_("Code of an installed question.")
    )
    freshness_days = models.PositiveSmallIntegerField(
        _("freshness"),
        default=90,
        help_text=_("Days for which another case of the same person may use the answer; 0: never."),
    )
    ask_again = models.BooleanField(
        _("ask again"), default=False, help_text=_("Put again before the decision and before the delivery.")
    )
    again_after_hours = models.PositiveSmallIntegerField(
        _("holds at the desk"),
        default=168,
        validators=[MinValueValidator(1)],
        help_text=_("Hours for which the answer put again holds while the decision or the delivery waits."),
    )
    second_officer = models.BooleanField(
        _("second officer"), default=False, help_text=_("Its hits are grave: two officers settle them, each alone.")
    )

    class Meta:
        verbose_name = _("rule of a question")
        verbose_name_plural = _("rules of questions")
        ordering = ["question"]
        constraints = [
            models.CheckConstraint(condition=models.Q(again_after_hours__gte=1), name="answer_put_again_holds")
        ]

    def __str__(self) -> str:
        return self.question
