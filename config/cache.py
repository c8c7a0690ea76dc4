"""The cache that all processes share: what allauth and the throttles count (docs/decisions/0020-shared-counts.md).

Nothing else is kept in it, and nothing that matters is in it alone: guesses at passwords and codes are counted in the
database (offices/lockout.py).
"""

import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds for which a cache that did not answer is left alone: nobody shall wait for it at every request."""

SCHEMES = ("redis", "rediss", "unix")


def caches(url: str) -> dict[str, dict[str, Any]]:
    """CACHES for the Valkey (or Redis) of this address; for none, the memory of each process: one process, tests.

    Raises ImproperlyConfigured for an address of another kind.
    """
    if not url:
        return {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    if urlsplit(url).scheme not in SCHEMES:
        raise ImproperlyConfigured("CACHE_URL begins with redis://, rediss:// or unix://")
    options = {
        "serializer": "config.cache.Plain",
        "socket_connect_timeout": 0.5,
        "socket_timeout": 0.5,
        "retry": Retry(NoBackoff(), 0),
    }
    return {
        "default": {"BACKEND": "config.cache.SharedCache", "LOCATION": url, "KEY_PREFIX": "sugm", "OPTIONS": options}
    }


class Plain:
    """JSON instead of Django's pickles: who can write to the cache must not be able to run code here."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, value: bytes) -> Any:
        return json.loads(value)


@dataclass
class _Outage:
    """Whether the cache of an address is away, for all threads of this process."""

    until: float = 0.0
    known: bool = False


_outages: dict[str, _Outage] = defaultdict(_Outage)


class SharedCache(RedisCache):
    """Valkey, and while it does not answer the memory of this process: counts go on, each process for itself, so that a
    lost cache neither keeps anybody out nor lifts a limit altogether. It is said in the log when it goes and comes, and
    at ``/readyz``."""

    def __init__(self, server: str, params: dict[str, Any]):
        super().__init__(server, params)
        self._here = LocMemCache(f"instead of {server}", {})  # Django has one of these per process, not per thread
        self._outage = _outages[server]

    def _ask(self, there: Callable[[], Any], here: Callable[[], Any]) -> Any:
        outage = self._outage
        if time.monotonic() < outage.until:
            return here()
        try:
            answer = there()
        except RedisError as error:
            outage.until = time.monotonic() + PAUSE
            if not outage.known:
                outage.known = True
                logger.error(
                    "the shared cache does not answer (%s): limits are counted per process", type(error).__name__
                )
            return here()
        if outage.known:
            outage.known = False
            logger.warning("the shared cache answers again")
        return answer

    def answers(self) -> str:
        """``ok``, or the kind of fault; asked at once, whatever happened before."""
        try:
            self._cache.get_client(write=True).ping()
        except RedisError as error:
            return type(error).__name__
        self._outage.until = 0.0
        return "ok"

    def clear(self) -> bool:
        self._here.clear()
        return self._ask(super().clear, lambda: True)


def _either(name: str) -> Callable[..., Any]:
    def method(self: SharedCache, *args: Any, **kwargs: Any) -> Any:
        return self._ask(
            lambda: getattr(RedisCache, name)(self, *args, **kwargs),
            lambda: getattr(self._here, name)(*args, **kwargs),
        )

    method.__name__ = name
    return method


for _name in ("add", "get", "set", "touch", "delete", "has_key", "incr", "get_many", "set_many", "delete_many"):
    setattr(SharedCache, _name, _either(_name))
