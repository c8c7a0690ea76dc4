"""How a case's timeline tells what an officer answered for when registering it (``registration.remarked``)."""

from django.utils.translation import gettext as _

from audit.models import AuditEvent
from cases.registration.form import RegistrationForm
from cases.registration.zone import FIELDS, PROBLEMS
from cases.timeline import Said, Scene, says


@says("registration.remarked")
def _remarked(event: AuditEvent, scene: Scene) -> Said:
    told = []
    if wrong := event.data.get("zone"):
        named = [str(FIELDS[code]).lower() for code in wrong if code in FIELDS]
        detail = ", ".join(named or [str(PROBLEMS["no_zone"])])
        told.append(_("Registered with a zone that is not right (%(detail)s)") % {"detail": detail})
    if fields := event.data.get("differs_from_zone"):
        labels = [str(RegistrationForm.base_fields[name].label).lower() for name in fields]
        told.append(_("Registered with data that differ from the zone: %(fields)s") % {"fields": ", ".join(labels)})
    if event.data.get("not_persons"):
        told.append(_("Registered as another person than the one on record"))
    return Said(". ".join(told), "alert-triangle", "amber")
