"""What controlled blanks add to the main menu and to the supervisor's board."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.registry import BoardPart, MenuEntry, registry
from documents.models import BlankAlarm
from documents.views.shared import may_see
from offices.authority import authority_of

SHOWN = 5


def alarms_context(user: Any) -> Mapping[str, Any] | None:
    """The newest open alarms about blanks; one statement."""
    alarms = list(BlankAlarm.objects.visible_to(user).open().select_related("office", "kind")[: SHOWN + 1])
    return {"alarms": alarms[:SHOWN], "more": len(alarms) > SHOWN} if alarms else None


def install() -> None:
    group = _("Controlled blanks")
    registry.add_menu(
        MenuEntry(
            "blanks",
            _("Ledger of blanks"),
            "book",
            "documents:ledger",
            lambda user: may_see(authority_of(user)),
            group,
            40,
        )
    )
    registry.add_menu(
        MenuEntry(
            "blank-sheets", _("Reconciliation"), "checklist", "documents:sheets",
            lambda user: may_see(authority_of(user)), group, 41,
        )
    )  # fmt: skip
    registry.add_board_part(BoardPart("blanks", "documents/board.html", alarms_context))
