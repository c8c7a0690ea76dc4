"""Before the first test: a PostgreSQL and a broker of its own, and a browser or a loud word that there is none."""

import ctypes
import os
import shutil

import django
import hypothesis
import pytest

from config.local.processes import Problem
from config.local.testing import Services, ensure_services

SERVICES = pytest.StashKey[Services]()
NO_BROWSER = "no browser"
NO_KEY_MODULE = "no SoftHSM2"
NO_OPENSSL = "no OpenSSL"

hypothesis.settings.register_profile("sugm", deadline=None)  # a busy machine is not a failure
hypothesis.settings.load_profile("sugm")


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers, then let Django read its settings: Celery keeps the first broker it sees.

    For the same reason DJANGO_SETTINGS_MODULE is not in pyproject.toml: pytest-django would load it before
    this runs. With xdist every process that runs tests has servers of its own, so that none meets another's messages,
    counts or locks; the process that only hands the tests out needs neither servers nor Django.
    """
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)  # config.celery has named it, and the others inherit it
        return
    try:
        services = ensure_services()
    except Problem as problem:
        raise pytest.UsageError(str(problem)) from problem
    config.stash[SERVICES] = services
    os.environ.update(services.env)
    # Playwright's synchronous API runs an event loop in the tests' thread, which Django would take for misuse.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    services = config.stash.get(SERVICES, None)
    if services is not None:
        services.stop()


# -- browser -----------------------------------------------------------------------------------------------


def chromium() -> str | None:
    """The program that CHROMIUM names, or the system's."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


def why_no_browser() -> str | None:
    """What the browser tests lack on this machine; None when they can run."""
    if chromium() is None:
        return f"{NO_BROWSER}: install chromium (as root on Debian, `make test` does), or set CHROMIUM to one"
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return f"{NO_BROWSER}: Playwright's driver does not start without libatomic1: install it"
    return None


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Playwright's own fixture, with the system's Chromium; as root it runs only without its sandbox."""
    arguments = ["--disable-dev-shm-usage", "--disable-gpu", *(["--no-sandbox"] if os.getuid() == 0 else [])]
    return {**browser_type_launch_args, "executable_path": chromium(), "args": arguments}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = why_no_browser()
    if reason is not None:
        for item in items:
            if item.get_closest_marker("e2e"):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for lacking, tests in (
        (NO_BROWSER, "BROWSER TESTS"),
        (NO_KEY_MODULE, "TESTS OF KEYS IN A HARDWARE MODULE"),
        (NO_OPENSSL, "TESTS OF SIGNATURES BY AN INDEPENDENT READER"),
    ):
        skipped = [report for report in terminalreporter.stats.get("skipped", []) if lacking in str(report.longrepr)]
        if skipped:
            terminalreporter.section(f"{len(skipped)} {tests} DID NOT RUN", red=True, bold=True)
            terminalreporter.line(str(skipped[0].longrepr[2]))


@pytest.fixture(autouse=True)
def fresh_configuration():
    """No test sees configuration rows that another test's process memory still holds."""
    from offices.configuration import forget_configuration

    yield
    forget_configuration()


@pytest.fixture
def house():
    """Lima with two posts, one person per role at Santiago, and the default configuration."""
    from tests import factories

    return factories.ministry()


@pytest.fixture(scope="session", autouse=True)
def truncate_between_tests(request):
    """Tests with real commits are cleaned up by TRUNCATE, which the audit table and the ledger of blanks refuse; here,
    and nowhere else, that one refusal is switched off. The tests of the refusal switch it on again.

    At the end, sessions that requests of a closed browser window left behind are ended: the database could not be
    dropped while one of them is open.
    """
    if not any(item.get_closest_marker("django_db") for item in request.session.items):
        yield
        return
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    from django.db import connection
    from django.db.backends.postgresql.operations import DatabaseOperations

    from tests.owner import as_owner

    # the application's role may not empty tables at all
    flush = DatabaseOperations.execute_sql_flush

    def flush_as_owner(self, statements):
        with as_owner(self.connection):
            flush(self, statements)

    DatabaseOperations.execute_sql_flush = flush_as_owner
    with blocker.unblock(), as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_no_truncate")
        cursor.execute("ALTER TABLE audit_auditseal DISABLE TRIGGER seal_no_truncate")
        cursor.execute("ALTER TABLE documents_blankmovement DISABLE TRIGGER blank_movement_no_truncate")
    yield
    DatabaseOperations.execute_sql_flush = flush
    with blocker.unblock(), as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
