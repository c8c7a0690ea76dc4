"""The life of a posting: rights by its dates alone, consequences by the job."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.models import AuditEvent
from cases import services as cases
from cases.errors import NotAllowed
from cases.models import Task
from offices import services
from offices.authority import authority_of
from offices.models import Notice, Posting
from offices.roles import Role
from offices.tasks import turn_postings
from tests import factories as f

pytestmark = pytest.mark.django_db


def test_days_begin_at_midnight_of_the_office(house):
    posting = services.open_posting(
        actor=None, user=f.UserFactory(), office=house.madrid, role=Role.ANALYST, since=date(2027, 3, 1),
        until=date(2027, 3, 31), source="R.M.",
    )  # fmt: skip
    assert posting.since.isoformat() == "2027-03-01T00:00:00+01:00"
    assert posting.until.isoformat() == "2027-04-01T00:00:00+02:00"  # the last day counts whole, summer time began


def test_a_posting_to_come_gives_nothing_yet_and_the_job_notes_its_beginning(house):
    user = f.UserFactory()
    soon = timezone.now() + timedelta(hours=1)
    posting = services.open_posting(
        actor=None, user=user, office=house.santiago, role=Role.ANALYST, since=soon, source="R.M."
    )
    assert not authority_of(user).rights
    assert turn_postings() == 0 and not Notice.objects.filter(user=user).exists()
    Posting.objects.filter(pk=posting.pk).update(since=timezone.now() - timedelta(minutes=1))
    assert authority_of(f.fresh(user)).can("assess", "visa", house.santiago.pk)  # by its date, before any job
    assert turn_postings() == 1
    assert turn_postings() == 0
    assert AuditEvent.objects.filter(verb="posting.opened", data__posting=posting.pk).count() == 1
    assert Notice.objects.get(user=user).kind == "posting.opened"


@pytest.fixture
def held(house):
    """A step that the analyst has taken."""
    case = f.visa_case(house)
    from tests.flows import answer_all

    answer_all(case)
    return cases.take_task(f.open_step(case, "interview"), actor=house.analyst)


def test_an_expired_posting_stops_in_an_open_session_and_the_job_gives_the_steps_back(house, held, client):
    client.force_login(house.analyst, backend="django.contrib.auth.backends.ModelBackend")
    url = f"/expedientes/{held.process.number}/"
    assert client.get(url).status_code == 200
    Posting.objects.filter(user=house.analyst).update(until=timezone.now())
    assert client.get(url).status_code == 404
    assert client.get("/").context["rows"] == []  # what they had taken is not shown to them any more
    with pytest.raises(NotAllowed):
        cases.complete_task(held, actor=f.fresh(house.analyst), values={})
    assert Task.objects.get(pk=held.pk).owner == house.analyst
    assert turn_postings() == 1
    assert Task.objects.get(pk=held.pk).owner is None
    assert Task.objects.queue_for(house.consul).filter(pk=held.pk).exists()
    event = AuditEvent.objects.get(verb="task.given_back")
    assert (event.task_id, event.data["from"]) == (held.pk, house.analyst.pk)
    assert AuditEvent.objects.filter(verb="posting.closed", data__user=house.analyst.pk).count() == 1


def test_a_step_that_another_posting_still_allows_stays(house, held):
    services.open_posting(
        actor=None, user=house.analyst, office=house.santiago, role=Role.CONSUL, since=f.LONG_AGO, source="R.M."
    )
    posting = Posting.objects.get(user=house.analyst, role=Role.ANALYST)
    services.close_posting(posting, actor=None, at=timezone.now(), reason="Fin")
    assert Task.objects.get(pk=held.pk).owner == house.analyst


def test_the_end_of_a_posting_calls_what_hangs_on_it(house, monkeypatch):
    ended = []
    monkeypatch.setattr(services, "on_posting_end", [*services.on_posting_end, ended.append])
    posting = Posting.objects.get(user=house.analyst)
    services.close_posting(posting, actor=None, at=timezone.now(), reason="Fin")
    turn_postings()
    assert ended == [posting]


def test_a_closed_office_takes_nobody_and_its_postings_rest(house):
    house.santiago.active = False
    house.santiago.save()
    assert not authority_of(house.analyst).rights
    assert authority_of(house.supervisor).can("supervise", "visa", house.santiago.pk)
    with pytest.raises(ValidationError):
        f.staff(Role.ANALYST, house.santiago)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_directorate_sees_and_reassigns_in_the_posts_below_it(house, held, depth):
    above = house.lima
    for level in range(depth):
        above = f.OfficeFactory(code=f"D{level}", parent=above)
    house.santiago.parent = above
    services.place_office(house.santiago, actor=None)
    director = f.staff(Role.SUPERVISOR, above)
    beside = f.staff(Role.SUPERVISOR, f.OfficeFactory(code="OTRA", parent=house.lima))
    assert Task.objects.visible_to(director).filter(pk=held.pk).exists()
    assert not Task.objects.visible_to(beside).filter(pk=held.pk).exists()
    other = f.staff(Role.ANALYST, house.santiago)
    with pytest.raises(NotAllowed):
        cases.reassign_task(held, actor=beside, to=other, reason="Licencia")
    assert cases.reassign_task(held, actor=director, to=other, reason="Licencia").owner == other
