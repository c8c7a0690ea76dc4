"""visible_to is the only door: what is absent and what is not yours are the same."""

import pytest
from django.urls import reverse

from agencies.models import Check
from cases.models import Attachment, Case, Task
from offices.roles import Role
from people.models import Person
from tests import factories as f
from wall.realm import PROTECTED, in_realm

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(house):
    return f.visa_case(house)


def test_own_office_and_those_above_see_a_case(house, case):
    for user in (house.intake, house.analyst, house.consul, house.checks, house.supervisor, house.authoriser):
        assert Case.objects.visible_to(user).filter(pk=case.pk).exists(), user


def test_another_office_does_not(house, case):
    assert not Case.objects.visible_to(house.foreign).exists()
    assert not Task.objects.visible_to(house.foreign).exists()
    assert not Check.objects.visible_to(house.foreign).exists()


def test_nobody_without_posting_does(house, case):
    for user in (f.UserFactory(), f.UserFactory(is_superuser=True)):
        assert not Case.objects.visible_to(user).exists()
        assert not Task.objects.queue_for(user).exists()


def test_files_follow_their_case(house, case):
    Attachment.objects.create(
        case=case, label="x", name="x.pdf", content_type="application/pdf", size=1, sha256="0", by=house.intake
    )
    assert Attachment.objects.visible_to(house.analyst).count() == 1
    assert not Attachment.objects.visible_to(house.foreign).exists()


@pytest.fixture
def protected(house):
    """A case of class R at the same office, with everything that hangs on it."""
    case = f.visa_case(house)
    f.protect(case=case, person=case.applicant)
    return case


def test_a_protected_case_does_not_exist_for_ordinary_roles(house, protected):
    for user in (house.intake, house.analyst, house.consul, house.checks, house.supervisor):
        assert not Case.objects.visible_to(user).exists()
        assert not Task.objects.visible_to(user).exists()
        assert not Task.objects.queue_for(user).exists()
        assert not Check.objects.visible_to(user).exists()
        assert not Person.objects.visible_to(user).exists()


@in_realm(PROTECTED)
def test_it_does_for_a_protection_officer_with_rights_there(house, protected):
    officer = f.staff(Role.PROTECTION, house.lima)
    f.offices.open_posting(
        actor=None, user=officer, office=house.lima, role=Role.ANALYST, since=f.LONG_AGO, source="Prueba"
    )
    assert Case.objects.visible_to(f.fresh(officer)).filter(pk=protected.pk).exists()
    assert Person.objects.visible_to(f.fresh(officer)).exists()


@pytest.mark.parametrize("name", ["api_case", "api_timeline", "api_checks"])
def test_the_api_answers_absent_and_not_yours_alike(client, house, case, name):
    client.force_login(house.foreign)
    mine = client.get(reverse(name, args=[case.number]))
    none = client.get(reverse(name, args=["VIS-2026-SCL-999999-0"]))
    assert mine.status_code == none.status_code == 404
    assert mine.content == none.content
    client.force_login(house.analyst)
    assert client.get(reverse(name, args=[case.number])).status_code == 200
