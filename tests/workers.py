"""Real Celery processes on the test database and broker, started and ended by their process id."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

from config.celery import app
from config.local.leash import tied
from tests.simulators import SECRETS

ROOT = Path(__file__).resolve().parents[1]
THREADS = 16
QUEUES = ",".join(queue.name for queue in settings.CELERY_TASK_QUEUES)


CREDENTIALS = {
    f"AGENCY_{code.partition('.')[2].upper()}_{name.upper()}": value
    for code in settings.AGENCY_QUEUES
    for name, value in SECRETS.items()
}


def wait_until(condition: Callable[[], object], *, seconds: float = 30, every: float = 0.05, what: str = "") -> None:
    """Wait for a condition; AssertionError when it does not come true in time."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"waited {seconds} s in vain {what}"
        time.sleep(every)


def database_url() -> str:
    """The address of the test database that this process is connected to."""
    values = connection.settings_dict
    return f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


class Worker:
    """One Celery process (``worker`` or ``beat``) in a process group of its own."""

    def __init__(self, *arguments: str, log: Path, **env: str):
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                tied([sys.executable, "-m", "celery", "-A", "config", *arguments]),
                cwd=ROOT,
                env={
                    **os.environ,
                    "DATABASE_URL": database_url(),
                    **CREDENTIALS,
                    "SUGM_CHECK_FIRST_PAUSE": "0.3",
                    "SUGM_CHECK_LEASE_MARGIN": "1",
                    **env,
                },
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL to the whole group, as when a machine dies."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)

    def stop(self) -> None:
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=15)
        self.kill()

    def said(self, words: str) -> bool:
        return words in self.log.read_text(errors="replace")


@contextmanager
def running(tmp_path: Path, *, beat: bool = True, name: str = "worker") -> Iterator[Worker]:
    """A worker for all queues, ready, with beat beside it."""
    worker = start_worker(tmp_path, name)
    clock = start_beat(tmp_path, name) if beat else None
    try:
        wait_until(lambda: worker.said(" ready."), what="for the worker")
        yield worker
    finally:
        for process in filter(None, (clock, worker)):
            process.stop()


def start_worker(tmp_path: Path, name: str, **env: str) -> Worker:
    arguments = f"worker -P threads -c {THREADS} -Q {QUEUES} -l INFO --without-mingle --without-gossip -n {name}@test"
    return Worker(*arguments.split(), log=tmp_path / f"{name}.log", **env)


def start_beat(tmp_path: Path, name: str = "beat", **env: str) -> Worker:
    schedule = str(tmp_path / f"{name}-schedule")
    return Worker("beat", "--pidfile=", "-s", schedule, log=tmp_path / "beat.log", **env)


def empty_broker() -> None:
    """Lose every message the broker holds."""
    with app.connection_for_write() as broker:
        broker.default_channel.client.flushall()
