"""What SUGM consists of on one machine: its services in their order, and the environment they share.

`config/settings.py` reads the same environment variables in production; here they are all filled in.
"""

import contextlib
import json
import os
import re
import secrets
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

from config.local import ports, postgres, valkey
from config.local.postgres import Postgres
from config.local.processes import (
    TERMINATE,
    Cancelled,
    Child,
    Problem,
    describe_lock,
    end_leftover,
    home_lock,
    spawn,
    write_private,
)
from config.local.supervisor import Service, Supervisor
from config.local.valkey import Valkey

PROJECT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 120.0
LOCAL = ("local", "test")
"""Values of SUGM_ENV with which the settings serve static files from where they are and know the demonstration."""
RUNNING = Path("run", "environment.json")
"""In the home folder, mode 0600: what `exec` needs to work with the services that run."""

WEB_PROCESSES, WEB_THREADS = "2", "4"
WORKERS = "2"
"""Processes of the worker for the house's own jobs (PDFs, messages), unless SUGM_WORKERS says otherwise. Processes,
because they compute and only a process can be stopped by a hard time limit."""
ASKERS = "32"
"""Threads of the worker that asks other agencies, unless SUGM_ASKERS says otherwise. Threads, because they do nothing
but wait on the network, within a deadline of their own; a worker of its own, so that a silent agency delays no job of
the house."""

# What the simulator's agencies want to be told. Real credentials come from the environment under the same names.
SIMULATOR_CREDENTIALS = {
    "AGENCY_RENIEC_RUC": "20999000099",
    "AGENCY_RENIEC_PASSWORD": "demostracion",
    "AGENCY_PJ_RUC": "20999000099",
    "AGENCY_INTERPOL_USER": "OCN-DEMOSTRACION",
    **{
        f"AGENCY_{agency}_{name}": "demostracion"
        for agency in ("PNP", "MIGRACIONES", "SBS", "INPE", "SUNAT", "MTC", "MTPE")
        for name in ("ENTITY", "KEY")
    },
}


def home_folder() -> Path:
    """SUGM_HOME, else `var/` in the project; absolute."""
    return Path(os.environ.get("SUGM_HOME") or PROJECT / "var").expanduser().absolute()


def base_environment(home: Path) -> dict[str, str]:
    """The caller's environment with all that needs no server: home, secret key, kind of installation."""
    env = dict(os.environ)
    env.setdefault("SUGM_ENV", "local")
    env["DJANGO_SETTINGS_MODULE"] = "config.settings"
    env["SUGM_HOME"] = str(home)
    env["PYTHONUNBUFFERED"] = "1"
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    for name, file, made in (
        ("SECRET_KEY", "secret-key", lambda: secrets.token_urlsafe(48)),
        ("EVIDENCE_KEYS", "evidence-keys", lambda: urlsafe_b64encode(secrets.token_bytes(32)).decode()),
    ):
        if not env.get(name):
            key = home / file
            if not key.exists():
                write_private(key, made())
            env[name] = key.read_text().strip()
    home.joinpath("static").mkdir(exist_ok=True)  # STATIC_ROOT: whitenoise warns if there is none, filled or not
    return env


def database(home: Path, env: dict[str, str]) -> Service:
    """The local PostgreSQL. Once it runs, `env` names it."""
    server = Postgres(home, home / "postgres")

    def start(cancelled: Callable[[], bool]) -> Child:
        child = server.start(cancelled)
        for name in [name for name in env if name.startswith("PG")]:
            del env[name]  # meant for another server
        env["DATABASE_URL"] = server.application_url
        env["DATABASE_OWNER_URL"] = server.url
        return child

    return Service("database", start, lambda: f"PostgreSQL {server.version} on 127.0.0.1:{server.port}")


def broker(home: Path, env: dict[str, str]) -> Service:
    """The local Valkey. Once it runs, `env` names it, and its second database as the cache."""
    server = Valkey(home, home / "valkey")

    def start(cancelled: Callable[[], bool]) -> Child:
        child = server.start(cancelled)
        env["BROKER_URL"] = server.url
        env.setdefault("CACHE_URL", server.cache_url)
        return child

    return Service("broker", start, lambda: f"Valkey {server.version} on a unix socket")


def command(
    name: str, argv: list[str], home: Path, env: dict[str, str], *, grace: float = 10.0, tells: str = ""
) -> Service:
    """A service that is a program of this project; whether it works is asked once for all, at /readyz."""
    ending = ((TERMINATE[0][0], grace),)

    def start(cancelled: Callable[[], bool]) -> Child:
        end_leftover(name, home=home, ending=ending)
        return spawn(name, argv, home=home, env=env, cwd=PROJECT, ending=ending)

    return Service(name, start, lambda: tells)


