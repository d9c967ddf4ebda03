"""Uniqueness that NULL switches off."""

from collections.abc import Iterator

from verification.catalog import Catalog, Index, Table, quote
from verification.check import check
from verification.checks.design._columns import listed, own_tables
from verification.finding import Finding, Severity


@check(Severity.NOTE)
def nullable_unique(deployed: Catalog) -> Iterator[Finding]:
    """Several columns are unique together, and one of them may be NULL.

    NULL differs from NULL, so the same row can be stored any number of times as long as that one
    column is empty. A single nullable unique column is no finding: there, many rows without a value
    are what is wanted.

    ```sql bad
    CREATE TABLE page (
        id bigint PRIMARY KEY, owner_id bigint, slug text NOT NULL, UNIQUE (owner_id, slug)
    );
    ```

    ```sql good
    CREATE TABLE page (
        id bigint PRIMARY KEY, owner_id bigint, slug text NOT NULL, code text UNIQUE,
        UNIQUE (owner_id, slug)
    );
    CREATE UNIQUE INDEX ON page (slug) WHERE owner_id IS NULL;
    ```

    ```sql good
    CREATE TABLE page (
        id bigint PRIMARY KEY, owner_id bigint NOT NULL, slug text NOT NULL,
        UNIQUE (owner_id, slug)
    );
    ```
    """
    for table in own_tables(deployed):
        for index in table.indexes:
            empty = [
                column.name
                for column in table.columns
                if column.nullable and column.name in index.columns
            ]
            if not _composite(index) or not empty or len(empty) == len(index.columns):
                continue
            holes = [name for name in empty if not _closed(table, name)]
            if holes:
                yield Finding(
                    table.subject(index),
                    f"({listed(index.columns)}) is unique in {table.qualified} only in rows"
                    f" without NULL in {' and '.join(map(quote, holes))}",
                    f"make {quote(holes[0])} NOT NULL, or the index UNIQUE NULLS NOT DISTINCT"
                    " (PostgreSQL 15)",
                )


def _composite(index: Index) -> bool:
    plain = index.unique and not index.primary and not index.predicate and not index.expressions
    return plain and len(index.columns) > 1 and not index.nulls_not_distinct


def _closed(table: Table, name: str) -> bool:
    """Another unique index cares for the rows in which it is NULL, or a CHECK allows none."""
    null, some = f"({quote(name)} IS NULL)", f"({quote(name)} IS NOT NULL)"
    return any(
        index.unique and (null in index.predicate or "COALESCE" in "".join(index.expressions))
        for index in table.indexes
    ) or any(some in each.definition for each in table.constraints if each.kind == "check")
