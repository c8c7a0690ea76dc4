"""What agencies say on a case's timeline (:mod:`cases.timeline`)."""

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.connectors.registry import registry as questions
from agencies.findings import Finding
from agencies.models import FINDINGS, Adjudication
from audit.models import AuditEvent
from cases.timeline import Said, Scene, says

_LABELS = dict(FINDINGS)
_LOOKS = {
    Finding.CLEAR: ("circle-check", "green"),
    Finding.HIT: ("alert-octagon", "red"),
    Finding.POSSIBLE_MATCH: ("user-question", "amber"),
    Finding.INDETERMINATE: ("help-circle", "amber"),
}


def question_title(code: str) -> str:
    """The question's title; its code when the connector is no longer installed."""
    try:
        return str(questions.get(code).manifest.title)
    except KeyError:
        return code


def _question(event: AuditEvent) -> str:
    return question_title(event.data.get("question", ""))


@says("check.answered")
def _answered(event: AuditEvent, scene: Scene) -> Said:
    finding = event.data.get("finding", "")
    values = {"question": _question(event), "finding": str(_LABELS.get(finding, finding)).lower()}
    return Said(_("%(question)s answered: %(finding)s") % values, *_LOOKS.get(finding, ("database", "")))


@says("check.postponed")
def _postponed(event: AuditEvent, scene: Scene) -> Said:
    return Said(
        _("%(question)s does not answer; it is asked again") % {"question": _question(event)}, "refresh", "blue"
    )


@says("check.unavailable")
def _unavailable(event: AuditEvent, scene: Scene) -> Said:
    values = {"question": _question(event)}
    return Said(_("%(question)s gave no answer; the case goes on with a flag") % values, "flag", "amber")


@says("check.stopped")
def _stopped(event: AuditEvent, scene: Scene) -> Said:
    values = {"question": _question(event)}
    return Said(
        _("%(question)s was refused or can not be read; it waits for a person") % values, "alert-triangle", "amber"
    )


@says("check.asked_again")
def _asked_again(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("%(question)s: put again") % {"question": _question(event)}, "refresh", "blue")


@says("check.cancelled")
def _cancelled(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("%(question)s: question cancelled") % {"question": _question(event)}, "ban", "amber")


@says("check.adjudicated")
def _adjudicated(event: AuditEvent, scene: Scene) -> Said:
    decision = event.data.get("decision", "")
    label = dict(Adjudication.Decision.choices).get(decision, decision)
    values = {"question": _question(event), "decision": str(label).lower()}
    tones = {Adjudication.Decision.SAME: "red", Adjudication.Decision.UNDETERMINED: "amber"}
    tone = tones.get(decision, "green")
    return Said(_("%(question)s: hit settled, %(decision)s") % values, "gavel", tone)


@says("check.first_opinion")
def _first_opinion(event: AuditEvent, scene: Scene) -> Said:
    values = {"question": _question(event)}
    return Said(_("%(question)s: first officer has decided; a second one is to") % values, "gavel", "blue")


@says("check.disputed")
def _disputed(event: AuditEvent, scene: Scene) -> Said:
    return Said(
        _("%(question)s: the two officers differ; the supervisor decides") % {"question": _question(event)},
        "gavel",
        "amber",
    )


@says("check.reopened")
def _reopened(event: AuditEvent, scene: Scene) -> Said:
    values = {"question": _question(event)}
    return Said(_("%(question)s: hit opened again, the person's data have changed") % values, "user-question", "amber")


@says("check.reused")
def _reused(event: AuditEvent, scene: Scene) -> Said:
    finding = event.data.get("finding", "")
    answered = parse_datetime(event.data.get("answered", "")) or event.at
    values = {
        "question": _question(event),
        "finding": str(_LABELS.get(finding, finding)).lower(),
        "date": date_format(localtime(answered), "SHORT_DATE_FORMAT"),
    }
    said = _("%(question)s: answer of %(date)s taken over, %(finding)s") % values
    return Said(said, *_LOOKS.get(finding, ("database", "")))


@says("check.letter")
def _letter(event: AuditEvent, scene: Scene) -> Said:
    finding = event.data.get("finding", "")
    values = {"question": _question(event), "finding": str(_LABELS.get(finding, finding)).lower()}
    return Said(_("%(question)s answered by letter: %(finding)s") % values, *_LOOKS.get(finding, ("database", "")))


@says("evidence.read")
def _evidence(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("%(question)s: sealed answer read") % {"question": _question(event)}, "lock-open", "blue")


@says("checks.withheld")
def _withheld(event: AuditEvent, scene: Scene) -> Said:
    n = event.data.get("withheld", 0)
    text = ngettext(
        "%(n)d question was not put: another State would have heard it",
        "%(n)d questions were not put: another State would have heard them",
        n,
    )
    return Said(text % {"n": n}, "shield", "blue")


@says("checks.unconfigured")
def _unconfigured(event: AuditEvent, scene: Scene) -> Said:
    n = event.data.get("missing", 0)
    text = ngettext(
        "%(n)d prescribed check has no agency configured and was not asked",
        "%(n)d prescribed checks have no agency configured and were not asked",
        n,
    )
    return Said(text % {"n": n}, "alert-triangle", "red")


@says("report.queued")
def _report_queued(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Report to INTERPOL (SLTD) queued"), "send", "blue")


@says("report.sent")
def _report_sent(event: AuditEvent, scene: Scene) -> Said:
    reference = event.data.get("reference", "")
    return Said(
        _("INTERPOL (SLTD) acknowledged the report: %(reference)s") % {"reference": reference}, "check", "green"
    )


@says("report.sent_again")
def _report_sent_again(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Report to INTERPOL (SLTD) put in the queue again"), "send")


@says("report.refused")
def _report_refused(event: AuditEvent, scene: Scene) -> Said:
    fault = event.data.get("fault", "")
    return Said(_("INTERPOL (SLTD) refused the report: %(fault)s") % {"fault": fault}, "alert-triangle", "red")
