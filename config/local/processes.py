"""Child processes: start one, find it again after a crash of its parent, end it and all it started."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from config.local.leash import tied

LOG_LIMIT = 5_000_000
"""Bytes of a log file above which it is set aside (one generation) when its process starts."""

PROC = Path("/proc")


class Problem(Exception):
    """What a person has to know and do, in one line; never shown with a traceback."""


class Cancelled(Exception):
    """The person asked to stop while something was still starting."""


def never() -> bool:
    """Stands where a caller has no way to be cancelled."""
    return False


def wait_until(
    condition: Callable[[], bool],
    *,
    seconds: float,
    cancelled: Callable[[], bool] = never,
    every: float = 0.05,
) -> bool:
    """True as soon as `condition()` holds, False after `seconds`. Raises Cancelled when asked to stop."""
    limit = time.monotonic() + seconds
    while not condition():
        if cancelled():
            raise Cancelled
        if time.monotonic() > limit:
            return False
        time.sleep(every)
    return True


# -- identity of a process ---------------------------------------------------------------------------------


def started_at(pid: int) -> str | None:
    """When the process began, as an opaque text; None when it is gone or a zombie.

    A process id alone proves nothing, ids are used again: id and start time together name one process. The
    boot id is part of it because /proc counts from the start of the machine.
    """
    if PROC.joinpath("self/stat").exists():
        try:
            # The name of the program is in brackets and may hold spaces and brackets itself.
            fields = PROC.joinpath(str(pid), "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        boot = PROC.joinpath("sys/kernel/random/boot_id").read_text().strip()
        return None if fields[0] in "ZX" else f"{boot}:{fields[19]}"
    ps = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True)  # noqa: S603, S607
    state, _, began = ps.stdout.strip().partition(" ")
    return began.strip() if began and not state.startswith("Z") else None


def processes_with(*, name: str | None = None, cwd: Path | None = None, group: int | None = None) -> list[int]:
    """Ids of the live processes with this program name, folder and process group. Linux only, else none."""
    found = []
    for entry in PROC.glob("[0-9]*"):
        pid = int(entry.name)
        with contextlib.suppress(OSError):  # it ended meanwhile, or belongs to somebody else
            if name is not None and entry.joinpath("comm").read_text().strip() != name:
                continue
            if cwd is not None and not entry.joinpath("cwd").samefile(cwd):
                continue
            if group is not None and os.getpgid(pid) != group:
                continue
            if started_at(pid) is not None:
                found.append(pid)
    return found


# -- one child ---------------------------------------------------------------------------------------------

Ending = tuple[tuple[signal.Signals, float], ...]
"""Signals to send in turn, each with the seconds to wait for the end; SIGKILL follows by itself."""

TERMINATE: Ending = ((signal.SIGTERM, 10.0),)


@dataclass
class Child:
    """A process started by us, leader of a session of its own, so that Ctrl-C reaches only the supervisor."""

    name: str
    process: subprocess.Popen[bytes]
    pid_file: Path
    log: Path
    ending: Ending = TERMINATE
    log_offset: int = 0
    began: float = field(default_factory=time.monotonic)

    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self, hurry: Callable[[], bool] = never) -> None:
        """End it and its group: politely, after its time of grace or as soon as `hurry()` by force."""
        for number, seconds in self.ending:
            if not self.alive() or hurry():
                break
            self.process.send_signal(number)
            wait_until(lambda: not self.alive() or hurry(), seconds=seconds, every=0.02)
        kill_group(self.process.pid)
        self.process.wait()
        self.pid_file.unlink(missing_ok=True)

    def said(self) -> str:
        """What it wrote to its log since it was started, the last 64 KiB of it."""
        with self.log.open("rb") as log:
            log.seek(max(self.log_offset, os.fstat(log.fileno()).st_size - 65_536))
            return log.read().decode(errors="replace")

    def last_words(self) -> str:
        lines = [line.strip() for line in self.said().splitlines() if line.strip()]
        return lines[-1][:300] if lines else "it said nothing"


def wait_for_start(
    child: Child, answers: Callable[[], bool], *, seconds: float, cancelled: Callable[[], bool] = never
) -> bool:
    """True once the child answers, False if it ended before. If it does neither: ended, Problem or Cancelled."""
    try:
        if wait_until(lambda: not child.alive() or answers(), seconds=seconds, cancelled=cancelled):
            return child.alive()
    except Cancelled:
        child.stop()
        raise
    child.stop()
    raise Problem(f"{child.name} did not answer within {seconds:.0f} s (log: {child.log})")


def kill_group(pgid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: EPERM for a group of zombies
        os.killpg(pgid, signal.SIGKILL)


def open_log(path: Path) -> tuple[int, int]:
    """A file descriptor to append to `path`, and the present size. Sets a large file aside first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(log, f"--- {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC: start ---\n".encode())
    return log, os.fstat(log).st_size


