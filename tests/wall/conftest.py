"""A ministry with a protection officer, and a protected case. Nothing of Django is imported before it is set up."""

from types import SimpleNamespace

import pytest


@pytest.fixture
def house() -> SimpleNamespace:
    from offices.roles import Role
    from tests import factories as f

    house = f.ministry()
    house.protector = f.staff(Role.PROTECTION, house.lima, last_name="Luz", first_name="Eva")
    return house


@pytest.fixture
def flow():
    from tests.wall import refuge

    with refuge.installed() as flow_class:
        yield flow_class


@pytest.fixture
def claim(house, flow):
    """A protected case."""
    from tests.wall import refuge

    return refuge.claim(house.lima, actor=house.protector)
