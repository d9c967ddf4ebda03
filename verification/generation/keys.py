"""Which columns make two rows the same, and whether such a row is there."""

from __future__ import annotations

from verification.catalog import Index, Table, qualify, quote
from verification.generation.outcome import Row
from verification.generation.planting import Planting
from verification.generation.rules import columns_in


def key_columns(table: Table, index: Index) -> tuple[str, ...]:
    """The writable columns that an index distinguishes rows by."""
    found = [name for name in index.columns if name]
    for expression in index.expressions:
        found += columns_in(table, expression)
    plain: dict[str, None] = {}
    for name in found:
        column = table.column(name)
        if column and column.generated:
            plain.update(dict.fromkeys(columns_in(table, column.generated)))
        else:
            plain[name] = None
    return tuple(plain)


def aliases(planting: Planting, table: Table, name: str) -> frozenset[str]:
    """The names of an index in the partitions of its table, and in theirs."""
    found: set[str] = set()
    for other in planting.catalog.tables:
        for index in other.indexes:
            if index.inherited_from == qualify(table.schema, name):
                found |= {index.name} | aliases(planting, other, index.name)
    return frozenset(found)


def held(planting: Planting, table: Table, index: Index, keys: tuple[str, ...]) -> Row | None:
    """A planted row that the index holds: without NULL, within its predicate."""
    for number in range(3):
        row = planting.row(table, number)
        if any(row.get(name) is None for name in keys):
            continue
        if not index.predicate:
            return row
        if exists(
            planting, table, f"{where_equal({k: row[k] for k in keys})} AND ({index.predicate})"
        ):
            return row
    return None


def exists(planting: Planting, table: Table, where: str) -> bool:
    """Whether the table holds such a row."""
    planting.cursor.execute(
        f"SELECT EXISTS (SELECT FROM {qualify(table.schema, table.name)} WHERE {where})"
    )
    return bool(planting.cursor.fetchone()[0])


def where_equal(values: Row) -> str:
    """The columns hold these values, in PostgreSQL's own text."""
    return " AND ".join(f"{quote(name)}::text = {_text(text)}" for name, text in values.items())


def _text(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"
