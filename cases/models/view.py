"""A filter somebody keeps."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A named filter of a work list, its owner's alone. ``query`` is the query string that
    :class:`cases.listing.Filter` writes and reads, without the place in the list."""

    class List(models.TextChoices):
        INBOX = "inbox", _("My inbox")
        QUEUE = "queue", _("Office queue")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=40)
    list = models.CharField(_("list"), max_length=10, choices=List.choices)
    query = models.CharField(_("filter"), max_length=300)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "list", "name"], name="one_view_per_name")]

    def __str__(self) -> str:
        return self.name
