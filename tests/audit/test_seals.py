"""The proof that the log is whole, with real commits; and the grants of a real second role."""

import secrets

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from audit import sealing
from audit import services as audit
from audit.models import AuditEvent, AuditSeal
from tests.owner import as_owner as working_as_owner
from tests.workers import wait_until
from wall.role import ROLE

pytestmark = pytest.mark.django_db(transaction=True)


def write(number: int = 3, verb: str = "case.registered") -> list[int]:
    with transaction.atomic():
        audit.record_many([audit.event(verb, actor=None, case_id=index, data={"n": index}) for index in range(number)])
    return list(AuditEvent.objects.order_by("id").values_list("pk", flat=True))


def as_owner(sql: str, *parameters) -> None:
    """What only the owner of the tables can do: change the log with its triggers off."""
    with working_as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_auditseal DISABLE TRIGGER USER")
        try:
            cursor.execute(sql, parameters)
        finally:
            for name in ("audit_append_only", "audit_stamped"):
                cursor.execute(f"ALTER TABLE audit_auditevent ENABLE TRIGGER {name}")
            cursor.execute("ALTER TABLE audit_auditseal ENABLE TRIGGER seal_append_only")


def closed() -> AuditSeal:
    """The next seal. Another test's transaction on the same server may keep it waiting for a moment."""
    made: list[AuditSeal] = []
    wait_until(lambda: made.extend(filter(None, [sealing.seal()])) or made, what="for a seal")
    return made[0]


def faults() -> list[tuple[str, int | None]]:
    return [(fault.kind, fault.event_id) for fault in sealing.verify()]


@pytest.fixture
def sealed():
    """Two batches of three events."""
    write()
    assert closed().count == 3
    ids = write()
    assert closed().count == 3
    return ids


def test_a_whole_log_is_whole(sealed, capsys):
    assert sealing.seal() is None
    assert faults() == []
    write(1)  # not sealed yet, and no fault
    call_command("audit", "verify")
    assert "whole" in capsys.readouterr().out


@pytest.mark.parametrize("position", [0, 2, 3, 5])
@pytest.mark.parametrize("column", ["reason = 'otro'", "actor_id = NULL, verb = 'x'", "data = '{}'", "xact = 1"])
def test_a_changed_event_is_named(sealed, position, column):
    as_owner(f"UPDATE audit_auditevent SET {column} WHERE id = %s", sealed[position])
    assert ("altered", sealed[position]) in faults()
    with pytest.raises(CommandError):
        call_command("audit", "verify")


def test_a_missing_event_is_named(sealed):
    as_owner("DELETE FROM audit_auditevent WHERE id = %s", sealed[1])
    assert faults() == [("missing", sealed[1])]


def test_an_event_that_was_slipped_in_is_named(sealed):
    (xact,) = AuditEvent.objects.filter(pk=sealed[4]).values_list("xact", flat=True)
    as_owner(
        "INSERT INTO audit_auditevent (at, verb, denied, protected, role, reason, data, request_id, xact)"
        " VALUES (now(), 'task.completed', false, false, '', '', '{}', '', %s)",
        xact,
    )
    assert faults() == [("added", AuditEvent.objects.latest("id").pk)]


def test_a_changed_or_missing_seal_is_found(sealed):
    first, second = AuditSeal.objects.order_by("pk")
    as_owner("UPDATE audit_auditseal SET count = 2 WHERE id = %s", first.pk)
    assert ("seal", None) in faults()
    as_owner("UPDATE audit_auditseal SET count = 3 WHERE id = %s", first.pk)
    assert faults() == []
    as_owner("DELETE FROM audit_auditseal WHERE id = %s", first.pk)
    assert ("seal", None) in faults()


def test_the_file_of_seals_finds_events_replaced_together_with_their_seals(settings, tmp_path):
    settings.AUDIT_SEAL_FILE = str(tmp_path / "seals")
    ids = write()
    closed()
    assert faults() == []
    as_owner("DELETE FROM audit_auditevent WHERE id = %s", ids[0])
    as_owner("DELETE FROM audit_auditseal")
    sealing.seal()
    assert ("sink", None) in faults()


