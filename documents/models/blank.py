"""The ledger of controlled blanks: numbered sheets, stickers, booklets and cards, each in one place at any time.

The database keeps the invariants (migration ``blanks_and_life``): a number leaves its place only by a way listed in
:data:`WAYS`, every change of a blank writes its line of the ledger by itself, and neither lines nor numbers are ever
removed.
"""

import uuid

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Attachment, Case, Sourced
from documents.queries import BlankAlarmQuerySet, BlankQuerySet
from offices.models import Office
from offices.roles import ProcedureCode


def _person(label, **options) -> models.ForeignKey:
    options = {"null": True, "blank": True, **options}
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, on_delete=models.PROTECT, related_name="+", **options
    )


class BlankKind(Sourced):
    """A kind of controlled blank, and the document that is made of it."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    document_kind = models.SlugField(
        _("document"), max_length=20, unique=True, help_text=_("The kind of document that is made of these blanks.")
    )
    procedure = models.CharField(
        _("procedure"), max_length=12, choices=ProcedureCode.choices,
        help_text=_("Whoever keeps the blanks of this procedure keeps these."),
    )  # fmt: skip
    pattern = models.CharField(
        _("shape of the number"),
        max_length=60,
        default=r"[A-HJ-NP-Z]{1,2}[0-9]{7,8}",
        help_text=_("A regular expression for the whole number; letters first, then digits."),
    )
    photo_required = models.BooleanField(
        _("photograph of spoilt ones"), default=True, help_text=_("A spoilt blank is photographed.")
    )
    report_missing = models.BooleanField(
        _("missing ones are reported"),
        default=False,
        help_text=_("To INTERPOL (SLTD), at once. A reported blank does not come back into stock."),
    )
    low_stock = models.PositiveIntegerField(
        _("low stock"), default=20, help_text=_("With fewer than these an office is warned.")
    )
    handout_days = models.PositiveSmallIntegerField(
        _("days to reconcile"), default=30, help_text=_("For numbers handed out on paper in an emergency.")
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("kind of blank")
        verbose_name_plural = _("kinds of blanks")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


def _path(instance: "BlankAct", filename: str) -> str:
    return f"blanks/{instance.key.hex[:2]}/{instance.key.hex}"


class BlankAct(models.Model):
    """A signed paper by which blanks come, go, or end. ``second_by`` is the other party: who receives a transfer, who
    confirms a destruction; never the first one. A destruction proposed by mistake is withdrawn before that, and its
    number may stand on the act that is drawn up instead."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", pgettext_lazy("blanks", "Receipt")
        TRANSFER = "transfer", pgettext_lazy("blanks", "Transfer")
        HANDOUT = "handout", pgettext_lazy("blanks", "Emergency hand-out")
        DESTRUCTION = "destruction", pgettext_lazy("blanks", "Destruction")
        CORRECTION = "correction", pgettext_lazy("blanks", "Change in stock")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    act = models.CharField(_("act"), max_length=12, choices=Kind.choices)
    kind = models.ForeignKey(BlankKind, verbose_name=_("kind"), on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="+")
    to_office = models.ForeignKey(
        Office, verbose_name=_("to"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    number = models.CharField(_("number of the act"), max_length=60, blank=True)
    dated = models.DateField(_("date of the act"))
    numbers = models.TextField(_("numbers"), help_text=_("As they were given: ranges and single numbers."))
    quantity = models.PositiveIntegerField(_("quantity"))
    text = models.TextField(_("remarks"), blank=True)
    party = models.CharField(_("to whom or from whom"), max_length=150, blank=True)
    file = models.FileField(_("signed act"), upload_to=_path, max_length=120, blank=True)
    file_name = models.CharField(max_length=150, blank=True)
    content_type = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    by = _person(_("by"), null=False, blank=False)
    at = models.DateTimeField(_("at"))
    second_by = _person(_("second signature"))
    second_at = models.DateTimeField(_("signed on"), null=True, blank=True)
    second_text = models.TextField(_("discrepancies"), blank=True)
    withdrawn_by = _person(_("withdrawn by"))
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)
    withdrawn_text = models.TextField(_("reason of the withdrawal"), blank=True)
    open = models.BooleanField(_("open"), default=False)

    class Meta:
        verbose_name = _("act on blanks")
        verbose_name_plural = _("acts on blanks")
        ordering = ["-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["office", "-id"], name="blank_act_office"),
            models.Index(fields=["to_office", "-id"], name="blank_act_to", condition=Q(to_office__isnull=False)),
            models.Index(fields=["act", "at"], name="blank_act_open", condition=Q(open=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "act", "kind", "number"],
                condition=~Q(number="") & Q(withdrawn_at__isnull=True),
                name="blank_act_number_once",
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("by")), name="blank_act_by_two_persons"
            ),
            models.CheckConstraint(
                condition=(Q(act="transfer") & Q(to_office__isnull=False) & ~Q(to_office=F("office")))
                | (~Q(act="transfer") & Q(to_office__isnull=True)),
                name="blank_transfer_has_two_offices",
            ),
            models.CheckConstraint(
                condition=~Q(act__in=["transfer", "destruction"])
                | Q(open=True)
                | Q(second_by__isnull=False)
                | Q(withdrawn_at__isnull=False),
                name="blank_act_closed_by_second",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, second_by__isnull=True)
                    & Q(act="destruction", open=False)
                    & ~Q(withdrawn_text="")
                ),
                name="blank_act_withdrawn_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.number}"


