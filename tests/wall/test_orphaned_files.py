"""The sweep of files without a row: it takes what a rolled-back act has left, and never a file that somebody has."""

import io
import os
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit.models import AuditEvent
from cases import services, tasks
from cases.models import Attachment
from cases.services import orphans
from demo.files import page
from documents.models import BlankAct
from tests import factories as f
from tests.wall import refuge
from wall.realm import ORDINARY, PROTECTED, in_realm

pytestmark = pytest.mark.django_db

PDF = page("Prueba")
LEFT = "attachments/00/" + "00" * 16


@pytest.fixture(autouse=True)
def store(settings, tmp_path) -> Path:
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    return tmp_path


def put(store: Path, name: str = LEFT, *, hours: float = 48) -> Path:
    """A file nobody knows of."""
    path = store / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    grow_old(store, hours)
    return path


def grow_old(store: Path, hours: float = 48) -> None:
    at = time.time() - hours * 3600
    for path in store.rglob("*"):
        if path.is_file():
            os.utime(path, (at, at))


def attach(case, actor) -> Attachment:
    upload = SimpleUploadedFile("relato.pdf", PDF)
    return services.attach_file(upload, actor=actor, case=case, label="Relato")


def sweep_all() -> None:
    """A whole day of the job."""
    for hour in range(24):
        orphans.remove_orphans(folders=orphans.folders_of(hour))


def test_what_a_rolled_back_act_has_left_goes(house, store):
    case = f.visa_case(house)
    with pytest.raises(RuntimeError), transaction.atomic():
        name = attach(case, house.analyst).file.name
        raise RuntimeError
    assert (store / name).exists()
    sweep_all()
    assert (store / name).exists()  # it is young: its act might still be under way
    grow_old(store)
    sweep_all()
    assert not (store / name).exists()
    assert [event.data for event in AuditEvent.objects.filter(verb="files.swept")] == [{"found": 1, "removed": 1}]


def test_files_of_either_side_of_the_wall_stay(house, flow, store):
    """Ordinary and protected cases, drafts, and the papers of the ledger; the job runs as any job does."""
    kept = [attach(f.visa_case(house), house.analyst)]
    with in_realm(PROTECTED):
        claim = refuge.claim(house.lima, actor=house.protector)
        kept.append(attach(claim, house.protector))
    assert not Attachment.objects.filter(pk=kept[1].pk).exists()  # out here it is not to be seen
    act = BlankAct.objects.order_by("pk").first()
    act.file.save("x", ContentFile(PDF))
    names = [*(each.file.name for each in kept), act.file.name]
    put(store)
    with in_realm(ORDINARY):
        sweep_all()
        for _ in range(2):
            tasks.sweep_files()
    assert [name for name in names if not (store / name).exists()] == []
    assert not (store / LEFT).exists()


def test_a_connection_that_sees_no_protected_row_removes_nothing(house, flow, store, monkeypatch):
    """Should the realm ever be lost on the way to the database, every protected file would look like nobody's."""
    with in_realm(PROTECTED):
        protected = attach(refuge.claim(house.lima, actor=house.protector), house.protector)
    grow_old(store)

    def blind(columns, names, *, look=orphans._with_a_row):
        with in_realm(ORDINARY):
            return look(columns, names)

    monkeypatch.setattr(orphans, "_with_a_row", blind)
    with pytest.raises(orphans.NotBehindTheWall):
        orphans.remove_orphans()
    with pytest.raises(CommandError, match="protected rows"):
        call_command("sweep_files", "--remove", "--force", stdout=io.StringIO())
    assert (store / protected.file.name).exists()


@pytest.mark.parametrize(
    "name",
    [
        "attachments/leeme.txt",
        "attachments/00/leeme.txt",
        "attachments/01/" + "00" * 16,
        "copias/" + "00" * 16,
        "00" * 16,
    ],
)
def test_what_the_house_has_not_named_is_left_alone(db, store, name):
    path = put(store, name)
    assert orphans.remove_orphans().removed == 0
    assert path.exists()


def test_suspiciously_many_are_reported_and_kept(house, store, caplog):
    """A database that does not belong to these files, for instance."""
    for number in range(orphans.FEW + 1):
        put(store, f"attachments/{number % 256:02x}/{number % 256:02x}{number:030x}")
    found = orphans.remove_orphans()
    assert (len(found.orphans), found.removed, found.held) == (orphans.FEW + 1, 0, True)
    assert "none is removed" in caplog.text
    assert AuditEvent.objects.get(verb="files.swept").data == {"found": orphans.FEW + 1, "removed": 0}
    with pytest.raises(CommandError, match="belong together"):
        call_command("sweep_files", "--remove", stdout=io.StringIO())
    call_command("sweep_files", "--remove", "--force", stdout=io.StringIO())
    assert not any(path.is_file() for path in store.rglob("*"))


def test_the_command_only_tells_unless_it_is_told_to_remove(house, store):
    path = put(store)
    said = io.StringIO()
    call_command("sweep_files", stdout=said)
    assert "1 files, 1 of them without a row, 0 removed" in said.getvalue() and LEFT in said.getvalue()
    assert path.exists() and not AuditEvent.objects.filter(verb="files.swept").exists()
    call_command("sweep_files", "--remove", stdout=said)
    assert not path.exists()


def test_every_file_has_its_turn_once_a_day():
    turns = [folder for hour in range(24) for folder in orphans.folders_of(hour)]
    assert sorted(turns) == sorted(orphans.FOLDERS) and len(turns) == 256


def test_every_column_that_names_a_file_is_looked_at():
    found = {f"{column.model._meta.label}.{column.name}" for column in orphans.file_fields()}
    assert found >= {"cases.Attachment.file", "documents.BlankAct.file"}
    with connection.cursor() as cursor:  # what Django knows as a file column is what the database has, and no more
        tables = set(connection.introspection.table_names(cursor))
    assert {column.model._meta.db_table for column in orphans.file_fields()} <= tables


def test_a_whole_store_costs_a_statement_or_two_per_batch(house, store, django_assert_max_num_queries):
    for number in range(60):
        put(store, f"attachments/{number:02x}/{number:02x}{number:030x}")
    with django_assert_max_num_queries(12):
        assert len(orphans.find_orphans().orphans) == 60
