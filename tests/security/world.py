"""A ministry with a row of everything that an address can name, at one office and behind the wall; and what all tables
hold, to compare before and after."""

import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.utils import timezone

from agencies.services import queue_report
from cases import services
from cases.models import Draft, SavedView, Task, Transfer
from demo.files import page
from documents.models import BlankKind
from documents.services import blanks
from documents.services.blanks import Paper
from offices.delegating import delegate_posting
from offices.models import SuspendedForm, User
from offices.roles import ROLES, Act, Role
from offices.services import open_posting
from tests import factories as f
from tests import flows
from tests.owner import as_owner
from tests.wall import refuge
from wall.realm import PROTECTED, in_realm

BEHIND_THE_WALL = [role for role in Role if Act.VIEW_PROTECTED in ROLES[role].acts]
PDF = page("Prueba")


def upload(name: str = "escrito.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def with_every_role(office, *, but: str = "", **fields: Any) -> User:
    """Somebody with every role of the house at an office, but for those behind the wall (and one more)."""
    user = f.UserFactory(is_staff=True, **fields)
    for role in Role:
        if role not in BEHIND_THE_WALL and role not in (Role.VERIFYING, but):
            open_posting(actor=None, user=user, office=office, role=role, since=f.LONG_AGO, source="Prueba")
    return f.fresh(user)


def run_machine(case) -> None:
    """The automatic steps that are due."""
    for _round in range(20):
        step = Task.objects.filter(process_id=case.pk, flow_task_type="JOB", status="SCHEDULED").first()
        if step is None:
            return
        services.run_step(step)


def delivered_visa(house, **fields: Any):
    """A visa from filing to the counter."""
    case = f.visa_case(house, **fields)
    flows.to_decision(case, house)
    flows.decide(case, house.consul)
    run_machine(case)
    flows.confirm_print(case, house.printer)
    run_machine(case)
    flows.do(case, "deliver", house.delivery, receiver="Anna", receiver_document="L898902C3", remarks="")
    return case


def large_ids() -> None:
    """Numbers from here on that stand once in a page, in no two tables, so that two pages can be compared without."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1"
        )
        for number, (name,) in enumerate(cursor.fetchall()):
            least = 7_000_000 + number * 10_000
            cursor.execute("SELECT setval(%s::regclass, greatest(nextval(%s::regclass), %s))", [name, name, least])


def furnished() -> SimpleNamespace:
    """The ministry of the factories with something of everything at Santiago."""
    large_ids()
    house = f.ministry()
    house.protector = f.staff(Role.PROTECTION, house.lima, last_name="Luz", first_name="Eva")
    house.keeper = f.staff(Role.CUSTODIAN, house.santiago)
    house.head = f.staff(Role.SUPERVISOR, house.santiago)
    house.case = case = f.visa_case(house)
    services.add_note(case, actor=house.analyst, text="Nota")
    services.attach_file(upload(), actor=house.analyst, case=case, label="Carta")
    flows.answer_all(case, {"interpol.nominals": "POSSIBLE_MATCH"})
    services.propose_transfer(case, actor=house.consul, to=house.lima, reason="Residencia")
    house.delivered = delivered_visa(
        house, passport={"number": "ZZ1234567", "issuer": "SWE", "expires": date(2036, 4, 15)}
    )
    services.declare_conflict(house.delivered, actor=f.fresh(house.intake), reason="Amistad")
    queue_report(case, code="interpol.sltd_report", values={"number": "V00099999"}, legal_basis="Prueba")
    kind = BlankKind.objects.get(document_kind="visa")
    blanks.send(
        kind=kind, office=house.santiago, to_office=house.lima, numbers="V00012390-V00012394",
        paper=Paper(number="Acta 7", dated=date(2026, 1, 6), file=upload("acta.pdf")), actor=house.keeper,
    )  # fmt: skip
    books = blanks.books(kind, house.santiago)
    blanks.count(
        kind=kind, office=house.santiago, actor=house.keeper, counted=books.closing - 1, reason="Falta una",
        expected=books.closing,
    )  # fmt: skip
    house.draft = services.open_draft(actor=f.fresh(house.analyst), procedure="visa", office=house.santiago)
    services.attach_file(upload(), actor=house.analyst, draft_id=house.draft.pk, label="Foto", requirement="foto")
    SavedView.objects.create(user=house.analyst, list="queue", name="Mía", query="due=overdue")
    f.api_token(house.analyst)
    now = timezone.now()
    delegate_posting(
        house.analyst.postings.get(), actor=house.supervisor, delegate=house.intake, since=now,
        until=now + timedelta(days=2), source="Licencia",
    )  # fmt: skip
    SuspendedForm.objects.create(user=house.analyst, path="/tareas/1/completar/", values={"text": ["x"]}, files=[])
    return house


@in_realm(PROTECTED)
def behind_the_wall(house):
    """A protected case at Santiago with everything that can hang on it."""
    house.claim = claim = refuge.claim(house.santiago, actor=house.protector)
    services.add_note(claim, actor=house.protector, text="Nota protegida")
    services.attach_file(upload("relato.pdf"), actor=house.protector, case=claim, label="Relato")
    services.declare_conflict(claim, actor=f.staff(Role.PROTECTION, house.lima), reason="Amistad")
    Transfer.objects.create(
        case=claim, from_office=house.santiago, to_office=house.lima, reason="Cupo", proposed_by=house.protector
    )
    Draft.objects.create(procedure="refuge", office=house.santiago, owner=house.protector, data={"primary": "Eriksson"})
    return claim


@contextmanager
def undone() -> Iterator[None]:
    """What happens here did not: each attempt meets the same rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- what the tables hold -------------------------------------------------------------------------------------------

OURS = {"visas", "agencies", "documents", "cases", "people", "offices", "mfa", "account", "socialaccount", "auth"}


def models_of_the_house(*, audit: bool = False) -> Iterator[type[models.Model]]:
    rooms = OURS | {"audit"} if audit else OURS
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in rooms and model._meta.managed and not model._meta.proxy:
            yield model


@in_realm(PROTECTED)
def snapshot(*, leave_out: frozenset[str] = frozenset(), audit: bool = False) -> dict[tuple[str, Any], dict[str, Any]]:
    """Every row of the house's tables with all its columns, by table and key."""
    held = {}
    for model in models_of_the_house(audit=audit):
        label = model._meta.label
        if label in leave_out:
            continue
        names = [column.attname for column in model._meta.local_concrete_fields]
        key = model._meta.pk.attname
        for row in model._base_manager.values(*names):
            held[label, row[key]] = row
    return held


def changes(before: dict, after: dict) -> dict[tuple[str, Any], set[str]]:
    """Which columns of which rows differ; a row that came or went differs in all."""
    found = {}
    for key in before.keys() | after.keys():
        left, right = before.get(key), after.get(key)
        if left is None or right is None:
            found[key] = set(left or right)
        elif left != right:
            found[key] = {name for name in left if left[name] != right[name]}
    return found


# --- what two answers have in common ----------------------------------------------------------------------------------

_MASKS = [
    (re.compile(rb'(csrfmiddlewaretoken" value=|X-CSRFToken":\s*)"[^"]+"'), rb"token"),
    (re.compile(rb"nonce-[\w+/=-]+"), rb"nonce"),
]


def told(answer, *ids: Any) -> tuple[int, str, bytes]:
    """Status, target of a redirect and body of an answer, without the ids that were asked for."""
    body = b"".join(answer) if answer.streaming else answer.content
    for pattern, instead in _MASKS:
        body = pattern.sub(instead, body)
    where = answer.headers.get("Location", "")
    for each in sorted({str(each) for each in ids}, key=len, reverse=True):
        body, where = body.replace(each.encode(), b"<id>"), where.replace(each, "<id>")
    return answer.status_code, where, body


def difference(left: tuple, right: tuple) -> str:
    """The lines in which two answers differ, for the message of a failure."""
    pages = [part[2].decode(errors="replace").splitlines() for part in (left, right)]
    lines = difflib.unified_diff(*pages, lineterm="", n=0)
    return f"{left[:2]} {right[:2]}\n" + "\n".join(line[:300] for line in list(lines)[:30])
