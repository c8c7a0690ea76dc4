"""Small pieces of the pages: ``{% load ui %}``.

Every state is said in words or by shape, never by colour alone. The tags take plain values or anything with
the attributes named in their docstrings, so that this room knows no model.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from ui.icons import OUTLINE

register = template.Library()

SPRITE = "vendor/icons.svg"


class UnknownIcon(ValueError):
    """An icon that is not in :data:`ui.icons.OUTLINE`, so not in the sprite."""


class Look(NamedTuple):
    """How a value is shown: ``tone`` is a colour family of app.css, ``icon`` a name of the sprite."""

    tone: str
    icon: str
    label: Any


def _get(thing: Any, name: str, default: Any = None) -> Any:
    return thing.get(name, default) if isinstance(thing, Mapping) else getattr(thing, name, default)


def _plain(value: Any) -> str:
    """The bare value of a string, a ``StrEnum`` or a Django choice; "" for None."""
    return "" if value is None else str(getattr(value, "value", value))


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """``{% icon "clock" %}`` is decoration; ``{% icon "clock" label=_("Due") %}`` is read aloud.

    Raises :class:`UnknownIcon` for a name that is not in the sprite.
    """
    if name not in OUTLINE:
        raise UnknownIcon(f"{name!r} is not in ui/icons.py")
    href = f"{static(SPRITE)}#{name}"
    classes = f"icon {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, href
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', classes, href
    )


@register.simple_tag
def badge(text: Any, tone: str = "slate", icon_name: str = "", title: str = "") -> SafeString:
    """``{% badge text tone="green" icon_name="check" %}``; tones: green, amber, red, blue, slate, brand."""
    return format_html(
        '<span class="chip chip-{}"{}>{}{}</span>',
        tone,
        format_html(' title="{}"', title) if title else "",
        icon(icon_name) if icon_name else "",
        text,
    )


# --- clocks ---------------------------------------------------------------------------------------
SOON_DAYS = 2


def _due_text(kind: str, days: int, long: bool, late: bool) -> str:
    if kind == "overdue":
        if not days:
            return _("Overdue")
        if long:
            return ngettext("Overdue by %(days)d business day", "Overdue by %(days)d business days", days) % {
                "days": days
            }
        return _("Overdue %(days)d d") % {"days": days}
    if kind == "due_today":
        return _("Due today")
    if kind == "paused":
        return _("Paused")
    if kind == "stopped":
        return _("Closed late") if late else _("Term closed")
    if long:
        return ngettext("%(days)d business day", "%(days)d business days", days) % {"days": days}
    return ngettext("%(days)d bus. day", "%(days)d bus. days", days) % {"days": days}


@register.simple_tag
def due_chip(state: Any, long: bool = False) -> SafeString:
    """How a clock stands: ``state.kind`` (running, paused, overdue, due_today, stopped) and ``state.days``.

    ``state.ends_at`` (exclusive end of the term) adds the last day, as a tip or, with ``long=True``, in the
    text; ``state.late`` tells a stopped clock that was late. No state: a dash.
    """
    if not state:
        return format_html('<span class="muted" title="{}">—</span>', _("No term"))
    kind, days, late = (
        _plain(_get(state, "kind")),
        int(_get(state, "days") or 0),
        bool(_get(state, "late", False)),
    )
    tone, name = {
        "overdue": ("red", "alert-triangle"),
        "due_today": ("amber", "alarm"),
        "paused": ("slate", "player-pause"),
        "stopped": ("amber" if late else "slate", "circle-check"),
    }.get(kind, ("amber", "clock") if days <= SOON_DAYS else ("green", "clock"))
    text, tip = _due_text(kind, days, long, late), ""
    ends_at = _get(state, "ends_at")
    if ends_at and kind not in ("stopped", "paused"):
        # the end is exclusive: midnight belongs to the day before
        last = timezone.localtime(ends_at) - timedelta(microseconds=1)
        tip = _("Last day: %(date)s") % {"date": date_format(last, "l j b Y")}
        if long and kind != "due_today":
            sentence = _("%(term)s · was due %(date)s") if kind == "overdue" else _("%(term)s · due %(date)s")
            text = sentence % {"term": text, "date": date_format(last, "j b")}
    return format_html(
        '<span class="chip chip-{} due"{}>{}{}</span>',
        tone,
        format_html(' title="{}"', tip) if tip else "",
        icon(name),
        text,
    )


# --- checks ---------------------------------------------------------------------------------------
FINDINGS: dict[str, Look] = {
    "HIT": Look("red", "alert-octagon", pgettext_lazy("finding", "Hit")),
    "POSSIBLE_MATCH": Look("amber", "user-question", pgettext_lazy("finding", "Possible match")),
    "INDETERMINATE": Look("amber", "help-circle", pgettext_lazy("finding", "Undetermined")),
    "UNAVAILABLE": Look("blue", "cloud-off", pgettext_lazy("finding", "No answer")),
    "PENDING": Look("slate", "hourglass", pgettext_lazy("finding", "Being asked")),
    "CANCELLED": Look("slate", "ban", pgettext_lazy("finding", "Cancelled")),
    "CLEAR": Look("green", "circle-check", pgettext_lazy("finding", "Nothing found")),
}


def finding_code(check: Any) -> str:
    """The key of :data:`FINDINGS` for a finding, or for a thing with ``finding`` and perhaps ``state``."""
    if check is None or isinstance(check, str):
        value = _plain(check)
    else:
        value = _plain(_get(check, "finding"))
        if not value:
            value = {"failed": "UNAVAILABLE", "cancelled": "CANCELLED"}.get(_plain(_get(check, "state")), "")
    value = value.upper()
    return value if value in FINDINGS else "PENDING"


@register.simple_tag
def finding_badge(finding: Any) -> SafeString:
    """What an agency's answer amounts to, as a badge. Empty, unknown or None: still being asked."""
    code = finding_code(finding)
    look = FINDINGS[code]
    return format_html(
        '<span class="chip chip-{} finding-{}">{}{}</span>',
        look.tone,
        code.lower(),
        icon(look.icon),
        look.label,
    )


