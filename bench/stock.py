"""A ledger of blanks of some size, made in SQL: so many stickers ever received by 130 posts, of which a few thousand
are still in a safe.

``python -m bench.stock NUMBERS`` fills the database of DATABASE_URL, which has its tables and nothing else. What is in
hand, and what moved since the last sheet, is the same in a small and a large ledger: history grows, safes do not.
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from bench.loading import Load, one_of, share  # noqa: E402
from bench.population import _run, _user, ministry  # noqa: E402
from documents.models import Blank, BlankAct, BlankKind, BlankMovement, BlankSheet  # noqa: E402
from offices.models import Office, User  # noqa: E402
from offices.roles import Role  # noqa: E402

IN_HAND = 6_000  # numbers in all safes together
PER_ACT = 500
SINCE_SHEET = 2_000  # lines of the ledger that no sheet has yet
PER_SHEET = 2_000  # numbers ever received for each sheet that an office has made
LATEST = "now() - interval '1 minute' * ({number} - i)"


def populate(number: int) -> dict[str, Any]:
    """Fill the database; returns what `ledger` needs to know of it."""
    known = ministry()
    lima, first = Office.objects.get(code="RREE"), Office.objects.get(code="P001")
    people = {"post": _user("keeper", first, Role.CUSTODIAN), "lima": _user("custodian", lima, Role.CUSTODIAN)}
    kind = BlankKind.objects.get(document_kind="visa")
    keeper = User.objects.get(pk=people["post"]).pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE UNLOGGED TABLE bench_blank AS
            SELECT i, 'V' || lpad(i::text, 8, '0') AS number, 1 + i / {PER_ACT} AS act_id,
                {one_of(known["posts"], 1, skewed=True)} AS office_id, {LATEST.format(number=number)} AS at,
                CASE WHEN i > {number - IN_HAND} THEN
                        CASE WHEN {share(2)} < 0.9 THEN 'available' WHEN {share(2)} < 0.95 THEN 'voided'
                             WHEN {share(2)} < 0.99 THEN 'spoilt' ELSE 'missing' END
                     WHEN {share(2)} < 0.92 THEN 'delivered' WHEN {share(2)} < 0.98 THEN 'destroyed'
                     ELSE 'written_off' END AS state
            FROM generate_series(1, {number}::bigint) i
            """
        )
        cursor.execute("ANALYZE bench_blank")
    _run([_acts(number, kind, keeper), _blanks(kind, keeper), *_movements(kind, keeper), _sheets(number, kind, keeper)])
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_blank")
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
    middle = Blank.objects.get(number=f"V{number // 2:08d}")
    here = Blank.objects.filter(office=first)
    return {
        "size": number,
        "people": people,
        "middle": middle.number,
        "blank": {"post": here.filter(state="delivered").order_by("-number")[0].pk, "lima": middle.pk},
    }


def _acts(number: int, kind: BlankKind, keeper: int) -> Load:
    return Load(
        BlankAct,
        {
            "id": "i", "key": "gen_random_uuid()", "act": "'receipt'", "kind_id": str(kind.pk),
            "office_id": f"(SELECT office_id FROM bench_blank b WHERE b.i = least(i * {PER_ACT}, {number}))",
            "number": "'R-' || i", "dated": "current_date", "numbers": "''", "quantity": str(PER_ACT),
            "by_id": str(keeper), "at": "now()", "file": "''",
        },
        f"(SELECT generate_series(1, {number // PER_ACT + 1}) AS i) acts",
    )  # fmt: skip


def _blanks(kind: BlankKind, keeper: int) -> Load:
    return Load(
        Blank,
        {
            "id": "i", "kind_id": str(kind.pk), "number": "number", "state": "state", "office_id": "office_id",
            "act_id": "act_id", "moved_by_id": str(keeper), "moved_at": "at",
            "moved_text": "CASE WHEN state IN ('available', 'delivered') THEN '' ELSE 'Medición' END",
        },
        "bench_blank",
    )  # fmt: skip


def _movements(kind: BlankKind, keeper: int) -> list[Load]:
    """Each number was received; those that are not in stock any more moved once again."""
    shared = {"blank_id": "i", "kind_id": str(kind.pk), "to_office_id": "office_id", "by_id": str(keeper), "at": "at"}
    received = {**shared, "id": "i * 2", "from_state": "''", "to_state": "'available'", "act_id": "act_id"}
    moved = {
        **shared, "id": "i * 2 + 1", "from_state": "'available'", "to_state": "state", "from_office_id": "office_id",
    }  # fmt: skip
    return [
        Load(BlankMovement, received, "bench_blank"),
        Load(BlankMovement, moved, "(SELECT * FROM bench_blank WHERE state <> 'available') gone"),
    ]


def _sheets(number: int, kind: BlankKind, keeper: int) -> Load:
    """As many for each office as its history is long; the last one leaves a few lines for the next."""
    many = max(60, number // PER_SHEET)  # a page of them, whatever the size
    return Load(
        BlankSheet,
        {
            "office_id": "o.id", "kind_id": str(kind.pk), "day": f"current_date - ({many} - n)", "by_id": str(keeper),
            "at": f"now() - interval '1 day' * ({many} - n)",
            "after": f"floor({2 * number - SINCE_SHEET} * (n - 1)::float / {many})::bigint",
            "through": f"floor({2 * number - SINCE_SHEET} * n::float / {many})::bigint",
            "opening": "100", "closing": "100", "counted": "100",
            **dict.fromkeys(("received", "recovered", "used", "spoilt", "sent", "left"), "0"),
        },
        f"offices_office o, generate_series(1, {many}) n WHERE o.code <> 'RREE' ORDER BY n",
    )  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(json.dumps(populate(int(sys.argv[1]))) + "\n")