class Blank(models.Model):
    """One number. ``office`` answers for it, except on its way between two offices (``act``: the open transfer).

    The ``moved_…`` columns say who changed it last and why; a trigger copies each change to :class:`BlankMovement`.
    """

    class State(models.TextChoices):
        AVAILABLE = "available", pgettext_lazy("blank", "In stock")
        SENT = "sent", pgettext_lazy("blank", "On its way")
        OUTSIDE = "outside", pgettext_lazy("blank", "Handed out on paper")
        MISSING = "missing", pgettext_lazy("blank", "Missing")
        ASSIGNED = "assigned", pgettext_lazy("blank", "Assigned")
        PERSONALISED = "personalised", pgettext_lazy("blank", "Printed")
        DELIVERED = "delivered", pgettext_lazy("blank", "Delivered")
        SPOILT = "spoilt", pgettext_lazy("blank", "Spoilt")
        VOIDED = "voided", pgettext_lazy("blank", "Voided")
        WRITTEN_OFF = "written_off", pgettext_lazy("blank", "Written off")
        DESTROYED = "destroyed", pgettext_lazy("blank", "Destroyed")

    HELD = (State.AVAILABLE, State.ASSIGNED, State.PERSONALISED)  # what a count of the safe must find
    KEPT = (State.SPOILT, State.VOIDED)  # kept apart until two persons destroy them

    kind = models.ForeignKey(BlankKind, verbose_name=_("kind"), on_delete=models.PROTECT, related_name="+")
    number = models.CharField(
        _("number"), max_length=20, db_collation="C",
        validators=[RegexValidator(r"^[A-Z0-9]+$")],
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.AVAILABLE)
    office = models.ForeignKey(
        Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="blanks", null=True, blank=True
    )
    act = models.ForeignKey(BlankAct, on_delete=models.PROTECT, related_name="blanks", null=True, blank=True)
    moved_by = _person(_("by"))
    moved_at = models.DateTimeField(_("at"))
    moved_text = models.TextField(_("reason"), blank=True)
    photo = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    reported = models.BooleanField(_("reported as lost"), default=False, db_default=False)

    objects = BlankQuerySet.as_manager()

    class Meta:
        verbose_name = _("blank")
        verbose_name_plural = _("blanks")
        ordering = ["kind", "number"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["kind", "office", "number"], name="blank_stock", condition=Q(state="available")),
            models.Index(fields=["office", "kind", "state"], name="blank_held",
                         condition=~Q(state__in=["delivered", "destroyed", "written_off"])),
            models.Index(fields=["office", "kind", "number"], name="blank_ledger"),
            models.Index(fields=["office", "kind", "state", "number"], name="blank_ledger_state"),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="blank_number_once"),
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(state__in=["assigned", "personalised"]), name="blank_of_case_once"
            ),
            models.CheckConstraint(
                condition=(Q(state="sent") & Q(office__isnull=True) & Q(act__isnull=False))
                | (~Q(state="sent") & Q(office__isnull=False)),
                name="blank_is_in_one_place",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["assigned", "personalised"]) & Q(case__isnull=False))
                | (Q(state__in=["available", "sent", "outside", "missing"]) & Q(case__isnull=True))
                | Q(state__in=["delivered", "spoilt", "voided", "written_off", "destroyed"]),
                name="blank_has_its_case",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["outside", "destroyed"]) | Q(act__isnull=False), name="blank_has_its_act"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["spoilt", "voided", "written_off", "missing"]) | ~Q(moved_text=""),
                name="blank_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(reported=False) | Q(state__in=["missing", "written_off", "destroyed"]),
                name="reported_blank_stays_out",
            ),
        ]

    def __str__(self) -> str:
        return self.number


