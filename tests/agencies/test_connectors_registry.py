"""The registry takes well-formed connectors once, and every manifest says what others rely on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.conf import settings

from agencies.connectors import Endpoint, Registry, RegistryError, registry
from agencies.connectors.sunat import Ruc
from tests.simulators import SECRETS

ALL = registry.all()
GOOD = Endpoint(base_url="https://pide.invalid/", credentials=SECRETS, allow_hosts=("pide.invalid",))


def variant(**changes):
    return type("Variant", (Ruc,), {"manifest": replace(Ruc.manifest, **changes)})


def test_what_is_registered_is_found_and_the_unknown_is_a_key_error():
    own = Registry()
    own.register(Ruc)
    assert own.get("sunat.ruc").manifest is Ruc.manifest
    assert [c.manifest.code for c in own.all()] == ["sunat.ruc"]
    with pytest.raises(KeyError):
        own.get("sunat.nothing")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"code": "sunat"},
        {"code": "Sunat.Ruc"},
        {"code": "sunat." + "r" * 35},
        {"code": "reniec.ruc"},
        {"code": "sunat.two", "needs": ("shoe_size",)},
    ],
)
def test_bad_connectors_are_not_registered(changes):
    own = Registry()
    own.register(Ruc)
    with pytest.raises(RegistryError):
        own.register(variant(**changes))


def test_the_questions_of_the_first_issue_are_there():
    assert {c.manifest.code for c in ALL} >= {
        "reniec.identity",
        "pnp.requisitorias",
        "pnp.antecedentes",
        "inpe.antecedentes",
        "pj.antecedentes",
        "migraciones.alerts",
        "migraciones.movements",
        "interpol.sltd",
        "interpol.nominals",
        "sbs.un_list",
        "sunat.ruc",
    }


def test_only_interpol_is_heard_outside_peru():
    assert {c.manifest.code for c in ALL if c.manifest.heard_by != "PER"} == {"interpol.sltd", "interpol.nominals"}
    assert {c.manifest.heard_by for c in ALL} == {"PER", "INTL"}


def test_warrants_and_lost_documents_are_grave_and_asked_again():
    for code in ("pnp.requisitorias", "interpol.sltd", "interpol.nominals"):
        manifest = registry.get(code).manifest
        assert manifest.grave and manifest.reask_at_decision


@pytest.fixture
def sentences():
    """Translation needs settings; when the whole suite runs they are there already."""
    if not settings.configured:
        settings.configure(USE_I18N=False)


@pytest.mark.usefixtures("sentences")
@pytest.mark.parametrize("connector", ALL, ids=lambda c: c.manifest.code)
def test_a_good_endpoint_has_no_problems(connector):
    assert connector.check_config(GOOD) == []
    assert str(connector.manifest.title)


@pytest.mark.usefixtures("sentences")
@pytest.mark.parametrize(
    "changes",
    [
        {"base_url": ""},
        {"base_url": "pide.invalid"},
        {"base_url": "ftp://pide.invalid"},
        {"base_url": "http://pide.invalid"},
        {"base_url": "https://u:p@pide.invalid"},
        {"base_url": "https://pide.invalid/?clave=1"},
        {"allow_hosts": ("other.invalid",)},
        {"timeout_s": 0},
        {"timeout_s": 600},
        {"max_bytes": 10},
        {"max_bytes": 10**9},
        {"verify_tls": False},
        {"credentials": {}},
    ],
)
def test_each_bad_setting_is_one_problem_or_more(changes):
    problems = registry.get("pnp.requisitorias").check_config(replace(GOOD, **changes))
    assert problems
    assert all(isinstance(problem, str) for problem in problems)


@pytest.mark.usefixtures("sentences")
def test_this_machine_may_be_asked_without_https():
    at = replace(GOOD, base_url="http://127.0.0.1:8000", allow_hosts=())
    assert registry.get("pnp.requisitorias").check_config(at) == []
