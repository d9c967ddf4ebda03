"""What rows there are, and which of their values are gone afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from verification.catalog import quote

_TABLES = """
SELECT c.oid::int8, format('%I.%I', n.nspname, c.relname), a.attnum, a.attname::text,
       format_type(a.atttypid, a.atttypmod), t.typcategory
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_'
  AND a.attgenerated = ''
ORDER BY 2, 3
"""
CONVERTIBLE = {"S", "N", "D"}  # strings, numbers, times: what is equal afterwards was not before

Place = tuple[int, int]  # a table and a column of it, whatever they are called


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one column."""

    table: str
    column: str
    type: str
    category: str
    found: Counter[str | None]

    @property
    def name(self) -> str:
        """`schema.table.column`."""
        return f"{self.table}.{quote(self.column)}"

    @property
    def given(self) -> int:
        """How many are not NULL."""
        return self.found.total() - self.found[None]

    @property
    def different(self) -> int:
        """How many different ones there are."""
        return len(self.found.keys() - {None})


@dataclass(frozen=True, slots=True)
class Loss:
    """A table or column whose values are gone, and how that shows."""

    subject: str
    name: str  # the bare name of the table or column
    how: str


def snapshot(cursor: Any, versions: str) -> Mapping[Place, Values]:
    """Every value of every column, counted."""
    cursor.execute(_TABLES)
    places = [row for row in cursor.fetchall() if row[1] != versions]
    found: dict[Place, Values] = {}
    for oid, table, number, column, kind, category in places:
        cursor.execute(f"SELECT {quote(column)}::text FROM {table}")
        values = Counter(text for (text,) in cursor.fetchall())
        found[oid, number] = Values(table, column, kind, category, values)
    return found


def lost_upwards(
    before: Mapping[Place, Values], after: Mapping[Place, Values]
) -> Iterator[tuple[Place, Loss]]:
    """What an upgrade has destroyed; a table or column that was renamed is the same one."""
    tables = {oid for oid, _ in after}
    fresh = [values for place, values in after.items() if place not in before]
    told = set()
    for place, values in before.items():
        oid, _ = place
        now = after.get(place)
        rows = values.found.total()
        if not rows:
            continue
        if oid not in tables:
            columns = [each for (other, _), each in before.items() if other == oid]
            if oid not in told and any(not _moved(each, fresh) for each in columns):
                told.add(oid)
                name = values.table.rpartition(".")[2]
                yield place, Loss(values.table, name, f"the table is dropped with its {rows} rows")
        elif now is None:
            if values.given and not _moved(values, fresh):
                how = f"the column is dropped with its {values.given} values"
                yield place, Loss(values.name, values.column, how)
        elif now.found.total() < rows:
            if oid not in told:
                told.add(oid)
                name = values.table.rpartition(".")[2]
                gone = rows - now.found.total()
                yield place, Loss(values.table, name, f"{gone} of {rows} rows are gone")
        elif how := _worse(values, now):
            yield place, Loss(values.name, values.column, how)


def lost_around(
    before: Mapping[Place, Values], after: Mapping[Place, Values]
) -> Iterator[tuple[Place, Loss]]:
    """What has not come back after the upgrade and its downgrade, by name."""
    named = {(values.table, values.column): values for values in after.values()}
    told = set()
    for place, values in before.items():
        now = named.get((values.table, values.column))
        rows = values.found.total()
        if now is None or not rows:
            continue  # inexact-downgrade tells of what is not there
        if now.found.total() < rows:
            if values.table not in told:
                told.add(values.table)
                name = values.table.rpartition(".")[2]
                gone = rows - now.found.total()
                how = f"{gone} of {rows} rows are gone after upgrade and downgrade"
                yield place, Loss(values.table, name, how)
        elif how := _worse(values, now):
            yield place, Loss(values.name, values.column, f"{how} after upgrade and downgrade")


def _worse(before: Values, now: Values) -> str:
    if now.given < before.given:
        return f"{before.given - now.given} of {before.given} values are NULL"
    converted = before.category in CONVERTIBLE and (now.type != before.type)
    if now.different < before.different and (converted or before.found.keys() - now.found.keys()):
        if not converted:
            return ""  # an UPDATE that makes values alike is meant to
        return f"values that were different are equal as {now.type}, which were {before.type}"
    return ""


def _moved(values: Values, fresh: list[Values]) -> bool:
    """Whether every value is in one of the new columns."""
    wanted = values.found.keys() - {None}
    return not wanted or any(wanted <= each.found.keys() for each in fresh)
