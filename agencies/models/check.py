"""The checks themselves."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.findings import Finding
from agencies.models.agency import Agency
from agencies.models.policy import CheckPolicy
from agencies.queries import CheckQuerySet
from cases.models import Case, Task
from people.models import Person

FINDINGS = [
    (Finding.CLEAR.value, _("No observation")),
    (Finding.HIT.value, _("Hit")),
    (Finding.POSSIBLE_MATCH.value, _("Possible match")),
    (Finding.INDETERMINATE.value, _("Indeterminate")),
    (Finding.UNAVAILABLE.value, _("No answer")),
]


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
        STOPPED = "stopped", _("Waits for a person")

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
    fault = models.CharField(_("fault"), max_length=60, blank=True)
    unreadable = models.PositiveSmallIntegerField(default=0, editable=False)
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
            # everything the machinery asks: who is next at an agency, how many are under way, wait, or stopped
            models.Index(
                fields=["agency", "state", "next_attempt_at"],
                name="check_open",
                condition=models.Q(state__in=["queued", "asking", "stopped"]),
            ),
            models.Index(
                fields=["created"],
                name="check_patience",
                condition=models.Q(state="queued", on_outage="proceed"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="answered") | ~models.Q(finding=""), name="an_answer_is_a_finding"
            ),
            # an outage, a refusal or a cancellation is never read as «nothing found»
            models.CheckConstraint(
                condition=~models.Q(finding="CLEAR") | models.Q(state="answered"), name="clear_is_an_answer"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="asking") | models.Q(lease__isnull=False, leased_until__isnull=False),
                name="who_asks_has_a_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.get_state_display()}"
