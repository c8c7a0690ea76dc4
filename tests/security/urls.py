"""Every address of the house, from the URL resolver."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver


class Address(NamedTuple):
    """One address with arguments filled in by kind, and the name of its view."""

    path: str
    name: str


_FILLED = {
    "int": "1",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "slug": "x",
    "str": "x",
    "path": "x",
}


def _fill(route: str) -> str:
    route = re.sub(r"<(?:(\w+):)?\w+>", lambda match: _FILLED[match.group(1) or "str"], route)
    route = re.sub(r"\(\?P<\w+>[^)]*\)", "x", route)  # regular expressions of libraries
    return re.sub(r"[\^$\\]|\([^)]*\)\??|\?", "", route)


def addresses(patterns=None, before: str = "", namespace: str = "") -> Iterator[Address]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(
                pattern.url_patterns, route, ":".join(filter(None, [namespace, pattern.namespace or ""]))
            )
        elif isinstance(pattern, URLPattern):
            yield Address("/" + _fill(route).lstrip("/"), ":".join(filter(None, [namespace, pattern.name or ""])))
