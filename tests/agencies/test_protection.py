"""The wall around people under protection: no State they fled from hears a question about them (domain §8.4)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from agencies.admin import CheckPolicyForm
from agencies.connectors import AgencyRefusal, Ask, Endpoint, Subject, registry
from agencies.connectors.hearing import origins, why_unconfigurable, why_unheard
from agencies.connectors.sunat import Ruc
from agencies.models import Agency, Check, CheckPolicy
from audit.models import AuditEvent
from icao.codes import ISO_ALPHA2
from offices.roles import Role
from tests import factories as f
from wall.realm import in_realm

NO_HEARER, ORIGIN = "no_declared_hearer", "state_of_origin"


@pytest.mark.parametrize(
    ("nationality", "issuers", "expected"),
    [
        ("VEN", [], {"VEN"}),
        ("VEN", ["COL"], {"VEN"}),
        ("D", [], {"DEU"}),
        ("GBN", [], {"GBR"}),
        ("XXA", ["MMR", "PER", "XXA"], {"MMR"}),  # stateless: who gave them papers
        ("XXB", [], set()),
        ("", ["SYR"], {"SYR"}),
    ],
)
def test_where_somebody_may_have_fled_from(nationality, issuers, expected):
    assert origins(nationality, issuers) == expected


@pytest.mark.parametrize(
    ("heard_by", "nationality", "expected"),
    [
        ("PER", "VEN", ""),
        ("INTL", "VEN", ""),
        ("", "VEN", NO_HEARER),
        ("  ", "VEN", NO_HEARER),
        ("VEN", "VEN", ORIGIN),
        ("DEU", "D", ORIGIN),
        ("D", "DEU", ORIGIN),
        ("COL", "VEN", ""),
        ("PER", "PER", ORIGIN),
    ],
)
def test_who_may_hear(heard_by, nationality, expected):
    assert why_unheard(heard_by, origins(nationality)) == expected


@pytest.mark.parametrize(
    ("heard_by", "nationality", "expected"),
    [
        ("PER", "", ""),
        ("INTL", "", ""),
        ("", "", NO_HEARER),
        ("COL", "", ORIGIN),  # of every nationality: Colombians too
        ("COL", "VEN", ""),
        ("VEN", "VEN", ORIGIN),
    ],
)
def test_what_may_be_configured(heard_by, nationality, expected):
    assert why_unconfigurable(heard_by, nationality) == expected


@given(st.sampled_from(sorted(ISO_ALPHA2)), st.sampled_from(sorted(ISO_ALPHA2)))
def test_what_may_be_configured_for_every_nationality_is_never_heard_at_home(heard_by, nationality):
    if not why_unconfigurable(heard_by, "") and nationality != "PER":
        assert not why_unheard(heard_by, origins(nationality))
    assert why_unheard(nationality, origins(nationality))


def heard(heard_by: str):
    """SUNAT's question as if another State heard it."""

    class Foreign(Ruc):
        manifest = replace(Ruc.manifest, heard_by=heard_by, needs=())

    return Foreign()


@pytest.fixture
def abroad(monkeypatch):
    """``abroad("VEN")`` makes ``sunat.ruc`` a question that Venezuela hears."""

    def install(heard_by: str):
        monkeypatch.setitem(registry._by_code, "sunat.ruc", heard(heard_by))

    return install


def test_the_connector_itself_refuses_to_send_it():
    subject = Subject(primary="X", nationality="VEN", documents=(("RUC", "20111111111", "PER"),))
    ask = Ask(question="sunat.ruc", subject=subject, idempotency_key="k", legal_basis="x", purpose="x", protected=True)
    nowhere = Endpoint(base_url="http://127.0.0.1:9")
    for heard_by, code in (("VEN", ORIGIN), ("", NO_HEARER)):
        with pytest.raises(AgencyRefusal) as refusal:
            heard(heard_by).ask(ask, nowhere)
        assert refusal.value.code == code
    for asked, heard_by in ((replace(ask, protected=False), "VEN"), (ask, "COL")):
        with pytest.raises(Exception) as other:  # it goes out, where nobody listens
            heard(heard_by).ask(asked, nowhere)
        assert str(other.value) == "no answer from the agency (refused)"


# -- configuration -----------------------------------------------------------------------------------------------

ROW = {
    "procedure": "refuge", "subtype": "", "nationality": "", "role": "applicant", "question": "sunat.ruc",
    "purpose": "Control", "on_outage": "block", "patience": 60, "legal_basis": "Ley 27891", "active": True,
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("heard_by", "changes", "accepted"),
    [
        ("PER", {}, True),
        ("INTL", {}, True),
        ("", {}, False),
        ("VEN", {}, False),
        ("VEN", {"nationality": "VEN"}, False),
        ("VEN", {"nationality": "CUB"}, True),
        ("VEN", {"procedure": "visa", "nationality": "VEN"}, True),
        ("", {"procedure": "visa"}, True),
    ],
)
def test_a_row_that_the_state_of_origin_would_hear_is_an_error_of_its_form(abroad, heard_by, changes, accepted):
    abroad(heard_by)
    form = CheckPolicyForm({**ROW, **changes})
    assert form.is_valid() is accepted, form.errors
    assert accepted or set(form.errors) == {"question"}


@pytest.mark.django_db
def test_an_administrator_reads_why(client, abroad):
    house = f.ministry()
    abroad("VEN")
    client.force_login(f.staff(Role.ADMINISTRATOR, house.lima, username="admin"))
    response = client.post(reverse("admin:agencies_checkpolicy_add"), ROW)
    assert response.status_code == 200 and "question" in response.context["adminform"].form.errors
    assert not CheckPolicy.objects.filter(procedure="refuge").exists()


# -- the act -----------------------------------------------------------------------------------------------------


@pytest.fixture
def house(monkeypatch):
    house = f.ministry()
    CheckPolicy.objects.create(
        procedure="visa", question="sunat.ruc", purpose="Control", legal_basis="x", on_outage="block"
    )
    assert Agency.objects.filter(code="sunat").exists()
    return house


def filed(house, realm: str, nationality: str = "VEN"):
    person = {
        "primary": "Protegida", "secondary": "Ana", "sex": "F", "birth_date": "1980-01-01", "nationality": nationality,
        "email": "ana@correo.example", "realm": realm,
    }  # fmt: skip
    return f.visa_case(house, person=person)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("realm", "heard_by", "asked"),
    [
        ("N", "VEN", True),
        ("N", "", True),
        ("R", "PER", True),
        ("R", "COL", True),
        ("R", "VEN", False),
        ("R", "", False),
    ],
)
def test_the_act_drops_what_is_configured_all_the_same(house, abroad, realm, heard_by, asked):
    abroad(heard_by)
    with in_realm(realm):
        _files_what_may_be_heard(house, realm, asked=asked)


def _files_what_may_be_heard(house, realm, *, asked):
    case = filed(house, realm)
    assert case.confidentiality == realm
    assert Check.objects.filter(case=case, question="sunat.ruc").exists() is asked
    assert Check.objects.filter(case=case, question="interpol.sltd").exists()
    withheld = AuditEvent.objects.filter(case_id=case.pk, verb="checks.withheld")
    assert [event.data for event in withheld] == ([] if asked else [{"withheld": 1}])
