"""Rows of a revision's own schema: ordinary ones, and all that it allows and the next may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from verification.catalog import Catalog, Column, Table
from verification.generation.planting import Barren, Planting
from verification.generation.sqltype import INTEGERS, TIMES, read_type, resolve

ORDINARY = 3
LONG = 300


@dataclass(slots=True)
class Population:
    """How many rows each table was given, and why one could be given none."""

    rows: dict[str, int] = field(default_factory=dict)
    barren: dict[str, str] = field(default_factory=dict)


def ordinary(catalog: Catalog, cursor: Any) -> Population:
    """A few valid rows in every table, with values that a careless conversion confuses."""
    return _populate(catalog, cursor, _alike)


def adversarial(catalog: Catalog, cursor: Any) -> Population:
    """All kinds of rows that the schema allows: NULLs, repetitions, orphans, the longest texts."""
    return _populate(catalog, cursor, _hostile)


def _populate(catalog: Catalog, cursor: Any, more: Any) -> Population:
    planting, found = Planting(catalog, cursor), Population()
    tables = [table for table in catalog.tables if table.kind != "foreign" and not _versions(table)]
    for table in tables:
        if table.partition_bound:
            continue  # its rows come through the table it is a part of
        try:
            for number in range(ORDINARY):
                planting.row(table, number)
        except Barren as reason:
            if not planting.rows.get(table.qualified):
                found.barren[table.qualified] = str(reason)
                continue
        found.rows[table.qualified] = len(planting.rows[table.qualified])
    for table in tables:
        if table.qualified in found.rows:
            found.rows[table.qualified] += _add(planting, table, more(catalog, planting, table))
    return found


def _add(planting: Planting, table: Table, changes: Iterator[Mapping[str, str | None]]) -> int:
    """Insert valid rows with these changes; what the schema refuses is not there, as it should."""
    number, stored = ORDINARY, 0
    for change in changes:
        for _ in range(2):  # a value that must be unique may be taken already
            try:
                row = {**planting.draft(table, number), **change}
            except Barren:
                return stored
            number += 1
            outcome = planting.insert(table, row)
            stored += outcome.stored is not None
            if outcome.stored is not None:
                break
    return stored


def _alike(
    catalog: Catalog, _planting: Planting, table: Table
) -> Iterator[Mapping[str, str | None]]:
    for column in _free(table):
        kind = read_type(resolve(catalog, column.type))
        if kind.is_text:
            stem = "x" * (min(kind.limit or LONG, LONG) - 1)
            yield from ({column.name: f"{stem}{end}"} for end in "ab")
        elif kind.name in {"numeric", "real", "double precision"} and not kind.array:
            yield from ({column.name: text} for text in ("1.2", "1.4"))
        elif kind.name in INTEGERS:
            yield from ({column.name: str(INTEGERS[kind.name] - n)} for n in (0, 1))
        elif kind.name in TIMES and "timestamp" in kind.name:
            yield from ({column.name: f"2024-05-06 0{n}:00:00"} for n in (1, 2))


def _hostile(
    catalog: Catalog, planting: Planting, table: Table
) -> Iterator[Mapping[str, str | None]]:
    yield from _alike(catalog, planting, table)
    first = planting.rows[table.qualified][0]
    free = list(_free(table))
    # The same again in all but its keys, then in one column after the other.
    keys = {name for index in table.indexes if index.unique for name in index.columns}
    yield {column.name: first[column.name] for column in free if column.name not in keys}
    yield from ({column.name: first[column.name]} for column in free)
    yield {column.name: None for column in free if column.nullable}
    yield from ({column.name: None} for column in free if column.nullable)
    for column in free:
        kind = read_type(resolve(catalog, column.type))
        if found := catalog.enum(kind.name):
            yield from ({column.name: label} for label in found.labels)
        elif kind.is_text:
            text = first[column.name] or "a"
            for value in (text.upper(), text.lower(), "", " ", "not a number", "x" * LONG):
                yield {column.name: value[: kind.limit] if kind.limit else value}
        elif kind.is_number:
            yield from ({column.name: text} for text in ("-1", "0", "999999"))
        elif kind.name in TIMES and ("date" in kind.name or "timestamp" in kind.name):
            yield from ({column.name: text} for text in ("0001-01-01", "9999-12-31"))


def _free(table: Table) -> Iterator[Column]:
    """Columns that may be given any value: not generated ones, nor identities."""
    yield from (each for each in table.columns if not each.generated and not each.identity)


def _versions(table: Table) -> bool:
    return [column.name for column in table.columns] == ["version_num"]
