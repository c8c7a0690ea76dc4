"""What agencies say on a case's timeline (:mod:`cases.timeline`)."""

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
    tone = "red" if decision == Adjudication.Decision.SAME else "green"
    return Said(_("%(question)s: hit settled, %(decision)s") % values, "gavel", tone)


@says("checks.unconfigured")
def _unconfigured(event: AuditEvent, scene: Scene) -> Said:
    n = event.data.get("missing", 0)
    text = ngettext(
        "%(n)d prescribed check has no agency configured and was not asked",
        "%(n)d prescribed checks have no agency configured and were not asked",
        n,
    )
    return Said(text % {"n": n}, "alert-triangle", "red")


@says("checks.refused")
def _refused(event: AuditEvent, scene: Scene) -> Said:
    n = event.data.get("refused", 0)
    text = ngettext(
        "%(n)d prescribed check was not asked: the State of origin might hear it",
        "%(n)d prescribed checks were not asked: the State of origin might hear them",
        n,
    )
    return Said(text % {"n": n}, "shield-lock", "amber")
