"""The checks themselves."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.findings import Finding
from agencies.models.agency import Agency
from agencies.models.policy import CheckPolicy, Moment
from agencies.queries import CheckQuerySet
from cases.models import Attachment, Case, Task
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

    An answer may be another's: ``reused_from`` is the check of an earlier case that had it, ``letter`` the scan of the
    paper on which it came. ``subject_print`` is the person as asked about (:mod:`agencies.fingerprints`).

    A hit waits for whom ``awaits`` names; ``verdict`` is what came of it. ``round`` grows when it is opened again.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        ASKING = "asking", _("Asking")
        ANSWERED = "answered", _("Answered")
        FAILED = "failed", _("Not answered")
        CANCELLED = "cancelled", _("Cancelled")
        STOPPED = "stopped", _("Waits for a person")

    class Awaits(models.TextChoices):
        FIRST = "first", _("Awaits an officer")
        SECOND = "second", _("Awaits a second officer")
        SUPERVISOR = "supervisor", _("Awaits the supervisor")

    class Verdict(models.TextChoices):
        SAME = "same", _("Same person")
        OTHER = "other", _("Another person")
        UNDETERMINED = "undetermined", _("Can not be determined")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="checks")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="+")
    question = models.CharField(_("question"), max_length=40)
    role = models.CharField(
        _("about"), max_length=12, choices=CheckPolicy.Role.choices, default=CheckPolicy.Role.APPLICANT
    )
    moment = models.CharField(_("moment"), max_length=8, choices=Moment.choices, default=Moment.FILING)
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
    subject_print = models.CharField(max_length=64, blank=True, editable=False)
    reused_from = models.ForeignKey(
        "self", verbose_name=_("answer of"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    letter = models.ForeignKey(
        Attachment, verbose_name=_("letter"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    letter_dated = models.DateField(_("date of the letter"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    needs_adjudication = models.BooleanField(default=False)
    second_officer = models.BooleanField(_("second officer"), default=False)
    awaits = models.CharField(_("awaits"), max_length=10, choices=Awaits.choices, blank=True)
    verdict = models.CharField(_("verdict"), max_length=14, choices=Verdict.choices, blank=True)
    round = models.PositiveSmallIntegerField(default=1)

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
                condition=Q(state__in=["queued", "asking", "stopped"]),
            ),
            models.Index(
                fields=["created"],
                name="check_patience",
                condition=Q(state="queued", on_outage="proceed"),
            ),
            # an earlier answer about a person, newest first (agencies.reuse)
            models.Index(
                fields=["person", "question", "-answered_at"],
                name="check_earlier_answer",
                condition=Q(state="answered"),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(state="answered") | ~Q(finding=""), name="an_answer_is_a_finding"),
            models.CheckConstraint(
                condition=~Q(state="asking") | Q(lease__isnull=False, leased_until__isnull=False),
                name="who_asks_has_a_lease",
            ),
            # an outage, a refusal or a cancellation is never read as «nothing found», whoever writes the row
            models.CheckConstraint(
                condition=Q(state="answered") | Q(finding__in=["", "UNAVAILABLE"]),
                name="only_an_answer_is_clear",
            ),
            models.CheckConstraint(condition=~Q(legal_basis="") & ~Q(purpose=""), name="asked_with_a_legal_basis"),
            models.CheckConstraint(
                condition=Q(needs_adjudication=False, awaits="") | (Q(needs_adjudication=True) & ~Q(awaits="")),
                name="an_open_hit_awaits_someone",
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(needs_adjudication=False), name="a_settled_hit_is_not_open"
            ),
            models.CheckConstraint(
                condition=Q(reused_from__isnull=True) | Q(state="answered", letter__isnull=True),
                name="a_reused_answer_is_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(letter__isnull=True, recorded_by__isnull=True, letter_dated__isnull=True)
                | Q(letter__isnull=False, recorded_by__isnull=False, letter_dated__isnull=False, state="answered"),
                name="a_letter_has_a_date_and_a_recorder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.get_state_display()}"
