"""Filling tables fast: SQL of made-up values, and INSERT … SELECT with the model's own defaults."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from psycopg import sql

# what is random about a case: a share of one, by the case's number and a seed
SHARE = "((hashint8extended({number}, {seed}) & 2147483647) / 2147483648.0)"


def array(values: Sequence[int] | Sequence[str]) -> str:
    """SQL of an array, in brackets, to take one element of."""
    kind = "text[]" if isinstance(values[0], str) else "bigint[]"
    return f"({sql.Literal(list(values)).as_string()}::{kind})"


def share(seed: int, number: str = "i") -> str:
    return SHARE.format(number=number, seed=seed)


def one_of(values: Sequence[Any], seed: int, *, number: str = "i", skewed: bool = False) -> str:
    """SQL for one of the values; ``skewed``: the first ones far more often than the last."""
    power = 2 if skewed else 1
    return f"{array(values)}[1 + floor({len(values)} * power({share(seed, number)}, {power}))::int]"


@dataclass
class Load:
    """Everything of one table: its rows, and its indexes made afterwards."""

    model: type[models.Model]
    columns: dict[str, str] = field(default_factory=dict)
    source: str = ""

    def fill(self, cursor: Any) -> None:
        table = self.model._meta.db_table
        indexes = _drop_indexes(cursor, table)
        for columns, source in self.parts():
            cursor.execute(_insert(self.model, columns, source))
        for index in indexes:
            cursor.execute(index)
        if "id" in self.columns:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 1) FROM {table}))"
            )

    def parts(self) -> Iterable[tuple[dict[str, str], str]]:
        yield self.columns, self.source


def _drop_indexes(cursor: Any, table: str) -> list[str]:
    """Drop what no constraint needs, and return how to make it again: rows go in three times as fast without."""
    cursor.execute(
        """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
        """,
        [table],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in found]


def _insert(model: type[models.Model], columns: dict[str, str], source: str) -> str:
    """INSERT … SELECT with the model's own defaults for the columns that are not given."""
    every = dict(columns)
    for each in model._meta.local_concrete_fields:
        if each.column in every or each.null or each.primary_key:
            continue
        if getattr(each, "auto_now", False) or getattr(each, "auto_now_add", False):
            every[each.column] = "now()"
        else:
            assert each.has_default() or isinstance(each, models.CharField | models.TextField), each
            value = each.get_db_prep_save(each.get_default(), connection)
            every[each.column] = sql.Literal(value).as_string()
    names = ", ".join(f'"{name}"' for name in every)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(every.values())} FROM {source}'
