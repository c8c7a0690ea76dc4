"""What the bench tells: one row per measurement, as a table for people and as JSON for programs."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Times:
    """Quartiles of repeated measurements, in milliseconds."""

    low: float
    median: float
    high: float
    repeats: int

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> "Times":
        if len(milliseconds) == 1:
            return cls(milliseconds[0], milliseconds[0], milliseconds[0], 1)
        low, median, high = statistics.quantiles(milliseconds, n=4, method="inclusive")
        return cls(low, median, high, len(milliseconds))

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}-{self.high:.2f})"


@dataclass
class Row:
    """One measurement. ``engine`` against ``base``: the floor, the small database, the slowest agency, or the
    package ``mrz``.

    ``ratio_limit`` and ``budget`` (statements) are what the project has promised; None: nothing promised, told only.
    """

    section: str
    name: str
    engine: Times | None = None
    base: Times | None = None
    statements: int | None = None
    budget: int | None = None
    base_statements: int | None = None
    ratio_limit: float | None = None
    note: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        if self.engine is None or self.base is None or not self.base.median:
            return None
        return self.engine.median / self.base.median

    @property
    def verdict(self) -> str:
        """``ok``, ``EXCEEDED``, ``-`` when nothing was promised, ``FAILED`` when it could not be measured."""
        if self.engine is None:
            return "FAILED"
        promised = [(self.ratio, self.ratio_limit), (self.statements, self.budget)]
        held = [value <= limit for value, limit in promised if value is not None and limit is not None]
        return ("ok" if all(held) else "EXCEEDED") if held else "-"

    def to_json(self) -> dict[str, Any]:
        ratio = self.ratio
        return {**asdict(self), "ratio": None if ratio is None else round(ratio, 3), "verdict": self.verdict}


HEADS = {
    "acts": ("engine ms", "floor ms", "ratio"),
    "scale": ("large ms", "small ms", "growth"),
    "ledger": ("large ms", "small ms", "growth"),
    "wall": ("walled ms", "bare ms", "ratio"),
    "audit": ("noted ms", "silent ms", "ratio"),
    "jobs": ("case ms", "agency ms", "ratio"),
    "checks": ("ms", "ideal or base ms", "ratio"),
    "zones": ("own ms", "package ms", "ratio"),
}


def table(rows: Sequence[Row]) -> str:
    """Sections under each other, columns aligned."""
    lines: list[tuple[str, ...]] = []
    for section, (engine, base, ratio) in HEADS.items():
        own = [row for row in rows if row.section == section]
        if own:
            lines += [("",) * 7, (section, engine, base, ratio, "statements", "budget", "")]
            lines += [_cells(row) for row in own]
    widths = [max(len(line[column]) for line in lines) for column in range(7)] if lines else []
    text = []
    for line in lines:
        first, *others = [cell.ljust(width) if not column else cell.rjust(width) for column, (cell, width) in
                          enumerate(zip(line, widths, strict=True))]  # fmt: skip
        text.append("  ".join([first, *others]).rstrip())
    return "\n".join(text)


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}" + (f" ≤ {row.ratio_limit}" if row.ratio_limit else "")
    statements = "" if row.statements is None else str(row.statements)
    if row.base_statements is not None:
        statements += f" / {row.base_statements}"
    return (
        row.name + (f" [{row.note}]" if row.note else ""),
        str(row.engine or ""),
        str(row.base or ""),
        ratio,
        statements,
        "" if row.budget is None else f"≤ {row.budget}",
        row.verdict,
    )


def write_json(path: Path, rows: Sequence[Row], about: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**about, "rows": [row.to_json() for row in rows]}, indent=1, ensure_ascii=False) + "\n")
