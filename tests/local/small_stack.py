"""A supervisor over small programs, run as a process of its own by test_supervisor.py: HOME SCENARIO."""

import sys
from collections.abc import Callable
from pathlib import Path

from config.local import supervisor as module
from config.local.processes import Child, Problem, end_leftover, spawn
from config.local.supervisor import Service, Supervisor

WAIT = "print('up', flush=True); time.sleep(300)"
PROGRAMS = {
    # a parent with a child of its own, which outlives it unless somebody ends it
    "family": f"import subprocess, time; subprocess.Popen(['sleep', '300']); {WAIT}",
    "stubborn": f"import signal, time; signal.signal(15, signal.SIG_IGN); {WAIT}",
    "failing": "print('no disk left', flush=True); raise SystemExit(3)",
}


def service(home: Path, name: str) -> Service:
    def start(cancelled: Callable[[], bool]) -> Child:
        end_leftover(name, home=home)
        return spawn(name, [sys.executable, "-c", PROGRAMS[name]], home=home, env={"SUGM_HOME": str(home)})

    return Service(name, start, lambda: "small")


def main(home: Path, names: list[str]) -> int:
    module.DELAYS = (0.1, 0.1)
    try:
        with Supervisor(home, {}) as supervisor:
            for name in names:
                supervisor.start(service(home, name))
            supervisor.tell("watching")
            supervisor.watch()
    except Problem as problem:
        supervisor.tell(f"problem: {problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
