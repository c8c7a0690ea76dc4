"""The verbs of this room in the audit log, in words."""

from django.utils.translation import gettext_lazy as _

from cases.verbs import name_verbs

name_verbs(
    {
        "check.adjudicated": _("Hit settled"),
        "check.answered": _("Question answered by an agency"),
        "check.cancelled": _("Question cancelled"),
        "check.postponed": _("Question put off"),
        "check.unavailable": _("Question left without an answer"),
    }
)
