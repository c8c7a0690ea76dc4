"""The database keeps the wall by itself: whatever is forgotten, broken or tried, what is protected stays closed."""

from contextlib import closing

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from agencies.models import Check
from audit.models import AuditEvent
from cases import tasks as case_jobs
from cases.models import Attachment, Case, CaseWords, Draft, Note, Notification, Task
from cases.queries import CaseQuerySet, TaskQuerySet
from cases.searching import search
from people.models import IdentityDocument, Person, PersonName
from people.queries import PersonQuerySet
from tests import factories as f
from tests.owner import as_owner
from wall.database.base import DatabaseWrapper
from wall.realm import ORDINARY, PROTECTED, current_realm, each_in_realm, enter_realm, in_realm
from wall.role import ROLE, roles_above_the_wall

pytestmark = pytest.mark.django_db

WALLED = (Person, IdentityDocument, Case, Task, Check)


def sees(model: type) -> int:
    return model._base_manager.count()


def told() -> str:
    """What the server has, asked behind the back of what keeps it in line."""
    with closing(connection.connection.cursor()) as raw:
        return raw.execute("SELECT current_setting('sugm.realm', true)").fetchone()[0] or ""


# --- rows ----------------------------------------------------------------------------------------------------------


def test_without_a_word_nothing_protected_is_read(claim):
    assert [sees(model) for model in WALLED] == [0] * len(WALLED)
    assert not AuditEvent.objects.filter(case_id=claim.pk).exists()
    with in_realm(PROTECTED):
        assert all(sees(model) for model in WALLED)
        assert AuditEvent.objects.filter(case_id=claim.pk).exists()
    assert [sees(model) for model in WALLED] == [0] * len(WALLED)


def test_nor_changed_removed_or_made(house, claim):
    assert Person.objects.filter(pk=claim.applicant_id).update(primary="X") == 0
    assert Task.objects.filter(process_id=claim.pk).delete()[0] == 0
    for make in (
        lambda: Person.objects.create(primary="X", sex="X", nationality="SWE", birth_date="1980-01-01", realm="R"),
        lambda: Note.objects.create(case_id=claim.pk, text="x", by=house.analyst),
        lambda: Draft.objects.create(procedure="refuge", office=house.lima, owner=house.analyst),
    ):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            make()


def test_what_hangs_on_a_case_or_draft_stands_where_it_stands(house, claim):
    with in_realm(PROTECTED):
        draft = Draft.objects.create(procedure="refuge", office=house.lima, owner=house.protector)
        for parent in ({"case": claim}, {"draft": draft}):
            Attachment.objects.create(
                label="x",
                name="x.pdf",
                content_type="application/pdf",
                size=1,
                sha256="0",
                by=house.protector,
                **parent,
            )
        Note.objects.create(case=claim, text="x", by=house.protector)
    own = f.visa_case(house)
    Note.objects.create(case=own, text="x", by=house.analyst)
    assert (sees(Draft), sees(Attachment), sees(Note)) == (0, 0, 1)
    with in_realm(PROTECTED):
        assert (sees(Draft), sees(Attachment), sees(Note)) == (1, 2, 2)


def test_the_tables_for_search_hold_nobody_protected(house, claim):
    f.visa_case(house)
    with in_realm(PROTECTED):
        assert PersonName.objects.get().person.realm == CaseWords.objects.get().case.confidentiality == ORDINARY
        own = Case.objects.get(confidentiality=ORDINARY)
    f.protect(case=own, person=own.applicant)
    assert not PersonName.objects.exists() and not CaseWords.objects.exists()


def test_the_tables_for_search_follow_names_and_offices(house):
    from people import services as people

    case = f.visa_case(house)
    people.update_person(case.applicant, actor=house.intake, primary="Ñandú")
    assert PersonName.objects.get().folded.startswith("nandu")
    assert "nandu" in CaseWords.objects.get().words
    Case.objects.filter(pk=case.pk).update(office=house.madrid)
    assert CaseWords.objects.get().office_id == house.madrid.pk


# --- the filter is not needed for it ---------------------------------------------------------------------------------