def spawn(
    name: str,
    argv: Sequence[str | Path],
    *,
    home: Path,
    env: Mapping[str, str],
    cwd: Path | None = None,
    ending: Ending = TERMINATE,
    user: tuple[int, int] | None = None,
) -> Child:
    """Start `argv` as the child `name` of this home folder, its log in `log/` and its pid file in `run/`.

    When this process is killed, the child gets the first signal of its `ending` (see `leash`). `user` is
    (uid, gid) to run as; only root can ask for it. Raises Problem if it cannot be started.
    """
    pid_file = home / "run" / f"{name}.pid"
    pid_file.parent.mkdir(parents=True, exist_ok=True)
    path = home / "log" / f"{name}.log"
    log, offset = open_log(path)
    try:
        process = subprocess.Popen(  # noqa: S603
            tied(argv, ending[0][0], user=user),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**env, "SUGM_SERVICE": name},
            cwd=cwd,
            start_new_session=True,
        )
    except OSError as error:
        raise Problem(f"{name} cannot be started: {error}") from error
    finally:
        os.close(log)
    pid_file.write_text(json.dumps({"pid": process.pid, "started": started_at(process.pid)}))
    return Child(name, process, pid_file, path, ending, offset)


def end_leftover(name: str, *, home: Path, ending: Ending = TERMINATE) -> bool:
    """End what a supervisor, killed by force, left running under this name. True if there was something."""
    pid_file = home / "run" / f"{name}.pid"
    try:
        recorded = json.loads(pid_file.read_text())
        pid, started = int(recorded["pid"]), recorded["started"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        pid_file.unlink(missing_ok=True)
        return False
    now = started_at(pid)
    found = started is not None and now == started
    if found:
        for number, seconds in ending:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            if wait_until(lambda: started_at(pid) != started, seconds=seconds):
                break
        kill_group(pid)
    elif now is None:
        # The leader is gone, its own children (a pool, for instance) may not be. A group is ours only if its
        # members carry our mark: the number may long belong to somebody else.
        mark = f"SUGM_HOME={home}\0".encode()
        for member in processes_with(group=pid):
            with contextlib.suppress(OSError):
                if mark in PROC.joinpath(str(member), "environ").read_bytes() + b"\0":
                    os.kill(member, signal.SIGKILL)
                    found = True
    pid_file.unlink(missing_ok=True)
    return found


# -- one supervisor per home folder ------------------------------------------------------------------------


@contextlib.contextmanager
def home_lock(home: Path) -> Iterator[Path]:
    """Hold the home folder for oneself. Raises Problem, with what the holder wrote into the file, if it is
    taken.

    The kernel lets go of the lock when the holder dies, however it dies.
    """
    path = home / "run" / "lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("a+")
    except OSError as error:
        raise Problem(f"the folder {home} cannot be written to: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = path.read_text().strip() or "another process"
            raise Problem(f"SUGM is already running in {home}: {holder}") from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        yield path


def describe_lock(path: Path, text: str) -> None:
    """What the next one to ask for the lock is told."""
    path.write_text(f"process {os.getpid()}, {text}")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)
