"""The connectors there are. Plug-ins register themselves; nobody lists them by hand elsewhere."""

from __future__ import annotations

import re

from .base import NEEDS, SENDS, Connector

MAX_CODE_LENGTH = 40
_CODE = re.compile(r"[a-z][a-z0-9]*\.[a-z][a-z0-9_]*")


class RegistryError(ValueError):
    """A connector that cannot be registered: a programming error, raised at import."""


class Registry:
    """Connectors by question code, in order of registration."""

    def __init__(self) -> None:
        self._by_code: dict[str, Connector] = {}

    def register(self, connector: type[Connector]) -> type[Connector]:
        """Class decorator. Raises RegistryError for a code that is taken, ill-formed or over 40 characters,
        for an agency that is not the code's first part, and for unknown needs or personal data."""
        manifest = connector.manifest
        code = manifest.code
        if len(code) > MAX_CODE_LENGTH or not _CODE.fullmatch(code):
            raise RegistryError(f"bad question code {code!r}")
        if code in self._by_code:
            raise RegistryError(f"question {code!r} is registered twice")
        if code.partition(".")[0] != manifest.agency:
            raise RegistryError(f"question {code!r} is not of agency {manifest.agency!r}")
        if unknown := set(manifest.needs) - set(NEEDS):
            raise RegistryError(f"question {code!r} needs the unknown {sorted(unknown)}")
        if unknown := set(manifest.sends) - set(SENDS):
            raise RegistryError(f"question {code!r} sends the unknown {sorted(unknown)}")
        self._by_code[code] = connector()
        return connector

    def get(self, code: str) -> Connector:
        """The connector of ``code``; raises KeyError when there is none."""
        return self._by_code[code]

    def all(self) -> tuple[Connector, ...]:
        return tuple(self._by_code.values())


registry = Registry()
