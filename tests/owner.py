"""Working as the owner of the tables, as `manage.py migrate` does; everything else in the tests is the application."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection as default

from wall.role import ROLE


@contextmanager
def as_owner(connection=default) -> Iterator[None]:
    """Be whoever has logged in (in the tests: a superuser, whom no policy binds) on this connection."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {ROLE}")
