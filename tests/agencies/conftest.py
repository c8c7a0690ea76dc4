"""The agencies as they are met in these tests: the simulator, a process of its own, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from agencies.connectors import Answer, Ask, Endpoint, Subject, registry
from agencies.connectors.soap import wsdl_cache
from tests.simulators import SECRETS, Simulator, start_simulator, stop_simulator

from .wire import self_signed


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


@pytest.fixture(scope="session")
def tls(tmp_path_factory) -> Iterator[tuple[str, str]]:
    """An HTTPS simulator with a certificate of its own making: base URL and certificate file."""
    certificate, key = self_signed(tmp_path_factory.mktemp("tls"))
    simulator = start_simulator("--host", "localhost", "--tls-cert", certificate, "--tls-key", key)
    yield f"https://localhost:{simulator.base_url.rpartition(':')[2]}", certificate
    stop_simulator(simulator)


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
