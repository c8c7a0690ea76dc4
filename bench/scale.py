"""The lists at ten thousand and at a million cases: what a person waits for must not grow with the ministry's history.

Two databases with the same people in them, two measuring processes, asked in turn; the growth is the ratio of medians.
"""

import hashlib
import json
import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg import sql

from bench.report import Row, Times
from bench.setup import TEMPLATE, Conversation, Servers
from config.local.stack import PROJECT

GROWTH, STATEMENTS = 1.3, 10  # what the project has promised for each page
ROUNDS, REPEATS = 15, 2
SECONDS_TO_POPULATE = 900.0


def measure(running: Servers, *, small: int, large: int, explain: Path) -> list[Row]:
    """Fill both databases, measure every page and list on both, and write the large one's plans to ``explain``."""
    return _grown(running, CASES, small=small, large=large, explain=explain)


def measure_ledger(running: Servers, *, small: int, large: int, explain: Path) -> list[Row]:
    """The pages of the ledger of blanks, at so many numbers that were ever received."""
    return _grown(running, BLANKS, small=small, large=large, explain=explain)


@dataclass(frozen=True)
class Kind:
    """What grows: the section, who fills a database with it, and who measures pages on it."""

    section: str
    prefix: str
    population: str
    pages: str
    sources: tuple[str, ...]
    what: str


CASES = Kind("scale", "bench", "population", "pages", ("population.py", "loading.py", "names.py"), "cases")
BLANKS = Kind("ledger", "bench_blanks", "stock", "ledger", ("stock.py", "loading.py", "population.py"), "blanks")


def _grown(running: Servers, kind: Kind, *, small: int, large: int, explain: Path) -> list[Row]:
    names = [f"{kind.prefix}_{size}" for size in (small, large)]
    known = [_populated(running, name, size, kind) for name, size in zip(names, (small, large), strict=True)]
    with Conversation(running, kind.pages, names[0]) as few, Conversation(running, kind.pages, names[1]) as many:
        probes = few.ask(what="open", known=known[0])
        assert probes == many.ask(what="open", known=known[1])
        looks = {name: (few.ask(what="look", name=name), many.ask(what="look", name=name)) for name in probes}
        told = f"The slowest statement of each page and list at {known[1]['size']} {kind.what}."
        _write_plans(explain, {name: look[1] for name, look in looks.items()}, told)
        answering = [name for name in probes if not any("failed" in look for look in looks[name])]
        times = _times(few, many, answering)
    return [_row(kind.section, name, looks[name], times.get(name)) for name in probes]


@dataclass
class Sample:
    """Milliseconds of one probe on one database: all of it, and what the database took."""

    whole: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)


Samples = tuple[Sample, Sample]
"""Of the small database and of the large one."""


def _times(few: Conversation, many: Conversation, names: list[str]) -> dict[str, Samples]:
    """Each probe on both databases, in rounds that begin with the one and with the other in turn."""
    found: dict[str, Samples] = defaultdict(lambda: (Sample(), Sample()))
    for number in range(ROUNDS + 1):
        for name in names:
            sides = [(few, 0), (many, 1)]
            for side, index in sides if number % 2 else sides[::-1]:
                taken = side.ask(what="time", name=name, repeats=REPEATS)
                if number and "failed" not in taken:  # the first round fills caches
                    found[name][index].whole.extend(taken["whole"])
                    found[name][index].database.extend(taken["database"])
    return found


def _row(section: str, name: str, looks: tuple[dict[str, Any], dict[str, Any]], times: Samples | None) -> Row:
    failed = next((look["failed"] for look in looks if "failed" in look), None)
    if failed is not None or times is None or not all(sample.whole for sample in times):
        return Row(section, name, note=failed or "not measured")
    small, large = looks
    page = small["page"]
    database = [round(statistics.median(sample.database), 1) for sample in times]
    note = f"database {database[0]} → {database[1]} ms" if page else ""
    if page and abs(large["size"] - small["size"]) > 0.15 * small["size"]:  # it shows more rows, not only finds more
        note += f", {small['size'] // 1000} → {large['size'] // 1000} kB"
    return Row(
        section,
        name,
        engine=Times.of(times[1].whole),
        base=Times.of(times[0].whole),
        statements=large["statements"],
        base_statements=small["statements"],
        budget=STATEMENTS if page else None,
        ratio_limit=GROWTH if page else None,
        note=note,
        extra={"size": [small["size"], large["size"]], "database ms": database, "repeated": large["repeated"]},
    )


# --- the wall ------------------------------------------------------------------------------------------------------

WALL_STATEMENTS, WALL_GROWTH = 2, 1.1  # what the wall may add to a page


