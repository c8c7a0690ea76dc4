"""`python -m config.local run` from nothing: the whole of SUGM, killed in several ways."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.local import ports
from config.local.leash import tied
from config.local.processes import PROC, started_at, wait_until
from config.local.stack import PROJECT, end_strays, servers

pytestmark = pytest.mark.faults

ORDER = ["database", "broker", "simulator", "web", "worker", "beat"]


class Start:
    """One `run` in a home folder, on a port."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        ours = ("DATABASE_URL", "BROKER_URL", "SECRET_KEY", "SIMULATOR_URL", "DJANGO_SETTINGS_MODULE")
        env = {name: value for name, value in os.environ.items() if name not in ours}
        self.process = subprocess.Popen(
            tied([sys.executable, "-m", "config.local", "run", "--no-demo"]),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=PROJECT,
            env={
                **env,
                "SUGM_HOME": str(home),
                "SUGM_PORT": str(port),
                "SUGM_ENV": "local",
                "SUGM_WORKERS": "2",
            },
            start_new_session=True,
        )

    def until(self, text: str) -> None:
        """Read what it says up to this text. It gives up by itself in bounded time, so this ends."""
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if text in line:
                return
        pytest.fail(f"it did not start:\n{said}")

    def end(self) -> tuple[int, str]:
        said, _ = self.process.communicate(timeout=60)
        return self.process.returncode, said

    def pids(self) -> dict[str, int]:
        """Of the services that run now; one that is being started again is not among them."""
        files = {name: self.home / "run" / f"{name}.pid" for name in ORDER}
        return {name: json.loads(file.read_text())["pid"] for name, file in files.items() if file.exists()}

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Whatever a failed test leaves running in it is ended."""
    yield tmp_path / "home"
    end_strays(tmp_path / "home")


def using(home: Path) -> list[str]:
    """The processes that carry the home folder in their environment, or work in it."""
    found = []
    for process in PROC.glob("[0-9]*"):
        try:
            if f"SUGM_HOME={home}".encode() in process.joinpath("environ").read_bytes():
                found.append(process.joinpath("cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def test_it_survives_kills_keeps_its_data_and_leaves_nothing_running(home: Path) -> None:
    first = Start(home, ports.probe(0))
    try:
        first.until("SUGM runs at")
        pids = first.pids()

        second = Start(home, ports.probe(0))
        assert second.end() == (
            1,
            f"sugm: SUGM is already running in {home}: process {first.process.pid}, http://127.0.0.1:{first.port}/\n",
        )

        os.kill(pids["database"], signal.SIGKILL)
        os.kill(pids["beat"], signal.SIGKILL)
        assert wait_until(lambda: len({*first.pids().items()} - {*pids.items()}) == 2, seconds=20)
        assert wait_until(first.ready, seconds=20)
        with servers(home) as env:
            run_sql(env, "create table kept as select 42 as answer")
        left = list(first.pids().values())
    finally:
        first.process.kill()
        first.process.communicate()

    third = Start(home, first.port)
    try:
        third.until("  migrate ")
        assert [pid for pid in left if started_at(pid) is not None] == []
        with servers(home) as env:
            assert run_sql(env, "select answer from kept") == "42"
    finally:
        third.process.terminate()
        code, said = third.end()
    assert code == 0  # also in the middle of its start
    assert said.endswith("  stopping …\n")
    assert using(home) == []


def run_sql(env: dict[str, str], statement: str) -> str:
    import psycopg

    with psycopg.connect(env["DATABASE_OWNER_URL"]) as connection:
        cursor = connection.execute(statement)
        return str(cursor.fetchone()[0]) if cursor.description else ""


def test_a_port_in_use_is_one_line_and_starts_nothing(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, said = Start(home, port).end()
    assert code == 1
    assert said == f"sugm: port {port} is in use: choose another, for example SUGM_PORT={port + 1} make run\n"
    assert using(home) == []


def test_an_unreachable_database_is_one_line_without_its_password(home: Path) -> None:
    env = {
        **os.environ,
        "SUGM_HOME": str(home),
        "DATABASE_URL": f"postgres://u:geheim@127.0.0.1:{ports.probe(0)}/x",
    }
    done = subprocess.run(
        [sys.executable, "-m", "config.local", "run"],
        cwd=PROJECT,
        env=env,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("sugm: the database of DATABASE_URL does not answer: ")
    assert done.stderr.count("\n") == 1
    assert "geheim" not in done.stderr