_S = Blank.State
WAYS: dict[str, tuple[str, ...]] = {
    _S.AVAILABLE: (_S.SENT, _S.OUTSIDE, _S.MISSING, _S.ASSIGNED, _S.SPOILT, _S.VOIDED),
    _S.SENT: (_S.AVAILABLE, _S.MISSING),
    _S.OUTSIDE: (_S.AVAILABLE, _S.DELIVERED, _S.SPOILT, _S.MISSING),
    _S.MISSING: (_S.AVAILABLE, _S.WRITTEN_OFF),
    _S.ASSIGNED: (_S.AVAILABLE, _S.PERSONALISED, _S.SPOILT, _S.VOIDED),
    _S.PERSONALISED: (_S.DELIVERED, _S.SPOILT, _S.VOIDED),
    _S.DELIVERED: (_S.WRITTEN_OFF,),
    _S.SPOILT: (_S.DESTROYED,),
    _S.VOIDED: (_S.DESTROYED,),
    _S.WRITTEN_OFF: (_S.DESTROYED,),
    _S.DESTROYED: (),
}
"""The only ways of a number; the database's trigger knows the same (tests compare the two)."""


class BlankMovement(models.Model):
    """One line of the ledger, written by the database for every change of a blank; never changed or removed."""

    blank = models.ForeignKey(Blank, on_delete=models.PROTECT, related_name="movements")
    kind = models.ForeignKey(BlankKind, on_delete=models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, choices=Blank.State.choices)
    from_office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    to_office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    act = models.ForeignKey(BlankAct, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    photo = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    by = _person(_("by"))
    at = models.DateTimeField(_("at"))
    text = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("movement of a blank")
        verbose_name_plural = _("movements of blanks")
        ordering = ["id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["kind", "from_office", "id"], name="blank_out"),
            models.Index(fields=["kind", "to_office", "id"], name="blank_in"),
        ]

    def __str__(self) -> str:
        return f"{self.blank_id}: {self.from_state} → {self.to_state}"


class BlankSheet(models.Model):
    """The reconciliation sheet of an office: what the books say since the sheet before, and what was counted.

    Sheets follow each other without a gap: each covers the movements after ``after`` up to ``through`` (ids of the
    ledger), and opens with what the one before closed with.
    """

    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="+")
    kind = models.ForeignKey(BlankKind, verbose_name=_("kind"), on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    after = models.BigIntegerField(default=0)
    through = models.BigIntegerField()
    opening = models.PositiveIntegerField(_("opening"))
    received = models.PositiveIntegerField(_("received"))
    recovered = models.PositiveIntegerField(_("back in stock"))
    used = models.PositiveIntegerField(_("used"))
    spoilt = models.PositiveIntegerField(_("spoilt or voided"))
    sent = models.PositiveIntegerField(_("sent"))
    left = models.PositiveIntegerField(_("handed out or missing"))
    closing = models.PositiveIntegerField(_("closing"))
    counted = models.PositiveIntegerField(_("counted"))
    reason = models.TextField(_("reason of the difference"), blank=True)
    by = _person(_("by"), null=False, blank=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("reconciliation sheet")
        verbose_name_plural = _("reconciliation sheets")
        ordering = ["-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["office", "kind", "-id"], name="blank_sheet_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    closing=F("opening") + F("received") + F("recovered")
                    - F("used") - F("spoilt") - F("sent") - F("left")
                ),
                name="blank_sheet_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(counted=F("closing")) | ~Q(reason=""), name="blank_difference_has_a_reason"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.office_id} {self.day:%Y-%m-%d}"

    @property
    def difference(self) -> int:
        """What was counted beyond what the books say; negative when numbers are missing."""
        return self.counted - self.closing


class BlankAlarm(models.Model):
    """Something does not add up. It stays on the board until somebody closes it with a reason; the supervisors of the
    office are told by e-mail (``told_at``; the row is the truth, the message a bell)."""

    class Cause(models.TextChoices):
        COUNT = "count", pgettext_lazy("blanks", "The count differs")
        MISSING = "missing", pgettext_lazy("blanks", "Numbers are missing")
        TRANSFER = "transfer", pgettext_lazy("blanks", "Transfer not received")
        HANDOUT = "handout", pgettext_lazy("blanks", "Hand-out not reconciled")

    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="+")
    kind = models.ForeignKey(BlankKind, verbose_name=_("kind"), on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(_("cause"), max_length=12, choices=Cause.choices)
    text = models.CharField(_("what"), max_length=300)
    act = models.ForeignKey(BlankAct, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    sheet = models.ForeignKey(BlankSheet, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    opened_at = models.DateTimeField(_("since"))
    told_at = models.DateTimeField(_("told on"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed on"), null=True, blank=True)
    closed_by = _person(_("closed by"))
    closing_text = models.TextField(_("how it was settled"), blank=True)

    objects = BlankAlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm about blanks")
        verbose_name_plural = _("alarms about blanks")
        ordering = ["-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["office", "-id"], name="blank_alarm_open", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["opened_at"], name="blank_alarm_untold", condition=Q(told_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["act", "cause"], condition=Q(cause__in=["transfer", "handout"]), name="blank_alarm_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(closing_text=""), name="closed_alarm_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}: {self.text}"
