"""Checks on a page: ``{% load checks %}``."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from django import template
from django.urls import reverse
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.comparison import Identifiers, Likeness, Line, compare, identifiers
from agencies.findings import Finding
from agencies.models import Check, CheckPolicy
from agencies.services import SETTLED, may_ask_again, may_cancel
from agencies.subjects import subject_of
from agencies.timeline import question_title
from ui.templatetags.ui import partial_date

register = template.Library()


class Comparison(NamedTuple):
    """One record of an agency beside the person: its lines, what it does not state, how many of each likeness, and
    which second identifiers could be compared."""

    record: dict[str, str]
    lines: list[Line]
    silent: list[Line]
    counts: dict[str, int]
    seconds: Identifiers


@register.simple_tag
def comparisons(check: Check) -> list[Comparison]:
    """``{% comparisons check as found %}``: each record of a check beside the person it asked about."""
    subject = subject_of(check.person)
    found = []
    for record in check.records:
        lines = compare(subject, record)
        counts = Counter(line.likeness.value for line in lines)
        silent = [line for line in lines if not line.theirs]
        stated = [line for line in lines if line.theirs]
        told = {each.value: counts[each.value] for each in Likeness}
        found.append(Comparison(record, stated, silent, told, identifiers(lines)))
    return found


@register.filter
def known_date(value: str) -> str:
    """«14 mar 1988» from ``1988-03-14``, «mar 1988» from ``1988-03``, «1988» from ``1988``."""
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", value or ""):
        return value or ""
    return partial_date((value + "-00-00")[:10])


@register.filter
def waiting_note(check: Check) -> str:
    """«Sin respuesta · reintento 14:20» while an agency that failed to answer is asked again; else empty."""
    if check.state == Check.State.QUEUED and check.attempts and check.next_attempt_at:
        shut_until = check.agency.retry_at or check.next_attempt_at
        at = time_format(localtime(max(check.next_attempt_at, shut_until)), "H:i")
        return _("No answer · next attempt %(time)s") % {"time": at}
    return ""


@register.filter
def goes_on(check: Check) -> bool:
    """Whether the policy lets the case go on without the answer."""
    return check.on_outage == CheckPolicy.OnOutage.PROCEED


@register.filter
def by_letter(check: Check) -> bool:
    """Whether the policy lets the answer come on paper, and none has come yet."""
    open_still = check.state in (Check.State.QUEUED, Check.State.ASKING)
    return open_still and check.on_outage == CheckPolicy.OnOutage.LETTER


@register.filter
def opinions(check: Check) -> list[Any]:
    """What officers have decided about a hit, as far as it may be shown: while a second officer is to decide alone,
    nothing of this round."""
    given = list(check.adjudications.all())
    if check.awaits == Check.Awaits.SECOND:
        return [each for each in given if each.round < check.round]
    return given


@register.filter
def flag_text(flag: Any) -> str:
    """What the decision has to weigh, in words."""
    said = {
        "unavailable": gettext_lazy("the agency did not answer"),
        "indeterminate": gettext_lazy("the answer was indeterminate"),
        "cancelled": gettext_lazy("the question was cancelled"),
        "same": gettext_lazy("a hit was found to be this person"),
        "undetermined": gettext_lazy("a hit could not be determined"),
    }
    return f"{question_title(flag.question)}: {said[flag.why]}"


@register.filter
def question_name(code: str) -> str:
    return question_title(code)


@register.filter
def from_interpol(check: Check) -> bool:
    return check.question.startswith("interpol.")


@register.simple_tag(takes_context=True)
def cancel_url(context: dict[str, Any], check: Check) -> str:
    """Where this user gives up on the question; empty when it is settled or they may not."""
    user, case = context.get("user"), context.get("case")
    if check.state in SETTLED or user is None or case is None:
        return ""
    return reverse("agencies:cancel", args=[check.pk]) if may_cancel(user, case) else ""


@register.simple_tag(takes_context=True)
def ask_again_url(context: dict[str, Any], check: Check) -> str:
    """Where this user has the question put again that waits for a person; empty when it does not or they may not."""
    user, case = context.get("user"), context.get("case")
    if check.state != Check.State.STOPPED or user is None or case is None:
        return ""
    return reverse("agencies:ask_again", args=[check.pk]) if may_ask_again(user, case) else ""


class Tally(NamedTuple):
    settled: int
    total: int


@register.simple_tag
def tally(checks: Iterable[Check]) -> Tally:
    """``{% tally checks as done %}``: how many questions have their answer, cancelled ones left out."""
    asked = [check for check in checks if check.state != Check.State.CANCELLED]
    return Tally(sum(check.state == Check.State.ANSWERED for check in asked), len(asked))


@register.filter
def short_title(check: Check) -> str:
    """The question without its agency: «requisitorias» of «PNP: requisitorias»."""
    title = question_title(check.question)
    agency, colon, rest = title.partition(": ")
    return rest if colon and agency.casefold() == check.agency.short_name.casefold() else title


@register.filter
def is_lead(check: Check) -> bool:
    """Whether the agency holds something, settled since or not."""
    return check.finding in (Finding.HIT, Finding.POSSIBLE_MATCH)


FAULTS = {
    "timeout": gettext_lazy("it did not answer in time"),
    "refused": gettext_lazy("it could not be reached"),
    "tls": gettext_lazy("the secure connection failed"),
    "reset": gettext_lazy("the connection was lost"),
    "http_5xx": gettext_lazy("it reported a failure of its own"),
    "busy": gettext_lazy("it asked to try later"),
    "too_large": gettext_lazy("its answer was far too large"),
    "dtd": gettext_lazy("its answer was not safe to read"),
    "charset": gettext_lazy("its answer could not be read"),
    "schema": gettext_lazy("its answer had not the agreed form"),
    "redirect": gettext_lazy("it sent us to another address"),
    "text": gettext_lazy("its answer could not be understood"),
}


@register.filter
def fault_text(check: Check) -> str:
    """Why the last attempt brought nothing, in words; a refusal with the agency's own code."""
    return fault_words(check.fault)


def fault_words(fault: str) -> str:
    """A fault as it is stored (``timeout``, ``refused:0003``, ``config:credential:key``) in words."""
    kind, colon, code = fault.partition(":")
    if kind == "config":
        return _("our own configuration for it is incomplete (%(code)s)") % {"code": code}
    if kind == "defect":
        return _("our own system failed while reading it (%(code)s)") % {"code": code}
    if colon:
        return _("it refused the question (%(code)s)") % {"code": code}
    return str(FAULTS.get(kind, fault))


class HitFields(NamedTuple):
    """The two fields of one hit in the adjudication form, the earlier decision on the same pair, and, for the
    supervisor, what the two officers decided."""

    check: Check
    decision: Any
    reason: Any
    earlier: Any
    differing: list[Any]


@register.simple_tag
def hit_fields(form: Any) -> list[HitFields]:
    return [
        HitFields(
            hit,
            form[f"decision_{hit.pk}"],
            form[f"reason_{hit.pk}"],
            form.earlier.get(hit.pk),
            [each for each in hit.adjudications.all() if each.round == hit.round]
            if form.awaits == Check.Awaits.SUPERVISOR
            else [],
        )
        for hit in form.hits
    ]
