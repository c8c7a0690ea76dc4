"""Reading configuration rows cheaply.

Clock rules, policies, calendars and the like are read by nearly every act and written a few times a year. A process
keeps what it has read for ``settings.CONFIGURATION_TTL`` seconds (0 in tests: always fresh), so an administrator's
change is in force everywhere within that time and acts stay within their few statements.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings

P = ParamSpec("P")
T = TypeVar("T")
_stores: list[dict] = []


def configuration(function: Callable[P, T]) -> Callable[P, T]:
    """Remember the result of ``function(*hashable arguments)`` for the configuration's time to live."""
    store: dict = {}
    _stores.append(store)

    @wraps(function)
    def read(*args: P.args, **kwargs: P.kwargs) -> T:
        key = (args, tuple(sorted(kwargs.items())))
        held = store.get(key)
        if held is not None and held[0] > time.monotonic():
            return held[1]
        value = function(*args, **kwargs)
        store[key] = (time.monotonic() + settings.CONFIGURATION_TTL, value)
        return value

    return read


def forget_configuration() -> None:
    """Read everything anew; called when this process itself changes configuration."""
    for store in _stores:
        store.clear()
