"""How an agency is doing, on a page: ``{% load agency_status %}``."""

from collections.abc import Mapping

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agencies.limits import Breaker
from agencies.models import Agency, Report
from agencies.status import AgencyStatus, Health
from agencies.templatetags.checks import fault_words
from ui.templatetags.ui import badge

register = template.Library()

HEALTH = {
    Health.UP: ("green", "circle-check", pgettext_lazy("agency", "Answers")),
    Health.SLOW: ("amber", "clock", pgettext_lazy("agency", "Slow")),
    Health.DOWN: ("red", "cloud-off", pgettext_lazy("agency", "Does not answer")),
    Health.TRYING: ("amber", "progress-check", pgettext_lazy("agency", "Being tried")),
    Health.PAUSED: ("slate", "player-pause", pgettext_lazy("agency", "Paused")),
    Health.UNKNOWN: ("slate", "circle-dashed", pgettext_lazy("agency", "Not asked lately")),
}
BREAKER = {
    Breaker.CLOSED: gettext_lazy("Closed: asked normally"),
    Breaker.OPEN: gettext_lazy("Open: nothing is asked"),
    Breaker.HALF_OPEN: gettext_lazy("Half open: the next question is a probe"),
    Breaker.PROBING: gettext_lazy("Half open: a probe is under way"),
}


@register.simple_tag
def health_badge(row: AgencyStatus) -> SafeString:
    tone, icon, label = HEALTH[row.health]
    return badge(label, tone=tone, icon_name=icon)


@register.filter
def breaker_text(row: AgencyStatus) -> str:
    return str(BREAKER[row.breaker])


@register.filter
def latency(ms: int | None) -> str:
    """«340 ms», «1.2 s»; a dash when nothing was measured."""
    if ms is None:
        return "—"
    return f"{ms} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


@register.filter
def reason_text(fault: str) -> str:
    """A kind of fault in words, for agencies as for single checks."""
    return fault_words(fault)


@register.filter
def trial_text(agency: Agency) -> str:
    """What the last trial brought."""
    if agency.trial == "asking":
        return _("Being tried…")
    if agency.trial == "ok":
        return _("It answered in %(time)s") % {"time": latency(agency.trial_ms)}
    if agency.trial == "no_question":
        return _("None of its questions can be put about a fictitious person")
    return _("Without success: %(why)s") % {"why": fault_words(agency.trial)}


# -- reports -------------------------------------------------------------------------------------------------------

REPORT = {
    Report.State.QUEUED: ("amber", "hourglass"),
    Report.State.SENDING: ("blue", "send"),
    Report.State.SENT: ("green", "circle-check"),
    Report.State.REFUSED: ("red", "ban"),
}
LOSSES = {"LOST": pgettext_lazy("SLTD", "lost"), "STOLEN": pgettext_lazy("SLTD", "stolen")}


@register.simple_tag
def report_badge(report: Report) -> SafeString:
    tone, icon = REPORT[Report.State(report.state)]
    return badge(report.get_state_display(), tone=tone, icon_name=icon)


@register.filter
def sltd_text(values: Mapping[str, str]) -> str:
    """«VISA, stolen»: what a report to SLTD says of its document."""
    status = values.get("status", "")
    return ", ".join(filter(None, [values.get("type", ""), str(LOSSES.get(status, status))]))
