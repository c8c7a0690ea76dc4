"""What a case's timeline says of issued documents and letters (:mod:`cases.timeline`)."""

from django.utils.translation import gettext as _

from audit.models import AuditEvent
from cases.timeline import Said, Scene, says


def _number(event: AuditEvent) -> dict[str, str]:
    return {"number": event.data.get("number", "")}


@says("document.issued")
def _issued(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s produced") % _number(event), "certificate", "green")


@says("document.quality_confirmed")
def _confirmed(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s: quality confirmed") % _number(event), "clipboard-check", "green")


@says("document.spoilt")
def _spoilt(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s spoilt: its number is not used again") % _number(event), "ban", "red")


@says("document.delivered")
def _delivered(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s delivered") % _number(event), "circle-check", "green")


@says("document.cancelled")
def _cancelled(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Document %(number)s cancelled") % _number(event), "ban", "amber")


@says("letter.written")
def _written(event: AuditEvent, scene: Scene) -> Said:
    return Said(_("Letter %(number)s written") % _number(event), "file-text")
