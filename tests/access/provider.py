"""The ministry's identity provider for tests: a process of its own that speaks OpenID Connect over HTTP."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx

from config.local.leash import tied

STARTUP_S = 30


@dataclass
class Provider:
    """A running provider."""

    url: str
    pid: int

    def knows(self, sub: str, **claims: object) -> None:
        """Somebody can sign in there, with these claims."""
        httpx.put(f"{self.url}/users/{sub}", json=claims, timeout=10).raise_for_status()

    def consent(self, address: str, sub: str, *, deny: bool = False) -> str:
        """What the person does at the provider; the address it sends the browser back to."""
        form = {"action": "deny"} if deny else {"sub": sub}
        answer = httpx.post(address, data=form, timeout=10, follow_redirects=False)
        assert answer.status_code in (302, 303), answer.text
        back = re.sub(r"^https?://[^/]+", "", answer.headers["Location"])
        if deny:  # RFC 6749 §4.1.2.1: a refusal repeats the state; this provider forgets it
            back += f"&state={parse_qs(urlsplit(address).query)['state'][0]}"
        return back


def _free_port() -> int:
    with closing(socket.socket()) as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Start a provider and end it, by the process that was started."""
    port = _free_port()
    process = subprocess.Popen(
        tied([sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--host", "127.0.0.1"]),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    provider = Provider(f"http://127.0.0.1:{port}", process.pid)
    try:
        until = time.monotonic() + STARTUP_S
        while True:
            try:
                httpx.get(f"{provider.url}/.well-known/openid-configuration", timeout=2).raise_for_status()
                break
            except httpx.HTTPError:
                assert process.poll() is None and time.monotonic() < until, "the provider did not start"
                time.sleep(0.05)
        yield provider
    finally:
        process.terminate()
        process.wait(10)
