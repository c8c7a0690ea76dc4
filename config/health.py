"""``/healthz``: the process answers. ``/readyz``: everything it needs answers too, each named."""

import httpx
from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from cases.health import is_fresh, last_beat
from config.cache import SharedCache
from config.celery import app
from wall.role import roles_above_the_wall


def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok", "at": timezone.now().isoformat()})


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return type(error).__name__
    return "ok"


def _wall() -> str:
    """Whether the database would keep from us what we may not see."""
    try:
        above = roles_above_the_wall()["works"]
    except DatabaseError as error:
        return type(error).__name__
    return f"the database role {above[0]} looks over the wall" if above else "ok"


def _broker() -> str:
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2, interval_start=0.1)
    except (OperationalError, RedisError, OSError) as error:
        return type(error).__name__
    return "ok"


def _worker() -> str:
    try:
        at = last_beat()
    except DatabaseError as error:
        return type(error).__name__
    return "ok" if is_fresh(at) else f"no heartbeat since {at.isoformat() if at else 'start'}"


def _simulator() -> str:
    try:
        answer = httpx.get(f"{settings.SIMULATOR_URL.rstrip('/')}/healthz", timeout=2)
    except httpx.HTTPError as error:
        return type(error).__name__
    return "ok" if answer.status_code == 200 else f"HTTP {answer.status_code}"


def _cache() -> str:
    shared = caches["default"]
    return shared.answers() if isinstance(shared, SharedCache) else "per process"


def ready(request: HttpRequest) -> JsonResponse:
    """200 when every part answers, 503 otherwise; the parts are named either way. The cache is named only: without it
    every process goes on by itself (docs/decisions/0020-shared-counts.md)."""
    parts = {"database": _database(), "wall": _wall(), "broker": _broker(), "worker": _worker()}
    if settings.SIMULATOR_URL:
        parts["simulator"] = _simulator()
    good = all(state == "ok" for state in parts.values())
    parts["cache"] = _cache()
    return JsonResponse({"status": "ok" if good else "unready", **parts}, status=200 if good else 503)
