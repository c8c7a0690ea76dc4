"""Every table that holds data of persons or cases stands behind the wall, or says here why it need not."""

import pytest
from django.apps import apps
from django.db import connection

from cases.models import Case, Task
from people.models import Person

pytestmark = pytest.mark.django_db

# Tables that lead to a person or a case and have no policy. Everything else needs Wall or WallBehind in a migration.
OPEN = {
    "people_personname": "ordinary persons only: the database's own trigger writes it, the application can not",
    "cases_casewords": "ordinary cases only: the database's own trigger writes it, the application can not",
}
# The stock of blanks: that a number was used is everybody's who counts them, for whom is behind the wall with the case.
STOCK = {"documents_blank", "documents_blankmovement", "documents_blankalarm"}
# Tables that no relation leads to, and that hold such data all the same.
BY_NUMBER = {"audit_auditevent", "cases_draft", "cases_numberseries"}


def models_behind_cases_and_persons() -> set[type]:
    every = apps.get_models(include_auto_created=True)
    found: set[type] = {Person, Case, Task}
    grown = True
    while grown:
        more = {
            model
            for model in every
            if model not in found
            and any(column.related_model in found for column in model._meta.concrete_fields if column.is_relation)
        }
        grown = bool(more)
        found |= more
    return found


def walled() -> dict[str, bool]:
    """Table → whether its policy binds its owner too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relforcerowsecurity FROM pg_class c WHERE c.relrowsecurity AND EXISTS "
            "(SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'wall')"
        )
        return dict(cursor.fetchall())


def test_every_table_with_a_way_to_a_person_or_a_case_is_walled_or_explained():
    needed = {model._meta.db_table for model in models_behind_cases_and_persons()} | BY_NUMBER
    assert len(needed) > 20  # the walk has gone somewhere
    found = walled()
    missing = needed - found.keys() - OPEN.keys() - STOCK
    assert not missing, f"add wall.operations.Wall or WallBehind for {sorted(missing)} to a migration"
    assert needed >= OPEN.keys() and not found.keys() & OPEN.keys(), "the list of open tables is stale"
    assert all(found.values()), "a policy that does not bind the owner"


def test_there_is_one_policy_per_table_and_it_covers_writing_too():
    """A second, permissive policy would be joined to the first by OR."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT polrelid::regclass::text, count(*), bool_and(polpermissive AND polcmd = '*' AND polroles = '{0}') "
            "FROM pg_policy GROUP BY 1"
        )
        assert all(number == 1 and plain for _table, number, plain in cursor.fetchall())


def test_what_stands_outside_can_not_be_written_by_the_application():
    with connection.cursor() as cursor:
        for table in OPEN:
            cursor.execute(
                "SELECT has_table_privilege(%s, 'INSERT') OR has_table_privilege(%s, 'UPDATE') "
                "OR has_any_column_privilege(%s, 'INSERT') OR has_any_column_privilege(%s, 'UPDATE')",
                [table] * 4,
            )
            assert cursor.fetchone() == (False,), table
