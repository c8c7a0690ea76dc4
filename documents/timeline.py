"""What a case's timeline says of issued documents and letters (:mod:`cases.timeline`)."""

from django.utils.translation import gettext as _

from audit.models import AuditEvent
from cases.timeline import Said, Scene, says
from documents.instruments import Minutes, Notice, Receipt, Resolution


def _number(event: AuditEvent) -> dict[str, str]:
    return {"number": event.data.get("number", "")}


@says("document.issued")
def _issued(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s produced") % _number(event), "certificate", "green")


@says("document.quality_confirmed")
def _confirmed(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s: quality confirmed") % _number(event), "clipboard-check", "green")


@says("document.produced_again")
def _again(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s produced again with another photograph") % _number(event), "certificate")


@says("document.spoilt")
def _spoilt(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s spoilt: its number is not used again") % _number(event), "ban", "red")


@says("document.delivered")
def _delivered(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s delivered") % _number(event), "circle-check", "green")


@says("document.cancelled")
def _cancelled(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s cancelled") % _number(event), "ban", "amber")


@says("blank.assigned")
def _assigned(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Blank %(number)s assigned") % _number(event), "tag")


@says("document.suspended")
def _suspended(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s suspended") % _number(event), "player-pause", "amber")


@says("document.active")
def _active(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s active again") % _number(event), "player-play", "green")


@says("document.lost")
def _lost(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s reported lost") % _number(event), "zoom-question", "red")


@says("document.stolen")
def _stolen(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s reported stolen") % _number(event), "alert-octagon", "red")


@says("document.damaged")
def _damaged(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s damaged") % _number(event), "file-alert", "amber")


@says("document.revoked")
def _revoked(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s revoked") % _number(event), "ban", "red")


@says("document.expired")
def _expired(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s expired") % _number(event), "hourglass")


@says("document.superseded")
def _superseded(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s replaced by another") % _number(event), "arrows-exchange")


@says("document.returned")
def _returned(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s given back") % _number(event), "arrow-back-up")


@says("file.signed")
def _signed(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("%(label)s digitally signed") % {"label": event.data.get("label", "")}, "shield-check", "green")


@says("file.stamped")
def _stamped(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("%(label)s stamped with the time") % {"label": event.data.get("label", "")}, "rubber-stamp", "green")


@says("instrument.written")
def _instrument(event: AuditEvent, scene: Scene) -> Said:
    names = {kind.series: kind.name for kind in (Resolution, Minutes, Notice, Receipt)}
    name = names.get(event.data.get("kind", ""), "")
    return Said(_("%(name)s %(number)s written") % {"name": name, **_number(event)}, "file-text")


@says("letter.written")
def _written(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Letter %(number)s written") % _number(event), "file-text")
