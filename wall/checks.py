"""Says loudly when the database would not keep the wall: ``manage.py check --database default``, and /readyz."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from wall.role import ROLE, roles_above_the_wall


@register(Tags.database)
def application_role_is_below_the_wall(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E: statements run as a role that row-level security does not bind. W: they do not, but the login could go back
    to such a role, as on a machine where one login does everything."""
    if not databases or "default" not in databases or settings.DATABASE_AS_OWNER:
        return []
    above = roles_above_the_wall()
    hint = f"Let DATABASE_URL log in as {ROLE} or a member of it, and DATABASE_OWNER_URL as the owner of the tables."
    if above["works"]:
        return [Error(f"the database role {above['works'][0]} looks over the wall", hint=hint, id="wall.E001")]
    if above["logs in"] and settings.ENVIRONMENT == "production":
        return [Warning(f"the login {above['logs in'][0]} could leave {ROLE}", hint=hint, id="wall.W001")]
    return []
