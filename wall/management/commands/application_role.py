"""``manage.py application_role``: the application's role can log in with the password of DATABASE_URL.

Run as the owner of the tables, who may alter roles, after ``migrate``. Does nothing when DATABASE_URL logs in as
somebody else: then that login was made, and made a member of the role, by whoever administers the server.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from psycopg import sql

from wall.role import ROLE


class Command(BaseCommand):
    help = "Let the application's role log in with the password of DATABASE_URL."

    def handle(self, *args: Any, **options: Any) -> None:
        login = settings.APPLICATION_LOGIN
        if login["USER"] != ROLE:
            self.stdout.write(f"DATABASE_URL logs in as {login['USER']}: nothing to do")
            return
        if not login["PASSWORD"]:
            raise CommandError("DATABASE_URL has no password")
        with connection.cursor() as cursor:
            # hashed here, so that no server log ever holds the password itself
            hashed = cursor.connection.pgconn.encrypt_password(
                login["PASSWORD"].encode(), ROLE.encode(), b"scram-sha-256"
            )
            alter = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
            cursor.execute(alter.format(sql.Identifier(ROLE), sql.Literal(hashed.decode())))
        self.stdout.write(f"{ROLE} can log in")