@register.simple_tag
def check_dots(checks: Iterable[Any] | Mapping[str, int] | None) -> SafeString:
    """One mark per check, worst first, read aloud as one sentence.

    ``checks``: findings, things with ``finding``, or a mapping of finding to number. A disc is clear, a
    square a hit, a diamond a possible match, a triangle undetermined, a ring no answer, a dot being asked.
    """
    if isinstance(checks, Mapping):
        counts = Counter()
        for finding, number in checks.items():
            counts[finding_code(finding)] += number
    else:
        counts = Counter(finding_code(check) for check in checks or ())
    total = sum(counts.values())
    if not total:
        return format_html('<span class="muted" title="{}">—</span>', _("No checks"))
    parts = [(counts[code], look.label) for code, look in FINDINGS.items() if counts[code]]
    text = ngettext("%(total)d check: %(parts)s", "%(total)d checks: %(parts)s", total) % {
        "total": total,
        "parts": ", ".join(f"{number} {str(label).lower()}" for number, label in parts),
    }
    marks = format_html_join(
        "",
        '<i class="dot dot-{}"></i>',
        ((code.lower(),) for code in FINDINGS for _n in range(counts[code])),
    )
    return format_html('<span class="dots" role="img" aria-label="{}" title="{}">{}</span>', text, text, marks)


# --- cases ----------------------------------------------------------------------------------------
STAGES: dict[str, Look] = {
    "draft": Look("slate", "pencil", gettext_lazy("Draft")),
    "observed": Look("amber", "corner-up-left", gettext_lazy("Awaiting correction")),
    "checks": Look("blue", "database", gettext_lazy("Checks")),
    "adjudication": Look("amber", "users", gettext_lazy("Settling hits")),
    "authorisation": Look("blue", "building-bank", gettext_lazy("Authorisation")),
    "interview": Look("blue", "message", gettext_lazy("Interview")),
    "evaluation": Look("blue", "search", gettext_lazy("Evaluation")),
    "proposed": Look("blue", "gavel", gettext_lazy("Decision")),
    "issuance": Look("blue", "printer", gettext_lazy("Issuance")),
    "quality": Look("blue", "eye", gettext_lazy("Quality control")),
    "delivery": Look("blue", "transfer-in", gettext_lazy("Delivery")),
    "notification": Look("blue", "send", gettext_lazy("Notification")),
    "closed": Look("slate", "archive", gettext_lazy("Closed")),
    "granted": Look("green", "circle-check", gettext_lazy("Granted")),
    "denied": Look("red", "circle-x", gettext_lazy("Denied")),
    "inadmissible": Look("red", "ban", gettext_lazy("Inadmissible")),
    "not_filed": Look("slate", "file-alert", gettext_lazy("Not filed")),
    "withdrawn": Look("slate", "arrow-back-up", gettext_lazy("Withdrawn")),
    "abandoned": Look("slate", "hourglass", gettext_lazy("Abandoned")),
    "void": Look("red", "ban", gettext_lazy("Void")),
    "transferred": Look("slate", "transfer-in", gettext_lazy("Transferred")),
    "supervening": Look("slate", "info-circle", gettext_lazy("Supervening cause")),
}


