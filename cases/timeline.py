"""Everything that happened to a case, in sentences: who, when and why, from its audit events.

One formatter per verb. A room above adds its own with :func:`says`; a verb that nobody has a sentence for is shown by
its name, with whatever it carries, so that nothing of a case is ever hidden.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from audit.models import AuditEvent
from cases.diagram import title_of
from cases.models import Case, Decision
from cases.registry import registry
from offices.models import User
from offices.zones import zone_of

PAGE = 40
NAMING = ("task.reassigned", "task.given_back", "conflict.declared", "conflict.found", "conflict.lifted")
PRIVATE = ("conflict.declared", "conflict.lifted")
# Reads are for the auditor's log; among the acts of a case they would bury them.
READS = ("file.read", "case.read", "access.granted")


@dataclass(frozen=True)
class Said:
    """One event in words. ``tone``: green, amber, red, blue or nothing; ``icon`` a name of :mod:`ui.icons`."""

    title: str
    icon: str = "circle"
    tone: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. ``at`` is in the zone of the case's office; ``by`` is empty for the system."""

    pk: int
    at: datetime
    title: str
    by: str
    reason: str
    icon: str
    tone: str
    verb: str


@dataclass(frozen=True)
class Scene:
    """What a formatter may look up besides the event: the case's flow and the names of persons it mentions."""

    flow_class: Any
    names: Mapping[int, str]

    def step(self, event: AuditEvent) -> str:
        """The title of the step that the event names."""
        name = event.data.get("step", "")
        node = self.flow_class._nodes_by_name.get(name)
        return title_of(node) if node is not None else str(name)

    def name(self, user_id: int | None) -> str:
        return self.names.get(user_id or 0, "")


Formatter = Callable[[AuditEvent, Scene], Said]
_formatters: dict[str, Formatter] = {}


def says(*verbs: str) -> Callable[[Formatter], Formatter]:
    """Register a formatter for verbs; a second one for the same verb stops the start."""

    def register(formatter: Formatter) -> Formatter:
        for verb in verbs:
            if _formatters.get(verb, formatter) is not formatter:
                raise ImproperlyConfigured(f"two formatters of {verb!r}")
            _formatters[verb] = formatter
        return formatter

    return register


def timeline(case: Case, *, before: int | None = None, size: int = PAGE) -> tuple[list[Entry], int | None]:
    """A page of a case's events, newest first, and the key of the next page or None. At most two statements.

    The caller has checked that the case may be seen; times are those of its office (``case.office``).
    """
    events = AuditEvent.objects.of_case(case.pk).exclude(verb__in=READS)
    if before:
        events = events.filter(pk__lt=before)
    found = list(events[: size + 1])
    shown = found[:size]
    scene = Scene(registry.procedure(case.procedure), _names(shown))
    zone = zone_of(case.office.time_zone)
    return [entry(event, scene, zone) for event in shown], shown[-1].pk if len(found) > size else None


def _names(events: Iterable[AuditEvent]) -> dict[int, str]:
    """The short names of the users that events mention in their data, one statement when there are any."""
    wanted = {event.data.get(key) for event in events if event.verb in NAMING for key in ("from", "to", "user")}
    wanted.discard(None)
    return {user.pk: user.short_name for user in User.objects.filter(pk__in=wanted)} if wanted else {}


def entry(event: AuditEvent, scene: Scene, zone: ZoneInfo) -> Entry:
    """One event in words."""
    formatter = _formatters.get(event.verb)
    said = formatter(event, scene) if formatter else _unknown(event)
    return Entry(
        pk=event.pk,
        at=event.at.astimezone(zone),
        title=said.title,
        by=_by(event),
        reason=reason_for_colleagues(event),
        icon=said.icon,
        tone=said.tone,
        verb=event.verb,
    )


def reason_for_colleagues(event: AuditEvent) -> str:
    """The reason of an event as everyone on the case reads it. What ties an officer to an applicant is the officer's
    own affair: supervisors read it on the page of conflicts, auditors in the log."""
    return "" if event.verb in PRIVATE else event.reason


def _by(event: AuditEvent) -> str:
    """«L. Rojas», or «L. Rojas por I. Paz» for who acted covering somebody."""
    if event.actor is None:
        return ""
    if event.on_behalf_of is None:
        return event.actor.short_name
    names = {"actor": event.actor.short_name, "absentee": event.on_behalf_of.short_name}
    return _("%(actor)s for %(absentee)s") % names


def _unknown(event: AuditEvent) -> Said:
    """``seal.broken``, with the plain values it carries."""
    values = [str(value) for value in event.data.values() if isinstance(value, str | int | float) and value != ""]
    name = event.verb.replace(".", ": ").replace("_", " ")
    return Said(f"{name} ({', '.join(values)})" if values else name, "info-circle")


# --- the engine's own verbs ------------------------------------------------------------------------------------


@says("case.registered")
def _registered(event: AuditEvent, scene: Scene) -> Said:
    if event.data.get("complete", True):
        return Said(_("Application registered"), "file-check", "green")
    return Said(_("Application registered with observations"), "file-alert", "amber")


@says("task.taken")
def _taken(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("«%(step)s» taken") % {"step": scene.step(event)}, "user-check")


