"""Django admin: who gets in, and that its writes are acts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from cases.models import ClockRule
from offices.authority import authority_of
from offices.models import Office, Posting
from offices.roles import Role
from offices.services import close_posting
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(house):
    return f.staff(Role.ADMINISTRATOR, house.lima, username="admin")


TABLES = [
    "offices_user", "offices_posting", "offices_office", "offices_calendar", "cases_clockrule", "cases_requirement",
    "cases_fee", "cases_ground", "agencies_agency", "agencies_checkpolicy", "visas_visaclass",
    "documents_texttemplate",
]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_every_configuration_table_opens(client, admin, table):
    client.force_login(admin)
    assert client.get(reverse(f"admin:{table}_changelist") + "?q=a").status_code == 200
    assert client.get(reverse(f"admin:{table}_add")).status_code == 200


def test_no_case_content_in_admin(client, admin, house):
    f.visa_case(house)
    client.force_login(admin)
    text = client.get(reverse("admin:index")).content.decode()
    for model in ("/case/", "/task/", "/person/", "/check/", "visaapplication", "attachment"):
        assert model not in text


def test_the_posting_is_what_counts(client, admin, house):
    client.force_login(admin)
    close_posting(Posting.objects.get(user=admin), actor=None, at=timezone.now(), reason="Fin")
    assert client.get(reverse("admin:index")).status_code == 302  # their sessions ended with the posting
    client.force_login(house.consul)
    assert client.get(reverse("admin:index")).status_code == 403
    assert AuditEvent.objects.filter(verb="page.refused", actor=house.consul, denied=True).exists()


def test_a_change_is_audited_with_old_and_new_value(client, admin, house):
    client.force_login(admin)
    rule = ClockRule.objects.get(procedure="visa", subtype="", code="case")
    values = {"procedure": "visa", "subtype": "", "code": "case", "unit": "business_days", "length": 9,
              "legal_basis": rule.legal_basis}  # fmt: skip
    client.post(reverse("admin:cases_clockrule_change", args=[rule.pk]), values)
    event = AuditEvent.objects.get(verb="configuration.changed")
    assert event.actor == admin
    assert event.data["fields"] == {"length": [7, "9"]} or event.data["fields"] == {"length": [7, 9]}


def test_a_posting_opened_in_admin_gives_rights_and_a_closed_one_takes_them(client, admin, house):
    client.force_login(admin)
    user = f.UserFactory()
    since = timezone.now() - timedelta(days=1)
    client.post(
        reverse("admin:offices_posting_add"),
        {"user": user.pk, "office": house.santiago.pk, "role": Role.CONSUL, "source": "R.S. 1-2026",
         "since_0": since.strftime("%d/%m/%Y"), "since_1": "00:00:00"},
    )  # fmt: skip
    posting = Posting.objects.get(user=user)
    assert authority_of(f.fresh(user)).can("decide", "visa", house.santiago.pk)
    assert not authority_of(f.fresh(user)).can("decide", "visa", house.madrid.pk)
    close_posting(posting, actor=admin, at=timezone.now(), reason="Fin de misión")
    assert not authority_of(f.fresh(user)).can("decide", "visa", house.santiago.pk)


def test_an_office_can_not_hang_below_itself(client, admin, house):
    client.force_login(admin)
    url = reverse("admin:offices_office_change", args=[house.lima.pk])
    form = client.get(url).context["adminform"].form
    values = {name: form.initial.get(name) or "" for name in form.fields}
    answer = client.post(url, {**values, "parent": house.santiago.pk})
    assert "parent" in answer.context["adminform"].form.errors
    assert Office.objects.get(pk=house.lima.pk).parent is None


def test_moving_an_office_moves_what_is_below(client, admin, house):
    unit = f.OfficeFactory(code="DGC", parent=house.lima)
    client.force_login(admin)
    url = reverse("admin:offices_office_change", args=[house.santiago.pk])
    form = client.get(url).context["adminform"].form
    values = {name: form.initial.get(name) or "" for name in form.fields}
    client.post(url, {**values, "parent": unit.pk, "active": "on"})
    house.santiago.refresh_from_db()
    assert house.santiago.path == "RREE/DGC/SCL/"
