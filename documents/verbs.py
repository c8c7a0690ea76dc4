"""The verbs of this room in the audit log, in words."""

from django.utils.translation import gettext_lazy as _

from cases.verbs import name_verbs

name_verbs(
    {
        "document.cancelled": _("Document cancelled"),
        "document.delivered": _("Document delivered"),
        "document.issued": _("Document produced"),
        "document.quality_confirmed": _("Quality of a document confirmed"),
        "document.spoilt": _("Document spoilt"),
        "letter.written": _("Letter written"),
        "text.published": _("Text published"),
    }
)
