"""The house as a person finds it: the pages served, worker, beat and agency simulator running, a browser per person.

The processes run once per module on the test database. Tables are emptied between tests, so the processes are held
still (SIGSTOP) while that happens: TRUNCATE and a sweep of theirs would otherwise wait for each other.

Whatever needs Django is imported in the fixtures: when this folder is named on the command line, pytest reads this file
before the settings exist.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tests.simulators import SECRETS, Simulator, start_simulator, stop_simulator

if TYPE_CHECKING:
    from offices.models import User
    from tests.e2e.desk import Desk
    from tests.workers import Worker

AGENCIES = ("migraciones", "pnp", "pj", "inpe", "interpol", "sbs", "reniec", "sunat")
WIDE = {"width": 1366, "height": 768}
# pictures are taken on request only, by `make screenshots`
collect_ignore = [] if os.environ.get("SUGM_SCREENSHOTS") else ["test_screenshots.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.worker)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="module")
def agencies() -> Iterator[Simulator]:
    """The simulator process."""
    simulator = start_simulator()
    yield simulator
    stop_simulator(simulator)


@pytest.fixture(scope="module")
def processes(django_db_setup, tmp_path_factory) -> Iterator[list[Worker]]:
    """Worker and beat, on the test database."""
    from tests.workers import Worker, start_worker, wait_until

    secrets = {f"AGENCY_{code.upper()}_{name.upper()}": value for code in AGENCIES for name, value in SECRETS.items()}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in secrets.items():
            patch.setenv(name, value)
        folder = tmp_path_factory.mktemp("jobs")
        worker = start_worker(folder, "pages")
        beat = Worker("beat", "--pidfile=", "-s", str(folder / "schedule"), log=folder / "beat.log")
    wait_until(lambda: worker.said(" ready."), what="for the worker")
    yield [beat, worker]
    for process in (beat, worker):
        _tell(process, signal.SIGCONT)
        process.stop()


def _tell(process: Worker, what: signal.Signals) -> None:
    os.killpg(process.process.pid, what)


def _others_at_work() -> bool:
    """Whether any other connection to the test database is in a transaction."""
    from django.db import connection

    from tests.owner import as_owner

    with as_owner(), connection.cursor() as cursor:  # the application's role is not told what others are at
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle')"
        )
        return cursor.fetchone()[0]


@pytest.fixture
def jobs(processes, transactional_db) -> Iterator[None]:
    """The processes at work, and held still, outside any transaction, when the tables are emptied afterwards."""
    from tests.workers import wait_until

    for process in processes:
        _tell(process, signal.SIGCONT)
    yield

    def still() -> bool:
        for process in processes:
            _tell(process, signal.SIGSTOP)
        if not _others_at_work():
            return True
        for process in processes:
            _tell(process, signal.SIGCONT)
        return False

    wait_until(still, what="for the processes to finish what they were at")


@pytest.fixture
def house(jobs, agencies, live_server, settings) -> SimpleNamespace:
    """The small ministry of :mod:`tests.factories`, whose people can sign in and whose agencies are the simulator."""
    from agencies.models import Agency
    from offices.models import User
    from tests import factories as f
    from tests.e2e.desk import PASSWORD

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slow hashes prove nothing here
    shutil.rmtree(settings.HOME / "outbox", ignore_errors=True)
    agencies.reset()
    house = f.ministry()
    Agency.objects.update(base_url=f"{agencies.base_url}/", timeout=5)
    house.agencies = agencies
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    return house


@pytest.fixture
def desk(browser, live_server, jobs) -> Iterator[Callable[..., Desk]]:
    """``desk(user)``: that person's browser, signed in through the page; the same one when asked again."""
    from tests.e2e.desk import PASSWORD, Desk

    contexts, desks = [], {}

    def sit(user: User | None, *, size: dict[str, int] = WIDE, password: str = PASSWORD) -> Desk:
        key = (user and user.pk, size["width"])
        if key not in desks:
            context = browser.new_context(
                base_url=live_server.url, viewport=size, locale="es-PE", timezone_id="America/Lima",
                reduced_motion="reduce", accept_downloads=True,
            )  # fmt: skip
            contexts.append(context)
            desks[key] = Desk(context.new_page())
            if user is not None:
                desks[key].sign_in(user.username, password=password)
        return desks[key]

    yield sit
    for context in contexts:
        context.close()