def test_the_wall_stands_when_the_filter_is_gone(house, claim, client, monkeypatch):
    """Someone forgets ``visible_to`` everywhere: ordinary people still see no protected row on any page."""
    for queryset in (CaseQuerySet, TaskQuerySet, PersonQuerySet):
        monkeypatch.setattr(queryset, "visible_to", lambda self, user: self.all())
    monkeypatch.setattr(TaskQuerySet, "queue_for", lambda self, user: self.waiting())
    own = f.visa_case(house)
    for user in (house.analyst, house.supervisor, house.consul):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(f"/expedientes/{own.number}/").status_code == 200
        assert client.get(f"/expedientes/{claim.number}/").status_code == 404
        assert client.get(f"/api/v1/cases/{claim.number}/").status_code == 404
        for url in ("/", "/cola/", "/cola/?scope=office", "/buscar/?q=eriksson", "/buscar/?q=L898902C3", "/tablero/"):
            assert claim.number not in client.get(url).content.decode(), url
        assert [case.pk for case in search("eriksson", user).by_name] == [own.pk]
    client.force_login(house.protector, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/expedientes/{claim.number}/").status_code == 200  # it was the wall that hid it


def test_the_protection_officer_is_let_in_and_out_again(house, claim, client):
    client.force_login(house.protector, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/expedientes/{claim.number}/").status_code == 200
    assert claim.number in client.get("/buscar/?q=eriksson", follow=True).content.decode()
    assert current_realm() == ORDINARY
    posting = house.protector.postings.get()
    posting.until = f.timezone.now()
    posting.save()  # it ends now, with the session still open
    assert client.get(f"/expedientes/{claim.number}/").status_code == 404
    assert told() == ""


def test_what_is_sent_while_it_is_read_is_read_in_the_realm_of_its_request():
    def lines():
        yield current_realm()
        yield current_realm()

    with in_realm(ORDINARY):
        made = each_in_realm(PROTECTED, lines())
        assert [(line, current_realm()) for line in made] == [(PROTECTED, ORDINARY)] * 2


# --- what it costs ---------------------------------------------------------------------------------------------------


def test_it_costs_nothing_outside_and_one_statement_inside(house, claim, client, monkeypatch):
    import wall.database.base as module

    said = []
    tell = module._tell
    monkeypatch.setattr(module, "_tell", lambda raw, realm: (said.append(realm), tell(raw, realm)))
    for user, expected in ((house.analyst, []), (house.protector, [PROTECTED])):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        client.get("/cola/")  # the session learns its zone, and is saved outside
        sees(Person)
        said.clear()
        assert client.get("/cola/").status_code == 200
        assert said == expected
        sees(Person)


def test_statements_of_the_wall_are_not_hidden_from_the_count_of_ordinary_pages(house, client):
    """What a page of an ordinary user sends holds no statement about realms at all."""
    client.force_login(house.analyst, backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as captured:
        client.get("/cola/")
    assert not any("sugm.realm" in query["sql"] for query in captured)


# --- transactions ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_undoing_a_transaction_does_not_open_or_close_the_wall(house):
    with in_realm(PROTECTED):
        f.person(realm="R")
    # opened within, undone, closed again
    with transaction.atomic():
        assert sees(Person) == 0
        with in_realm(PROTECTED):
            assert sees(Person) == 1
        transaction.set_rollback(True)
    assert sees(Person) == 0 and told() == ""
    # open before, closed within, undone: the server goes back to open, and must be told again
    with in_realm(PROTECTED):
        assert sees(Person) == 1
        with transaction.atomic():
            assert sees(Person) == 1
            with in_realm(ORDINARY):
                assert sees(Person) == 0
            transaction.set_rollback(True)
    assert sees(Person) == 0
    # the same with a savepoint
    with transaction.atomic(), in_realm(PROTECTED):
        assert sees(Person) == 1
        with in_realm(ORDINARY):
            assert sees(Person) == 0
            with pytest.raises(IntegrityError), transaction.atomic():
                with in_realm(PROTECTED):
                    assert sees(Person) == 1
                with connection.cursor() as cursor:
                    cursor.execute("INSERT INTO offices_office (id) VALUES (1)")
            assert sees(Person) == 0
        assert sees(Person) == 1
    assert sees(Person) == 0


@pytest.mark.django_db(transaction=True)
def test_closed_within_a_savepoint_that_is_undone_stays_closed(house):
    with in_realm(PROTECTED):
        f.person(realm="R")
        with transaction.atomic():
            assert sees(Person) == 1  # open, told before the transaction
            with pytest.raises(DatabaseError), transaction.atomic():
                enter_realm(ORDINARY)
                assert sees(Person) == 0  # told within the savepoint
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1 / 0")
            assert sees(Person) == 0  # the savepoint's undoing had opened it


@pytest.fixture
def pooled():
    """A second way to the same database, with a pool of one connection."""
    options = {**connection.settings_dict["OPTIONS"], "pool": {"min_size": 1, "max_size": 1, "timeout": 5}}
    wrapper = DatabaseWrapper({**connection.settings_dict, "OPTIONS": options}, alias="wall-pool")
    connections[wrapper.alias] = wrapper
    yield wrapper
    wrapper.close()
    wrapper.close_pool()
    del connections[wrapper.alias]


def asked(wrapper, sql: str):
    with wrapper.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", ["", "in a transaction", "failed", "lost"])
def test_a_connection_comes_back_from_the_pool_closed(house, pooled, broken):
    with in_realm(PROTECTED):
        f.person(realm="R")
        assert asked(pooled, "SELECT count(*) FROM people_person")[0] == 1
        (first,) = asked(pooled, "SELECT pg_backend_pid()")
        if broken:
            pooled.set_autocommit(False)
            asked(pooled, "SELECT 1")
        if broken == "failed":
            with pytest.raises(DatabaseError):
                asked(pooled, "SELECT 1 / 0")
        if broken == "lost":
            with as_owner():
                asked(connection, f"SELECT pg_terminate_backend({first})")
        pooled.close()
    with pooled.pool.connection() as raw:  # as the next one gets it, before anything is told
        pid, realm = raw.execute("SELECT pg_backend_pid(), current_setting('sugm.realm', true)").fetchone()
    assert (pid == first) is (broken != "lost")
    assert realm in (None, "")
    assert asked(pooled, "SELECT count(*) FROM people_person")[0] == 0
    pooled.close()


# --- jobs and commands -----------------------------------------------------------------------------------------------


def test_a_job_that_does_not_say_so_sees_nothing(house, claim):
    from celery import shared_task

    @shared_task
    def forgetful() -> int:
        return sees(Case)

    @shared_task
    @in_realm(PROTECTED)
    def declared() -> int:
        return sees(Case)

    assert forgetful.apply().get() == 0
    assert declared.apply().get() == 1
    assert forgetful.apply().get() == 0


def test_the_jobs_of_the_engine_work_on_protected_cases(house, claim, mailoutbox, monkeypatch):
    from agencies.tasks import ring_due_checks
    from tests.flows import answer_all

    rung = []
    monkeypatch.setattr("agencies.tasks.ask_next.apply_async", lambda args, **options: rung.append(args[0]))
    monkeypatch.setattr("cases.tasks.send_notification.delay", lambda pk: case_jobs.send_notification.apply([pk]))
    ring_due_checks.apply()
    with in_realm(PROTECTED):
        assert sorted(rung) == sorted(check.agency_id for check in Check.objects.all()) != []
        answer_all(claim)
        step = f.open_step(claim, "receipt")
    case_jobs.run_step.apply([step.pk]).get()
    assert sees(Notification) == 0
    case_jobs.ring_due_notifications.apply().get()
    assert [message.subject for message in mailoutbox] == [f"Solicitud {claim.number}"]
    with in_realm(PROTECTED):
        assert f.open_step(claim, "assess") and Notification.objects.get().state == "sent"


# --- the role --------------------------------------------------------------------------------------------------------


def test_the_application_works_as_a_role_that_no_policy_spares(house):
    assert asked(connection, "SELECT current_user") == (ROLE,)
    above = roles_above_the_wall()
    assert above["works"] == []
    assert above["logs in"] == [connection.settings_dict["USER"]]  # the tests log in as the owner


@pytest.mark.parametrize(
    "attempt",
    [
        "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE people_person NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY wall ON people_person",
        "CREATE POLICY door ON people_person USING (true)",
        "ALTER TABLE people_person DISABLE TRIGGER person_name",
        "INSERT INTO people_personname (person_id, folded) SELECT id, folded FROM people_person",
        "UPDATE cases_casewords SET words = '{}'",
        "TRUNCATE people_personname",
        "ALTER ROLE sugm_app BYPASSRLS",
        "SET session_replication_role = replica",
        "CREATE FUNCTION public.peek() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
        "UPDATE django_migrations SET name = 'x'",
    ],
)
def test_the_application_can_not_take_the_wall_down(attempt):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attempt)


def test_row_security_off_is_refused_rather_than_obeyed(claim):
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        cursor.execute("SELECT count(*) FROM people_person")


def test_a_role_that_looks_over_the_wall_is_told_loudly(client, capsys):
    with as_owner():
        found = run_checks(tags=["database"], databases=["default"])
        assert [message.id for message in found] == ["wall.E001"]
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["wall"] == f"the database role {connection.settings_dict['USER']} looks over the wall"
    assert run_checks(tags=["database"], databases=["default"]) == []
    assert client.get("/readyz").json()["wall"] == "ok"
