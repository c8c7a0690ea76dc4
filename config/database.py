"""How processes connect to PostgreSQL."""

from collections.abc import Mapping
from typing import Any


def connection(login: Mapping[str, Any], *, as_owner: bool, pool: int | None) -> dict[str, Any]:
    """Django's settings for a login. ``as_owner``: of the tables, behind the wall, to migrate them; everybody else
    takes the application's role on. ``pool``: connections at most per process; None: no pool."""
    options: dict[str, Any] = {
        # A waiter gives up after five seconds and the person sees "someone else is working on it", never a hang.
        "options": "-c lock_timeout=5000 -c timezone=UTC" + (" -c sugm.realm=R" if as_owner else ""),
        "assume_role": None if as_owner else "sugm_app",
    }
    if pool is not None:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
    return {
        **login,
        "ENGINE": "wall.database",
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # the pool hands out no connection that a restart has broken
        "OPTIONS": options,
    }
