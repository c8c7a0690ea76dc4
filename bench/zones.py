"""Machine-readable zones written and read on one core, against the package ``mrz`` in the same minute.

The same documents for both: those that the package can write at all (no long numbers, no truncation). Both give a
verdict with every field and check digit; ours looks for the zone in free text and reads dates besides.
"""

import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

from mrz.checker.mrva import MRVACodeChecker
from mrz.checker.mrvb import MRVBCodeChecker
from mrz.checker.td1 import TD1CodeChecker
from mrz.checker.td2 import TD2CodeChecker
from mrz.checker.td3 import TD3CodeChecker
from mrz.generator.mrva import MRVACodeGenerator
from mrz.generator.mrvb import MRVBCodeGenerator
from mrz.generator.td1 import TD1CodeGenerator
from mrz.generator.td2 import TD2CodeGenerator
from mrz.generator.td3 import TD3CodeGenerator

from bench.names import GIVEN, SURNAMES
from bench.report import Row, Times
from icao.mrz import Format, MrzSpec, read, write
from icao.transliteration import Transliteration

REPEATS = 5
TODAY = date(2026, 11, 21)
WIDTH = {Format.TD1: 30, Format.TD2: 31, Format.TD3: 39, Format.MRV_A: 39, Format.MRV_B: 31}
CODE = {Format.TD1: "ID", Format.TD2: "ID", Format.TD3: "PP", Format.MRV_A: "V", Format.MRV_B: "V"}
STATES = "PER CHL BRA D ESP FRA ITA JPN CHN IND NGA UKR VEN COL".split()  # noqa: SIM905
WRITERS: dict[Format, Callable[..., Any]] = {
    Format.TD1: TD1CodeGenerator, Format.TD2: TD2CodeGenerator, Format.TD3: TD3CodeGenerator,
    Format.MRV_A: MRVACodeGenerator, Format.MRV_B: MRVBCodeGenerator,
}  # fmt: skip
READERS: dict[Format, Callable[..., Any]] = {
    Format.TD1: TD1CodeChecker, Format.TD2: TD2CodeChecker, Format.TD3: TD3CodeChecker,
    Format.MRV_A: MRVACodeChecker, Format.MRV_B: MRVBCodeChecker,
}  # fmt: skip
LIKE_PACKAGE = Transliteration(umlaut="UE", a_diaeresis="AE", o_diaeresis="OE", a_ring="AA")


def documents(many: int) -> list[MrzSpec]:
    """Random documents of all five formats, always the same ones."""
    chance = random.Random(2026)
    surnames = [name for name in SURNAMES if "ễ" not in name]  # a letter that the package lacks
    found: list[MrzSpec] = []
    while len(found) < many:
        mrz_format = list(Format)[len(found) % 5]
        primary = f"{chance.choice(surnames)} {chance.choice(surnames)}"
        secondary = f"{chance.choice(GIVEN)} {chance.choice(GIVEN)}"
        if len(primary) + len(secondary) + 8 > WIDTH[mrz_format]:  # room for AE, OE and the like
            primary = primary.partition(" ")[0]
        found.append(
            MrzSpec(
                format=mrz_format, document_code=CODE[mrz_format], issuer="PER", nationality=chance.choice(STATES),
                primary=primary, secondary=secondary, number=f"X{chance.randrange(10**8):08d}",
                birth_date=TODAY - timedelta(days=chance.randint(7_000, 30_000)), sex=chance.choice("MFX"),
                expiry_date=TODAY + timedelta(days=chance.randint(1, 3_600)), empty_optional_check="0",
                optional=f"{chance.randrange(10**7):07d}" if chance.random() < 0.3 else "",
                transliteration=LIKE_PACKAGE,
            )
        )  # fmt: skip
    return found


def _package_arguments(spec: MrzSpec) -> list[str]:
    birth, expiry = f"{spec.birth_date:%y%m%d}", f"{spec.expiry_date:%y%m%d}"
    if spec.format is Format.TD1:
        return [spec.document_code, spec.issuer, spec.number, birth, spec.sex, expiry, spec.nationality, spec.primary,
                spec.secondary, spec.optional]  # fmt: skip
    return [spec.document_code, spec.issuer, spec.primary, spec.secondary, spec.number, spec.nationality, birth,
            spec.sex, expiry, spec.optional]  # fmt: skip


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    result = work()
    return (time.process_time() - began) * 1_000, result


def measure(many: int) -> list[Row]:
    """Writing and reading ``many`` zones, both in turn, processor time. A difference in what was written is a fault of
    the bench and stops it."""
    specs = documents(many)
    given = [(WRITERS[spec.format], _package_arguments(spec)) for spec in specs]
    zones = ["\n".join(write(spec, today=TODAY)) for spec in specs]
    readers = [(READERS[spec.format], zone) for spec, zone in zip(specs, zones, strict=True)]
    works: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "write": (
            lambda: ["\n".join(write(spec, today=TODAY)) for spec in specs],
            lambda: [str(writer(*arguments)) for writer, arguments in given],
        ),
        "read": (
            lambda: [read(zone, today=TODAY).valid for zone in zones],
            lambda: [bool(checker) and bool(checker.fields()) for checker in (make(zone) for make, zone in readers)],
        ),
    }
    rows = []
    for name, (own, theirs) in works.items():
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(REPEATS):
            for work, kept in zip((own, theirs), times, strict=True):
                spent, result = _timed(work)
                kept.append(spent)
                wanted = zones if name == "write" else [True] * many
                if result != wanted:
                    different = next(pair for pair in zip_longest(result, wanted) if pair[0] != pair[1])
                    raise AssertionError(f"{name}: {different}")
        engine = Times.of(times[0])
        rate = f"{many / engine.median * 1_000:,.0f} a second"
        rows.append(Row("zones", f"{name} {many:,} zones", engine, Times.of(times[1]), ratio_limit=1.0, note=rate))
    return rows
