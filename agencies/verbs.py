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
        "agency.paused": _("Agency paused"),
        "agency.resumed": _("Agency resumed"),
        "agency.tried": _("Trial of an agency asked for"),
        "agency.trial_ended": _("Trial of an agency ended"),
        "evidence.read": _("Sealed answer read"),
        "report.queued": _("Report to an agency queued"),
        "report.refused": _("Report refused by the agency"),
        "report.sent_again": _("Report to an agency sent again by a person"),
        "report.sent": _("Report to an agency sent"),
        "report.withheld": _("Report withheld: protected case"),
        "check.asked_again": _("Question put again"),
        "check.disputed": _("Officers differ on a hit"),
        "check.first_opinion": _("First opinion on a hit"),
        "check.letter": _("Answer recorded from a letter"),
        "check.reopened": _("Hit opened again"),
        "check.reused": _("Earlier answer taken over"),
        "check.stopped": _("Question stopped"),
    }
)
