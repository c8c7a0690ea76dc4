"""Roles: one file, one document, one page."""

import pytest
from django.core.management import CommandError, call_command

from offices import role_table
from offices.roles import ROLES, Act, Role
from tests import factories as f


def test_the_document_is_what_the_file_says():
    call_command("roles", check=True)


def test_a_stale_document_is_found(monkeypatch):
    changed = {**ROLES, Role.INTAKE: ROLES[Role.CONSUL]}
    monkeypatch.setattr(role_table, "ROLES", changed)
    with pytest.raises(CommandError):
        call_command("roles", check=True)


@pytest.mark.django_db
def test_the_page_shows_every_role_and_act(client):
    house = f.ministry()
    client.force_login(house.intake, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/personal/funciones/")
    assert len(answer.context["lines"]) == len(Role) and len(answer.context["matrix"]) == len(Act)
    assert "Registrador" in answer.content.decode()


def test_no_role_both_decides_and_registers_and_an_administrator_sees_nothing():
    """What domain §2.2 says a role may never do."""
    for definition in ROLES.values():
        assert not {Act.REGISTER, Act.DECIDE} <= definition.acts
        assert not {Act.ADJUDICATE, Act.DECIDE} <= definition.acts
        assert not (Act.AUDIT in definition.acts and definition.acts - {Act.AUDIT, Act.VIEW, Act.VIEW_PROTECTED})
    assert not ROLES[Role.ADMINISTRATOR].acts
