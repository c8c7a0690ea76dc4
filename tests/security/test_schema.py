"""The API does what its schema says, whatever it is sent: schemathesis over /api/v1/schema/, in-process, on real rows.

What it sends is derived from the schema alone and does not change from run to run. Every request is undone, so that
each meets the same rows. Where the generated request names a row rightly, it is led to a real one: the interesting
answers are those of steps, cases and transfers that are there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.pytest.lazy import get_all_tests

from cases.models import Task, Transfer
from offices import tokens
from offices.access_models import Scope
from offices.roles import Role
from tests import factories as f
from tests.security import world as w
from tests.wall import refuge
from wall.realm import PROTECTED, in_realm

EXAMPLES = 25  # of each operation and way of generating, beside the boundary values of every field
CONFIG = {
    "generation": {
        "mode": "all", "max-examples": EXAMPLES, "deterministic": True, "database": "none", "no-shrink": True,
    },
    # What is well-formed may name nothing there is: an office, a cursor, a picture without a seal. No schema says that.
    "checks": {"positive_data_acceptance": {"enabled": False}},
    "phases": {"examples": {"enabled": True}, "coverage": {"enabled": True}, "fuzzing": {"enabled": True}},
}  # fmt: skip


@pytest.fixture
def rows(db, settings, tmp_path):
    """Ids by operation: of what the callers may touch, of another office, and behind the wall."""
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    settings.REAUTHENTICATE_AFTER = None
    settings.VERIFICATION_LIMITS = {**settings.VERIFICATION_LIMITS, "api": (100_000, 60)}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"seals": "100000/min"}}
    with refuge.installed():
        house = w.furnished()
        w.behind_the_wall(house)
        house.taken = f.visa_case(house, passport={"number": "TT1234567", "issuer": "SWE"})
        with in_realm(PROTECTED):
            everything = list(Task.objects.filter(flow_task_type="HUMAN").values_list("pk", flat=True))
        yield (
            house,
            {
                "tasks": everything,
                "cases": [house.case.number, house.delivered.number, house.claim.number, house.case.number.lower()],
                "transfers": list(Transfer._base_manager.values_list("pk", flat=True)),
            },
        )


def secret_of(user, *scopes: str) -> str:
    _token, secret = tokens.issue_token(
        actor=user, name="x", scopes=scopes or (Scope.READ, Scope.ACT), posting=user.postings.first(),
        expires=f.timezone.now() + f.timedelta(days=1),
    )  # fmt: skip
    return secret


CALLERS = {
    "nobody": lambda house: None,
    "chief": lambda house: secret_of(f.staff(Role.CONSUL, house.lima)),
    "analyst": lambda house: secret_of(house.analyst),
    "verifier": lambda house: secret_of(f.staff(Role.VERIFYING, house.lima), Scope.VERIFY),
}


@pytest.fixture(params=CALLERS)
def caller(request, rows) -> tuple[str, dict[str, str], dict[str, Iterator[Any]]]:
    """Who asks: name and headers; and the rows to be asked for, in turn."""
    house, ids = rows
    secret = CALLERS[request.param](house)
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return request.param, headers, {name: cycle(found) for name, found in ids.items()}


@pytest.fixture
def api(caller):
    with undone():
        return schemathesis.openapi.from_wsgi(
            "/api/v1/schema/", get_wsgi_application(), config=SchemathesisConfig.from_dict(CONFIG)
        )


@contextmanager
def undone():
    """Within the test's own transaction: no connection is handed back when a request ends, as in Django's client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def lead_to_a_row(case, ids: dict[str, Iterator[Any]]) -> None:
    """Put a real id where the schema was followed in naming one."""
    part = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    if not case.path_parameters or part is None or part.mode != GenerationMode.POSITIVE:
        return
    room = case.operation.path.split("/")[3]
    for name in case.path_parameters:
        case.path_parameters[name] = next(ids[room])


def test_the_api_keeps_its_word(api, caller):
    """Each operation: examples, the boundary values of every field, methods it does not have, random values by and
    against the schema. All failures are told, not the first alone."""
    name, headers, ids = caller
    load_all_checks()
    sent, failed = 0, []

    @settings(deadline=None, suppress_health_check=list(HealthCheck), report_multiple_bugs=False)
    def ask(case):
        nonlocal sent
        lead_to_a_row(case, ids)
        sent += 1
        with undone():
            case.call_and_validate(headers=headers)

    for found in get_all_tests(schema=api, test_func=ask, settings=None, given_kwargs={}):
        operation, test = found.ok()
        try:
            test()
        except* Failure as failures:
            failed += [f"{name}: {operation.label}\n{failure}" for failure in failures.exceptions]
    assert not failed, "\n\n".join(failed)
    assert sent > 500, "hardly anything was asked"
