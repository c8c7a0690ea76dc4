"""The agencies as they are met in these tests: the simulator, a process of its own, over real HTTP."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agencies.connectors import Answer, Ask, Endpoint, Subject, registry
from agencies.connectors.soap import wsdl_cache

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "ruc": "20999000099",
    "password": "clave-de-prueba",
    "entity": "RREE",
    "key": "llave",
    "user": "OCN",
}
STARTUP_S = 30


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
        [sys.executable, "-m", "simulator", "--port", "0", *arguments],
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


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulator]:
    simulator = start_simulator()
    yield simulator
    stop_simulator(simulator)


@pytest.fixture
def simulator(simulator_process: Simulator) -> Iterator[Simulator]:
    """The session's simulator with nothing set and an empty log."""
    simulator_process.reset()
    yield simulator_process
    simulator_process.reset()


@pytest.fixture
def endpoint(simulator: Simulator) -> Endpoint:
    return Endpoint(base_url=simulator.base_url, timeout_s=5, credentials=SECRETS)


@pytest.fixture(autouse=True)
def fresh_wsdl_cache() -> None:
    wsdl_cache.clear()


AskFunction = Callable[..., Answer]


@pytest.fixture
def put(endpoint: Endpoint) -> AskFunction:
    """``put(question, subject)`` asks the simulator through the connector."""

    def ask(question: str, subject: Subject, at: Endpoint = endpoint, **more: Any) -> Answer:
        values = {
            "question": question,
            "subject": subject,
            "idempotency_key": f"key-{question}",
            "legal_basis": "DL 1350 art. 30",
            "purpose": "Evaluación de visa",
            "officer_ref": "80000012",
            "case_ref": "VIS-2026-SCL-000001-C",
            **more,
        }
        return registry.get(question).ask(Ask(**values), at)

    return ask
