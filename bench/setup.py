"""The bench's own database server, broker and agency simulator: on this machine only, and ended with the bench.

Nothing that runs already is used, whatever DATABASE_URL says: a million cases do not belong into anybody's database.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx
import psycopg
from psycopg import sql

from config.local import postgres
from config.local.leash import tied
from config.local.ports import remembered
from config.local.postgres import Postgres
from config.local.processes import Child, Problem, end_leftover, home_lock, spawn, wait_for_start, wait_until
from config.local.stack import PROJECT, SIMULATOR_CREDENTIALS
from config.local.valkey import Valkey

TEMPLATE = "bench_template"
WORKER, SIMULATOR = "bench-worker", "bench-simulator"

PRODUCTION = {
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",  # none in the middle of a measurement
    "effective_io_concurrency": "200",
    # autovacuum's work is done by the bench itself once the rows are there, not while pages are timed
    "autovacuum": "off",
}
"""As a small production server has them. fsync and synchronous_commit stay on: a commit costs what it costs."""


@dataclass
class Servers:
    """The running servers. ``env`` lacks only DATABASE_URL, which :meth:`environment` adds per database."""

    home: Path
    env: dict[str, str]
    database: Postgres
    simulator: str

    def connect(self, name: str = "postgres") -> psycopg.Connection:
        """An autocommit connection to one of the databases, outside Django."""
        return psycopg.connect(self._url(name), autocommit=True, sslmode="disable")

    def _url(self, name: str) -> str:
        return f"{self.database.url.rpartition('/')[0]}/{name}"

    def environment(self, name: str, *, owner: bool = False) -> dict[str, str]:
        """The application works as its own role, bound by the wall; ``owner``: as whoever owns the tables."""
        return {**self.env, "DATABASE_URL": self._url(name), **({"DATABASE_AS_OWNER": "true"} if owner else {})}

    def create_database(self, name: str, *, template: str = TEMPLATE) -> None:
        """A fresh database with every table, or a copy of another one."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log")
            connection.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))

    def drop_database(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def section(self, module: str, database: str, *arguments: str, seconds: float, owner: bool = False) -> Any:
        """Run ``python -m bench.<module>`` against a database and return what it answers, read as JSON.

        Raises Problem when it fails or takes longer than ``seconds``.
        """
        argv = [sys.executable, "-m", f"bench.{module}", *arguments]
        try:
            done = subprocess.run(
                argv,
                env=self.environment(database, owner=owner),
                cwd=PROJECT,
                stdout=subprocess.PIPE,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as expired:
            raise Problem(f"bench.{module} took more than {seconds:.0f} s") from expired
        if done.returncode:
            raise Problem(f"bench.{module} ended with {done.returncode}")
        return json.loads(done.stdout)


@contextmanager
def servers(home: Path, *, keep: bool = False) -> Iterator[Servers]:
    """Start everything in a folder of its own and end it, whatever happens. ``keep`` leaves the databases for the next
    run. Raises Problem."""
    with home_lock(home):
        _end_leftovers(home)
        started: list[Child] = []
        postgres.SETTINGS.update(PRODUCTION)
        database, broker = Postgres(home, home / "postgres"), Valkey(home, home / "valkey")
        try:
            started.append(database.start())
            started.append(broker.start())
            env = _environment(home, broker.url)
            simulator, url = _simulator(home, env)
            started.append(simulator)
            env["SIMULATOR_URL"] = url
            running = Servers(home, env, database, url)
            _make_template(running)
            yield running
        finally:
            while started:
                started.pop().stop()
            if not keep:
                shutil.rmtree(home / "postgres", ignore_errors=True)
            shutil.rmtree(home / "valkey", ignore_errors=True)


def _end_leftovers(home: Path) -> None:
    """What a bench that was killed by force has left running."""
    for name in (WORKER, f"{WORKER}-1", f"{WORKER}-2", SIMULATOR):
        end_leftover(name, home=home)
    Valkey(home, home / "valkey").end_leftovers()
    Postgres(home, home / "postgres").end_leftovers()


def _environment(home: Path, broker: str) -> dict[str, str]:
    others = ("PG", "DATABASE_", "BROKER_", "CACHE_", "SUGM_", "CELERY_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    home.joinpath("static").mkdir(parents=True, exist_ok=True)
    return env | {
        **SIMULATOR_CREDENTIALS,
        "SUGM_ENV": "local",
        "SUGM_HOME": str(home),
        "SECRET_KEY": secrets.token_urlsafe(32),
        "EVIDENCE_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "BROKER_URL": broker,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "ERROR",
        "PYTHONUNBUFFERED": "1",
    }


def _simulator(home: Path, env: Mapping[str, str]) -> tuple[Child, str]:
    port = remembered(home / "run" / "simulator.port")
    url = f"http://127.0.0.1:{port}"
    child = spawn(SIMULATOR, [sys.executable, "-m", "simulator", "--port", str(port)], home=home, env=env, cwd=PROJECT)

    def answers() -> bool:
        try:
            return httpx.get(f"{url}/healthz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    if not wait_for_start(child, answers, seconds=30):
        raise Problem(f"the simulator did not start: {child.last_words()}")
    return child, url


def _make_template(running: Servers) -> None:
    """Every table, once; the other databases are copies of it. Made anew each time: migrations change."""
    with running.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(TEMPLATE)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    migrate = [sys.executable, "manage.py", "migrate", "--noinput", "--skip-checks", "-v", "0"]
    done = subprocess.run(migrate, env=running.environment(TEMPLATE), cwd=PROJECT, timeout=300, check=False)
    if done.returncode:
        raise Problem("the tables of the bench could not be made")


# --- processes that stay ---------------------------------------------------------------------------------------


def start_worker(running: Servers, database: str, *, threads: int, name: str = WORKER) -> Child:
    """A Celery worker for the agencies' queues, as `config.local.stack` starts one. Returns once it waits for work.

    Raises Problem when it does not.
    """
    argv = [sys.executable, "-m", "celery", "-A", "config", "worker", "-X", "sugm", "-P", "threads"]
    argv += ["-n", f"{name}@%h", "-c", str(threads)]
    argv += ["--without-mingle", "--without-gossip", "--loglevel", "INFO"]
    env = {**running.environment(database), "LOG_LEVEL": "INFO"}
    child = spawn(name, argv, home=running.home, env=env, cwd=PROJECT)
    if not wait_for_start(child, lambda: " ready." in child.said(), seconds=60):
        raise Problem(f"the worker did not start: {child.last_words()} (log: {child.log})")
    return child


class Conversation:
    """A measuring process that is asked, line by line, and answers, line by line: JSON both ways.

    Two of them on two databases are asked in turn, so that whatever else the machine does meets both.
    """

    def __init__(self, running: Servers, module: str, database: str, *, owner: bool = False):
        self.process = subprocess.Popen(
            tied([sys.executable, "-m", f"bench.{module}"]),
            env=running.environment(database, owner=owner),
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.module = module

    def ask(self, **question: Any) -> Any:
        """Raises Problem when the process has ended."""
        say, hear = self._pipes()
        try:
            say.write(json.dumps(question) + "\n")
            say.flush()
        except BrokenPipeError as gone:
            raise Problem(f"bench.{self.module} has ended with {self.process.wait(10)}") from gone
        answer = hear.readline()
        if not answer:
            raise Problem(f"bench.{self.module} has ended with {self.process.wait(10)}")
        return json.loads(answer)

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        return self.process.stdin, self.process.stdout

    def __enter__(self) -> "Conversation":
        return self

    def __exit__(self, *_: object) -> None:
        say, hear = self._pipes()
        say.close()
        if not wait_until(lambda: self.process.poll() is not None, seconds=10):
            self.process.kill()
        self.process.wait()
        hear.close()


def answer_questions(answer: Any) -> None:
    """The other end of a :class:`Conversation`: ``answer(**question)`` for each line, until there are no more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(**json.loads(line))) + "\n")
        sys.stdout.flush()
