"""A person once, however many cases they have."""

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.queries import IdentityDocumentQuerySet, PersonQuerySet
from wall import realm


class Realm(models.TextChoices):
    """Which wall a row stands behind (domain §8.2). A person known only through a protected case is PROTECTED and
    does not exist for anyone without a protection role."""

    ORDINARY = realm.ORDINARY, _("Ordinary")
    PROTECTED = realm.PROTECTED, _("Protected")


partial_date = RegexValidator(
    r"^\d{4}-\d{2}-\d{2}$", _("A date as YYYY-MM-DD, with 00 for a month or day that is not known.")
)


class Person(models.Model):
    """Identity as the person's documents state it, in the original script."""

    class Sex(models.TextChoices):
        MALE = "M", _("Male")
        FEMALE = "F", _("Female")
        UNSPECIFIED = "X", _("Unspecified")

    realm = models.CharField(_("realm"), max_length=1, choices=Realm.choices, default=Realm.ORDINARY)
    primary = models.CharField(
        _("surnames"), max_length=150, help_text=_("Primary identifier, as in the document (ICAO 9303-3 §4.6).")
    )
    secondary = models.CharField(_("given names"), max_length=150, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices)
    birth_date = models.CharField(
        _("date of birth"),
        max_length=10,
        validators=[partial_date],
        help_text=_("YYYY-MM-DD; 00 for a month or day, 0000 for a year, that is not known."),
    )
    birth_place = models.CharField(_("place of birth"), max_length=120, blank=True)
    nationality = models.CharField(
        _("nationality"), max_length=3, help_text=_("ICAO 9303-3 §5: ISO 3166-1 alpha-3, or XXA, XXB, XXC, XXX, UNO…")
    )
    father = models.CharField(_("father's name"), max_length=150, blank=True)
    mother = models.CharField(_("mother's name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    folded = models.CharField(
        max_length=320, editable=False, help_text=_("Both identifiers without accents and case, for search.")
    )
    created = models.DateTimeField(auto_now_add=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        indexes = [
            models.Index(fields=["birth_date"], name="person_birth"),
            # few: searched by name one by one
            models.Index(fields=["id"], name="person_protected", condition=models.Q(realm="R")),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """«SOTO VARGAS, Camila», as lists and letters show it."""
        surnames = self.primary.upper()
        return f"{surnames}, {self.secondary}" if self.secondary else surnames


class PersonName(models.Model):
    """The names of ordinary persons, for search. Written by the database itself whenever a person's name or realm
    changes; a protected person has no row, and the application can make none.

    Behind a policy PostgreSQL may not use an index for «contains» and «is like», so these columns stand outside.
    """

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="searchable")
    folded = models.CharField(max_length=320)

    class Meta:
        verbose_name = _("name of a person")
        verbose_name_plural = _("names of persons")
        default_permissions = ()
        indexes = [GinIndex(fields=["folded"], name="person_name_trigram", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.folded


class IdentityDocument(models.Model):
    """A document that somebody presented: passport, national card…"""

    class Kind(models.TextChoices):
        PASSPORT = "passport", _("Passport")
        NATIONAL_ID = "national_id", _("National identity card")
        DNI = "dni", _("DNI (Peru)")
        FOREIGNER_CARD = "ce", _("Foreigner's card (Peru)")
        OTHER = "other", _("Other")

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=30)
    issuer = models.CharField(_("issuing State"), max_length=3)
    issued = models.DateField(_("issued"), null=True, blank=True)
    expires = models.DateField(_("expires"), null=True, blank=True)
    mrz = models.TextField(_("machine-readable zone"), blank=True)

    objects = IdentityDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("identity document")
        verbose_name_plural = _("identity documents")
        constraints = [
            # The same document twice would be two persons with one passport: the second intake must find the first.
            models.UniqueConstraint(fields=["number", "issuer", "kind", "person"], name="document_once_per_person")
        ]
        indexes = [models.Index(fields=["number", "issuer"], name="document_number")]

    def __str__(self) -> str:
        return f"{self.issuer} {self.number}"
