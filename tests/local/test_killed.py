"""Whoever starts processes may be killed by force: what they started ends by itself, nothing waits for a later run."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.local import ports
from config.local.leash import tied
from config.local.processes import processes_with, started_at, wait_until
from config.local.stack import PROJECT
from config.local.testing import sweep
from tests.local.test_run import Start, using

pytestmark = [pytest.mark.faults, pytest.mark.skipif(sys.platform != "linux", reason="prctl(2) is Linux's")]


def alive(pids: list[int]) -> list[int]:
    """Of these, and of what they started, who is still there."""
    return [pid for pid in pids if started_at(pid) is not None or processes_with(group=pid)]


def test_a_killed_test_run_leaves_nothing(tmp_path: Path) -> None:
    """Database, broker, worker, a beat that is held still, the simulator and the identity provider."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BROKER_URL")}
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.local.killed", str(tmp_path)],
        cwd=PROJECT, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        assert parent.stdout is not None
        told = json.loads(parent.stdout.readline())
        pids = list(told["pids"].values())
        assert set(told["pids"]) == {"database", "broker", "worker", "beat", "simulator", "provider"}
        assert alive(pids) == pids
    finally:
        parent.kill()
        parent.communicate(timeout=20)
    assert wait_until(lambda: not alive(pids), seconds=30), [pid for pid in pids if started_at(pid)]
    sweep()  # what is left is a folder
    assert not Path(told["home"]).exists()


def test_a_killed_supervisor_leaves_nothing(tmp_path: Path) -> None:
    """`make run` as a whole: the pools and the database's sessions too."""
    home = tmp_path / "home"
    run = Start(home, ports.probe(0))
    try:
        run.until("SUGM runs at")
        assert len(run.pids()) == 6
    finally:
        run.process.kill()
        run.process.communicate(timeout=20)
    assert wait_until(lambda: using(home) == [], seconds=60), using(home)


def test_the_signal_is_the_one_asked_for_and_the_program_is_itself(tmp_path: Path) -> None:
    """It may end in good order, has the process id that was started, and signals are as a program expects them."""
    code = (
        "import os, signal, sys, pathlib\n"
        "heard = pathlib.Path(sys.argv[1])\n"
        "def told(number, frame):\n"
        "    heard.write_text(signal.Signals(number).name); sys.exit()\n"
        "signal.signal(signal.SIGTERM, told)\n"
        "print(os.getpid(), flush=True)\n"
        "signal.pause()\n"
    )
    heard = tmp_path / "heard"
    starter = (
        "import subprocess, signal, sys\n"
        "from config.local.leash import tied\n"
        f"child = subprocess.Popen(tied([sys.executable, '-c', {code!r}, {str(heard)!r}], signal.SIGTERM),\n"
        "    stdout=subprocess.PIPE, text=True)\n"
        "assert child.stdout.readline() == f'{child.pid}\\n'\n"
        "print(child.pid, flush=True)\n"
        "signal.pause()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", starter], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate(timeout=20)
    assert wait_until(lambda: started_at(pid) is None, seconds=20)
    assert heard.read_text() == "SIGTERM"


def test_a_pipe_that_nobody_reads_ends_a_program_as_it_should() -> None:
    """Python ignores SIGPIPE, and what is ignored stays ignored in the program that takes its place."""
    if not Path("/proc/self/status").exists():
        pytest.skip("no /proc")
    status = subprocess.run(tied(["cat", "/proc/self/status"]), capture_output=True, text=True, check=True).stdout
    ignored = int(next(line.split()[1] for line in status.splitlines() if line.startswith("SigIgn")), 16)
    assert not ignored & 1 << signal.SIGPIPE - 1


def test_who_is_orphaned_before_the_kernel_knows_does_not_begin() -> None:
    argv = tied(["echo", "begun"])
    place = argv.index(str(os.getpid()))
    argv[place] = "1"  # a parent that is no longer the parent
    done = subprocess.run(argv, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (127, "")


def test_a_program_that_is_not_there_is_said() -> None:
    done = subprocess.run(tied(["no-such-program-here"]), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (127, "no-such-program-here: No such file or directory\n")
