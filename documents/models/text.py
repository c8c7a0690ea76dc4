"""The wording of letters and messages."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models import Sourced
from documents.errors import DocumentError
from documents.fonts import families_for
from documents.wording import KINDS, faults, part_faults


class TextTemplate(Sourced):
    """One version of the wording of a letter or a message. Versions are added, never changed: what was sent can be
    explained years later. The highest version is in use (:func:`documents.letters.current_text`)."""

    code = models.SlugField(_("text"), max_length=40)
    language = models.CharField(_("language"), max_length=5, default="es", help_text=_("ISO 639."))
    version = models.PositiveSmallIntegerField(_("version"), editable=False)
    subject = models.CharField(_("subject"), max_length=150, blank=True, help_text=_("Of letters."))
    body = models.TextField(
        _("paragraphs"),
        help_text=_(
            "An empty line ends a paragraph. {name} is replaced. A paragraph that begins with [if name] or "
            "[if not name] appears only then. The last paragraph of a letter stays with the signature."
        ),
    )
    change_note = models.CharField(_("reason of the change"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", editable=False,
    )  # fmt: skip
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("text of letters and messages")
        verbose_name_plural = _("texts of letters and messages")
        ordering = ["code", "language", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "language", "version"], name="text_version_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.language}) v{self.version}"

    @property
    def title(self) -> str:
        return str(KINDS[self.code].title) if self.code in KINDS else self.code

    @property
    def edition(self) -> str:
        """Which wording this is, as the log keeps it: the same in every language of the screen."""
        return f"{self.code} ({self.language}) v{self.version}"

    def clean(self) -> None:
        """Names in braces and conditions must be ones that this text is given when it is used."""
        kind = KINDS.get(self.code)
        if kind is None:
            raise ValidationError({"code": _("There is no text with this code.")})
        wrong = {name: found for name in ("subject", "body") if (found := faults(getattr(self, name), kind))}
        if parts := part_faults(self.body, kind):
            wrong["body"] = [*wrong.get("body", []), *parts]
        if kind.printed and not self.subject:
            wrong["subject"] = [_("A letter has a subject.")]
        if kind.printed and "body" not in wrong:
            try:
                families_for(f"{self.subject}\n{self.body}")
            except DocumentError as error:
                wrong["body"] = [error.safe_message]
        if wrong:
            raise ValidationError(wrong)
