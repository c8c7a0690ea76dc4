"""The verbs of the audit log in words, for the auditor's page. A room above adds its own with :func:`name_verbs`; one
without a name is shown as it is."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

_NAMES: dict[str, Any] = {
    "access.granted": _("Case opened outside the task"),
    "audit.exported": _("Audit log exported"),
    "audit.read": _("Audit log read"),
    "case.abandoned": _("Case abandoned"),
    "case.read": _("Case read"),
    "case.registered": _("Application registered"),
    "case.sought": _("Case sought in vain"),
    "case.void": _("Case voided"),
    "case.withdrawn": _("Case withdrawn"),
    "configuration.added": _("Configuration added"),
    "configuration.changed": _("Configuration changed"),
    "configuration.removed": _("Configuration removed"),
    "conflict.declared": _("Conflict of interest declared"),
    "conflict.found": _("Conflict of interest found"),
    "conflict.lifted": _("Conflict of interest lifted"),
    "delegation.ended": _("Cover ended"),
    "delegation.given": _("Cover given"),
    "delegation.revoked": _("Cover revoked"),
    "file.attached": _("File attached"),
    "file.read": _("File read"),
    "files.swept": _("Files without a record removed"),
    "list.exported": _("List exported"),
    "note.added": _("Note added"),
    "office.saved": _("Office saved"),
    "page.refused": _("Page refused"),
    "person.registered": _("Person registered"),
    "person.updated": _("Person's data changed"),
    "posting.closed": _("Posting closed"),
    "posting.end_set": _("End of posting set"),
    "posting.opened": _("Posting opened"),
    "posting.ordered": _("Posting ordered"),
    "search": _("Search"),
    "step.completed": _("Step finished by the system"),
    "step.failed": _("Step stopped"),
    "step.retried": _("Step tried again"),
    "task.completed": _("Step finished"),
    "task.given_back": _("Step back in the queue"),
    "task.reassigned": _("Step reassigned"),
    "task.released": _("Step released"),
    "task.taken": _("Step taken"),
    "transfer.declined": _("Transfer declined"),
    "transfer.proposed": _("Transfer proposed"),
    "transfer.received": _("Case received from another office"),
    "transfer.sent": _("Case sent to another office"),
    "transfer.withdrawn": _("Transfer taken back"),
    "document.recorded": _("Identity document recorded"),
    "password.changed": _("Password changed"),
    "second_factor.added": _("Second factor added"),
    "second_factor.failed": _("Wrong second factor"),
    "second_factor.locked": _("Second factor locked"),
    "second_factor.removed": _("Second factor removed"),
    "second_factor.renewed": _("Recovery codes renewed"),
    "second_factor.used": _("Second factor used"),
    "second_factor.withdrawn": _("Second factor withdrawn by an administrator"),
    "session.ended": _("Session ended"),
    "signin.confirmed": _("Identity confirmed again"),
    "signin.failed": _("Failed sign-in"),
    "signin.locked": _("Sign-in of a locked account"),
    "signin.succeeded": _("Signed in"),
    "signin.unlocked": _("Account unlocked"),
    "token.issued": _("API token issued"),
    "token.revoked": _("API token revoked"),
    "token.used": _("API token used"),
    "view.deleted": _("Saved view deleted"),
    "view.saved": _("View saved"),
    "notification.sent": _("Message sent"),
    "notification.failed": _("Message not delivered"),
    "registration.remarked": _("Remarks answered for at registration"),
}


def name_verbs(names: Mapping[str, Any]) -> None:
    _NAMES.update(names)


def label(verb: str) -> str:
    return str(_NAMES.get(verb, verb))


def choices() -> list[tuple[str, str]]:
    return sorted(((verb, str(name)) for verb, name in _NAMES.items()), key=lambda choice: choice[1])
