"""Agencies, the policy of what is asked, the checks themselves and what people decided about hits."""

import uuid

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.findings import Finding
from agencies.queries import CheckQuerySet
from cases.models import Case, Sourced, Task
from offices.roles import ProcedureCode
from people.models import Person

FINDINGS = [
    (Finding.CLEAR.value, _("No observation")),
    (Finding.HIT.value, _("Hit")),
    (Finding.POSSIBLE_MATCH.value, _("Possible match")),
    (Finding.INDETERMINATE.value, _("Indeterminate")),
    (Finding.UNAVAILABLE.value, _("No answer")),
]


class Agency(models.Model):
    """Another institution, how it is reached, and how it is doing."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=30)
    base_url = models.CharField(
        _("address"),
        max_length=200,
        validators=[URLValidator(["http", "https"])],
        help_text=_("Of its service; ws hosts on the platform have changed."),
    )
    credentials = models.CharField(
        _("credentials"),
        max_length=60,
        blank=True,
        help_text=_("Prefix of the environment variables that hold them, never the credentials themselves."),
    )
    timeout = models.PositiveSmallIntegerField(_("time-out"), default=20, help_text=_("Seconds for a whole answer."))
    max_bytes = models.PositiveIntegerField(_("largest answer"), default=1_000_000, help_text=_("Bytes."))
    paused = models.BooleanField(_("paused"), default=False, help_text=_("Nothing is asked while this is on."))
    # the circuit breaker, in the database so that every worker sees the same
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0, editable=False)
    retry_at = models.DateTimeField(_("closed until"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(_("last answer"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.short_name

    @property
    def queue(self) -> str:
        """The broker queue of its jobs: one each, so that a slow agency delays no other."""
        return f"agency.{self.code}"


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


class Check(models.Model):
    """One question about one person for one case, asked at most once at a time and answered at most once.

    ``key`` is the idempotency key that travels with the question. ``lease`` names the attempt that may settle the
    check; an attempt whose lease has run out cannot write any more.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        ASKING = "asking", _("Asking")
        ANSWERED = "answered", _("Answered")
        FAILED = "failed", _("Not answered")
        CANCELLED = "cancelled", _("Cancelled")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="checks")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="+")
    question = models.CharField(_("question"), max_length=40)
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=80)
    on_outage = models.CharField(max_length=8, choices=CheckPolicy.OnOutage.choices)
    patience = models.PositiveSmallIntegerField(default=60)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    finding = models.CharField(_("finding"), max_length=16, choices=FINDINGS, blank=True)
    records = models.JSONField(default=list, blank=True)
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    fault = models.CharField(_("fault"), max_length=40, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    needs_adjudication = models.BooleanField(default=False)

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="check_due",
                condition=models.Q(state__in=["queued", "asking"]),
            ),
            models.Index(fields=["agency", "state"], name="check_agency_open", condition=~models.Q(state="answered")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="answered") | ~models.Q(finding=""), name="an_answer_is_a_finding"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.get_state_display()}"


class Adjudication(models.Model):
    """What an officer decided about a hit. Rows are added, never changed."""

    class Decision(models.TextChoices):
        SAME = "same", _("Same person")
        OTHER = "other", _("Another person")
        UNDETERMINED = "undetermined", _("Can not be determined")

    check_asked = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="adjudications")
    decision = models.CharField(_("decision"), max_length=14, choices=Decision.choices)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("adjudication")
        verbose_name_plural = _("adjudications")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_decision_display()
