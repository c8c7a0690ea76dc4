"""The case: one row with every column that a list filters or sorts by."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractProcess

from cases.clocks import Clock
from cases.queries import CaseQuerySet, CaseRowQuerySet
from offices.models import Office
from offices.roles import ProcedureCode
from people.models import Person, Realm


class Stage(models.TextChoices):
    """Where an open case is (domain §4.8); set by the node that is entered."""

    OBSERVED = "observed", _("Awaiting correction")
    CHECKS = "checks", _("Checks")
    ADJUDICATION = "adjudication", _("Settling hits")
    AUTHORISATION = "authorisation", _("Authorisation")
    INTERVIEW = "interview", _("Interview")
    EVALUATION = "evaluation", _("Evaluation")
    PROPOSED = "proposed", _("Decision")
    ISSUANCE = "issuance", _("Issuance")
    QUALITY = "quality", _("Quality control")
    DELIVERY = "delivery", _("Delivery")
    NOTIFICATION = "notification", _("Notification")
    CLOSED = "closed", _("Closed")


class Outcome(models.TextChoices):
    """How a case ended (domain §4.3)."""

    GRANTED = "granted", _("Granted")
    DENIED = "denied", _("Denied")
    INADMISSIBLE = "inadmissible", _("Inadmissible")
    NOT_FILED = "not_filed", _("Not filed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ABANDONED = "abandoned", _("Abandoned")
    VOID = "void", _("Void")
    TRANSFERRED = "transferred", _("Transferred")
    SUPERVENING = "supervening", _("Supervening cause")


class Priority(models.IntegerChoices):
    URGENT = 0, _("Urgent")
    HIGH = 1, _("High")
    NORMAL = 2, _("Normal")


# The columns of a case that flow nodes move; an act saves them together once.
MOVED = (
    "status",
    "finished",
    "stage",
    "outcome",
    "priority",
    "clock",
    "due_at",
    "decided_at",
    "notified_at",
    "closed_at",
)


class Case(AbstractProcess):
    """A case of any procedure; each procedure's own data is a multi-table child of it.

    ``flow_class``, ``status``, ``created`` and ``finished`` are viewflow's. ``applicant_name``, ``applicant_words`` (of
    the folded name) and ``nationality`` are copies for lists, written when the applicant's data change. ``clock`` is
    the state of the statutory clock (:class:`cases.clocks.Clock`); ``due_at`` is what it says now.
    """

    number = models.CharField(_("number"), max_length=32, unique=True)
    procedure = models.CharField(_("procedure"), max_length=12, choices=ProcedureCode.choices)
    subtype = models.CharField(_("subtype"), max_length=40, blank=True)
    subtype_label = models.CharField(_("class"), max_length=80, blank=True)
    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey(Person, verbose_name=_("applicant"), on_delete=models.PROTECT, related_name="+")
    applicant_name = models.CharField(_("applicant"), max_length=320)
    applicant_words = ArrayField(models.CharField(max_length=320), default=list, editable=False)
    nationality = models.CharField(_("nationality"), max_length=3)
    confidentiality = models.CharField(
        _("confidentiality"), max_length=1, choices=Realm.choices, default=Realm.ORDINARY
    )
    stage = models.CharField(_("stage"), max_length=16, choices=Stage.choices)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    draft_id = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    clock = models.JSONField(default=dict, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    notified_at = models.DateTimeField(_("notified"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    # viewflow's default process has these; a case has no parent process and no generic relations
    seed = None
    artifact = None
    parent_task = None
    data = None

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        default_permissions = ("manage",)  # viewflow adds it anyway; nobody is given it
        indexes = [
            models.Index(fields=["office", "-id"], name="case_office"),
            models.Index(fields=["applicant"], name="case_applicant"),
            models.Index(fields=["flow_class", "status"], name="case_flow"),
            # few: searched by name one by one
            models.Index(fields=["-id"], name="case_protected", condition=models.Q(confidentiality="R")),
            models.Index(
                fields=["office", "procedure", "due_at"], name="case_open_due", condition=models.Q(outcome="")
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return not self.outcome

    @property
    def statutory_clock(self) -> Clock | None:
        return Clock.from_json(self.clock) if self.clock else None


class CaseWords(models.Model):
    """The words of the applicants' names of ordinary cases, for search, with what bounds a person's view of them.

    Written by the database itself whenever a case's words, office or confidentiality change; a protected case has no
    row, and the application can make none. Behind a policy PostgreSQL may not use an index for «contains», so these
    columns stand outside.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="searchable")
    procedure = models.CharField(max_length=12)
    office_id = models.BigIntegerField()
    words = ArrayField(models.CharField(max_length=320))

    class Meta:
        default_permissions = ()
        indexes = [
            GinIndex(fields=["words"], name="case_words", fastupdate=False),
            models.Index(fields=["office_id", "-case"], name="case_words_office"),
        ]

    def __str__(self) -> str:
        return " ".join(self.words)


class NumberSeries(models.Model):
    """The last number given out per procedure, year and office; numbers leave no gap because the row is locked until
    the case is committed. Protected cases have series of their own: they leave no gap among ordinary ones either."""

    procedure = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    realm = models.CharField(max_length=1, choices=Realm.choices, default=Realm.ORDINARY)
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procedure", "year", "office", "realm"], name="one_series")]

    def __str__(self) -> str:
        return f"{self.procedure} {self.year} {self.office_id}: {self.last}"


class Decision(models.Model):
    """A proposal, a return or a decision on a case. Rows are added, never changed: a later one supersedes."""

    class Kind(models.TextChoices):
        PROPOSAL = "proposal", _("Proposal")
        DECISION = "decision", _("Decision")

    class Result(models.TextChoices):
        GRANT = "grant", _("Grant")
        DENY = "deny", _("Refuse")
        RETURN = "return", _("Return")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    result = models.CharField(_("result"), max_length=10, choices=Result.choices)
    grounds = models.ManyToManyField("cases.Ground", verbose_name=_("grounds"), blank=True, related_name="+")
    text = models.TextField(_("reasons"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-id"]
        indexes = [models.Index(fields=["case", "-id"], name="decision_case")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.verdict}"

    @property
    def verdict(self) -> str:
        """The result as something that has been done, where ``get_result_display`` names what one may do."""
        return str({"grant": _("Granted"), "deny": _("Refused"), "return": _("Returned")}[self.result])


class Note(models.Model):
    """A colleague's note on a case; internal, never shown to the applicant."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes", verbose_name=_("case"))
    text = models.TextField(_("note"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = CaseRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.text[:60]