@register.simple_tag
def status_badge(stage: Any, label: Any = "") -> SafeString:
    """A stage or an outcome (the codes of domain §4.3 and §4.8). ``label`` replaces the text; an unknown code
    shows its own label or itself in grey."""
    code = _plain(stage).lower()
    look = STAGES.get(code) or Look("slate", "circle", _get(stage, "label", None) or _plain(stage) or "—")
    return format_html('<span class="chip chip-{}">{}{}</span>', look.tone, icon(look.icon), label or look.label)


@register.simple_tag
def person_name(person: Any, nationality: str = "") -> SafeString:
    """«SOTO VARGAS, Camila CHL».

    ``person``: a thing with ``primary``, ``secondary`` and ``nationality`` (people), with ``applicant_name``
    and ``nationality`` (cases), or the text «SURNAMES, Given names».
    """
    if isinstance(person, str | Promise):
        primary, _comma, secondary = str(person).partition(", ")
    elif _get(person, "applicant_name"):
        primary, _comma, secondary = _get(person, "applicant_name").partition(", ")
        nationality = nationality or _get(person, "nationality") or ""
    else:
        primary, secondary = _get(person, "primary") or "", _get(person, "secondary") or ""
        nationality = nationality or _get(person, "nationality") or ""
    return format_html(
        '<span class="person"><span class="person-surnames">{}</span>{}{}{}</span>',
        primary.upper(),
        ", " if primary and secondary else "",
        secondary,
        format_html(' <span class="person-nat">{}</span>', nationality) if nationality else "",
    )


@register.simple_tag
def avatar(name: Any, css: str = "") -> SafeString:
    """Two initials in a disc; decoration only, the name stands beside it."""
    words = [word for word in str(name).replace(",", " ").split() if word[0].isalpha()]
    initials = "".join(word[0] for word in words[:2]).upper()
    return format_html('<span class="initials {}" aria-hidden="true">{}</span>', css, initials or "·")


# --- time -----------------------------------------------------------------------------------------
_STEPS = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min"))
AGO_LIMIT = timedelta(days=90)


@register.simple_tag
def ago(moment: datetime | None) -> SafeString:
    """«9 d ago» or «in 5 min», with the full moment as a tip; beyond 90 days the date."""
    if moment is None:
        return format_html('<span class="muted">{}</span>', "—")
    distance = timezone.now() - moment
    local = timezone.localtime(moment)
    text = date_format(local, "j b Y")
    if abs(distance) < AGO_LIMIT:
        text = pgettext("time", "now")
        for unit, sign in _STEPS:
            if number := abs(distance) // unit:
                short = f"{number} {sign}"
                text = (_("in %(time)s") if distance < timedelta() else _("%(time)s ago")) % {"time": short}
                break
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat("T", "minutes"),
        date_format(local, "j b Y, H:i"),
        text,
    )


@register.filter
def partial_date(value: str | None) -> str:
    """«14 Mar 1988» from ``1988-03-14``, «Mar 1988» from ``1988-03-00``, «1988», «not known» from zeros."""
    if not value:
        return ""
    year, month, day = (int(part) for part in str(value).split("-"))
    if not year:
        return _("not known")
    if not month:
        return str(year)
    moment = datetime(year, month, day or 1)  # noqa: DTZ001 - a calendar day has no zone
    return date_format(moment, "j b Y" if day else "b Y")


# --- facts ----------------------------------------------------------------------------------------
@register.simple_block_tag
def facts(content: str, css: str = "") -> SafeString:
    """``{% facts %}{% fact label value %}…{% endfacts %}``: a definition list in columns."""
    return format_html('<dl class="facts {}">{}</dl>', css, mark_safe(content))  # noqa: S308  # nosec B308


@register.simple_tag
def fact(label: Any, value: Any = None, mono: bool = False, wide: bool = False) -> SafeString:
    """One term and its description; an empty value is said, not left blank."""
    empty = value is None or value == ""
    shown = format_html('<span class="muted">{}</span>', _("Not stated")) if empty else conditional_escape(value)
    return format_html(
        '<div class="{}"><dt>{}</dt><dd class="{}">{}</dd></div>',
        "fact fact-wide" if wide else "fact",
        label,
        "mono" if mono and not empty else "",
        shown,
    )
