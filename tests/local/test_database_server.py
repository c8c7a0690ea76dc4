"""The local PostgreSQL: what it leaves alone, and what it survives."""

import contextlib
import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.local.postgres import NAME, Postgres
from config.local.processes import Child, Problem, end_leftover, started_at, wait_until

pytestmark = pytest.mark.faults


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home folder that other users cannot reach, as in a project of root's; nothing runs in it later."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    yield closed / "home"
    end_leftover(NAME, home=closed / "home")


def cluster(home: Path) -> Postgres:
    return Postgres(home, home / "postgres", for_tests=True)


def rows(server: Postgres) -> list[int]:
    with psycopg.connect(server.url) as connection:
        return [row[0] for row in connection.execute("select n from kept order by n")]


def write(server: Postgres, *numbers: int) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("create table if not exists kept (n int)")
        for number in numbers:
            connection.execute("insert into kept values (%s)", [number])


def kill(child: Child) -> None:
    child.process.kill()
    child.process.wait(10)


def test_a_second_start_keeps_data_port_and_password_and_opens_no_folder(home: Path) -> None:
    modes = {path: path.stat().st_mode for path in home.parents}
    server = cluster(home)
    child = server.start()
    write(server, 1, 2)
    url = server.url
    child.stop()

    again = cluster(home)
    child = again.start()
    try:
        assert again.url == url
        assert rows(again) == [1, 2]
    finally:
        child.stop()
    assert {path: path.stat().st_mode for path in home.parents} == modes
    assert stat.S_IMODE((home / "postgres" / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "postgres" / "data").stat().st_mode) == 0o700


def test_only_the_password_opens_it(home: Path) -> None:
    server = cluster(home)
    child = server.start()
    try:
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.url.replace(server.password, "guess"))
    finally:
        child.stop()


def test_a_kill_loses_nothing_that_was_committed(home: Path) -> None:
    server = Postgres(home, home / "postgres")  # as `make run` starts it: tests do without the guarantee
    child = server.start()
    write(server, 1)
    with contextlib.closing(psycopg.connect(server.url)) as connection:
        connection.execute("insert into kept values (2)")
        port = server.port
        kill(child)
    child = server.start()
    try:
        assert server.port == port
        assert rows(server) == [1]
    finally:
        child.stop()


def test_a_lock_file_whose_number_belongs_to_another_process_is_forgotten(home: Path) -> None:
    server = cluster(home)
    server.start().stop()
    lock = server.data / "postmaster.pid"
    owner = server.data.stat()  # PostgreSQL takes no process of another user for a server of its own
    bystander = subprocess.Popen(["sleep", "60"], user=owner.st_uid if os.getuid() == 0 else None)
    try:
        lock.write_text(f"{bystander.pid}\n{server.data}\n1700000000\n{server.port}\n\n127.0.0.1\n")
        lock.chmod(0o644)
        os.chown(lock, owner.st_uid, owner.st_gid)
        child = cluster(home).start()
        child.stop()
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_server_left_by_a_killed_supervisor_is_ended_and_its_data_taken_over(home: Path) -> None:
    server = cluster(home)
    left = server.start()
    write(server, 7)
    successor = cluster(home)
    child = successor.start()
    try:
        assert left.process.wait(5) is not None
        assert rows(successor) == [7]
    finally:
        child.stop()


def test_sessions_of_a_killed_server_are_waited_for(home: Path) -> None:
    """Also when nobody recorded the server, and it is stopped in the middle of its work."""
    server = cluster(home)
    left = server.start()
    with psycopg.connect(server.url) as connection:
        backend = connection.info.backend_pid
        os.kill(backend, signal.SIGSTOP)  # it cannot notice that the postmaster is gone
        left.pid_file.unlink()
        kill(left)
        assert started_at(backend) is not None
        timer = subprocess.Popen(["/bin/sh", "-c", f"sleep 1; kill -CONT {backend}"])
        child = cluster(home).start()
        try:
            assert wait_until(lambda: started_at(backend) is None, seconds=1)
        finally:
            timer.wait(10)
            child.stop()


@pytest.mark.parametrize(
    ("lost", "told"),
    [("PG_VERSION", "holds no cluster"), ("global/pg_control", "PostgreSQL did not start: ")],
)
def test_damaged_data_are_one_clear_line(home: Path, lost: str, told: str) -> None:
    server = cluster(home)
    server.start().stop()
    (server.data / lost).unlink()
    with pytest.raises(Problem, match=told) as caught:
        cluster(home).start()
    assert "\n" not in str(caught.value)


def test_data_of_another_major_version_are_refused_by_name(home: Path) -> None:
    server = cluster(home)
    server.start().stop()
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(Problem, match=r"was written by PostgreSQL 9; found here: 1\d"):
        cluster(home).start()
