"""Administrators set single questions by the connector's own form, and say how agencies know our officers."""

from __future__ import annotations

import pytest
from django.urls import reverse

from agencies.connectors import registry
from agencies.models import Agency, OfficerIdentity, QuestionSettings
from audit.models import AuditEvent
from offices.roles import Role
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, house):
    client.force_login(f.staff(Role.ADMINISTRATOR, house.lima, username="admin"))
    return client


def page(question: str) -> str:
    row = QuestionSettings.objects.get(question=question)
    return reverse("admin:agencies_questionsettings_change", args=[row.pk])


@pytest.mark.parametrize("question", [connector.manifest.code for connector in registry.all()])
def test_each_question_has_a_page_with_its_own_fields(admin, question):
    response = admin.get(page(question))
    assert response.status_code == 200
    fields = response.context["adminform"].form.fields
    own = {f"setting_{name}" for name in registry.get(question).settings_form.base_fields}
    assert {name for name in fields if name.startswith("setting_")} == own


def test_the_list_opens_and_nothing_can_be_added_or_deleted(admin):
    assert admin.get(reverse("admin:agencies_questionsettings_changelist") + "?q=pj").status_code == 200
    assert admin.get(reverse("admin:agencies_questionsettings_add")).status_code == 403
    row = QuestionSettings.objects.first()
    assert admin.post(reverse("admin:agencies_questionsettings_delete", args=[row.pk])).status_code == 403


BIOMETRIC = {
    "base_url": "https://ws5.pide.invalid/", "path": "", "timeout": "15", "setting_responsible": "80000071",
    "setting_modality": "face", "setting_requirement": "foto", "setting_accept_from": "85",
    "setting_reject_below": "50",
}  # fmt: skip


def test_settings_are_kept_as_the_connectors_form_cleaned_them(admin):
    assert admin.post(page("reniec.biometric"), BIOMETRIC).status_code == 302
    row = QuestionSettings.objects.get(question="reniec.biometric")
    assert (row.base_url, row.timeout) == ("https://ws5.pide.invalid/", 15)
    assert row.values == {
        "responsible": "80000071", "modality": "face", "requirement": "foto", "accept_from": 85, "reject_below": 50,
    }  # fmt: skip
    again = admin.get(page("reniec.biometric")).context["adminform"].form
    assert again.initial["setting_accept_from"] == 85
    event = AuditEvent.objects.filter(verb="configuration.changed").latest("pk")
    assert event.data["fields"]["setting_accept_from"] == [80, 85]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"setting_accept_from": "101"}, "setting_accept_from"),
        ({"setting_accept_from": ""}, "setting_accept_from"),
        ({"setting_accept_from": "40", "setting_reject_below": "50"}, "setting_reject_below"),
        ({"setting_modality": "iris"}, "setting_modality"),
        ({"setting_responsible": "Ñandú 1"}, "setting_responsible"),
        ({"base_url": "ftp://x"}, "base_url"),
        ({"timeout": "21"}, "timeout"),  # the agency's is 20 s
        ({"path": "Rest/?clave=1"}, "path"),
    ],
)
def test_what_the_form_refuses_is_said_at_its_field_and_nothing_typed_is_lost(admin, changes, field):
    typed = {**BIOMETRIC, **changes}
    response = admin.post(page("reniec.biometric"), typed)
    form = response.context["adminform"].form
    assert response.status_code == 200 and set(form.errors) == {field}
    assert len(form.errors[field]) == 1
    assert {name: form[name].value() for name in typed} == typed
    assert QuestionSettings.objects.get(question="reniec.biometric").values == {}


def test_a_question_that_is_no_longer_installed_is_shown_and_can_not_be_changed(admin):
    row = QuestionSettings.objects.create(question="nobody.asks")
    response = admin.get(reverse("admin:agencies_questionsettings_change", args=[row.pk]))
    assert response.status_code == 200 and "nobody.asks" in response.content.decode()


def test_officers_are_known_to_agencies_by_a_number(admin, house):
    pnp = Agency.objects.get(code="pnp")
    add = reverse("admin:agencies_officeridentity_add")
    assert admin.get(add).status_code == 200
    values = {"user": house.intake.pk, "agency": pnp.pk, "number": "80000071"}
    assert admin.post(add, values).status_code == 302
    assert OfficerIdentity.objects.get().number == "80000071"
    twice = admin.post(add, values)
    assert twice.status_code == 200 and twice.context["adminform"].form.errors
    assert admin.get(reverse("admin:agencies_officeridentity_changelist") + "?q=Rojas").status_code == 200