def test_an_event_committed_late_is_sealed_later_and_nobody_waited():
    """A transaction that began before the seal and ends after it: its events have lower ids than sealed ones."""
    settings = connection.settings_dict
    other = psycopg.connect(
        dbname=settings["NAME"], user=settings["USER"], password=settings["PASSWORD"], host=settings["HOST"],
        port=settings["PORT"], options="-c lock_timeout=2000",
    )  # fmt: skip
    insert = (
        "INSERT INTO audit_auditevent (at, verb, denied, protected, role, reason, data, request_id, xact)"
        " VALUES (now(), 'late', false, false, '', '', '{}', '', 0)"
    )
    with other:
        other.execute(insert)
        early = write(2)
        assert sealing.seal() is None  # nothing is sealed past a transaction that is still open
        other.execute(insert)  # a writer is not held up by a seal
    assert set(early) < set(AuditEvent.objects.values_list("pk", flat=True))
    while sum(AuditSeal.objects.values_list("count", flat=True)) < 4:
        closed()
    assert sum(AuditSeal.objects.values_list("count", flat=True)) == 4
    assert faults() == []


def test_a_restore_into_another_cluster_goes_on(sealed):
    """There transactions are counted from lower numbers."""
    as_owner(
        "UPDATE audit_auditseal SET upto_xact = upto_xact + 1000000000 WHERE id = (SELECT max(id) FROM audit_auditseal)"
    )
    last = AuditSeal.objects.latest("pk")
    previous = AuditSeal.objects.order_by("-pk")[1]
    last.chain = sealing._chain(previous.chain, last)
    as_owner("UPDATE audit_auditseal SET chain = %s WHERE id = %s", last.chain, last.pk)
    ids = write()
    made = closed()
    assert (made.epoch, made.count, made.first_id) == (1, 3, ids[6])
    assert faults() == []
    as_owner("UPDATE audit_auditevent SET reason = 'x' WHERE id = %s", ids[7])
    assert faults() == [("altered", ids[7])]


def test_batches_never_split_a_transaction(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 4)
    for _number in range(4):
        write(3)
    sizes = []
    while sum(sizes) < 12:
        sizes.append(closed().count)
    assert sum(sizes) == 12 and all(size % 3 == 0 for size in sizes)
    assert faults() == []


# --- the role of the application -----------------------------------------------------------------------------------


@pytest.fixture
def application():
    """A connection as a login of its own, as the application has one in production."""
    name, password = f"app_{secrets.token_hex(6)}", secrets.token_hex(16)
    settings = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}' NOSUPERUSER IN ROLE {ROLE}")
        cursor.execute(f"SET ROLE {ROLE}")
    other = psycopg.connect(
        dbname=settings["NAME"], user=name, password=password, host=settings["HOST"], port=settings["PORT"],
        autocommit=True,
    )  # fmt: skip
    yield other
    other.close()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(f"DROP ROLE {name}")
        cursor.execute(f"SET ROLE {ROLE}")


INSERT = (
    "INSERT INTO audit_auditevent (at, verb, denied, protected, role, reason, data, request_id, xact)"
    " VALUES (now(), 'x', false, false, '', '', '{}', '', 0)"
)


def test_the_applications_role_adds_and_reads(application):
    application.execute(INSERT)
    assert application.execute("SELECT verb FROM audit_auditevent").fetchone() == ("x",)
    application.execute("UPDATE offices_office SET name = name")


@pytest.mark.parametrize("table", ["audit_auditevent", "audit_auditseal"])
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {} SET at = now()",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "TRUNCATE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TABLE {}",
        "CREATE TRIGGER t BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()",
    ],
)
def test_it_can_do_nothing_else_to_the_log(application, table, sql):
    application.execute(INSERT)
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
        application.execute(sql.format(table))
    assert "permission denied" in str(refused.value) or "must be owner" in str(refused.value)


def test_nor_replace_what_stamps_it(application):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(
            "CREATE OR REPLACE FUNCTION audit_is_protected(of_case bigint, of_person bigint) RETURNS boolean"
            " LANGUAGE sql AS 'SELECT false'"
        )


def test_without_the_trigger_the_owner_is_refused_only_by_it(sealed):
    refused = pytest.raises(ProgrammingError, match="never changed or removed")
    with working_as_owner(), refused, connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditseal")
