"""A PostgreSQL server of our own, for `make run` and `make test`: never for production.

Where things are, under the folder of the cluster: `data/` the database, `password` of the role that owns it and
`application-password` of the one that the application works as (mode 0600), `port` on 127.0.0.1. The server is a
foreground child, so that whoever started it sees it die.

As root, PostgreSQL refuses to run: it then runs as `postgres`, else `nobody`. No permission of a folder that
was there before is changed for that:

- programs in a folder which that user cannot reach (a project in root's own folder) are copied, see `binaries`;
- the data stay where they are: the server is started *inside* its data folder and told to find it at
  /proc/self/cwd, which needs no right on the folders above.
"""

import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.local import binaries, ports
from config.local.processes import (
    PROC,
    Child,
    Problem,
    end_leftover,
    never,
    processes_with,
    spawn,
    wait_for_start,
    wait_until,
    write_private,
)

NAME = "database"
ROLE = "sugm"
APPLICATION = "sugm_app"
"""The application's role: no superuser, owner of nothing, bound by row-level security (wall/)."""
DATABASE = "sugm"

FAST_SHUTDOWN = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0))
"""PostgreSQL's own signals: end all sessions and write a checkpoint; else end now, recover at the next start."""

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path holds 107 bytes at most, a project's may be longer
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",  # the disk is not a spinning one
    "jit": "off",  # compiling costs more than the short queries of a case system take
}
TEST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For data that nobody misses: a crash of the machine may destroy the cluster."""


@dataclass
class Postgres:
    """One cluster. `folder` is made by `start()` at first use; `home` is where logs and pid files go."""

    home: Path
    folder: Path
    for_tests: bool = False
    port: int = 0
    version: str = field(default="", init=False)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def password(self) -> str:
        return (self.folder / "password").read_text().strip()

    @property
    def url(self) -> str:
        """For the owner of the database: to migrate, and to make other databases."""
        return f"postgres://{ROLE}:{quote(self.password)}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def application_url(self) -> str:
        """For the application."""
        return f"postgres://{APPLICATION}:{quote(self._application_password)}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def _application_password(self) -> str:
        file = self.folder / "application-password"
        if not file.exists():
            write_private(file, secrets.token_urlsafe(32))
        return file.read_text().strip()

    def start(self, cancelled: Callable[[], bool] = never) -> Child:
        """Start the server and wait until it answers as the server of *this* data folder.

        The first start creates the cluster and the database. Once started, the port stays the same over
        restarts of the server. Raises Problem when it cannot be done, Cancelled when asked to stop.
        """
        programs = binaries.find(self.data)
        user = binaries.user_for(self.data)
        if user is not None:
            programs = binaries.reachable(programs, user)
        self.version = binaries.version(programs)
        self.end_leftovers()
        if not self.data.exists():
            self._create(programs, user)
        elif user is None and self.data.stat().st_uid != os.getuid():
            raise Problem(f"{self.data} belongs to another user: start SUGM as that user, or choose another SUGM_HOME")
        path = binaries.inside(self.data, user)
        may_move = self.port == 0
        # A server killed by force leaves sessions that hold its shared memory for about two seconds, and
        # the port that was free a moment ago may be taken: both pass, anything else is told at once.
        for _ in range(20):
            if may_move:
                self.port = ports.remembered(self.folder / "port")
            child = self._launch(programs, path, user)
            if wait_for_start(child, lambda: self._answers(path), seconds=120, cancelled=cancelled):
                self._create_database()
                return child
            said = child.said()
            child.stop()
            if "pre-existing shared memory block" in said or 'lock file "postmaster.pid"' in said:
                wait_until(never, seconds=0.5, cancelled=cancelled)
                self.end_leftovers()
            elif "could not bind" in said and may_move:
                (self.folder / "port").unlink(missing_ok=True)
            else:
                raise Problem(f"PostgreSQL did not start: {_last_error(said)} (log: {child.log})")
        raise Problem(f"PostgreSQL did not start in 20 attempts: another server holds {self.data}")

    def end_leftovers(self) -> None:
        """End a server that a killed supervisor left, and forget a lock file that no server stands behind.

        A stale `postmaster.pid` stops PostgreSQL when its number is in use again, or belongs to a zombie
        that nobody has reaped. The file is dropped only when no process works in the data folder any more.
        """
        end_leftover(NAME, home=self.home, ending=FAST_SHUTDOWN)
        if not self.data.exists() or not PROC.joinpath("self/stat").exists():
            return

        def servers() -> list[int]:
            return processes_with(name="postgres", cwd=self.data)

        lock = self.data / "postmaster.pid"
        first_line = lock.read_text().splitlines()[:1] if lock.exists() else []
        for number, seconds in (*FAST_SHUTDOWN, (signal.SIGKILL, 5.0)):
            running = servers()
            if not running:
                break
            for pid in running:
                # The sessions of a killed server notice by themselves: only a postmaster is asked to end.
                if [str(pid)] == first_line or number is signal.SIGKILL:
                    os.kill(pid, number)
            wait_until(lambda: not servers(), seconds=seconds)
        if servers():
            raise Problem(f"an earlier PostgreSQL in {self.data} does not end: processes {servers()}")
        lock.unlink(missing_ok=True)

    # -- steps of the start --------------------------------------------------------------------------------

    def _create(self, programs: Path, user: binaries.User | None) -> None:
        """`initdb` into a folder beside, renamed at the end: an interrupted creation leaves no half cluster."""
        new = self.folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True, mode=0o700)
        if user is not None:
            os.chown(new, *user)
        write_private(self.folder / "password", secrets.token_urlsafe(32))
        if int(binaries.version(programs).split(".")[0]) >= 17:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        else:
            locale = ["--locale=C.UTF-8", "--lc-messages=C"]
        # The password goes through standard input, a file without a name: the server's user may read it
        # there and nobody else can.
        with tempfile.TemporaryFile("w+") as password:
            password.write(self.password)
            password.seek(0)
            if user is not None:
                os.fchown(password.fileno(), *user)
            options = ["-D", binaries.inside(new, user), "-U", ROLE, "-A", "scram-sha-256", "-E", "UTF8"]
            options += [*locale, "--pwfile=/dev/stdin", *(["--no-sync"] if self.for_tests else [])]
            done = subprocess.run(  # noqa: S603
                [programs / "initdb", *options],
                stdin=password,
                capture_output=True,
                text=True,
                env=binaries.environment(programs),
                cwd=new,
                **binaries.identity(user),
            )
        if done.returncode:
            raise Problem(f"PostgreSQL could not create {self.data}: {_last_error(done.stderr)}")
        new.rename(self.data)

    def _launch(self, programs: Path, path: str, user: binaries.User | None) -> Child:
        settings = {**SETTINGS, **(TEST_SETTINGS if self.for_tests else {}), "port": str(self.port)}
        return spawn(
            NAME,
            [programs / "postgres", "-D", path, *(f"--{name}={value}" for name, value in settings.items())],
            home=self.home,
            env=binaries.environment(programs) | {"SUGM_HOME": str(self.home)},
            cwd=self.data,
            ending=FAST_SHUTDOWN,
            user=user,
        )

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=ROLE,
            password=self.password,
            dbname=database,
            connect_timeout=5,
            sslmode="disable",  # whatever the person's PGSSLMODE says: the wheel's server knows no TLS
            autocommit=True,
        )

    def _answers(self, path: str) -> bool:
        """Whether *our* server answers: the random password and the data folder tell it from any other."""
        try:
            with self._connect("postgres") as connection:
                row = connection.execute("show data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and row[0] == path

    def _create_database(self) -> None:
        try:
            with self._connect("postgres") as connection:
                known = "select 1 from pg_database where datname = %s"
                if connection.execute(known, [DATABASE]).fetchone() is None:
                    connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
                known = "select 1 from pg_roles where rolname = %s"
                if connection.execute(known, [APPLICATION]).fetchone() is None:
                    connection.execute(sql.SQL("create role {}").format(sql.Identifier(APPLICATION)))
                login = sql.SQL("alter role {} login password {}")
                password = sql.Literal(self._application_password)
                connection.execute(login.format(sql.Identifier(APPLICATION), password))
        except psycopg.Error as error:
            raise Problem(f"the database {DATABASE} could not be made: {str(error).splitlines()[0]}") from error


def check_external(url: str) -> str:
    """Version of the server behind a `DATABASE_URL` that we have not started. Raises Problem if none is."""
    try:
        with psycopg.connect(re.sub(r"^\w+://", "postgresql://", url), connect_timeout=5) as connection:
            number = connection.info.server_version
    except psycopg.Error as error:
        raise Problem(f"the database of DATABASE_URL does not answer: {' '.join(str(error).split())}") from error
    if number < binaries.OLDEST * 10_000:
        told = f"the database of DATABASE_URL is PostgreSQL {number // 10_000}"
        raise Problem(f"{told}: {binaries.OLDEST} or later is needed")
    return f"{number // 10_000}.{number % 10_000}"


def _last_error(said: str) -> str:
    """The last line in which PostgreSQL names an error, without the time in front."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"PANIC|FATAL|error:", line)]
    last = telling[-1] if telling else " ".join(lines[-3:]) or "it said nothing"
    return re.sub(r"^[\d\-:. ]+\w+ \[\d+\] ", "", last)
