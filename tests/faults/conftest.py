"""What the fault tests share: a simulator, and a PostgreSQL of one's own that may be killed."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection

from config.local.postgres import Postgres
from config.local.processes import Child, kill_group
from tests.simulators import Simulator, start_simulator, stop_simulator


@pytest.fixture(scope="module")
def agencies() -> Iterator[Simulator]:
    simulator = start_simulator()
    yield simulator
    stop_simulator(simulator)


class OwnDatabase:
    """A PostgreSQL that belongs to one test and keeps what it has committed, as in production."""

    def __init__(self, home: Path):
        self.server = Postgres(home, home / "postgres")
        self.child: Child = self.server.start()

    def settings(self) -> dict[str, str]:
        url = urlsplit(self.server.url)
        return {"HOST": "127.0.0.1", "PORT": str(url.port), "USER": str(url.username),
                "PASSWORD": self.server.password, "NAME": url.path.lstrip("/")}  # fmt: skip

    def crash(self) -> None:
        """End it without a word to anybody (SIGQUIT: PostgreSQL's immediate shutdown), and start it again: it recovers
        from its log."""
        connection.close()
        os.kill(self.child.process.pid, signal.SIGQUIT)
        self.child.process.wait(timeout=30)
        kill_group(self.child.process.pid)
        self.child = self.server.start()


@pytest.fixture
def own_database(django_db_blocker, tmp_path) -> Iterator[OwnDatabase]:
    """Django, and every worker started meanwhile, on a database server of their own."""
    tmp_path.chmod(0o711)  # as root, the database's user passes through
    database = OwnDatabase(tmp_path)
    before = dict(connection.settings_dict)
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict.update(database.settings())
        try:
            with connection.creation._as_owner():
                call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
            yield database
        finally:
            connection.close()
            connection.settings_dict.update(before)
            database.child.stop()
