"""Keys and uniqueness among rows at rest, as questions to the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from verification.catalog import Catalog, Constraint, Index, Table, qualify, quote
from verification.generation.counting import Question


def foreign_keys(
    intended: Iterable[Catalog], deployed: Catalog
) -> Iterator[tuple[Table, Constraint]]:
    """Every foreign key that is deployed, then those that are only meant to be."""
    known: set[tuple[object, ...]] = set()
    for catalog in (deployed, *intended):
        for meant in catalog.tables:
            table = deployed.table(meant.qualified)
            if table is None or table.kind == "foreign":
                continue
            for key in meant.constraints:
                same = (table.qualified, key.columns, key.references, key.referenced_columns)
                if key.kind == "foreign key" and not key.inherited_from and same not in known:
                    known.add(same)
                    yield table, key


def orphans(deployed: Catalog, table: Table, key: Constraint) -> Question | None:
    """Rows whose key is complete and refers to nothing; None where it cannot be asked."""
    parent = deployed.table(key.references)
    if parent is None or parent.kind == "foreign" or key.period:
        return None
    pairs = []
    for ours, theirs in zip(key.columns, key.referenced_columns, strict=True):
        mine, other = table.column(ours), parent.column(theirs)
        if mine is None or other is None:
            return None
        text = "" if mine.type == other.type else "::text"
        pairs.append(f"p.{quote(theirs)}{text} = r.{quote(ours)}{text}")
    complete = " AND ".join(f"r.{quote(name)} IS NOT NULL" for name in key.columns)
    only = "ONLY " if parent.kind == "ordinary" else ""
    there = (
        f"SELECT FROM {only}{qualify(parent.schema, parent.name)} AS p WHERE {' AND '.join(pairs)}"
    )
    column = key.columns[0] if len(key.columns) == 1 else ""
    said = f"{', '.join(key.columns)} refers to {key.references}"
    return Question(said, f"{complete} AND NOT EXISTS ({there})", column)


def lacking_uniqueness(
    intended: Iterable[Catalog], deployed: Catalog
) -> Iterator[tuple[Table, Index]]:
    """Unique indexes that are meant to be there and are not, or that were never finished."""
    known: set[tuple[object, ...]] = set()
    for whole in deployed.tables:
        for index in whole.indexes:
            if index.unique and not index.valid and not index.inherited_from:
                known.add((whole.qualified, *_meaning(index)))
                yield whole, index
    for catalog in intended:
        for meant in catalog.tables:
            table = deployed.table(meant.qualified)
            if table is None or table.kind == "foreign":
                continue
            there = {_meaning(index) for index in table.indexes if index.unique and index.valid}
            for index in meant.indexes:
                same = (table.qualified, *_meaning(index))
                if index.unique and same not in known and _meaning(index) not in there:
                    known.add(same)
                    yield table, index


def _meaning(index: Index) -> tuple[object, ...]:
    """What a unique index says of rows, whatever its name and the order of its columns."""
    return (
        frozenset(name for name in index.columns if name),
        frozenset(index.expressions),
        index.predicate,
        index.nulls_not_distinct,
    )


def duplicates(table: Table, index: Index) -> tuple[str, str] | None:
    """What counts the rows that are one too many, and what names two of them."""
    if any(name and table.column(name) is None for name in index.columns):
        return None
    expressions = iter(index.expressions)
    terms = [quote(name) if name else f"({next(expressions)})" for name in index.columns]
    held = [f"({index.predicate})"] if index.predicate else []
    if not index.nulls_not_distinct:
        held += [f"{term} IS NOT NULL" for term in terms]
    where = f" WHERE {' AND '.join(held)}" if held else ""
    grouped = (
        f"FROM {qualify(table.schema, table.name)}{where}"
        f" GROUP BY {', '.join(terms)} HAVING count(*) > 1"
    )
    keys = table.primary_key.columns if table.primary_key else ()
    shown = ", ".join(f"{quote(name)}::text" for name in keys)
    # The keys must not tell what is twice.
    hidden = not keys or set(keys) & set(index.columns)
    sample = "NULL" if hidden else f"(array_agg(ARRAY[{shown}]::text[]))[1:2][1:{len(keys)}]"
    count = (
        f"SELECT coalesce(sum(n - 1), 0)::bigint, count(*) FROM (SELECT count(*) AS n {grouped}) g"
    )
    return count, "" if hidden else f"SELECT {sample} {grouped} LIMIT 1"
