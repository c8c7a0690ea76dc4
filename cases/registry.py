"""Where higher rooms make themselves known to the engine: procedures, case-page panels, work-list columns and what
has to happen when a case closes. Filled in their ``AppConfig.ready()``; duplicates stop the start."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from wall.realm import ORDINARY, in_realm


@dataclass(frozen=True)
class Panel:
    """A tab of the case page.

    ``context(case, user)`` gives the template's context, or None to hide the panel from this user; ``badge`` is read
    from its ``"badge"`` key. ``live`` panels are refreshed by the page while the context says ``"pending": True``.
    """

    code: str
    title: Any
    template: str
    context: Callable[[Any, Any], Mapping[str, Any] | None]
    position: int = 50
    live: bool = False


@dataclass(frozen=True)
class MenuEntry:
    """A page of a higher room in the main menu. ``visible(user)``: whether this person finds it there; the page asks
    again. ``group``: the section it stands in, empty for the first."""

    code: str
    title: Any
    icon: str
    url_name: str
    visible: Callable[[Any], bool]
    group: Any = ""
    position: int = 50


@dataclass(frozen=True)
class BoardPart:
    """What a higher room adds to the supervisor's board: ``context(user)`` gives the template's context, or None when
    there is nothing to say. It is asked outside the wall, whoever looks, and gives values, not queries: a number on the
    board says nothing about protected cases (cases/disclosure.py)."""

    code: str
    template: str
    context: Callable[[Any], Mapping[str, Any] | None]


def _not_ready(row_id: int) -> None:
    raise ImproperlyConfigured("cases.tasks has not been loaded")


class Registry:
    def __init__(self) -> None:
        self.procedures: dict[str, type] = {}
        self.panels: dict[str, Panel] = {}
        self.menu: dict[str, MenuEntry] = {}
        self.board: dict[str, BoardPart] = {}
        self.defaults: dict[str, Callable[[], int]] = {}
        self._columns: dict[str, Callable[[Iterable[int]], Mapping[int, Any]]] = {}
        self._on_close: dict[str, Callable[..., None]] = {}
        self._holds: dict[str, Callable[[Any], bool]] = {}
        # set by cases.tasks: tell the broker, after commit, that a step or a message is due
        self.ring_step: Callable[[int], None] = _not_ready
        self.ring_notification: Callable[[int], None] = _not_ready

    def add_procedure(self, flow_class: Any) -> None:
        self._add(self.procedures, flow_class.code, flow_class, "procedure")

    def add_panel(self, panel: Panel) -> None:
        self._add(self.panels, panel.code, panel, "panel")

    def add_menu(self, entry: MenuEntry) -> None:
        self._add(self.menu, entry.code, entry, "menu entry")

    def add_board_part(self, part: BoardPart) -> None:
        self._add(self.board, part.code, part, "board part")

    def add_defaults(self, code: str, load: Callable[[], int]) -> None:
        """``load()`` makes the configuration rows of a room that are missing and returns how many."""
        self._add(self.defaults, code, load, "defaults")

    def add_column(self, code: str, values: Callable[[Iterable[int]], Mapping[int, Any]]) -> None:
        """A work-list column: one call (one statement) gives the values of all rows of a page by case id."""
        self._add(self._columns, code, values, "column")

    def add_on_close(self, code: str, function: Callable[..., None]) -> None:
        """``function(case, *, actor)`` runs in the transaction that ends a case by a side exit."""
        self._add(self._on_close, code, function, "close hook")

    def add_message_hold(self, code: str, function: Callable[[Any], bool]) -> None:
        """``function(notification)``: whether a message that is due has to wait, asked again until it has not."""
        self._add(self._holds, code, function, "message hold")

    @staticmethod
    def _add(store: dict, code: str, value: Any, kind: str) -> None:
        if code in store and store[code] is not value:
            raise ImproperlyConfigured(f"two registrations of {kind} {code!r}")
        store[code] = value

    def procedure(self, code: str) -> type:
        """The flow class of a procedure; KeyError when it is not installed."""
        return self.procedures[code]

    def sorted_panels(self) -> list[Panel]:
        return sorted(self.panels.values(), key=lambda panel: (panel.position, panel.code))

    def menu_of(self, user: Any) -> list[MenuEntry]:
        """What a person finds in the menu besides the engine's own pages."""
        entries = sorted(self.menu.values(), key=lambda entry: (entry.position, entry.code))
        return [entry for entry in entries if entry.visible(user)]

    def board_parts(self, user: Any) -> list[tuple[str, Mapping[str, Any]]]:
        """Template and context of what higher rooms have to say on this person's board."""
        with in_realm(ORDINARY):
            told = [(part.template, part.context(user)) for part in self.board.values()]
        return [(template, context) for template, context in told if context is not None]

    def columns(self, case_ids: Iterable[int]) -> dict[str, Mapping[int, Any]]:
        ids = list(case_ids)
        return {code: values(ids) for code, values in self._columns.items()}

    def closing(self, case: Any, *, actor: Any) -> None:
        for function in self._on_close.values():
            function(case, actor=actor)

    def holds_message(self, notification: Any) -> bool:
        return any(function(notification) for function in self._holds.values())


registry = Registry()