def measure_wall(running: Servers, *, size: int) -> list[Row]:
    """Every page as the application has it, bound by row-level security, against the same page as a superuser has it,
    whom no policy binds and who is told of no realm."""
    name = f"bench_{size}"
    known = _populated(running, name, size, CASES)
    with Conversation(running, "pages", name, owner=True) as bare, Conversation(running, "pages", name) as walled:
        probes = bare.ask(what="open", known=known)
        assert probes == walled.ask(what="open", known=known)
        looks = {name: (bare.ask(what="look", name=name), walled.ask(what="look", name=name)) for name in probes}
        pages = [name for name in probes if all(look.get("page") for look in looks[name])]
        times = _times(bare, walled, pages)
    return [_wall_row(name, looks[name], times[name]) for name in pages]


def _wall_row(name: str, looks: tuple[dict[str, Any], dict[str, Any]], times: Samples) -> Row:
    bare, walled = looks
    return Row(
        "wall",
        name,
        engine=Times.of(times[1].whole),
        base=Times.of(times[0].whole),
        statements=walled["statements"],
        base_statements=bare["statements"],
        budget=bare["statements"] + WALL_STATEMENTS,
        ratio_limit=WALL_GROWTH,
        note=f"database {statistics.median(times[0].database):.1f} → {statistics.median(times[1].database):.1f} ms",
    )


# --- the audit -----------------------------------------------------------------------------------------------------

AUDIT_STATEMENTS, AUDIT_GROWTH = 2, 1.1  # what noting who reads may add to a page


def measure_audit(running: Servers, *, size: int, pairs: int) -> list[Row]:
    """Every page with the events of reading that it writes against the same page without them, in pairs. The note says
    what they add, and how much of that is the wait until the disk has the commit: a machine's own number."""
    name = f"bench_{size}"
    known = _populated(running, name, size, CASES)
    rows = []
    with Conversation(running, "pages", name) as one:
        for probe in one.ask(what="open", known=known):
            if not one.ask(what="look", name=probe).get("page"):
                continue
            # in small portions, so that none is cut off by what answers a question in time
            told = [one.ask(what="share", name=probe, repeats=min(10, pairs)) for _ in range(-(-pairs // 10))]
            failed = next((each["failed"] for each in told if "failed" in each), None)
            rows.append(Row("audit", probe, note=failed) if failed else _audit_row(probe, told))
    return rows


def _audit_row(name: str, told: list[dict[str, Any]]) -> Row:
    noted, unflushed, silent = ([ms for each in told for ms in each[mode]] for mode in ("noted", "unflushed", "silent"))
    statements = told[0]["statements"]
    added = statistics.median(one - other for one, other in zip(noted, silent, strict=True))
    disk = statistics.median(one - other for one, other in zip(noted, unflushed, strict=True))
    return Row(
        "audit",
        name,
        engine=Times.of(noted),
        base=Times.of(silent),
        statements=statements[0],
        base_statements=statements[1],
        budget=statements[1] + AUDIT_STATEMENTS,
        ratio_limit=AUDIT_GROWTH,
        note=f"{added:+.2f} ms, of which the disk {disk:+.2f} ms",
        extra={"added ms": round(added, 3), "disk ms": round(disk, 3)},
    )


def _write_plans(path: Path, looks: dict[str, dict[str, Any]], told: str) -> None:
    parts = [told]
    parts += [
        f"=== {name}\n\n{look.get('plan') or look.get('failed') or 'no statement'}" for name, look in looks.items()
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(parts) + "\n")


# --- databases -----------------------------------------------------------------------------------------------------


def _populated(running: Servers, name: str, size: int, kind: Kind) -> dict[str, Any]:
    """A database of ``size``; one that an earlier run has kept is used if it would be made the same today."""
    recipe = _recipe(running, kind)
    with running.connect() as connection:
        described = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        row = connection.execute(described, [name]).fetchone()
        told = json.loads(row[0]) if row and row[0] else {}
        if told.get("recipe") == recipe:
            return dict(told["known"])
        running.create_database(name, template=TEMPLATE)
        known = running.section(kind.population, name, str(size), seconds=SECONDS_TO_POPULATE, owner=True)
        comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
        text = json.dumps({"recipe": recipe, "known": known})
        connection.execute(comment.format(sql.Identifier(name), sql.Literal(text)))
    return dict(known)


def _recipe(running: Servers, kind: Kind) -> str:
    """A digest of what makes a database: every table and index of the template, and the population's own source."""
    digest = hashlib.sha256()
    for source in kind.sources:
        digest.update(PROJECT.joinpath("bench", source).read_bytes())
    with running.connect(TEMPLATE) as connection:
        for statement in (
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
            "SELECT table_name || column_name || data_type FROM information_schema.columns "
            "WHERE table_schema = 'public' ORDER BY 1",
        ):
            for (line,) in connection.execute(statement):
                digest.update(line.encode())
    return digest.hexdigest()
