"""Absence cover: what it gives, whom it shows, and what it never lets anyone around."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from cases import services as cases
from cases.errors import NotAllowed
from cases.models import Case, Task
from cases.timeline import timeline
from offices.authority import authority_of
from offices.delegating import delegate_posting, revoke_delegation
from offices.models import Delegation, Posting
from offices.roles import Role
from offices.tasks import turn_postings
from tests import factories as f
from tests.flows import answer_all, assess, interview, to_decision

pytestmark = pytest.mark.django_db


def cover(absentee, delegate, actor=None, **fields) -> Delegation:
    now = timezone.now()
    values = {"since": now - timedelta(days=1), "until": now + timedelta(days=5), "source": "Memo 1", **fields}
    posting = Posting.objects.get(user=absentee)
    return delegate_posting(posting, actor=f.fresh(actor or absentee), delegate=delegate, **values)


def test_the_delegate_does_the_absentees_work_and_both_names_are_on_it(house):
    case = f.visa_case(house)
    to_decision(case, house)
    second = f.staff(Role.ANALYST, house.santiago, first_name="Noa", last_name="Gil")
    cover(house.consul, second)
    second = f.fresh(second)
    task = cases.take_task(f.open_step(case, "decide"), actor=second)
    cases.complete_task(task, actor=second, values={"result": "return", "grounds": [], "text": "Falta algo"})
    event = AuditEvent.objects.get(verb="task.completed", task_id=task.pk)
    assert (event.actor, event.on_behalf_of, event.role) == (second, house.consul, Role.CONSUL)
    lines = timeline(Case.objects.select_related("office").get(pk=case.pk))[0]
    assert "N. Gil por I. Paz" in {line.by for line in lines}


def test_what_the_delegate_may_do_anyway_is_their_own_act(house):
    cover(house.consul, house.analyst)
    case = f.visa_case(house)
    answer_all(case)
    interview(case, f.fresh(house.analyst))  # both postings give the right to it
    event = AuditEvent.objects.filter(verb="task.completed", case_id=case.pk).get()
    assert (event.on_behalf_of, event.role) == (None, Role.ANALYST)


@pytest.mark.parametrize("who", ["absentee", "delegate"])
def test_neither_gets_around_four_eyes(house, who):
    second = f.staff(Role.ANALYST, house.santiago)
    case = f.visa_case(house)
    answer_all(case)
    if who == "absentee":  # the consul assessed; whoever covers the consul can not decide
        interview(case, house.consul)
        assess(case, house.consul)
    else:
        interview(case, second)
        assess(case, second)
    cover(house.consul, second)
    second = f.fresh(second)
    with pytest.raises(NotAllowed) as denial:
        cases.take_task(f.open_step(case, "decide"), actor=second)
    assert denial.value.code == "four_eyes"
    assert cases.take_next(actor=second) is None or Task.objects.get(owner=second).right != "decide_visa"
    other = f.staff(Role.CONSUL, house.santiago)
    assert cases.take_task(f.open_step(case, "decide"), actor=other).owner == other


def test_a_conflict_of_the_absentee_is_the_delegates_too(house):
    case = f.visa_case(house)
    second = f.staff(Role.ANALYST, house.santiago)
    cases.declare_conflict(case, actor=house.consul, reason="Es mi prima")
    assert Case.objects.visible_to(second).filter(pk=case.pk).exists()
    cover(house.consul, second)
    assert not Case.objects.visible_to(f.fresh(second)).filter(pk=case.pk).exists()


def test_it_ends_by_its_dates_by_revoking_and_with_either_posting(house):
    second = f.staff(Role.ANALYST, house.santiago)

    def decides() -> bool:
        return authority_of(f.fresh(second)).can("decide", "visa", house.santiago.pk)

    made = cover(house.consul, second)
    assert decides()
    rows = Delegation.objects.filter(pk=made.pk)
    rows.update(until=timezone.now())
    assert not decides()
    rows.update(until=made.until, since=timezone.now() + timedelta(hours=1))
    assert not decides()
    rows.update(since=made.since)
    for posting in (made.posting_id, made.delegate_posting_id):
        Posting.objects.filter(pk=posting).update(until=timezone.now())
        assert not decides()
        Posting.objects.filter(pk=posting).update(until=None)
    house.consul.is_active = False
    house.consul.save()
    assert not decides()
    house.consul.is_active = True
    house.consul.save()
    assert decides()
    revoke_delegation(made, actor=house.consul, reason="Volvió")
    assert not decides()


def test_steps_taken_under_a_cover_go_back_when_it_ends(house):
    case = f.visa_case(house)
    to_decision(case, house)
    second = f.staff(Role.ANALYST, house.santiago)
    made = cover(house.consul, second)
    task = cases.take_task(f.open_step(case, "decide"), actor=f.fresh(second))
    Delegation.objects.filter(pk=made.pk).update(until=timezone.now())
    assert turn_postings() == 1 and turn_postings() == 0
    assert Task.objects.get(pk=task.pk).owner is None
    assert AuditEvent.objects.filter(verb="delegation.ended", data__delegation=made.pk).count() == 1


def test_what_was_covered_for_another_is_not_passed_on(house):
    first, second = f.staff(Role.ANALYST, house.santiago), f.staff(Role.INTAKE, house.santiago)
    made = cover(house.consul, first)
    with pytest.raises(ValidationError) as refused:
        cover(first, second)  # who covers somebody is not absent themselves
    assert "posting" in refused.value.message_dict
    Delegation.objects.filter(pk=made.pk).update(revoked_at=timezone.now())
    cover(first, second)
    with pytest.raises(ValidationError) as refused:
        cover(house.consul, first)  # who is absent covers nobody
    assert "delegate" in refused.value.message_dict
    # and were both in the database, the second would have the first's own rights only
    Delegation.objects.filter(pk=made.pk).update(revoked_at=None)
    assert not authority_of(f.fresh(second)).can("decide", "visa", house.santiago.pk)
    assert authority_of(f.fresh(second)).can("assess", "visa", house.santiago.pk)


def test_never_to_oneself_even_in_the_database(house):
    with pytest.raises(ValidationError):
        cover(house.consul, house.consul)
    posting = Posting.objects.get(user=house.consul)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.create(
            posting=posting, absentee=house.consul, delegate=house.consul, delegate_posting=posting,
            since=timezone.now(), until=timezone.now() + timedelta(days=1), source="x",
        )  # fmt: skip


def test_only_the_person_or_their_supervisor_arranges_it(house):
    with pytest.raises(PermissionDenied):
        cover(house.consul, house.analyst, actor=house.analyst)
    with pytest.raises(PermissionDenied):
        cover(house.consul, house.analyst, actor=house.foreign)
    made = cover(house.consul, house.analyst, actor=house.supervisor)
    with pytest.raises(PermissionDenied):
        revoke_delegation(made, actor=house.intake, reason="x")
    # a supervisor by cover alone arranges nothing: that would be passing it on
    assert not Delegation.objects.exclude(pk=made.pk).exists()
    with pytest.raises(PermissionDenied):
        cover(house.intake, house.delivery, actor=f.fresh(house.analyst))


def test_nobody_covers_across_the_wall_nor_an_administrator(house):
    protection = f.staff(Role.PROTECTION, house.lima)
    with pytest.raises(ValidationError) as refused:
        cover(protection, house.supervisor)
    assert "delegate" in refused.value.message_dict
    assert cover(protection, f.staff(Role.PROTECTION, house.lima))
    with pytest.raises(ValidationError):
        cover(f.staff(Role.ADMINISTRATOR, house.lima), house.supervisor)


def test_the_page_arranges_and_revokes(house, client):
    client.force_login(house.consul, backend="django.contrib.auth.backends.ModelBackend")
    today = f.today()
    posting = Posting.objects.get(user=house.consul)
    values = {"posting": posting.pk, "delegate": house.analyst.pk, "since": today, "until": today, "source": "Memo 2"}
    wrong = client.post("/personal/suplencias/", {**values, "until": today - timedelta(days=3)})
    assert wrong.status_code == 422 and "Memo 2" in wrong.content.decode()
    assert client.post("/personal/suplencias/", values).status_code == 302
    made = Delegation.objects.get()
    assert made.until - made.since == timedelta(days=1)
    text = client.get("/personal/suplencias/").content.decode()
    assert "Vigente" in text or "In force" in text  # as the compiled messages have it
    client.force_login(house.foreign, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"/personal/suplencias/{made.pk}/revocar/", {"reason": "x"}).status_code == 404
    client.force_login(house.analyst, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"/personal/suplencias/{made.pk}/revocar/", {"reason": "Volvió"}).status_code == 302
    made.refresh_from_db()
    assert made.revoked_by == house.analyst
    assert client.get("/personal/avisos/").status_code == 200
