"""The API: the same doors, forms and refusals as the pages."""

import io

import pytest
from django.core.management import call_command
from django.urls import reverse
from rest_framework.test import APIClient

from audit.models import AuditEvent
from offices.roles import Role
from tests import factories as f
from tests.flows import answer_all, interview, to_decision

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(house):
    case = f.visa_case(house)
    answer_all(case)
    return case


def api(user) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {f.api_token(user)}")
    return client


INTERVIEW = {
    "held_on": "2026-01-05", "channel": "video", "language": "inglés", "purpose": "convincing", "ties": "doubtful",
    "funds": "convincing", "summary": "Viaja por turismo",
}  # fmt: skip


def test_without_credentials_nothing(case):
    assert APIClient().get(reverse("api_tasks")).status_code == 401
    assert APIClient().get(reverse("api_case", args=[case.number])).status_code == 401


def test_queue_take_complete(house, case):
    client = api(house.analyst)
    (row,) = client.get(reverse("api_tasks"), {"list": "queue"}).json()["results"]
    assert (row["case"], row["step"], row["owner"]) == (case.number, "interview", None)
    taken = client.post(reverse("api_take", args=[row["id"]])).json()
    assert taken["owner"] == house.analyst.username
    assert {field["name"] for field in taken["form"]} >= set(INTERVIEW)
    assert [task["id"] for task in client.get(reverse("api_tasks")).json()["results"]] == [row["id"]]
    done = client.post(reverse("api_complete", args=[row["id"]]), INTERVIEW, format="json")
    assert done.status_code == 200, done.json()
    assert done.json()["stage"] == "evaluation"
    assert [step["step"] for step in done.json()["open_steps"]] == ["assess"]


def test_errors_come_by_field_and_nothing_is_written(house, case):
    client = api(house.analyst)
    task = f.open_step(case, "interview")
    client.post(reverse("api_take", args=[task.pk]))
    answer = client.post(reverse("api_complete", args=[task.pk]), {**INTERVIEW, "held_on": "2999-01-01", "ties": "x"})
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"held_on", "ties"}
    task.refresh_from_db()
    assert task.finished is None


def test_grounds_go_by_their_code(house, case):
    interview(case, house.analyst)
    task = f.open_step(case, "assess")
    client = api(house.analyst)
    client.post(reverse("api_take", args=[task.pk]))
    url = reverse("api_complete", args=[task.pk])
    bad = client.post(url, {"result": "deny", "text": "No acredita"}, format="json")
    assert set(bad.json()["errors"]) == {"grounds"}
    good = client.post(url, {"result": "deny", "grounds": ["insolvencia"], "text": "No acredita"}, format="json")
    assert good.status_code == 200, good.json()
    assert case.decisions.get().grounds.get().code == "insolvencia"


def test_someone_was_faster_is_409(house, case):
    task = f.open_step(case, "interview")
    api(house.analyst).post(reverse("api_take", args=[task.pk]))
    other = api(f.staff(Role.ANALYST, house.santiago))
    for name, data in (("api_take", {}), ("api_complete", INTERVIEW)):
        answer = other.post(reverse(name, args=[task.pk]), data, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "taken")


@pytest.mark.parametrize("values", [{"result": "grant"}, {}])
def test_four_eyes_hold_and_are_recorded_even_when_the_form_is_wrong(house, values):
    case = f.visa_case(house)
    both = f.staff(Role.CONSUL, house.santiago, is_superuser=True)
    to_decision(case, house, analyst=both)
    task = f.open_step(case, "decide")
    answer = api(both).post(reverse("api_complete", args=[task.pk]), values, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "four_eyes")
    assert AuditEvent.objects.filter(denied=True, actor=both, task_id=task.pk).exists()


def test_another_office_gets_404_everywhere(house, case):
    task = f.open_step(case, "interview")
    client = api(house.foreign)
    assert client.get(reverse("api_task", args=[task.pk])).status_code == 404
    for name in ("api_take", "api_release", "api_complete"):
        assert client.post(reverse(name, args=[task.pk]), INTERVIEW).status_code == 404
    assert client.get(reverse("api_tasks"), {"list": "queue"}).json()["results"] == []


def test_case_checks_and_timeline(house, case):
    client = api(house.consul)
    assert client.get(reverse("api_case", args=[case.number])).json()["number"] == case.number
    checks = client.get(reverse("api_checks", args=[case.number])).json()
    assert {check["finding"] for check in checks} == {"CLEAR"}
    assert "records" not in checks[0]
    verbs = [event["verb"] for event in client.get(reverse("api_timeline", args=[case.number])).json()]
    assert verbs[-1] == "case.registered"
    assert verbs.count("check.answered") == len(checks)


@pytest.mark.parametrize("cursor", ["", "x", "MXwyfDM=", "%00", "MXwyMDI2LTAxLTAxVDAwOjAwOjAwfDk5OQ=="])
def test_any_cursor_is_answered(house, cursor):
    assert api(house.analyst).get(reverse("api_tasks"), {"cursor": cursor}).status_code in (200, 400)


def test_the_queue_pages_by_key(house, settings):
    settings.CONFIGURATION_TTL = 60
    for _ in range(3):
        answer_all(f.visa_case(house))
    import cases.api as module

    client = api(house.analyst)
    seen, cursor = [], None
    page, module.PAGE = module.PAGE, 2
    try:
        for _ in range(3):
            answer = client.get(
                reverse("api_tasks"), {"list": "queue", **({"cursor": cursor} if cursor else {})}
            ).json()
            seen += [row["id"] for row in answer["results"]]
            cursor = answer["next"]
            if cursor is None:
                break
    finally:
        module.PAGE = page
    assert len(seen) == len(set(seen)) == 3


def test_the_schema_is_whole_and_valid():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())
