"""Rows just inside a constraint, which it must let pass: as near to a violation as they can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from verification.catalog import Column, Constraint, Index, Table
from verification.generation.edge import edges
from verification.generation.keys import held, key_columns
from verification.generation.nearmiss import referring
from verification.generation.outcome import Row
from verification.generation.planting import Planting
from verification.generation.pool import RANGES
from verification.generation.rules import Rule, columns_in, writable
from verification.generation.sqltype import TEXTS, read_type, resolve

FEW = 6
EMPTY = {"json": "null", "jsonb": "null", "bytea": r"\x", "boolean": "false"}
"""What is nearest to NULL and is none."""


def inside(planting: Planting, table: Table, part: Any) -> Iterator[Row]:
    """Boundary rows of one constraint, the nearest first. Raises Barren."""
    match part:
        case Rule():
            found = _ruled(planting, table, part)
        case Index():
            found = _apart(planting, table, part)
        case Constraint():
            found = _referring(planting, table, part)
        case _:
            found = _empty(planting, table, part)
    return islice(found, FEW)


def _ruled(planting: Planting, table: Table, rule: Rule) -> Iterator[Row]:
    base = planting.fresh(table)
    for solution in islice(planting.free(table, rule), 1):
        for values in edges(planting, table, rule, solution):
            yield {**base, **dict(zip(solution.columns, values, strict=True))}


def _apart(planting: Planting, table: Table, index: Index) -> Iterator[Row]:
    """Rows that repeat another one in all but one of the columns that tell rows apart."""
    keys = key_columns(table, index)
    fresh = planting.fresh(table)
    first = held(planting, table, index, keys)
    if first is not None:
        tied = [set(each.columns) for each in planting.solutions(table)]
        needed = columns_in(table, index.predicate) if index.predicate else ()
        alike = {name: first[name] for name in (*keys, *needed)}
        for name in keys:
            together = next((group for group in tied if name in group), {name})
            yield {**fresh, **{n: text for n, text in alike.items() if n not in together}}
            if column := table.column(name):
                yield from _adjacent(planting, column, {**fresh, **alike})
        nullable = [name for name in keys if (c := table.column(name)) and c.nullable]
        if nullable and index.unique and not index.nulls_not_distinct:
            yield {**fresh, **alike, nullable[-1]: None}
    yield fresh


def _adjacent(planting: Planting, column: Column, row: Row) -> Iterator[Row]:
    """The same row with a range that begins where the other one ends."""
    kind = resolve(planting.catalog, column.type)
    text = row.get(column.name)
    if kind not in RANGES or text is None:
        return
    planting.cursor.execute(
        f"SELECT {kind}(upper(r), NULL, CASE WHEN upper_inc(r) THEN '()' ELSE '[)' END)::text"
        f" FROM (SELECT %s::{kind} AS r) AS given WHERE NOT isempty(r) AND NOT upper_inf(r)",
        (text,),
    )
    for (beside,) in planting.cursor.fetchall():
        yield {**row, column.name: beside}


def _referring(planting: Planting, table: Table, key: Constraint) -> Iterator[Row]:
    """A row that refers to one that is there, and, where it may, to nothing at all."""
    parent = planting.catalog.table(key.references)
    if parent is not None:
        yield referring(planting, table, key, parent)
    row = planting.fresh(table)
    if all((column := table.column(name)) and column.nullable for name in key.columns):
        yield {**row, **dict.fromkeys(key.columns)}


def _empty(planting: Planting, table: Table, column: Column) -> Iterator[Row]:
    """A row with the emptiest value that is not NULL."""
    row: Mapping[str, str | None] = planting.fresh(table)
    kind = read_type(resolve(planting.catalog, column.type))
    empty = "{}" if kind.array else "" if kind.name in TEXTS else EMPTY.get(kind.name, "0")
    if column in writable(table):
        yield {**row, column.name: empty}
    yield row
