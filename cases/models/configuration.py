"""What an administrator can change: clock rules, requirements, fees and grounds, each with its legal basis."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.clocks import Unit
from offices.roles import ProcedureCode

UNITS = [
    (Unit.BUSINESS_DAYS.value, _("business days")),
    (Unit.CALENDAR_DAYS.value, _("calendar days")),
    (Unit.HOURS.value, _("hours")),
    (Unit.MONTHS.value, _("months")),
]


class Sourced(models.Model):
    """A configured fact with its source. ``verified`` stays off until legal has confirmed it (domain §0.2)."""

    legal_basis = models.CharField(
        _("legal basis"), max_length=200, blank=True, help_text=_("The norm and article that say so.")
    )
    verified = models.BooleanField(_("verified"), default=False, help_text=_("Confirmed by the legal office."))

    class Meta:
        abstract = True


class ClockRule(Sourced):
    """The length of one term of one procedure, or of one of its subtypes."""

    procedure = models.CharField(_("procedure"), max_length=12, choices=ProcedureCode.choices)
    subtype = models.CharField(
        _("subtype"), max_length=40, blank=True, help_text=_("Empty: every subtype without a rule of its own.")
    )
    code = models.CharField(
        _("code"), max_length=40, help_text=_("The name the flow uses: case, correct, assess, decide…")
    )
    unit = models.CharField(_("unit"), max_length=16, choices=UNITS)
    length = models.PositiveSmallIntegerField(_("length"))

    class Meta:
        verbose_name = _("clock rule")
        verbose_name_plural = _("clock rules")
        constraints = [models.UniqueConstraint(fields=["procedure", "subtype", "code"], name="one_clock_rule")]

    def __str__(self) -> str:
        return f"{self.get_procedure_display()} · {self.code}"


class Requirement(Sourced):
    """A document that an application must bring."""

    procedure = models.CharField(_("procedure"), max_length=12, choices=ProcedureCode.choices)
    subtype = models.CharField(
        _("subtype"), max_length=40, blank=True, help_text=_("Empty: asked for in every subtype.")
    )
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    help_text = models.CharField(_("help"), max_length=300, blank=True)
    mandatory = models.BooleanField(_("mandatory"), default=True)
    minimum_age = models.PositiveSmallIntegerField(
        _("from age"), null=True, blank=True, help_text=_("In years at filing; empty: every age.")
    )
    maximum_age = models.PositiveSmallIntegerField(_("up to age"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=10)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["procedure", "subtype", "code"], name="one_requirement")]

    def __str__(self) -> str:
        return self.name

    def applies_at(self, age: int | None) -> bool:
        """Whether a person of this age (None: not known) has to bring it; an unknown age brings everything."""
        if age is None:
            return True
        return (self.minimum_age is None or age >= self.minimum_age) and (
            self.maximum_age is None or age <= self.maximum_age
        )


class Fee(Sourced):
    """What an application costs. The most specific row wins: subtype and nationality, then subtype, then all."""

    procedure = models.CharField(_("procedure"), max_length=12, choices=ProcedureCode.choices)
    subtype = models.CharField(_("subtype"), max_length=40, blank=True)
    nationality = models.CharField(_("nationality"), max_length=3, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=9, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="USD", help_text=_("ISO 4217."))

    class Meta:
        verbose_name = _("fee")
        verbose_name_plural = _("fees")
        constraints = [models.UniqueConstraint(fields=["procedure", "subtype", "nationality"], name="one_fee")]

    def __str__(self) -> str:
        return f"{self.get_procedure_display()} {self.subtype}: {self.currency} {self.amount}"


class Ground(Sourced):
    """A reason that an act may name."""

    class Kind(models.TextChoices):
        GRANT = "grant", _("Grant")
        DENY = "deny", _("Refusal")
        RETURN = "return", _("Return")
        WITHDRAWN = "withdrawn", _("Withdrawal")
        ABANDONED = "abandoned", _("Abandonment")
        VOID = "void", _("Voiding")
        NOT_FILED = "not_filed", _("Not filed")
        SPOILT = "spoilt", _("Spoilt in printing")

    procedure = models.CharField(
        _("procedure"), max_length=12, choices=ProcedureCode.choices, blank=True, help_text=_("Empty: all.")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    code = models.SlugField(_("code"), max_length=40)
    text = models.CharField(_("text"), max_length=200, help_text=_("As officers see it."))
    letter_text = models.TextField(
        _("text for the letter"), blank=True, help_text=_("As the applicant reads it; empty: the reason is reserved.")
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("ground")
        verbose_name_plural = _("grounds")
        ordering = ["procedure", "kind", "text"]
        constraints = [models.UniqueConstraint(fields=["procedure", "kind", "code"], name="one_ground")]

    def __str__(self) -> str:
        return self.text
