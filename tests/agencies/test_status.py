"""The page of the agencies: who reads it, who operates, and what it says."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies import services as checks
from agencies import tasks
from agencies.connectors.base import AgencyRefusal
from agencies.models import Agency, Attempt, Check
from agencies.status import MOST, Health, statuses
from audit.models import AuditEvent
from cases.errors import NotAllowed, StateConflict
from offices.roles import Role
from tests import factories as f
from tests.cases.pages import browser, case_url, text
from tests.flows import answer

pytestmark = pytest.mark.django_db
URL = "/consultas/entidades/"


@pytest.fixture
def house():
    house = f.ministry()
    house.admin = f.staff(Role.ADMINISTRATOR, house.lima, is_staff=True, last_name="Luna", first_name="Eva")
    return house


def agency(code: str = "pnp") -> Agency:
    return Agency.objects.get(code=code)


def of(code: str):
    return next(row for row in statuses() if row.agency.code == code)


def do(user, name: str, code: str = "pnp", **posted):
    return browser(user).post(reverse(f"agencies:{name}", args=[code]), posted)


# --- who -----------------------------------------------------------------------------------------------------------


def test_who_reads_it(house):
    for user in (house.admin, house.supervisor, house.consul, house.checks):
        page = browser(user).get(URL)
        assert page.status_code == 200
        assert ("Try now" in text(page)) == (user == house.admin)
        assert f'href="{URL}"' in text(browser(user).get("/"))
    for user in (house.intake, house.analyst, house.printer):
        assert browser(user).get(URL).status_code == 404
        assert f'href="{URL}"' not in text(browser(user).get("/"))
    assert browser().get(URL).status_code == 302


def test_only_an_administrator_operates(house):
    for name in ("probe", "pause", "resume"):
        assert do(house.supervisor, name, reason="x").status_code == 403
        assert do(house.analyst, name, reason="x").status_code == 404
    assert not agency().paused
    assert set(AuditEvent.objects.filter(denied=True).values_list("verb", flat=True)) >= {"pause_agency", "try_agency"}
    with pytest.raises(NotAllowed):
        checks.pause_agency(agency(), actor=house.supervisor, reason="x")


# --- pause ---------------------------------------------------------------------------------------------------------


def test_pause_and_resume_with_reasons(house):
    page = do(house.admin, "pause", reason="   ")
    assert page.status_code == 422 and not agency().paused
    assert do(house.admin, "pause", reason="Mantenimiento, oficio 12").status_code == 302
    held = agency()
    assert held.paused and held.paused_by == house.admin and held.paused_reason == "Mantenimiento, oficio 12"
    page = text(browser(house.checks).get(URL))
    assert "Mantenimiento, oficio 12" in page and "E. Luna" in page
    assert do(house.admin, "pause", reason="x").status_code == 409
    case = f.visa_case(house)
    assert checks.lease_check(case.checks.get(agency=held).pk) is None
    assert do(house.admin, "resume", reason="Volvió").status_code == 302
    held = agency()
    assert not held.paused and held.paused_reason == "" and held.paused_by is None and held.paused_at is None
    assert checks.lease_check(case.checks.get(agency=held).pk) is not None
    reasons = AuditEvent.objects.filter(verb__startswith="agency.").order_by("pk").values_list("verb", "reason")
    assert list(reasons) == [("agency.paused", "Mantenimiento, oficio 12"), ("agency.resumed", "Volvió")]


def test_an_administrators_form_writes_nothing_of_the_workers(house):
    url = reverse("admin:agencies_agency_change", args=[agency().pk])
    client = browser(house.admin)
    form = client.get(url).context["adminform"].form
    posted = {name: value for name, value in form.initial.items() if value is not None}
    Agency.objects.filter(code="pnp").update(failures=4, asked=9)
    real_save = Agency.save

    def save(self, **kwargs):  # the worker is faster than the form
        Agency.objects.filter(code="pnp").update(failures=5, asked=10)
        real_save(self, **kwargs)

    Agency.save = save
    try:
        response = client.post(url, {**posted, "rate": "90"})
    finally:
        Agency.save = real_save
    assert response.status_code == 302
    assert (agency().rate, agency().failures, agency().asked) == (90, 5, 10)


@pytest.mark.parametrize(("field", "value"), [("timeout", "500"), ("concurrency", "0"), ("rate", "0")])
def test_limits_out_of_range_are_said_at_their_field(house, field, value):
    url = reverse("admin:agencies_agency_change", args=[agency().pk])
    client = browser(house.admin)
    form = client.get(url).context["adminform"].form
    posted = {name: value for name, value in form.initial.items() if value is not None}
    response = client.post(url, {**posted, field: value})
    assert response.status_code == 200 and response.context["adminform"].form.errors.keys() == {field}


# --- trial ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def rung(monkeypatch, django_capture_on_commit_callbacks):
    jobs: list[list[int]] = []
    monkeypatch.setattr(tasks.try_agency, "apply_async", lambda args, **kwargs: jobs.append(args))

    def press(user, code="pnp"):
        with django_capture_on_commit_callbacks(execute=True):
            response = do(user, "probe", code)
        return response, jobs

    return press


def test_a_trial_asks_about_the_specimen_and_closes_the_breaker(house, rung, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "_ask", lambda ask, endpoint: asked.append(ask))
    Agency.objects.filter(code="pnp").update(failures=5, retry_at=timezone.now() + timedelta(minutes=9))
    response, jobs = rung(house.admin)
    assert response.status_code == 302 and agency().trial == "asking"
    assert do(house.admin, "probe").status_code == 302 and len(jobs) == 1  # not twice at once
    tasks.try_agency(*jobs[0])
    assert asked[0].subject.document("PASSPORT")[1] == "L898902C3" and asked[0].case_ref is None
    assert agency().trial == "ok" and agency().retry_at is None and agency().failures == 0
    assert "It answered in" in text(browser(house.admin).get(URL))
    verbs = list(AuditEvent.objects.filter(verb__startswith="agency.").order_by("pk").values_list("verb", "actor"))
    assert verbs == [("agency.tried", house.admin.pk), ("agency.trial_ended", house.admin.pk)]


def test_a_trial_names_what_is_wrong_with_the_configuration(house, rung, monkeypatch, simulator):
    Agency.objects.filter(code="pnp").update(base_url=f"{simulator.base_url}/")
    monkeypatch.setenv("AGENCY_PNP_ENTITY", "muy secreta")
    monkeypatch.delenv("AGENCY_PNP_KEY", raising=False)
    _response, jobs = rung(house.admin)
    tasks.try_agency(*jobs[0])
    assert {problem["code"] for problem in agency().trial_problems} == {"credentials"}
    assert {problem["question"] for problem in agency().trial_problems} == {"pnp.antecedentes", "pnp.requisitorias"}
    (said,) = {problem["message"] for problem in agency().trial_problems}
    page = text(browser(house.admin).get(URL))
    assert said.endswith(": key.") and said in page and "secreta" not in page
    assert said not in text(browser(house.supervisor).get(URL))  # who can not mend it


def test_a_trial_that_fails_says_why(house, rung, monkeypatch):
    def refuse(ask, endpoint):
        raise AgencyRefusal("0009")

    monkeypatch.setattr(tasks, "_ask", refuse)
    _response, jobs = rung(house.admin)
    tasks.try_agency(*jobs[0])
    assert agency().trial == "refused:0009"
    assert "Without success: it refused the question (0009)" in text(browser(house.admin).get(URL))


def test_every_agency_has_a_question_about_the_specimen(house):
    from agencies.specimen import harmless_question

    assert [row.code for row in Agency.objects.all() if harmless_question(row) is None] == []


def test_a_trial_spends_the_pace(house):
    Agency.objects.filter(code="pnp").update(rate=1)
    checks.try_agency(agency(), actor=house.admin)
    with pytest.raises(StateConflict):
        checks.record_trial(agency(), actor=house.admin, result="ok", reached=True, taken=timedelta(seconds=1))
        checks.try_agency(agency(), actor=house.admin)
    assert checks.lease_check(f.visa_case(house).checks.get(agency__code="pnp").pk) is None


# --- what it says --------------------------------------------------------------------------------------------------


def attempts(number: int, outcome: str = "answered", ms: int = 200, minutes_ago: float = 5) -> None:
    check = Check.objects.filter(agency__code="pnp").first()
    at = timezone.now() - timedelta(minutes=minutes_ago)
    Attempt.objects.bulk_create(
        Attempt(agency=agency(), check_asked=check, outcome=outcome, ended_at=at, ms=ms, fault="timeout")
        for _ in range(number)
    )


def test_states_in_words(house):
    case = f.visa_case(house)
    assert of("pnp").health is Health.UNKNOWN and of("pnp").waiting.number == 1
    answer(case.checks.get(agency__code="pnp"))
    assert of("pnp").health is Health.UP and of("pnp").answered_at is not None
    Attempt.objects.all().delete()
    attempts(10, ms=15_000)
    assert of("pnp").health is Health.SLOW
    Agency.objects.filter(code="pnp").update(failures=5, retry_at=timezone.now() + timedelta(minutes=1))
    assert of("pnp").health is Health.DOWN
    Agency.objects.filter(code="pnp").update(retry_at=timezone.now() - timedelta(seconds=1))
    assert of("pnp").health is Health.TRYING
    Agency.objects.filter(code="pnp").update(paused=True, paused_at=timezone.now())
    assert of("pnp").health is Health.PAUSED


def test_figures_of_the_last_hour(house):
    f.visa_case(house)
    attempts(90, ms=100)
    attempts(10, ms=3000)
    attempts(7, "failed")
    attempts(50, ms=90_000, minutes_ago=90)
    row = of("pnp")
    assert (row.p50, row.p95, row.answered.number, row.failed.number) == (100, 3000, 100, 7)
    page = text(browser(house.checks).get(URL))
    assert "100 ms / 3.0 s" in page and "it did not answer in time" in page


def test_counting_ends_somewhere(house):
    f.visa_case(house)
    attempts(MOST + 200)
    assert str(of("pnp").answered) == f"{MOST}+"


def test_the_page_costs_the_same_for_any_number_of_attempts(house, django_assert_num_queries):
    f.visa_case(house)
    attempts(30)
    with django_assert_num_queries(4):
        statuses()


def test_the_page_renews_itself_in_part(house):
    part = text(browser(house.checks).get(URL, headers={"HX-Request": "true"}))
    assert "<html" not in part and 'id="agencies"' in part and 'hx-trigger="every 5s"' in part


# --- a refused question on the case page ---------------------------------------------------------------------------


def test_a_stopped_question_is_put_again_from_the_case_page(house):
    case = f.visa_case(house)
    check = case.checks.get(agency__code="pnp")
    checks.refuse_check(checks.lease_check(check.pk), fault="refused:0009")
    url = reverse("agencies:ask_again", args=[check.pk])
    assert url in text(browser(house.checks).get(case_url(case, "checks")))
    page = text(browser(house.analyst).get(case_url(case, "checks")))
    assert url not in page and "it refused the question (0009)" in page
    assert browser(house.analyst).post(url, {"reason": "x"}).status_code == 403
    assert browser(house.foreign).post(url, {"reason": "x"}).status_code == 404
    assert browser(house.checks).post(url, {"reason": " "}).status_code == 422
    dialog = text(browser(house.checks).get(url, headers={"HX-Request": "true"}))
    assert f'hx-post="{url}"' in dialog and "<html" not in dialog
    assert browser(house.checks).post(url, {"reason": "Corregido"}).status_code == 302
    check.refresh_from_db()
    assert check.state == "queued"
    assert browser(house.checks).get(url).status_code == 409
    timeline = text(browser(house.analyst).get(case_url(case, "timeline")))
    assert "waits for a person" in timeline and "put again" in timeline
