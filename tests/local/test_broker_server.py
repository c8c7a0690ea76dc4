"""The local Valkey: its socket, and what a kill leaves of the queue."""

import socket
import stat
from pathlib import Path

import pytest

from config.local.processes import Problem
from config.local.valkey import LONGEST_SOCKET, Valkey

pytestmark = pytest.mark.faults


def ask(broker: Valkey, command: str) -> str:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(str(broker.socket_path))
        connection.sendall(command.encode() + b"\r\n")
        return connection.recv(1000).decode().strip()


def test_what_is_queued_survives_a_kill(tmp_path: Path) -> None:
    broker = Valkey(tmp_path, tmp_path / "valkey")
    child = broker.start()
    assert ask(broker, "RPUSH sugm one two") == ":2"
    child.process.kill()
    child.process.wait(5)
    child = broker.start()
    try:
        assert ask(broker, "LLEN sugm") == ":2"
    finally:
        child.stop()
    assert not broker.answers()


def test_a_deep_folder_gets_a_short_private_socket(tmp_path: Path) -> None:
    broker = Valkey(tmp_path, tmp_path / ("deep" * 20) / "valkey")
    child = broker.start()
    try:
        assert len(str(broker.socket_path)) <= LONGEST_SOCKET
        assert stat.S_IMODE(broker.socket_path.parent.stat().st_mode) == 0o700
        assert ask(broker, "PING") == "+PONG"
    finally:
        child.stop()
        broker.socket_path.parent.rmdir()


def test_a_socket_folder_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    broker = Valkey(tmp_path, tmp_path / ("deep" * 20) / "valkey")
    folder = broker.socket_path.parent
    folder.mkdir()
    folder.chmod(0o755)
    try:
        with pytest.raises(Problem, match="is not a private folder of ours"):
            broker.start()
    finally:
        folder.rmdir()
