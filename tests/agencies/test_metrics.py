"""/metrics: who may read it, and that its numbers are those of the database."""

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from agencies import services as checks
from agencies.models import Agency
from tests import factories as f
from tests.flows import answer

pytestmark = pytest.mark.django_db
TOKEN = "solo-para-la-prueba"


def samples(response) -> dict[tuple, float]:
    assert response.status_code == 200
    return {
        (sample.name, *(value for _name, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("token", "request_", "status"),
    [
        ("", {"REMOTE_ADDR": "127.0.0.1"}, 200),
        ("", {"REMOTE_ADDR": "::1"}, 200),
        ("", {"REMOTE_ADDR": "10.0.0.7"}, 404),
        ("", {"REMOTE_ADDR": ""}, 404),
        ("", {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 404),
        (TOKEN, {"REMOTE_ADDR": "127.0.0.1"}, 404),
        (TOKEN, {"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, 200),
        (TOKEN, {"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}x"}, 404),
        (TOKEN, {"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer ñ"}, 404),
        (TOKEN, {"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": f"Basic {TOKEN}"}, 404),
    ],
)
def test_who_may_read_it(settings, token, request_, status):
    settings.METRICS_TOKEN = token
    assert Client().get("/metrics", **request_).status_code == status


def test_the_numbers_are_those_of_the_database(house):
    case = f.visa_case(house)
    answer(case.checks.get(agency__code="pnp"))
    lost = checks.lease_check(case.checks.get(agency__code="sbs").pk)
    checks.postpone_check(lost, fault="timeout", transport=True)
    Agency.objects.filter(code="pnp").update(paused=True, paused_at=case.created)
    found = samples(Client().get("/metrics"))
    assert found["sugm_agency_questions_total", "pnp"] == 1
    assert found["sugm_agency_attempts_total", "pnp", "answered"] == 1
    assert found["sugm_agency_attempts_total", "sbs", "failed"] == 1
    assert found["sugm_agency_checks", "interpol", "queued"] == 2
    assert found["sugm_agency_checks", "pnp", "queued"] == 0
    assert found["sugm_agency_answer_seconds_bucket", "pnp", "0.1"] == 1
    assert found["sugm_agency_answer_seconds_bucket", "pnp", "+Inf"] == 1
    assert found["sugm_agency_answer_seconds_count", "pnp"] == 1
    assert found["sugm_agency_state", "pnp", "paused"] == 1
    assert found["sugm_agency_breaker", "sbs", "closed"] == 1
    assert found["sugm_agency_oldest_due_seconds", "interpol"] > 0
    assert found["sugm_cases_open", "visa", "checks"] == 1


def test_protected_cases_are_not_counted(house):
    case = f.visa_case(house)
    f.protect(case=case)
    found = samples(Client().get("/metrics"))
    assert not [name for name in found if name[0] == "sugm_cases_open"]
