"""An agency answers on paper: a person of the right office records what it wrote, with its scan."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from agencies import services as checks
from agencies.connectors.base import Answer
from agencies.findings import Finding
from agencies.models import Check, CheckPolicy
from audit.models import AuditEvent
from cases.errors import NotAllowed, StateConflict
from cases.models import Attachment
from demo.files import page
from tests import factories as f
from tests.cases.pages import browser, case_url, text
from tests.flows import answer_all, settle

pytestmark = pytest.mark.django_db

QUESTION = "pnp.requisitorias"


@pytest.fixture
def house():
    house = f.ministry()
    CheckPolicy.objects.filter(question=QUESTION).update(on_outage="letter")
    return house


@pytest.fixture
def case(house):
    return f.visa_case(house)


@pytest.fixture
def check(case):
    return case.checks.get(question=QUESTION)


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("oficio.pdf", page("Oficio"))


def values(**changed):
    given = {"finding": "CLEAR", "reference": "OF-12-2026", "dated": f.today(), "file": scan()}
    return {**given, **changed}


def record(check, actor, **changed) -> Check:
    return checks.record_letter(check, actor=actor, **values(**changed))


def address(check) -> str:
    return reverse("agencies:letter", args=[check.pk])


@pytest.mark.parametrize("who", ["checks", "supervisor", "consul"])
def test_the_answer_is_the_same_record_marked_as_by_letter(house, case, check, who):
    actor = getattr(house, who)
    day = f.today() - timedelta(days=10)
    held = record(check, actor, dated=day)
    assert (held.state, held.finding, held.reference) == ("answered", "CLEAR", "OF-12-2026")
    assert (held.letter_dated, held.recorded_by) == (day, actor)
    assert case.office.today(held.valid_until) == day + timedelta(days=90)  # from the letter's day
    attached = Attachment.objects.visible_to(house.analyst).get(pk=held.letter_id)
    assert attached.case_id == case.pk and "PNP" in attached.label
    event = AuditEvent.objects.get(verb="check.letter")
    assert event.actor == actor
    answer_all(case)
    assert f.open_step(case, "interview")
    page = text(browser(house.analyst).get(case_url(case, "checks")))
    assert "by letter of" in page and attached.label in page


@pytest.mark.parametrize("finding", ["HIT", "POSSIBLE_MATCH"])
def test_a_hit_by_letter_is_adjudicated_like_any_other(house, case, check, finding):
    with pytest.raises(ValidationError) as problem:
        record(check, house.checks, finding=finding)
    assert "records" in problem.value.message_dict
    held = record(check, house.checks, finding=finding, records=[{"name": "ERIKSSON ANNA ", "birth_date": "1979"}])
    assert held.records == [{"name": "ERIKSSON ANNA", "birth_date": "1979"}]
    assert (held.awaits, held.second_officer) == ("first", True)
    answer_all(case)
    settle(case, house)
    assert f.open_step(case, "interview")


@pytest.mark.parametrize("who", ["intake", "analyst", "printer"])
def test_not_by_those_who_weigh_the_case(house, check, who):
    with pytest.raises(NotAllowed):
        record(check, getattr(house, who))
    assert browser(getattr(house, who)).post(address(check), values()).status_code == 403
    assert browser(house.foreign).get(address(check)).status_code == 404
    check.refresh_from_db()
    assert check.state == "queued" and not Attachment.objects.filter(label__contains="PNP").exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"finding": "UNAVAILABLE"}, "finding"),
        ({"reference": " "}, "reference"),
        ({"dated": timedelta(days=2)}, "dated"),
        ({"dated": timedelta(days=-91)}, "dated"),
    ],
)
def test_what_is_no_answer_is_refused_at_its_field(house, check, changed, field):
    if "dated" in changed:
        changed = {"dated": f.today() + changed["dated"]}
    with pytest.raises(ValidationError) as problem:
        record(check, house.checks, **changed)
    assert set(problem.value.message_dict) == {field}
    assert not Attachment.objects.filter(label__contains="PNP").exists()


@pytest.mark.parametrize("policy", ["block", "proceed"])
def test_only_where_the_policy_says_by_letter(house, check, policy):
    Check.objects.filter(pk=check.pk).update(on_outage=policy)
    with pytest.raises(StateConflict):
        record(check, house.checks)
    assert address(check) not in text(browser(house.checks).get(case_url(check.case, "checks")))


def test_the_letter_comes_first_and_the_wire_finds_its_lease_gone(house, check):
    leased = checks.lease_check(check.pk)
    record(check, house.checks)
    now = timezone.now()
    late = Answer(Finding.HIT, (), "", now, now, b"x", "")
    assert checks.settle_check(leased, answer=late) is None
    check.refresh_from_db()
    assert check.finding == "CLEAR"
    with pytest.raises(StateConflict):
        record(check, house.checks)


def test_the_page_keeps_what_was_typed_and_says_what_is_missing(house, case, check):
    client = browser(house.checks)
    assert address(check) in text(client.get(case_url(case, "checks")))
    day = f.today().isoformat()
    typed = {"finding": "HIT", "reference": "OF-12", "dated": day, "file": scan(), "record_0_detail": "Juzgado 3"}
    answered = client.post(address(check), typed)
    page = text(answered)
    assert answered.status_code == 422 and "Type at least one record" in page
    assert 'value="OF-12"' in page and 'value="Juzgado 3"' in page
    bad = SimpleUploadedFile("x.pdf", b"MZ executable")
    assert client.post(address(check), {**typed, "record_0_name": "E", "file": bad}).status_code == 422
    wrong_date = client.post(address(check), {**typed, "record_0_name": "E", "record_0_birth_date": "12/08/74"})
    assert wrong_date.status_code == 422
    done = client.post(address(check), {**typed, "file": scan(), "record_0_name": "ERIKSSON", "record_1_name": "OTRA"})
    assert done.status_code == 302
    check.refresh_from_db()
    assert [each["name"] for each in check.records] == ["ERIKSSON", "OTRA"]
    assert client.get(address(check)).status_code == 409


def test_a_letter_without_date_or_recorder_does_not_exist(house, check):
    held = record(check, house.checks)
    for change in ({"recorded_by": None}, {"letter_dated": None}, {"letter": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Check.objects.filter(pk=held.pk).update(**change)


def test_a_scan_of_several_megabytes_is_received(house, check):
    picture = io.BytesIO()
    Image.effect_noise((1500, 1500), 100).save(picture, "PNG")
    assert len(picture.getvalue()) > 1024 * 1024
    large = SimpleUploadedFile("oficio.png", picture.getvalue(), "image/png")
    day = check.case.office.today().isoformat()
    given = {"finding": "CLEAR", "reference": "OF-12", "dated": day, "file": large}
    assert browser(house.checks).post(address(check), given).status_code == 302
