"""Files that an act stored before it was rolled back, or that a killed process could not remove: they have no row.

Storage knows no transactions, so such files are found afterwards: those that the house named itself, that are old
enough for every act to have ended, and that no row of any table mentions, on either side of the wall.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.apps import apps
from django.conf import settings
from django.core.files.storage import Storage
from django.db import connection, models, transaction
from django.utils import timezone

from audit import services as audit
from wall.realm import PROTECTED, in_realm

logger = logging.getLogger(__name__)

OURS = re.compile(r"[0-9a-f]{32}(_\w{7})?")
"""How files are named here (a UUID; Django adds seven characters to a name that is taken). Nothing else is touched."""

FOLDERS = tuple(f"{number:02x}" for number in range(256))
"""Files lie in folders named after the first two characters of their name."""

BATCH = 500
FEW, SHARE = 100, 0.1
"""More orphans than FEW, and than this share of the files looked at, are no leftovers of acts: somebody has brought a
database and files together that do not belong together, or restored the one without the other."""


class NotBehindTheWall(Exception):
    """The connection does not see protected rows, so every protected case's file would look like nobody's."""


@dataclass
class Sweep:
    """What was looked at, what had no row, and whether that was removed."""

    seen: int = 0
    orphans: list[tuple[Storage, str]] = field(default_factory=list)
    held: bool = False
    removed: int = 0


def file_fields() -> Iterator[models.FileField]:
    """Every column of this project that names a stored file."""
    for model in apps.get_models(include_auto_created=True):
        for column in model._meta.local_concrete_fields:
            if isinstance(column, models.FileField):
                yield column


@in_realm(PROTECTED)
def find_orphans(*, folders: Iterable[str] = FOLDERS, now: datetime | None = None) -> Sweep:
    """Look through these folders of every storage. Raises :class:`NotBehindTheWall`."""
    oldest = (now or timezone.now()) - settings.ORPHANED_FILES_AFTER
    found = Sweep()
    folders = tuple(folders)
    fields = list(file_fields())
    for storage in {id(column.storage): column.storage for column in fields}.values():
        named_by = [column for column in fields if column.storage is storage]
        old = _old_files(storage, folders, oldest, found)
        while names := tuple(islice(old, BATCH)):
            found.orphans += [(storage, name) for name in sorted(set(names) - _with_a_row(named_by, names))]
    return found


def _old_files(storage: Storage, folders: tuple[str, ...], oldest: datetime, found: Sweep) -> Iterator[str]:
    for top in _listing(storage, "")[0]:
        for folder in set(_listing(storage, top)[0]).intersection(folders):
            for name in _listing(storage, f"{top}/{folder}")[1]:
                if not OURS.fullmatch(name) or not name.startswith(folder):
                    continue
                found.seen += 1
                path = f"{top}/{folder}/{name}"
                try:
                    if storage.get_modified_time(path) < oldest:
                        yield path
                except FileNotFoundError:
                    continue  # removed meanwhile, as it should be


def _listing(storage: Storage, path: str) -> tuple[list[str], list[str]]:
    try:
        folders, files = storage.listdir(path)
    except FileNotFoundError:
        return [], []
    return sorted(folders), sorted(files)


def _with_a_row(columns: list[models.FileField], names: tuple[str, ...]) -> set[str]:
    """Which of these files a row names. One transaction, so that the realm which is asked about is the one in which the
    tables are read."""
    known: set[str] = set()
    with transaction.atomic():
        for column in columns:
            rows = column.model._base_manager.filter(**{f"{column.name}__in": names})
            known.update(rows.order_by().values_list(column.name, flat=True))
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('sugm.realm', true)")
            if cursor.fetchone() != (PROTECTED,):
                raise NotBehindTheWall
    return known


@in_realm(PROTECTED)
def remove_orphans(*, folders: Iterable[str] = FOLDERS, force: bool = False, now: datetime | None = None) -> Sweep:
    """Remove what :func:`find_orphans` finds, and say how many in the audit log. Too many are left and reported
    (``held``), unless forced. Raises :class:`NotBehindTheWall`."""
    found = find_orphans(folders=folders, now=now)
    found.held = not force and len(found.orphans) > max(FEW, SHARE * found.seen)
    if not found.orphans:
        return found
    if found.held:
        logger.error("%d of %d stored files have no row: none is removed", len(found.orphans), found.seen)
    else:
        for storage, name in found.orphans:
            storage.delete(name)
            found.removed += 1
    with transaction.atomic():
        audit.record("files.swept", actor=None, data={"found": len(found.orphans), "removed": found.removed})
    return found


def folders_of(hour: int) -> tuple[str, ...]:
    """The folders whose turn it is in an hour (0 to 23): every file is looked at once a day, a little at a time."""
    return FOLDERS[hour % 24 :: 24]