@says("task.released")
def _released(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("«%(step)s» released for someone else") % {"step": scene.step(event)}, "arrow-back-up")


@says("task.reassigned")
def _reassigned(event: AuditEvent, scene: Scene) -> Said:
    before, after = scene.name(event.data.get("from")), scene.name(event.data.get("to"))
    values = {"step": scene.step(event), "from": before, "to": after}
    if before:
        return Said(_("«%(step)s» reassigned from %(from)s to %(to)s") % values, "transfer-in", "blue")
    return Said(_("«%(step)s» assigned to %(to)s") % values, "transfer-in", "blue")


_DECISIVE = {
    Decision.Result.GRANT: ("circle-check", "green"),
    Decision.Result.DENY: ("circle-x", "red"),
    Decision.Result.RETURN: ("corner-up-left", "amber"),
}


@says("task.completed", "step.completed")
def _completed(event: AuditEvent, scene: Scene) -> Said:
    step, result = scene.step(event), event.data.get("result", "")
    icon, tone = _DECISIVE.get(result, ("check", "green"))
    if result in _DECISIVE:
        label = str(Decision.Result(result).label)
        return Said(_("«%(step)s» finished: %(result)s") % {"step": step, "result": label.lower()}, icon, tone)
    if event.verb == "step.completed":
        return Said(_("«%(step)s» finished by the system") % {"step": step}, "progress-check")
    return Said(_("«%(step)s» finished") % {"step": step}, icon, tone)


@says("step.postponed")
def _step_postponed(event: AuditEvent, scene: Scene) -> Said:
    values = {"step": scene.step(event), "attempt": event.data.get("attempt", 1)}
    return Said(
        _("«%(step)s» did not succeed (attempt %(attempt)s) and will be tried again") % values, "refresh", "amber"
    )


@says("step.failed")
def _step_failed(event: AuditEvent, scene: Scene) -> Said:
    values = {"step": scene.step(event), "class": event.data.get("class", "")}
    return Said(_("«%(step)s» stopped and waits for a person (%(class)s)") % values, "alert-triangle", "red")


@says("step.retried")
def _step_retried(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("«%(step)s» sent round again") % {"step": scene.step(event)}, "refresh", "blue")


@says("case.withdrawn")
def _withdrawn(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Case ended: withdrawn"), "arrow-back-up", "amber")


@says("case.abandoned")
def _abandoned(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Case ended: abandoned"), "hourglass", "amber")


@says("case.void")
def _void(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Case ended: void"), "ban", "red")


@says("file.attached")
def _attached(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("File attached"), "paperclip")


@says("note.added")
def _noted(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Note added"), "note")


def _message(event: AuditEvent) -> str:
    kinds = {"observed": _("something is missing"), "granted": _("decision"), "denied": _("decision")}
    return kinds.get(event.data.get("kind", ""), str(event.data.get("kind", "")))


@says("notification.sent")
def _sent(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Applicant notified by e-mail: %(what)s") % {"what": _message(event)}, "mail-forward", "green")


@says("notification.failed")
def _not_sent(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("E-mail to the applicant not delivered: %(what)s") % {"what": _message(event)}, "mail", "amber")


@says("task.given_back")
def _given_back(event: AuditEvent, scene: Scene) -> Said:
    values = {"step": scene.step(event), "name": scene.name(event.data.get("from"))}
    return Said(_("«%(step)s» of %(name)s is back in the queue") % values, "arrow-back-up", "amber")


@says("conflict.declared", "conflict.found")
def _conflict(event: AuditEvent, scene: Scene) -> Said:
    values = {"name": scene.name(event.data.get("user"))}
    if event.verb == "conflict.found":
        return Said(_("Conflict of interest of %(name)s found by the system") % values, "user-question", "amber")
    return Said(_("Conflict of interest declared by %(name)s") % values, "user-question", "amber")


@says("conflict.lifted")
def _conflict_lifted(event: AuditEvent, scene: Scene) -> Said:
    return Said(
        _("Conflict of interest of %(name)s lifted") % {"name": scene.name(event.data.get("user"))}, "user-check"
    )


def _transfer(event: AuditEvent, text: str, icon: str, tone: str = "") -> Said:
    return Said(text % {"from": event.data.get("from", ""), "to": event.data.get("to", "")}, icon, tone)


@says("transfer.proposed")
def _transfer_proposed(event: AuditEvent, scene: Scene) -> Said:
    return _transfer(event, _("Transfer from %(from)s to %(to)s proposed"), "switch-horizontal", "blue")


@says("transfer.sent")
def _transfer_sent(event: AuditEvent, scene: Scene) -> Said:
    return _transfer(event, _("Sent from %(from)s to %(to)s"), "send", "blue")


@says("transfer.received")
def _transfer_received(event: AuditEvent, scene: Scene) -> Said:
    return _transfer(event, _("Received at %(to)s from %(from)s"), "inbox", "green")


@says("transfer.declined")
def _transfer_declined(event: AuditEvent, scene: Scene) -> Said:
    return _transfer(event, _("Not received at %(to)s"), "circle-x", "amber")


@says("transfer.withdrawn")
def _transfer_withdrawn(event: AuditEvent, scene: Scene) -> Said:
    return _transfer(event, _("Proposed transfer to %(to)s taken back"), "arrow-back-up")
