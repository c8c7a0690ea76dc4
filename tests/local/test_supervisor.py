"""The supervisor over small programs: starting again, giving up, and leaving nothing behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.local.leash import tied
from config.local.processes import end_leftover, processes_with, started_at, wait_until
from config.local.stack import PROJECT

pytestmark = pytest.mark.faults


class Run:
    """One supervisor process and what it says."""

    def __init__(self, home: Path, *names: str) -> None:
        self.home = home
        self.names = names
        self.said = home / "said"
        home.mkdir(exist_ok=True)
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                tied([sys.executable, "-m", "tests.local.small_stack", str(home), *names]),
                stdout=said,
                stderr=said,
                cwd=PROJECT,
                start_new_session=True,
            )

    def wait_for(self, text: str, seconds: float = 10) -> None:
        assert wait_until(lambda: text in self.said.read_text(), seconds=seconds), self.said.read_text()

    def pid(self, name: str) -> int:
        return int(json.loads((self.home / "run" / f"{name}.pid").read_text())["pid"])

    def up(self, name: str) -> None:
        log = self.home / "log" / f"{name}.log"
        assert wait_until(lambda: log.exists() and log.read_text().endswith("up\n"), seconds=10)


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[list[Run]]:
    """Those that are still there at the end are ended, with what they had started."""
    started: list[Run] = []
    yield started
    for run in started:
        run.process.kill()
        run.process.wait(5)
        for name in run.names:
            end_leftover(name, home=run.home)


def start(runs: list[Run], home: Path, *names: str) -> Run:
    runs.append(Run(home, *names))
    runs[-1].wait_for("watching")
    return runs[-1]


def test_a_signal_ends_every_process_and_their_children(runs: list[Run], tmp_path: Path) -> None:
    run = start(runs, tmp_path / "home", "family")
    run.up("family")
    family = run.pid("family")
    assert len(processes_with(group=family)) == 2
    run.process.terminate()
    assert run.process.wait(10) == 0
    assert processes_with(group=family) == []
    assert not (run.home / "run" / "family.pid").exists()


def test_what_ends_by_itself_is_started_again_without_its_orphans(runs: list[Run], tmp_path: Path) -> None:
    run = start(runs, tmp_path / "home", "family")
    run.up("family")
    first = run.pid("family")
    os.kill(first, signal.SIGKILL)
    run.wait_for("family ended (killed by SIGKILL); new start in 0.1 s")
    run.wait_for("family runs again")
    assert run.pid("family") != first
    assert processes_with(group=first) == []


def test_what_does_not_hold_ends_all_with_its_own_words(runs: list[Run], tmp_path: Path) -> None:
    run = start(runs, tmp_path / "home", "family", "failing")
    assert run.process.wait(15) == 1
    assert "problem: failing ended 3 times in a row: no disk left" in run.said.read_text()
    assert not (run.home / "run" / "family.pid").exists()


def test_a_second_signal_does_not_wait_for_a_stubborn_one(runs: list[Run], tmp_path: Path) -> None:
    run = start(runs, tmp_path / "home", "stubborn")
    run.up("stubborn")
    stubborn = run.pid("stubborn")
    run.process.send_signal(signal.SIGINT)
    run.wait_for("stopping")
    time.sleep(1.2)  # signals within a second are one wish
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(5) == 0  # its time of grace would be ten seconds
    assert started_at(stubborn) is None


def test_what_a_killed_supervisor_left_is_ended_by_the_next(runs: list[Run], tmp_path: Path) -> None:
    first = start(runs, tmp_path / "home", "family")
    first.up("family")
    left = first.pid("family")
    first.process.kill()
    first.process.wait(5)
    assert wait_until(lambda: started_at(left) is None, seconds=5)  # the kernel has told it
    assert len(processes_with(group=left)) == 1  # its own child knows nothing, and no pid file names it

    second = start(runs, tmp_path / "home", "family")
    assert processes_with(group=left) == []
    assert second.pid("family") != left


def test_a_pid_file_whose_number_is_used_again_harms_nobody(tmp_path: Path) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    try:
        pid_file = tmp_path / "run" / "web.pid"
        pid_file.parent.mkdir()
        pid_file.write_text(json.dumps({"pid": bystander.pid, "started": "long ago"}))
        assert end_leftover("web", home=tmp_path) is False
        assert bystander.poll() is None
        assert not pid_file.exists()
    finally:
        bystander.kill()
        bystander.wait()
