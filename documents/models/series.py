"""Number series."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentSeries(models.Model):
    """The numbers of one kind of document, of all offices together. The row is locked from the moment a number is
    given out until its document is committed, so numbers leave no gap."""

    kind = models.SlugField(_("kind"), max_length=20, unique=True)
    prefix = models.CharField(
        _("prefix"),
        max_length=2,
        validators=[RegexValidator(r"^[A-HJ-NP-Z]{1,2}$", _("One or two capital letters, without I and O."))],
        help_text=_("Begins every number of this kind. I and O are not used: they are read as 1 and 0."),
    )
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.prefix} {self.last}"
