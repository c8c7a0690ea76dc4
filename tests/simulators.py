"""The agency simulator as a test sees it: a process of its own, its control endpoint and its log."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.local.leash import tied

ROOT = Path(__file__).resolve().parents[1]
STARTUP_S = 30
# What the simulator's agencies want to be told; any other value is refused by none of them.
SECRETS = {
    "ruc": "20999000099",
    "password": "clave-de-prueba",
    "entity": "RREE",
    "key": "llave",
    "user": "OCN",
}


@dataclass
class Simulator:
    """A running simulator and its control endpoint."""

    base_url: str
    process: subprocess.Popen[str]

    def call(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(self.base_url + path, data=data, timeout=10) as answer:
            return json.load(answer)

    def set(self, agency: str, **settings: Any) -> None:
        self.call(f"/_control/agencies/{agency}", settings)

    def reset(self) -> None:
        self.call("/_control/reset", {})

    def log(self, since: int = 0) -> list[dict[str, Any]]:
        return self.call(f"/_control/log?since={since}")["entries"]

    def wait_for_log(self, condition: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """The log once ``condition`` holds of it; fails after ten seconds."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if condition(entries := self.log()):
                return entries
            time.sleep(0.02)
        raise AssertionError("the simulator's log never came to that")


def start_simulator(*arguments: str) -> Simulator:
    """Start a simulator on a free port and wait until it says that it serves."""
    process = subprocess.Popen(
        tied([sys.executable, "-m", "simulator", "--port", "0", *arguments]),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], STARTUP_S)
    line = process.stdout.readline() if ready else ""
    if "ready on " not in line:
        process.kill()
        process.communicate(timeout=10)
        raise RuntimeError("the simulator did not start")
    return Simulator(line.split("ready on ")[1].strip(), process)


def stop_simulator(simulator: Simulator) -> int:
    """End the process by its own id; returns its exit code."""
    simulator.process.terminate()
    try:
        simulator.process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        simulator.process.kill()
        simulator.process.communicate(timeout=10)
    return simulator.process.returncode
