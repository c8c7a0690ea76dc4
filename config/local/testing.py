"""PostgreSQL and Valkey for one test run, in a temporary folder that goes with it.

Called by `tests/conftest.py` before Django reads its settings. Whoever has servers already says so with
DATABASE_URL and BROKER_URL; what is set is used and never started or stopped here.
"""

import contextlib
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from config.local import postgres, valkey
from config.local.postgres import Postgres
from config.local.processes import Child, end_leftover, started_at, write_private
from config.local.valkey import Valkey

PREFIX = f"sugm-test-{os.getuid()}-"


@dataclass
class Services:
    """The servers of a test run: `env` is what the settings need, `stop()` ends and removes all."""

    home: Path
    env: dict[str, str] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)

    def stop(self) -> None:
        """End the servers by the process that was started, and remove their data. Can be called twice."""
        while self.children:
            self.children.pop().stop()
        shutil.rmtree(self.home, ignore_errors=True)


def ensure_services() -> Services:
    """Start what DATABASE_URL and BROKER_URL do not name already. About half a second; raises Problem."""
    sweep()
    home = Path(tempfile.mkdtemp(prefix=PREFIX))
    home.chmod(0o711)  # as root, the database's user passes through
    write_private(home / "owner", f"{os.getpid()} {started_at(os.getpid())}")
    home.joinpath("static").mkdir()
    services = Services(home)
    services.env = {
        "SUGM_ENV": "test",
        "SUGM_HOME": str(home),
        "SECRET_KEY": "only-for-tests-and-of-no-use-elsewhere",
        "EVIDENCE_KEYS": "b25seS1mb3ItdGVzdHMtYW5kLW5vLXVzZS1lbHNlISE=",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    try:
        if not os.environ.get("DATABASE_URL"):
            database = Postgres(home, home / "postgres", for_tests=True)
            services.children.append(database.start())
            services.env["DATABASE_URL"] = database.url
        if not os.environ.get("BROKER_URL"):
            broker = Valkey(home, home / "valkey")
            services.children.append(broker.start())
            services.env["BROKER_URL"] = broker.url
    except BaseException:
        services.stop()
        raise
    return services


def sweep() -> None:
    """End and remove what a test run that was killed by force has left."""
    for home in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):  # being removed right now
            if home.lstat().st_uid != os.getuid():
                continue  # what somebody else wrote there says nothing
            pid, _, began = home.joinpath("owner").read_text().partition(" ")
            if started_at(int(pid)) != began:
                end_leftover(valkey.NAME, home=home, ending=valkey.ENDING)
                end_leftover(postgres.NAME, home=home, ending=postgres.FAST_SHUTDOWN)
                shutil.rmtree(home, ignore_errors=True)
