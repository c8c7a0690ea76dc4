"""What a test run starts, started by a process that test_killed.py then kills: prints the process ids and waits."""

import json
import os
import signal
import sys
from pathlib import Path

from config.local.testing import ensure_services


def main(folder: Path) -> None:
    services = ensure_services()
    os.environ.update(services.env)
    pids = {child.name: child.process.pid for child in services.children}

    import django

    django.setup()
    from tests.access.provider import running_provider
    from tests.simulators import start_simulator
    from tests.workers import start_beat, start_worker, wait_until

    worker, beat, simulator = start_worker(folder, "worker"), start_beat(folder), start_simulator()
    wait_until(lambda: worker.said(" ready."), seconds=60, what="for the worker")
    wait_until(lambda: list(folder.glob("beat-schedule*")), seconds=60, what="for beat")
    for name, process in (("worker", worker.process), ("beat", beat.process), ("simulator", simulator.process)):
        pids[name] = process.pid
    with running_provider() as provider:
        pids["provider"] = provider.pid
        os.kill(beat.process.pid, signal.SIGSTOP)  # as the browser tests hold it while they empty the tables
        sys.stdout.write(json.dumps({"home": str(services.home), "pids": pids}) + "\n")
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
