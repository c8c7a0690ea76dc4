"""Who gets what, at every address: each role at its own office, at another, behind the wall, and signed out.

The table is in ``matrix_pages``, ``matrix_api`` and ``matrix_admin``, written by hand from the ministry's rules; the
addresses come from the resolver. An address without a row fails, and so does a row without an address.
"""

import logging
from collections import Counter

import pytest
from django.core.cache import cache

from offices.roles import Role
from tests.security.matrix_admin import ADMIN
from tests.security.matrix_api import API
from tests.security.matrix_pages import PAGES
from tests.security.matrix_terms import PERSONAS, Row
from tests.security.matrix_world import built
from tests.security.urls import addresses

pytestmark = pytest.mark.django_db
ROWS: list[Row] = [*PAGES, *API, *ADMIN]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    logging.disable(logging.WARNING)  # every refusal would be told
    try:
        with django_db_blocker.unblock(), built(tmp_path_factory.mktemp("matrix")) as made:
            yield made
    finally:
        logging.disable(logging.NOTSET)


def test_every_address_has_its_row_and_every_row_its_address():
    found, told = {address.route for address in addresses()}, {row.route for row in ROWS}
    assert not sorted(found - told), "addresses that the table does not know"
    assert not sorted(told - found), "rows of the table without an address"


def test_every_row_stands_once():
    assert not [row for row, times in Counter(map(str, ROWS)).items() if times > 1]


def test_every_role_is_somebody():
    assert set(Role.values) < set(PERSONAS)


def test_every_thing_lies_in_every_place(world):
    """A row is tried where the table says, and not passed over because nothing was there."""
    for row in ROWS:
        if row.of:
            missing = world.lacking(row)
            assert not missing, f"{row}: nothing at {missing}"


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_who_gets_what(world, row):
    cache.clear()  # how often one may ask is another test's subject
    wrong = list(world.faults(row))
    assert not wrong, f"{row}\n" + "\n".join(wrong)