def programs(home: Path, env: dict[str, str], port: int) -> list[Service]:
    """The project's own processes, in the order in which they start."""
    python = sys.executable
    found = []
    if not env.get("SIMULATOR_URL"):
        simulator_port = ports.remembered(home / "run" / "simulator.port")
        env["SIMULATOR_URL"] = f"http://127.0.0.1:{simulator_port}"
        env.update(SIMULATOR_CREDENTIALS)
        argv = [python, "-m", "simulator", "--port", str(simulator_port)]
        found.append(command("simulator", argv, home, env, grace=3, tells=f"agencies on 127.0.0.1:{simulator_port}"))
    processes = env.get("WEB_CONCURRENCY", WEB_PROCESSES)
    web = (
        f"-m gunicorn config.wsgi:application --bind 127.0.0.1:{port} --no-control-socket "
        f"--workers {processes} --worker-class gthread --threads {WEB_THREADS} "
        "--timeout 120 --graceful-timeout 8"
    )
    workers, askers = env.get("SUGM_WORKERS", WORKERS), env.get("SUGM_ASKERS", ASKERS)
    # Workers need not know of each other: without mingling one is ready a second earlier.
    alone = "--without-mingle --without-gossip"
    worker = f"-m celery -A config worker --loglevel INFO -n house@%h -Q sugm --concurrency {workers} {alone}"
    asker = (
        f"-m celery -A config worker --loglevel INFO -n agencies@%h -X sugm -P threads --concurrency {askers} {alone}"
    )
    beat = "-m celery -A config beat --loglevel INFO --pidfile="
    return [
        *found,
        command("web", [python, *web.split()], home, env, tells=f"gunicorn on 127.0.0.1:{port}"),
        command("worker", [python, *worker.split()], home, env, tells=f"Celery, {workers} processes"),
        command("agencies", [python, *asker.split()], home, env, tells=f"Celery, {askers} threads that ask"),
        command("beat", [python, *beat.split()], home, env, grace=3, tells="Celery's clock"),
    ]


def start_servers(supervisor: Supervisor, home: Path, env: dict[str, str]) -> None:
    """Database and broker: ours, unless DATABASE_URL and BROKER_URL name others."""
    if env.get("DATABASE_URL"):
        with supervisor.line("database") as say:
            say(f"PostgreSQL {postgres.check_external(env['DATABASE_URL'])} of DATABASE_URL")
    else:
        supervisor.start(database(home, env))
    if env.get("BROKER_URL"):
        with supervisor.line("broker") as say:
            say(f"{re.sub(r':.*', '', env['BROKER_URL'])} of BROKER_URL")
    else:
        supervisor.start(broker(home, env))


def run(*, demo: bool = True) -> None:
    """Start everything, tell where it is, and watch it until a signal comes. Raises Problem."""
    home = home_folder()
    port = ports.parse(os.environ.get("SUGM_PORT") or "8000")
    url = f"http://127.0.0.1:{port}/"
    with home_lock(home) as lock:
        describe_lock(lock, url)
        env = base_environment(home) | {"SUGM_PORT": str(port)}
        end_strays(home)
        ports.check(port)
        with Supervisor(home, env) as supervisor, contextlib.suppress(Cancelled):
            supervisor.tell(f"SUGM in {home}")
            start_servers(supervisor, home, env)
            services = programs(home, env, port)
            write_private(home / RUNNING, json.dumps(shared(env)))
            demo = demo and env["SUGM_ENV"] in LOCAL and any(PROJECT.glob("*/management/commands/demo.py"))
            prepare(supervisor, env, demo=demo)
            for service in services:
                supervisor.start(service)
            with supervisor.line("ready") as say:
                supervisor.wait_ready(f"{url}readyz", seconds=READY_SECONDS)
                say("everything answers")
            if demo:
                accounts(supervisor, env)
            supervisor.tell(f"\nSUGM runs at {url}   (Ctrl-C ends it; logs in {home / 'log'})")
            supervisor.watch()


def prepare(supervisor: Supervisor, env: dict[str, str], *, demo: bool) -> None:
    """Tables, static files and, unless it is not wanted, the demonstration ministry. Raises Problem."""

    def manage(name: str, *arguments: str, tells: str) -> None:
        supervisor.step(name, [sys.executable, "manage.py", *arguments], cwd=PROJECT, tells=tells)

    manage("migrate", "migrate", "--noinput", tells="the tables are up to date")
    if env["SUGM_ENV"] not in LOCAL:  # there, files are served from where they are
        manage("static", "collectstatic", "--noinput", tells="the files are collected")
    if demo:
        manage("demo", "demo", tells="the demonstration ministry is there")


def accounts(supervisor: Supervisor, env: dict[str, str]) -> None:
    """Print the table of the demonstration's accounts, which the command `demo` knows."""
    listed = subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", "demo", "--accounts"],
        capture_output=True,
        text=True,
        env=env,
        cwd=PROJECT,
        start_new_session=True,
        timeout=60,
    )
    if listed.returncode == 0:
        supervisor.tell("\n" + listed.stdout)
    else:
        why = (listed.stderr.strip().splitlines() or ["it said nothing"])[-1]
        supervisor.tell(f"  the accounts could not be listed: {why}")


@contextlib.contextmanager
def servers(home: Path) -> Iterator[dict[str, str]]:
    """The environment of the SUGM that runs in `home`; if none does, of servers for the moment."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(home_lock(home))
        except Problem:
            if not home.joinpath(RUNNING).exists():
                raise
            yield base_environment(home) | json.loads(home.joinpath(RUNNING).read_text())
            return
        env = base_environment(home)
        end_strays(home)
        start_servers(stack.enter_context(Supervisor(home, env, quiet=True)), home, env)
        yield env


def shared(env: dict[str, str]) -> dict[str, str]:
    """What another process needs in order to work with the running services."""
    names = "DATABASE_URL DATABASE_OWNER_URL BROKER_URL CACHE_URL SECRET_KEY EVIDENCE_KEYS SUGM_HOME SUGM_PORT"
    names += " SUGM_ENV SIMULATOR_URL"
    return {name: env[name] for name in names.split() if name in env}


def end_strays(home: Path) -> None:
    """End what an earlier supervisor, killed by force, left running: first those that use the servers."""
    home.joinpath(RUNNING).unlink(missing_ok=True)
    for name in ("beat", "worker", "agencies", "web", "simulator", "demo", "migrate", "static", "accounts"):
        end_leftover(name, home=home)
    end_leftover(valkey.NAME, home=home, ending=valkey.ENDING)
    Postgres(home, home / "postgres").end_leftovers()
