"""What a visa case has beyond a case."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Sourced
from cases.queries import CaseQuerySet
from people.models import IdentityDocument
from visas.queries import OfApplicationQuerySet


class VisaClass(Sourced):
    """A *calidad migratoria* that RREE grants or issues (DL 1350; domain §5.1 A)."""

    class Status(models.TextChoices):
        TEMPORARY = "temporal", _("Temporary")
        RESIDENT = "residente", _("Resident")

    class Family(models.TextChoices):
        """Who decides (domain §5.1 A, families a to c)."""

        CONSUL = "a", _("The consul decides alone")
        MINISTRY = "b", _("After an authorisation from Lima")
        MIGRACIONES = "c", _("After Migraciones approves")

    class MrvFormat(models.TextChoices):
        A = "MRV-A", "MRV-A (2 × 44)"
        B = "MRV-B", "MRV-B (2 × 36)"

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    family = models.CharField(_("who decides"), max_length=1, choices=Family.choices)
    interview = models.BooleanField(_("interview required"), default=True)
    entries = models.PositiveSmallIntegerField(_("entries"), default=0, help_text=_("0 is multiple entry."))
    stay_days = models.PositiveSmallIntegerField(
        _("stay"), default=183, help_text=_("Calendar days per year; 0: as long as the status lasts.")
    )
    use_months = models.PositiveSmallIntegerField(
        _("months to use it"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("From issue to the last day to seek entry."),
    )
    mrv_format = models.CharField(_("zone"), max_length=5, choices=MrvFormat.choices, default=MrvFormat.A)
    passport_months = models.PositiveSmallIntegerField(
        _("passport validity"), default=6, help_text=_("Months that the passport must still be valid.")
    )
    active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=10)

    class Meta:
        verbose_name = _("visa class")
        verbose_name_plural = _("visa classes")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_status_display()})"

    @property
    def needs_authorisation(self) -> bool:
        return self.family != self.Family.CONSUL


class VisaApplication(Case):
    """A visa case. Three dates stay apart: until when entry may be sought, how long the stay may last, how many
    entries (domain §5.1 F)."""

    visa_class = models.ForeignKey(VisaClass, verbose_name=_("class"), on_delete=models.PROTECT, related_name="+")
    passport = models.ForeignKey(
        IdentityDocument, verbose_name=_("passport"), on_delete=models.PROTECT, related_name="+"
    )
    purpose = models.TextField(_("purpose of the journey"))
    arrival = models.DateField(_("planned arrival"))
    departure = models.DateField(_("planned departure"), null=True, blank=True)
    host_address = models.CharField(_("address in Peru"), max_length=200, blank=True)
    sponsor = models.CharField(_("sponsor or host"), max_length=150, blank=True)
    authorised = models.BooleanField(null=True, editable=False)
    observations = models.JSONField(default=list, blank=True, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("visa application")
        verbose_name_plural = _("visa applications")
        default_permissions = ("manage",)


class Authorization(models.Model):
    """An authorisation from Lima or a resolution of Migraciones, with its number and date (families b and c)."""

    application = models.ForeignKey(VisaApplication, on_delete=models.PROTECT, related_name="authorizations")
    granted = models.BooleanField(_("granted"))
    source = models.CharField(_("authority"), max_length=120)
    document_type = models.CharField(_("document"), max_length=60)
    number = models.CharField(_("number"), max_length=60)
    dated = models.DateField(_("date"))
    remarks = models.TextField(_("remarks"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = OfApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("authorisation")
        verbose_name_plural = _("authorisations")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.document_type} {self.number}"


class Interview(models.Model):
    """The record of an interview (domain §5.1 C step 8)."""

    class Channel(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        VIDEO = "video", _("By video")
        TELEPHONE = "telephone", _("By telephone")

    class Appraisal(models.TextChoices):
        CONVINCING = "convincing", _("Convincing")
        DOUBTFUL = "doubtful", _("Doubtful")
        UNCONVINCING = "unconvincing", _("Not convincing")

    application = models.ForeignKey(VisaApplication, on_delete=models.PROTECT, related_name="interviews")
    held_on = models.DateField(_("date"))
    channel = models.CharField(_("held"), max_length=10, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=40)
    interpreter = models.CharField(_("interpreter"), max_length=120, blank=True)
    purpose = models.CharField(_("purpose of the journey"), max_length=12, choices=Appraisal.choices)
    ties = models.CharField(_("ties to the country of residence"), max_length=12, choices=Appraisal.choices)
    funds = models.CharField(_("means"), max_length=12, choices=Appraisal.choices)
    summary = models.TextField(_("summary"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = OfApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("interview")
        verbose_name_plural = _("interviews")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.held_on:%d/%m/%Y}"
