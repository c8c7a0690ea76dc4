"""Every address of the house, from the URL resolver."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver


class Address(NamedTuple):
    """One address with arguments filled in by kind, the name of its view, and its pattern as it is written."""

    path: str
    name: str
    route: str


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


def filled(route: str, values: Iterable[object]) -> str:
    """The address of a pattern with these values in the order of its arguments."""
    given = iter(values)
    route = re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]*>", lambda match: str(next(given)), route)
    assert next(given, None) is None, "more values than arguments"
    return "/" + re.sub(r"[\^$\\]|\[vV\]|\([^)]*\)\??|\?", lambda m: "v" if m[0] == "[vV]" else "", route).lstrip("/")


def addresses(patterns=None, before: str = "", namespace: str = "") -> Iterator[Address]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(
                pattern.url_patterns, route, ":".join(filter(None, [namespace, pattern.namespace or ""]))
            )
        elif isinstance(pattern, URLPattern):
            name = ":".join(filter(None, [namespace, pattern.name or ""]))
            yield Address("/" + _fill(route).lstrip("/"), name, route)
