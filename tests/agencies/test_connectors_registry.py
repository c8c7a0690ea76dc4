"""The registry takes well-formed connectors once, and every manifest says what others rely on."""

from __future__ import annotations

import base64
import re
from dataclasses import replace

import pytest

from agencies.connectors import Ask, Endpoint, Registry, RegistryError, Sample, Subject, registry
from agencies.connectors.sunat import Ruc
from simulator.contract import BY_QUESTION
from tests.simulators import SECRETS

ALL = registry.all()


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
        {"code": "sunat.two", "sends": ("shoe_size",)},
    ],
)
def test_bad_connectors_are_not_registered(changes):
    own = Registry()
    own.register(Ruc)
    with pytest.raises(RegistryError):
        own.register(variant(**changes))


def test_the_questions_of_the_catalogue_are_there():
    """Domain §6.1, less SUNARP and those that are no questions about a person."""
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
        "reniec.biometric",
        "migraciones.exit_bans",
        "migraciones.card",
        "mtc.licence",
        "mtpe.contract",
    }


def test_only_interpol_is_heard_outside_peru():
    assert {c.manifest.code for c in ALL if c.manifest.heard_by != "PER"} == {"interpol.sltd", "interpol.nominals"}
    assert {c.manifest.heard_by for c in ALL} == {"PER", "INTL"}


def test_warrants_and_lost_documents_are_grave_and_asked_again():
    for code in ("pnp.requisitorias", "interpol.sltd", "interpol.nominals"):
        manifest = registry.get(code).manifest
        assert manifest.grave and manifest.reask_at_decision


@pytest.mark.parametrize("connector", ALL, ids=lambda c: c.manifest.code)
def test_a_manifest_says_who_hears_on_what_basis_and_what_is_sent(connector):
    manifest = connector.manifest
    assert manifest.heard_by and manifest.legal_basis and manifest.sends
    assert str(manifest.title)
    assert connector.settings_form({}).fields.keys() == connector.settings_form.base_fields.keys()


MARKED = Subject(
    primary="ZZPATERNO ZZMATERNO",
    secondary="ZZNOMBRE",
    father="ZZPADRE",
    mother="ZZMADRE",
    birth_date="1991-07-23",
    sex="F",
    nationality="XOM",
    birth_place="ZZLUGAR",
    documents=tuple((kind, f"ZZ{kind}", "UTO") for kind in ("PASSPORT", "DNI", "CE", "RUC")),
    sample=Sample(kind="face", reference="ZZREFERENCIA", media_type="image/jpeg", read=lambda: b"ZZIMAGEN"),
)
LEAVES = {
    "names": re.compile("ZZ(PATERNO|MATERNO|NOMBRE)"),
    "birth_date": re.compile("1991"),
    "sex": re.compile("(^|\n)F($|\n)"),
    "nationality": re.compile("XOM"),
    "document": re.compile("ZZ(PASSPORT|DNI|CE|RUC)"),
    "sample": re.compile(re.escape(base64.b64encode(b"ZZIMAGEN").decode())),
}


@pytest.mark.parametrize("connector", ALL, ids=lambda c: c.manifest.code)
def test_what_leaves_is_exactly_what_the_manifest_declares_and_the_contract_takes(connector):
    ask = Ask(
        question=connector.manifest.code, subject=MARKED, idempotency_key="llave", legal_basis="DL 1350",
        purpose="Control", officer_ref="OFICIAL-7", office_ref="SCL", case_ref="VIS-1",
    )  # fmt: skip
    at = Endpoint(base_url="http://127.0.0.1:9", credentials=SECRETS)
    sent = connector.arguments(ask, at)
    assert set(sent) == set(BY_QUESTION[connector.manifest.code].request)
    told = "\n".join(sent.values())
    assert {name for name, pattern in LEAVES.items() if pattern.search(told)} == set(connector.manifest.sends)
    assert not re.search("ZZ(PADRE|MADRE|LUGAR|REFERENCIA)", told)
    if connector.manifest.code != "sunat.ruc":  # a public register, which asks nobody who they are
        assert "OFICIAL-7" in told


@pytest.mark.parametrize("connector", ALL, ids=lambda c: c.manifest.code)
def test_without_an_officer_the_responsible_one_is_named_else_the_institution(connector):
    if "responsible" not in connector.settings_form.base_fields:
        return
    ask = Ask(question=connector.manifest.code, subject=MARKED, idempotency_key="k", legal_basis="x", purpose="x")
    at = Endpoint(base_url="http://127.0.0.1:9", credentials=SECRETS)
    assert "SUGM" in connector.arguments(ask, at).values()
    assert "80000099" in connector.arguments(ask, replace(at, settings={"responsible": "80000099"})).values()
