"""``python -m bench``: measure, print one table, write the same as JSON.

    --only acts|scale|ledger|wall|audit|jobs|checks|zones   one section (may be given more than once)
    --quick                  ten thousand against a hundred thousand cases, fewer repeats
    --keep                   leave the generated databases for the next run (some gigabytes under the home folder)

Writes ``bench.json``, ``bench-explain.txt`` and ``bench-explain-ledger.txt`` into SUGM_HOME, else into ``var/``. Exit
code 0 whatever the times are;
1 when something could not be measured.
"""

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

from bench import scale, zones
from bench.report import Row, Times, table, write_json
from bench.setup import WORKER, Servers, servers, start_worker
from config.local.processes import Problem
from config.local.stack import home_folder

SECTIONS = ("acts", "scale", "ledger", "wall", "audit", "jobs", "checks", "zones")
SMALL, LARGE, QUICK = 10_000, 1_000_000, 100_000
SECONDS = 600.0  # for any one section but the making of the databases
THREADS = 32  # of the worker for the agencies, as in production


def _rows(found: list[dict[str, Any]]) -> list[Row]:
    """Rows as a section's process has printed them."""
    for row in found:
        row |= {name: Times(**row[name]) for name in ("engine", "base") if row[name]}
    return [Row(**row) for row in found]


def acts(running: Servers, options: argparse.Namespace) -> list[Row]:
    running.create_database("bench_acts")
    with running.connect("bench_acts") as connection:  # the floor makes tables of its own
        connection.execute("GRANT CREATE ON SCHEMA public TO sugm_app")
        connection.execute("GRANT REFERENCES ON ALL TABLES IN SCHEMA public TO sugm_app")
    try:
        return _rows(running.section("acts", "bench_acts", "30" if options.quick else "100", seconds=SECONDS))
    finally:
        running.drop_database("bench_acts")


def lists(running: Servers, options: argparse.Namespace) -> list[Row]:
    explain = home_folder() / "bench-explain.txt"
    return scale.measure(running, small=SMALL, large=QUICK if options.quick else LARGE, explain=explain)


def ledger(running: Servers, options: argparse.Namespace) -> list[Row]:
    explain = home_folder() / "bench-explain-ledger.txt"
    return scale.measure_ledger(running, small=SMALL, large=QUICK if options.quick else LARGE, explain=explain)


def wall(running: Servers, options: argparse.Namespace) -> list[Row]:
    return scale.measure_wall(running, size=SMALL)


def audit(running: Servers, options: argparse.Namespace) -> list[Row]:
    return scale.measure_audit(running, size=SMALL, pairs=20 if options.quick else 100)


def jobs(running: Servers, options: argparse.Namespace) -> list[Row]:
    running.create_database("bench_jobs")
    worker = start_worker(running, "bench_jobs", threads=THREADS)
    try:
        return _rows(running.section("jobs", "bench_jobs", seconds=SECONDS))
    finally:
        worker.stop()
        running.drop_database("bench_jobs")


def checks(running: Servers, options: argparse.Namespace) -> list[Row]:
    """With one worker process, and then with a second one beside it."""
    running.create_database("bench_checks")
    workers, found = [], []
    try:
        for processes in (1, 2):
            name = f"{WORKER}-{processes}"
            workers.append(start_worker(running, "bench_checks", threads=THREADS, name=name))
            found += _rows(running.section("checks", "bench_checks", str(processes), seconds=SECONDS))
        return found
    finally:
        for worker in workers:
            worker.stop()
        running.drop_database("bench_checks")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__, formatter_class=_Plain)
    parser.add_argument("--only", action="append", choices=SECTIONS)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    # whatever ends the bench ends its servers too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began, found, problems = time.monotonic(), [], []
    sections: dict[str, Callable[[Servers, argparse.Namespace], list[Row]]] = {
        "acts": acts, "scale": lists, "ledger": ledger, "wall": wall, "audit": audit, "jobs": jobs, "checks": checks,
    }  # fmt: skip
    try:
        wanted = options.only or SECTIONS
        if "zones" in wanted:  # first, and alone: it needs no server
            found += zones.measure(2_000 if options.quick else 10_000)
        served = [name for name in wanted if name != "zones"]
        with servers(home_folder() / "bench", keep=options.keep) if served else nullcontext() as running:
            for name in served:
                started = time.monotonic()
                try:
                    found += sections[name](running, options)
                except Problem as problem:
                    problems.append(f"{name}: {problem}")
                print(f"bench: {name} took {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    except Problem as problem:
        problems.append(str(problem))
    except KeyboardInterrupt:
        return 130
    print(table(found))
    exceeded = [row.name for row in found if row.verdict == "EXCEEDED"]
    failed = [row.name for row in found if row.verdict == "FAILED"]
    print(f"\n{len(found)} measurements, {len(exceeded)} beyond what was promised, {len(failed)} failed, "
          f"{time.monotonic() - began:.0f} s")  # fmt: skip
    write_json(
        home_folder() / "bench.json",
        found,
        {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "quick": options.quick,
            "sections": options.only or list(SECTIONS),
            "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
            "seconds": round(time.monotonic() - began, 1),
            "problems": problems,
        },
    )
    for problem in problems:
        print(f"bench: {problem}", file=sys.stderr)
    return 1 if problems or failed else 0


class _Plain(argparse.RawDescriptionHelpFormatter):
    """Leaves the lines of the docstring as they are."""


if __name__ == "__main__":
    sys.exit(main())
