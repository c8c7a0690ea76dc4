"""A document's life after it was handed over, and what INTERPOL hears of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from agencies.models import Report
from audit.models import AuditEvent
from cases.errors import NotAllowed, StateConflict
from documents import services
from documents.models import Blank, IssuedDocument, LifeChange, LifeGround
from documents.services.life import WAYS
from documents.verification import verdict
from tests import factories as f
from wall.realm import PROTECTED, in_realm

pytestmark = pytest.mark.django_db
State = IssuedDocument.State


@pytest.fixture
def delivered(issue, house):
    document = issue(valid_from=f.today(), valid_until=f.today() + timedelta(days=90))
    with transaction.atomic():
        services.confirm_quality(document, actor=house.printer)
        services.deliver(document, actor=house.delivery, receiver="Anna", receiver_document="")
    return document


def ground(state):
    return LifeGround.objects.filter(state=state).first()


def change(document, state, actor, **fields):
    made = services.change_state(document, state=state, ground=ground(state), actor=actor, **fields)
    document.refresh_from_db()
    return made


def test_each_state_has_a_ground_an_event_and_is_seen_at_once(delivered, house):
    assert verdict(delivered).valid
    made = change(delivered, State.CANCELLED, house.supervisor, text="Resolución 12")
    assert not verdict(IssuedDocument.objects.get(pk=delivered.pk)).valid
    assert (made.before, made.state, made.by) == ("active", "cancelled", house.supervisor)
    event = AuditEvent.objects.get(verb="document.cancelled")
    assert event.data["ground"] == made.ground.code
    assert "Resolución 12" in event.reason
    assert Blank.objects.get(document=delivered).state == "written_off"


def test_every_way_out_can_be_gone(delivered, house):
    for state in WAYS[State.ACTIVE]:
        with transaction.atomic():
            mark = transaction.savepoint()
            change(delivered, state, house.supervisor)
            assert not verdict(delivered).valid
            transaction.savepoint_rollback(mark)


def test_only_a_suspension_is_lifted(delivered, house):
    change(delivered, State.SUSPENDED, house.supervisor)
    assert not verdict(delivered).valid
    change(delivered, State.ACTIVE, house.supervisor)
    assert verdict(delivered).valid
    change(delivered, State.LOST, house.supervisor)
    for state in (State.ACTIVE, State.SUSPENDED):
        with pytest.raises(StateConflict):
            services.change_state(delivered, state=state, ground=ground(state), actor=house.supervisor)
    change(delivered, State.RETURNED, house.supervisor, text="La halló un vecino")  # found: stays invalid
    assert not verdict(delivered).valid


def test_the_ground_is_one_of_the_state_and_the_date_not_in_the_future(delivered, house):
    for wrong in (None, ground(State.STOLEN)):
        with pytest.raises(ValidationError) as refusal:
            services.change_state(delivered, state=State.LOST, ground=wrong, actor=house.supervisor)
        assert "ground" in refusal.value.error_dict
    with pytest.raises(ValidationError):
        services.change_state(
            delivered, state=State.LOST, ground=ground(State.LOST), actor=house.supervisor,
            happened_on=f.today() + timedelta(days=2),
        )  # fmt: skip
    assert not LifeChange.objects.exists()


def test_who_does_not_supervise_changes_nothing(delivered, house):
    with pytest.raises(NotAllowed):
        change(delivered, State.LOST, house.analyst)
    assert AuditEvent.objects.filter(denied=True, actor=house.analyst).exists()


@pytest.mark.parametrize(("state", "told"), [(State.LOST, "LOST"), (State.STOLEN, "STOLEN"), (State.DAMAGED, "")])
def test_loss_and_theft_are_reported_to_sltd(delivered, house, state, told):
    change(delivered, state, house.supervisor)
    report = Report.objects.first()
    if not told:
        assert report is None
        return
    assert report.values == {
        "number": delivered.number, "issuer": "PER", "type": "VISA", "status": told,
        "happened_on": f.today().isoformat(),
    }  # fmt: skip
    assert (report.state, report.code, report.case_id) == ("queued", "interpol.sltd_report", delivered.case_id)


def test_nothing_of_a_protected_case_is_reported(delivered, house):
    f.protect(case=delivered.case)
    with in_realm(PROTECTED):
        change(delivered, State.STOLEN, house.supervisor)
        assert not Report.objects.exists()
        assert AuditEvent.objects.filter(verb="report.withheld").exists()


def test_documents_expire_by_the_clock_of_their_office(delivered):
    today = f.today()
    IssuedDocument.objects.filter(pk=delivered.pk).update(
        valid_from=today - timedelta(days=30), valid_until=today + timedelta(days=1)
    )
    assert services.expire_documents() == 0
    IssuedDocument.objects.filter(pk=delivered.pk).update(valid_until=today - timedelta(days=2))
    delivered.refresh_from_db()
    assert verdict(delivered).state == State.EXPIRED  # before the sweep comes by
    assert services.expire_documents() == 1
    delivered.refresh_from_db()
    assert (delivered.state, delivered.changes.get().by) == (State.EXPIRED, None)


def test_changes_are_never_changed(delivered, house):
    change(delivered, State.SUSPENDED, house.supervisor)
    with pytest.raises(DatabaseError), transaction.atomic():
        LifeChange.objects.update(text="otra cosa")


def test_the_page_offers_what_may_follow_and_keeps_what_was_typed(delivered, house, client):
    client.force_login(house.supervisor)
    url = reverse("documents:change", args=[delivered.pk])
    page = client.get(url).content.decode()
    assert 'value="suspended"' in page and 'value="active"' not in page
    wrong = client.post(
        url, {"state": "lost", "ground": ground("stolen").pk, "text": "La dejó en un taxi", "happened_on": "2026-01-01"}
    )
    assert wrong.status_code == 422
    assert "La dejó en un taxi" in wrong.content.decode()
    good = client.post(
        url, {"state": "lost", "ground": ground("lost").pk, "text": "", "happened_on": f.today().isoformat()}
    )
    assert good.status_code == 302
    delivered.refresh_from_db()
    assert delivered.state == State.LOST
    client.force_login(house.analyst)
    assert client.get(url).status_code == 404
