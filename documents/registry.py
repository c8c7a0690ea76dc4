"""Where procedures say what else follows when the state of a document changes, or blanks are missing (a report to
INTERPOL, a notice to Migraciones). Filled in their ``AppConfig.ready()``; this room knows none of them."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured


class DocumentRegistry:
    def __init__(self) -> None:
        self._on_change: dict[str, Callable[..., None]] = {}
        self._on_missing: dict[str, Callable[..., bool]] = {}

    def add_on_change(self, code: str, function: Callable[..., None]) -> None:
        """``function(document, change, *, actor)`` runs in the transaction of every change of a document's state."""
        self._add(self._on_change, code, function)

    def add_on_missing(self, code: str, function: Callable[..., bool]) -> None:
        """``function(loss, *, actor)`` (:class:`documents.services.blanks.missing.Loss`) runs in the transaction that
        declares blanks missing whose kind is reported, and says whether it has reported them."""
        self._add(self._on_missing, code, function)

    @staticmethod
    def _add(store: dict, code: str, function: Callable[..., Any]) -> None:
        if store.get(code, function) is not function:
            raise ImproperlyConfigured(f"two registrations of document hook {code!r}")
        store[code] = function

    def changed(self, document: Any, change: Any, *, actor: Any) -> None:
        for function in self._on_change.values():
            function(document, change, actor=actor)

    def missing(self, loss: Any, *, actor: Any) -> bool:
        """Whether anybody has reported these blanks."""
        told = [function(loss, actor=actor) for function in self._on_missing.values()]
        return any(told)


registry = DocumentRegistry()
