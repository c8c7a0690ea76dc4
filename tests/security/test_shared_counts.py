"""What is counted for all processes together, and what a lost cache does (docs/decisions/0020-shared-counts.md)."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from config import cache as shared
from config.cache import SharedCache
from config.local.valkey import Valkey
from documents.seals.throttling import SealThrottle
from offices.roles import Role
from tests import factories as f
from tests.workers import ROOT, database_url

pytestmark = pytest.mark.django_db(transaction=True)

API = "/api/v1/seals/validate/"
PASSWORD = "una frase bastante larga"
NOWHERE = "unix:///nowhere/valkey.sock?db=1"


class Server:
    """A Valkey of the test's own, which can go away and come back."""

    def __init__(self, home: Path):
        self.valkey = Valkey(home, home / "valkey")
        self.url = self.valkey.cache_url
        self.start()

    def start(self) -> None:
        self.child = self.valkey.start()

    def stop(self) -> None:
        self.child.stop()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def person():
    user = f.staff(Role.ANALYST, f.OfficeFactory(), username="rquispe")
    user.set_password(PASSWORD)
    user.save()
    return user


def use(settings, url: str) -> None:
    """This process counts there, and asks again at once when it was away."""
    settings.CACHES = shared.caches(url)
    cache.clear()


@pytest.fixture(autouse=True)
def quick(settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(shared, "PAUSE", 0.0)
    monkeypatch.setattr(SealThrottle, "rate", "3/min", raising=False)


def elsewhere(kind: str, times: int, url: str) -> list[str]:
    """Another process of the house, with the same database and this cache."""
    env = {**os.environ, "DATABASE_URL": database_url(), "CACHE_URL": url, "SUGM_SEAL_RATE": "3/min"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.counting", kind, str(times)],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def asked() -> int:
    return Client().post(API, {"text": "?"}, content_type="application/json").status_code


def sign_in(password: str = PASSWORD):
    return Client().post(reverse("account_login"), {"login": "rquispe", "password": password})


def test_requests_are_counted_for_all_processes_together(server):
    assert elsewhere("seals", 2, server.url) == ["400", "400"]
    assert elsewhere("seals", 3, server.url) == ["400", "429", "429"]


@pytest.mark.parametrize("alive", [True, False], ids=["cache", "no cache"])
def test_a_lock_out_holds_in_every_process_with_or_without_the_cache(person, server, alive):
    url = server.url if alive else NOWHERE
    assert elsewhere("equivocada", 5, url) == ["200"] * 5
    assert elsewhere(PASSWORD, 1, url) == ["locked"]


def test_without_the_cache_people_sign_in_and_guesses_are_still_counted(person, settings, caplog):
    """allauth's limits, which count in the cache, are on as in production."""
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,10/300s/key"}
    use(settings, NOWHERE)
    with caplog.at_level(logging.WARNING, "config.cache"):
        assert sign_in().status_code == 302
        for _ in range(5):
            assert sign_in("equivocada").status_code == 200
        locked = sign_in()
        assert locked.status_code == 200 and "Demasiados intentos" in locked.content.decode()
    assert [record.message for record in caplog.records if record.name == "config.cache"] == [
        "the shared cache does not answer (ConnectionError): limits are counted per process"
    ]


def test_a_cache_that_goes_and_comes_back_never_lifts_the_limit(settings, server):
    use(settings, server.url)
    assert [asked() for _ in range(4)] == [400, 400, 400, 429]
    server.stop()
    assert [asked() for _ in range(4)] == [400, 400, 400, 429]  # this process' own count
    assert Client().get(reverse("readyz")).json()["cache"] == "ConnectionError"
    server.start()
    assert Client().get(reverse("readyz")).json()["cache"] == "ok"
    cache.clear()
    assert elsewhere("seals", 2, server.url) == ["400", "400"]
    assert [asked() for _ in range(2)] == [400, 429]  # together again


def test_a_lost_cache_does_not_make_a_process_unready(settings):
    """The balancer would take every web process out at once."""
    use(settings, NOWHERE)
    parts = Client().get(reverse("readyz")).json()
    others = [value for name, value in parts.items() if name not in ("status", "cache")]
    assert parts["cache"] != "ok"
    assert (parts["status"] == "ok") == all(value == "ok" for value in others)


def test_a_silent_server_is_left_alone_for_a_while(settings, server, monkeypatch):
    monkeypatch.setattr(shared, "PAUSE", 3600.0)
    use(settings, server.url)
    server.stop()
    cache.set("a", 1)
    server.start()
    assert cache.get("a") == 1  # still its own memory
    assert isinstance(cache._connections["default"], SharedCache) and cache._connections["default"].answers() == "ok"
    assert cache.get("a") is None


def test_what_is_kept_there_is_no_pickle(settings, server):
    use(settings, server.url)
    cache.set("history", [1.5, 2.5], 60)
    assert cache.get("history") == [1.5, 2.5]
    client = cache._connections["default"]._cache.get_client()
    [key] = client.keys("*")
    assert client.get(key) == b"[1.5, 2.5]" and 0 < client.ttl(key) <= 60
    cache.set("number", 4)
    assert cache.incr("number") == 5 and cache.add("number", 1) is False
