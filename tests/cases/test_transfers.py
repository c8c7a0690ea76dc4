"""A case goes to another office: two people, two offices, one number."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import AuditEvent
from cases import services
from cases.errors import NotAllowed, StateConflict
from cases.models import Case, Task, Transfer
from cases.timeline import timeline
from offices.models import Notice
from offices.roles import Role
from tests import factories as f
from tests.flows import answer_all

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def house():
    house = f.ministry()
    house.head = f.staff(Role.SUPERVISOR, house.madrid, last_name="Mora", first_name="Eva")
    return house


@pytest.fixture
def case(house):
    case = f.visa_case(house)
    answer_all(case)
    return case


@pytest.fixture
def proposed(house, case):
    return services.propose_transfer(case, actor=house.consul, to=house.madrid, reason="El solicitante se mudó")


def test_it_moves_when_the_other_office_receives_it(house, case, proposed):
    task = services.take_task(f.open_step(case, "interview"), actor=house.analyst)
    assert Case.objects.visible_to(house.foreign).count() == 0
    before = Case.objects.get(pk=case.pk)
    services.accept_transfer(proposed, actor=house.head)
    after = Case.objects.select_related("office").get(pk=case.pk)
    assert after.office == house.madrid and after.number == before.number
    assert after.clock == before.clock  # the term began when it began
    task.refresh_from_db()
    assert (task.office, task.owner) == (house.madrid, None)  # who had it has no right there
    assert not Case.objects.visible_to(house.analyst).exists()
    assert Task.objects.queue_for(f.fresh(house.foreign)).filter(pk=task.pk).exists()
    sent = AuditEvent.objects.get(verb="transfer.sent")
    received = AuditEvent.objects.get(verb="transfer.received")
    assert (sent.office_id, received.office_id) == (house.santiago.pk, house.madrid.pk)
    assert sent.reason == "El solicitante se mudó"
    titles = [line.verb for line in timeline(after)[0]]
    assert {"transfer.proposed", "transfer.sent", "transfer.received", "task.given_back"} <= set(titles)
    assert Notice.objects.get(kind="transfer.proposed").user == house.head
    assert Notice.objects.get(kind="transfer.received").user == house.consul


def test_who_has_the_right_there_too_keeps_the_step(house, case, proposed):
    f.offices.open_posting(
        actor=None, user=house.analyst, office=house.madrid, role=Role.ANALYST, since=f.LONG_AGO, source="R.M."
    )
    analyst = f.fresh(house.analyst)
    task = services.take_task(f.open_step(case, "interview"), actor=analyst)
    services.accept_transfer(proposed, actor=house.head)
    task.refresh_from_db()
    assert (task.office, task.owner) == (house.madrid, analyst)


def test_nobody_sends_without_supervising_here_nor_receives_without_supervising_there(house, case):
    with pytest.raises(NotAllowed):
        services.propose_transfer(case, actor=house.analyst, to=house.madrid, reason="x")
    with pytest.raises(NotAllowed):
        services.propose_transfer(case, actor=house.head, to=house.madrid, reason="x")
    proposed = services.propose_transfer(case, actor=house.supervisor, to=house.madrid, reason="x")
    for actor in (house.foreign, house.consul):
        with pytest.raises(NotAllowed):
            services.accept_transfer(proposed, actor=actor)
    with pytest.raises(NotAllowed) as own:  # supervises both, and still needs a second person
        services.accept_transfer(proposed, actor=house.supervisor)
    assert own.value.code == "four_eyes"
    assert Case.objects.get(pk=case.pk).office == house.santiago
    with pytest.raises(NotAllowed):
        services.withdraw_transfer(proposed, actor=house.head)


def test_one_at_a_time_and_never_twice(house, case, proposed):
    with pytest.raises(StateConflict):
        services.propose_transfer(case, actor=house.consul, to=house.lima, reason="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(
            case_id=case.pk, from_office=house.santiago, to_office=house.lima, reason="x", proposed_by=house.consul
        )
    services.accept_transfer(proposed, actor=house.head)
    for act in (services.accept_transfer, services.withdraw_transfer):
        with pytest.raises((StateConflict, NotAllowed)):
            act(proposed, actor=house.head)


def test_declined_it_stays_and_both_offices_have_it_in_the_log(house, case, proposed):
    with pytest.raises(ValidationError):
        services.decline_transfer(proposed, actor=house.head, reason=" ")
    services.decline_transfer(proposed, actor=house.head, reason="No vive aquí")
    assert Case.objects.get(pk=case.pk).office == house.santiago
    offices = AuditEvent.objects.filter(verb="transfer.declined").values_list("office_id", flat=True)
    assert set(offices) == {house.santiago.pk, house.madrid.pk}
    services.propose_transfer(case, actor=house.consul, to=house.madrid, reason="Ya vive aquí")


def test_not_to_a_closed_office_but_out_of_one(house, case):
    house.madrid.active = False
    house.madrid.save()
    with pytest.raises(ValidationError):
        services.propose_transfer(case, actor=house.supervisor, to=house.madrid, reason="x")
    house.madrid.active, house.santiago.active = True, False
    house.madrid.save()
    house.santiago.save()
    assert not Case.objects.visible_to(f.fresh(house.consul)).exists()
    proposed = services.propose_transfer(case, actor=f.fresh(house.supervisor), to=house.madrid, reason="Cierre")
    services.accept_transfer(proposed, actor=f.fresh(house.head))
    assert Case.objects.get(pk=case.pk).office == house.madrid


def test_pages(house, case, client):
    url = reverse("cases:transfer", args=[case.number])
    client.force_login(house.analyst, backend=BACKEND)
    assert client.get(url).status_code == 403
    client.force_login(house.consul, backend=BACKEND)
    assert client.get(url).status_code == 200
    wrong = client.post(url, {"to": "", "reason": "Se mudó a Madrid"})
    assert wrong.status_code == 422 and "Se mudó a Madrid" in wrong.content.decode()
    assert client.post(url, {"to": house.madrid.pk, "reason": "Se mudó a Madrid"}).status_code == 302
    row = Transfer.objects.get()
    client.force_login(house.foreign, backend=BACKEND)
    assert client.get(reverse("cases:transfers")).status_code == 404
    assert client.post(reverse("cases:accept_transfer", args=[row.pk])).status_code == 404
    client.force_login(house.head, backend=BACKEND)
    text = client.get(reverse("cases:transfers")).content.decode()
    assert case.number in text and "Se mudó a Madrid" in text and "ERIKSSON" not in text
    assert client.get(f"/expedientes/{case.number}/").status_code == 404
    assert client.post(reverse("cases:accept_transfer", args=[row.pk])).status_code == 302
    assert client.get(f"/expedientes/{case.number}/").status_code == 200


def test_api(house, case, client):
    client.force_login(house.consul, backend=BACKEND)
    url = f"/api/v1/cases/{case.number}/transfer/"
    assert client.post(url, {"to": "NADA", "reason": "x"}).status_code == 400
    made = client.post(url, {"to": "mad", "reason": "Se mudó"})
    assert made.status_code == 201 and made.json()["to_office"] == "MAD"
    client.force_login(house.head, backend=BACKEND)
    (row,) = client.get("/api/v1/transfers/").json()
    assert client.post(f"/api/v1/transfers/{row['id']}/decline/", {"reason": "No"}).json()["state"] == "declined"
    assert client.post(f"/api/v1/transfers/{row['id']}/accept/").status_code == 404  # the case is not theirs
