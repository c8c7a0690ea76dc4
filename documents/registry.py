"""Where procedures say what else follows when the state of a document changes (a report to INTERPOL, a notice to
Migraciones). Filled in their ``AppConfig.ready()``; this room knows none of them."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured


class DocumentRegistry:
    def __init__(self) -> None:
        self._on_change: dict[str, Callable[..., None]] = {}

    def add_on_change(self, code: str, function: Callable[..., None]) -> None:
        """``function(document, change, *, actor)`` runs in the transaction of every change of a document's state."""
        if self._on_change.get(code, function) is not function:
            raise ImproperlyConfigured(f"two registrations of document hook {code!r}")
        self._on_change[code] = function

    def changed(self, document: Any, change: Any, *, actor: Any) -> None:
        for function in self._on_change.values():
            function(document, change, actor=actor)


registry = DocumentRegistry()
