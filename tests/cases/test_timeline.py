"""The timeline: every event of a case in words, with who, when and why, in the time of its office."""

from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import translation

import agencies.timeline  # noqa: F401 (its sentences register themselves)
from agencies import services as checks
from audit import services as audit
from audit.models import AuditEvent
from cases import services
from cases import timeline as sentences
from cases.models import Ground, Task
from cases.timeline import Said, Scene, entry, says, timeline
from tests import factories as f
from tests.cases.pages import browser, case_url, panel_url, text
from tests.flows import answer, answer_all, do, interview, settle, to_decision
from visas.flows import VisaFlow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def case(house):
    return f.visa_case(house)


def titles(case) -> list[str]:
    return [event.title for event in timeline(case)[0]]


def test_a_case_tells_its_story_newest_first(house, case):
    to_decision(case, house)
    do(case, "decide", house.consul, result="return", grounds=[], text="Falta el contrato")
    events, _more = timeline(case)
    assert events[-1].title == "Application registered" and events[-1].by == "L. Rojas"
    assert events[0].title == "«Decide» finished: return"
    assert (events[0].by, events[0].reason) == ("I. Paz", "Falta el contrato")
    assert "«Interview» finished" in [event.title for event in events]
    assert "«Assess and propose» finished: grant" in [event.title for event in events]


def test_times_are_those_of_the_office(house, case):
    event = AuditEvent.objects.of_case(case.pk).first()
    event.at = datetime(2026, 1, 15, 14, 30, tzinfo=UTC)
    shown = entry(event, Scene(VisaFlow, {}), ZoneInfo("America/Santiago"))
    assert shown.at.strftime("%H:%M") == "11:30"
    page = text(browser(house.analyst).get(case_url(case, "timeline")))
    local = timeline(case)[0][0].at
    assert str(local.tzinfo) == "America/Santiago" and f">{local:%H:%M}</time>" in page


def test_what_agencies_answered_is_told_with_question_and_finding(house, case):
    answer_all(case, {"pnp.requisitorias": "POSSIBLE_MATCH"})
    settle(case, house)
    told = titles(case)
    assert "PNP: warrants (requisitorias) answered: possible match" in told
    assert "SBS: UN Security Council lists answered: no observation" in told
    settled = next(event for event in timeline(case)[0] if "hit settled, another person" in event.title)
    assert (settled.by, settled.reason) == ("E. Cano", "Otro año de nacimiento")


def test_outages_cancellations_and_ends_are_told(house, case):
    first, second = case.checks.order_by("pk")[:2]
    checks.postpone_check(checks.lease_check(first.pk), fault="timeout", transport=True)
    checks.cancel_check(second, actor=house.supervisor, reason="Entidad cerrada")
    services.close_case(case, actor=house.consul, outcome="withdrawn", ground=Ground.objects.get(code="procedimiento"))
    told = titles(case)
    assert told[0] == "Case ended: withdrawn"
    assert any(title.endswith("question cancelled") for title in told)
    assert any(title.endswith("does not answer; it is asked again") for title in told)


def test_who_gave_a_step_to_whom_is_told_by_name(house, case):
    answer_all(case)
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    services.reassign_task(task, actor=house.supervisor, to=house.consul, reason="Ausencia")
    event = timeline(case)[0][0]
    assert event.title == "«Interview» reassigned from R. Quispe to I. Paz"
    assert (event.by, event.reason) == ("O. Rey", "Ausencia")


def test_steps_that_fail_are_told_without_their_data(house, case):
    to_decision(case, house)
    do(case, "decide", house.consul, result="grant", grounds=[], text="")
    step = Task.objects.get(process=case, finished__isnull=True)
    for _attempt in range(step.flow_task.attempts):
        services.record_step_failure(step, error=ValueError("Ana Secreta"))
    services.retry_step(step, actor=house.consul)
    told = titles(case)
    assert told[0] == "«Assign sticker» sent round again"
    assert told[1] == "«Assign sticker» stopped and waits for a person (ValueError)"
    assert "Ana Secreta" not in " ".join(told)


def test_an_unknown_verb_is_readable_all_the_same(house, case):
    with transaction.atomic():
        audit.record("seal.checked_again", actor=None, case_id=case.pk, data={"serial": "B-1", "pages": 2, "x": [1]})
    event = timeline(case)[0][0]
    assert event.title == "seal: checked again (2, B-1)" and event.by == ""


def test_reads_and_refusals_are_for_the_auditor_not_for_the_timeline(house, case):
    with transaction.atomic():
        audit.record("file.read", actor=house.analyst, case_id=case.pk)
    audit.record_denied("take_task", actor=house.analyst, case_id=case.pk)
    assert titles(case) == ["Application registered"]


def test_a_step_that_the_flow_no_longer_has_keeps_its_name(house, case):
    with transaction.atomic():
        audit.record("task.completed", actor=house.analyst, case_id=case.pk, data={"step": "old_step", "result": ""})
    assert titles(case)[0] == "«old_step» finished"


def test_long_stories_come_in_pages(house, case):
    with transaction.atomic():
        audit.record_many(
            [audit.event("note.added", actor=house.analyst, case_id=case.pk, data={"note": n}) for n in range(45)]
        )
    first, older = timeline(case)
    rest, end = timeline(case, before=older)
    assert (len(first), len(rest), end) == (40, 6, None)
    assert {event.pk for event in first}.isdisjoint(event.pk for event in rest)
    client = browser(house.analyst)
    assert f"before={older}" in text(client.get(case_url(case, "timeline")))
    part = text(client.get(panel_url(case, "timeline"), {"before": older}, headers={"HX-Request": "true"}))
    assert "Application registered" in part and 'id="case-panel"' not in part
    assert client.get(panel_url(case, "timeline"), {"before": older}).status_code == 302


def test_what_people_wrote_is_escaped(house, case):
    answer_all(case)
    interview(case, house.analyst)
    do(case, "assess", house.analyst, result="grant", grounds=[], text="<script>alert(1)</script>")
    page = text(browser(house.analyst).get(case_url(case, "timeline")))
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_two_sentences_for_one_verb_stop_the_start(monkeypatch):
    monkeypatch.setattr(sentences, "_formatters", dict(sentences._formatters))

    @says("prueba.uno")
    def first(event, scene):
        return Said("uno")

    assert says("prueba.uno")(first) is first
    with pytest.raises(ImproperlyConfigured):
        says("prueba.uno")(lambda event, scene: Said("dos"))
    event = AuditEvent(verb="prueba.uno", at=datetime(2026, 1, 1, tzinfo=UTC))
    assert entry(event, Scene(SimpleNamespace(_nodes_by_name={}), {}), ZoneInfo("America/Lima")).title == "uno"


def test_every_verb_that_a_case_meets_has_a_sentence(house, case):
    first = case.checks.order_by("pk").first()
    checks.postpone_check(checks.lease_check(first.pk), fault="timeout", transport=True)
    case.checks.filter(pk=first.pk).update(next_attempt_at=first.created)
    first.refresh_from_db()
    answer(first)
    to_decision(case, house)
    do(case, "decide", house.consul, result="deny", grounds=list(Ground.objects.filter(kind="deny")[:1]), text="No")
    verbs = set(AuditEvent.objects.filter(case_id=case.pk, denied=False).values_list("verb", flat=True))
    assert verbs <= set(sentences._formatters), verbs - set(sentences._formatters)
