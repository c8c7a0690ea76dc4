"""What every act on blanks shares: the right, the paper, the numbers, and the one statement that moves them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import services as audit
from cases.errors import NotAllowed, StateConflict
from cases.uploads import clean_name, sniff
from documents import ranges
from documents.models import Blank, BlankAct, BlankKind
from documents.ranges import Range
from offices.authority import authority_of
from offices.models import Office, User
from offices.roles import Act

NAMED = 5  # numbers that a message names; of more it says how many
MANY = 500  # numbers of one act from which on it matters how the database finds each


@dataclass(frozen=True)
class Paper:
    """The signed act behind a movement: its number and date, and its scan where there is one."""

    number: str
    dated: date
    text: str = ""
    party: str = ""
    file: UploadedFile | None = None


def check_right(kind: BlankKind, office: Office, actor: User) -> None:
    """Raises NotAllowed unless the actor keeps this kind of blank at this office."""
    if not authority_of(actor).can(Act.STOCK, kind.procedure, office.pk):
        raise NotAllowed(
            _("Your postings do not let you keep the blanks of this office."), code="no_right", office_id=office.pk
        )


def write_act(
    act: str, *, kind: BlankKind, office: Office, numbers: list[Range], paper: Paper, actor: User, opened: bool = False,
    to_office: Office | None = None,
) -> BlankAct:  # fmt: skip
    """Keep the paper. Raises ValidationError by field: a scan that is none, a number of the act that is taken."""
    row = BlankAct(
        act=act, kind=kind, office=office, to_office=to_office, number=paper.number.strip(), dated=paper.dated,
        numbers=", ".join(map(str, numbers)), quantity=sum(map(len, numbers)), text=paper.text.strip(),
        party=paper.party.strip(), by=actor, at=timezone.now(), open=opened,
    )  # fmt: skip
    if row.quantity >= MANY:
        _plan_anew()
    if paper.file is not None:
        try:
            row.content_type = sniff(paper.file)
        except ValidationError as error:
            raise ValidationError({"file": error}) from error
        digest = hashlib.sha256()
        for chunk in paper.file.chunks():
            digest.update(chunk)
        paper.file.seek(0)
        row.sha256, row.file_name = digest.hexdigest(), clean_name(paper.file.name)
        row.file.save(row.file_name, paper.file, save=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "blank_act_number_once" not in str(error):
            raise
        raise ValidationError(
            {"act_number": _("This office already has an act with this number. Check it.")}
        ) from error
    return row


def _plan_anew() -> None:
    """Have the database plan the checks of foreign keys, which come with the commit, for the ledger as it is then. It
    keeps such a plan for a whole connection, and one that was made while the ledger was a page long reads all of it for
    each number: the first large delivery of a new installation would take minutes."""
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")


def find(
    kind: BlankKind, numbers: list[Range], *, states: Iterable[str], office: Office | None = None,
    field: str = "numbers", **conditions: Any,
) -> Any:  # fmt: skip
    """The blanks of these numbers, every one of them. Raises ValidationError at ``field`` naming those that are not
    there in one of ``states``."""
    if not numbers:
        return Blank.objects.none()
    named = reduce(or_, (Q(number__gte=each.first, number__lte=each.last) for each in numbers))
    found = Blank.objects.filter(named, kind=kind, state__in=list(states), **conditions)
    if office is not None:
        found = found.filter(office=office)
    wanted = sum(map(len, numbers))
    if found.count() != wanted:
        there = set(found.values_list("number", flat=True))
        absent = [number for each in numbers for number in each if number not in there]
        told = ranges.shown(absent[:NAMED]) + (f" (+{len(absent) - NAMED})" if len(absent) > NAMED else "")
        raise ValidationError({field: _("Not in the place this act takes them from: %(numbers)s.") % {"numbers": told}})
    return found


def move(
    blanks: Any, to: str, *, expected: Iterable[str], actor: User | None, many: int | None = None, text: str = "",
    act: BlankAct | None = None, **changes: Any,
) -> int:  # fmt: skip
    """Move blanks in one statement, from an expected state only; the database writes the ledger.

    ``changes``: the new ``office`` or ``case``; ``many``: how many there have to be. Raises StateConflict when some
    have moved on meanwhile.
    """
    assert connection.in_atomic_block, "a blank moves within an act"
    moved = blanks.filter(state__in=list(expected)).update(
        state=to, act=act, moved_by=actor if actor is not None and actor.pk else None, moved_at=timezone.now(),
        moved_text=text.strip(), **{"photo": None, **changes},
    )  # fmt: skip
    if many is not None and moved != many:
        raise StateConflict(_("Some of these numbers have been moved meanwhile. Look at the ledger."), code="blanks")
    return moved


def record(
    verb: str, act: BlankAct, *, actor: User | None, reason: str = "", data: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """One event for the whole act; each number's own history is in the ledger."""
    audit.record(
        verb, actor=actor, office_id=act.office_id, reason=reason or act.text,
        data={
            "act": act.pk, "kind": act.kind.code, "number": act.number, "numbers": act.numbers[:500],
            "quantity": act.quantity, **(data or {}),
        },
    )  # fmt: skip


def locked(act_id: int, kind: str) -> BlankAct:
    """An open act, locked. Raises StateConflict when it has been closed."""
    row = BlankAct.objects.select_for_update(of=("self",)).select_related("kind", "office", "to_office").get(pk=act_id)
    if row.act != kind or not row.open:
        raise StateConflict(_("This act has been closed already."), code="closed")
    return row
