"""Starts services one after another, starts again what ends by itself, and ends all of them in reverse order.

It knows nothing of SUGM: `stack` says what the services are.
"""

import contextlib
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.local.processes import Cancelled, Child, Problem, end_leftover, spawn, wait_until

DELAYS = (1, 2, 4, 8, 16)
"""Seconds to wait before the first, second, … new start in a row; after the last the supervisor gives up."""

STEADY = 60.0
"""Seconds a service must have run for its earlier failures to be forgotten."""


@dataclass
class Service:
    """What shall run all the time. `start` returns when the child runs (a server: when it answers)."""

    name: str
    start: Callable[[Callable[[], bool]], Child]
    tells: Callable[[], str] = lambda: ""
    child: Child | None = None
    failures: int = 0
    due: float = field(default=0.0)


class Supervisor:
    """Use as a context: whatever happens inside, at its end every service that was started is ended."""

    def __init__(self, home: Path, env: Mapping[str, str], *, quiet: bool = False) -> None:
        self.home = home
        self.env = env
        self.quiet = quiet
        self.services: list[Service] = []
        self.signals = 0
        self.last_signal = 0.0

    # -- signals -------------------------------------------------------------------------------------------

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _on_signal(self, number: int, frame: object) -> None:
        # Nothing else is done here, this may interrupt any line of the program. `make` and the terminal may
        # both pass on the same wish: what comes within a second is one.
        now = time.monotonic()
        if now - self.last_signal > 1:
            self.signals += 1
            self.last_signal = now

    def stopping(self) -> bool:
        return self.signals > 0

    # -- starting ------------------------------------------------------------------------------------------

    def start(self, service: Service) -> None:
        """Start a service for the first time. Raises Problem or Cancelled."""
        with self.line(service.name) as say:
            service.child = service.start(self.stopping)
            self.services.append(service)
            say(service.tells())

    def step(self, name: str, argv: Sequence[str | Path], *, cwd: Path, tells: str = "") -> None:
        """Run a command to its end, with its own log. Raises Problem with its last line if it fails."""
        with self.line(name) as say:
            end_leftover(name, home=self.home)
            child = spawn(name, argv, home=self.home, env=self.env, cwd=cwd)
            try:
                wait_until(lambda: not child.alive(), seconds=3600, cancelled=self.stopping)
            finally:
                child.stop()
            if child.process.returncode:
                raise Problem(f"{name} failed: {child.last_words()} (log: {child.log})")
            say(tells)

    @contextlib.contextmanager
    def line(self, name: str) -> Iterator[Callable[[str], None]]:
        """One line of the console per thing that is started: its name, what it is, how long it took."""
        began = time.monotonic()
        said = [""]
        yield lambda text: said.__setitem__(0, text)
        seconds = time.monotonic() - began
        self.tell(f"  {name:<10} {said[0]:<46} {f'{seconds:5.1f} s' if seconds > 0.05 else ''}")

    def tell(self, text: str) -> None:
        if self.quiet:
            return
        with contextlib.suppress(OSError):  # the terminal is gone: go on, and end in good order
            sys.stdout.write(text.rstrip() + "\n")
            sys.stdout.flush()

    def wait_ready(self, url: str, *, seconds: float) -> None:
        """Wait for a 200 at `url`, starting again what ends meanwhile. Raises Problem with the last answer."""
        last = "no answer"

        def ready() -> bool:
            nonlocal last
            self.revive()
            try:
                with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 (our own http address)  # nosec B310
                    return bool(response.status == 200)
            except urllib.error.HTTPError as error:
                last = f"{error.code} {' '.join(error.read(600).decode(errors='replace').split())}"
            except OSError as error:
                last = str(error)
            return False

        if not wait_until(ready, seconds=seconds, cancelled=self.stopping, every=0.2):
            raise Problem(f"not ready after {seconds:.0f} s: {url} says {last}")

    # -- watching ------------------------------------------------------------------------------------------

    def watch(self) -> None:
        """Until a signal comes. Raises Problem when a service does not hold."""
        with contextlib.suppress(Cancelled):
            while not self.stopping():
                self.revive()
                time.sleep(0.2)

    def revive(self) -> None:
        """Start again what has ended and is due; tell about it."""
        for service in self.services:
            child = service.child
            assert child is not None
            if child.alive():
                if service.failures and time.monotonic() - child.began > STEADY:
                    service.failures = 0
                continue
            now = time.monotonic()
            if not service.due:
                if service.failures == len(DELAYS):
                    raise Problem(
                        f"{service.name} ended {service.failures + 1} times in a row: {child.last_words()} "
                        f"(log: {child.log})"
                    )
                delay = DELAYS[service.failures]
                service.failures += 1
                service.due = now + delay
                code = child.process.returncode
                how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
                self.tell(f"  {service.name} ended ({how}); new start in {delay} s (log: {child.log})")
                child.stop()  # what is left of its group: the pool of a killed worker, for instance
            elif now >= service.due:
                service.due = 0.0
                service.child = service.start(self.stopping)
                self.tell(f"  {service.name} runs again")

    # -- ending --------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """End every service, last started first. A further signal meanwhile ends the rest by force."""
        first = self.signals
        if self.services:
            self.tell("  stopping …")
        while self.services:
            child = self.services.pop().child
            if child is not None:
                child.stop(hurry=lambda: self.signals > first)
