"""The audit table refuses to be changed, whoever asks."""

import pytest
from django.db import ProgrammingError, connection, transaction

from audit import services as audit
from audit.models import AuditEvent
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    with transaction.atomic():
        audit.record("case.registered", actor=None, data={"number": "X"})
    return AuditEvent.objects.get()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditevent SET reason = 'otro'",
        "DELETE FROM audit_auditevent",
    ],
)
def test_sql_that_changes_history_fails(event, sql):
    refused = pytest.raises(ProgrammingError, match="never changed or removed|permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert AuditEvent.objects.filter(pk=event.pk, reason="").exists()


def test_the_orm_fails_too(event):
    event.reason = "otro"
    with pytest.raises(ProgrammingError), transaction.atomic():
        event.save()
    with pytest.raises(ProgrammingError), transaction.atomic():
        event.delete()


@pytest.mark.django_db(transaction=True)
def test_emptying_the_table_fails():
    """Elsewhere in the tests this refusal is switched off (tests/conftest.py), so that tables can be emptied."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER audit_no_truncate")
        try:
            with pytest.raises(ProgrammingError, match="never changed or removed|permission denied"):
                cursor.execute("TRUNCATE audit_auditevent CASCADE")
        finally:
            cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_no_truncate")


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_its_acts_transaction_is_refused():
    with pytest.raises(AssertionError):
        audit.record("case.registered", actor=None)
    assert not AuditEvent.objects.exists()
