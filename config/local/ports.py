"""TCP ports on 127.0.0.1: which one may a server take?"""

import socket
from pathlib import Path

from config.local.processes import Problem


def parse(text: str) -> int:
    """The port that SUGM_PORT names. Raises Problem."""
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Problem(f"SUGM_PORT={text} is not a port number")
    return int(text)


def probe(port: int) -> int:
    """The port (any free one for 0) if a server could listen there now. Raises OSError if not."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        found: int = listener.getsockname()[1]
        return found


def check(port: int) -> None:
    """Raises Problem if no server could listen there now."""
    try:
        probe(port)
    except PermissionError:
        raise Problem(f"port {port} is for root only: choose another, for example SUGM_PORT=8000") from None
    except OSError:
        told = f"port {port} is in use: choose another, for example SUGM_PORT={port + 1} make run"
        raise Problem(told) from None


def remembered(record: Path) -> int:
    """The recorded port if it is free, else a free one, which is recorded.

    Addresses stay the same over restarts that way; the demonstration's agencies are configured with one.
    """
    try:
        port = probe(int(record.read_text()))
    except (FileNotFoundError, ValueError, OverflowError, OSError):
        port = probe(0)
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(str(port))
    return port
