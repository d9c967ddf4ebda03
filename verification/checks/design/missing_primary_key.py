"""Rows that nobody can point at."""

from collections.abc import Iterator

from verification.catalog import Catalog, Table, quote
from verification.check import check
from verification.checks.design._columns import listed, own_tables
from verification.finding import Finding, Severity


@check(Severity.WARNING)
def missing_primary_key(deployed: Catalog) -> Iterator[Finding]:
    """A table has no primary key.

    Two equal rows cannot be told apart, so neither can be changed or deleted alone; logical
    replication refuses updates of such a table.

    ```sql bad
    CREATE TABLE visit (page text NOT NULL, at timestamptz NOT NULL);
    ```

    ```sql good
    CREATE TABLE visit (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        page text NOT NULL
    );
    ```
    """
    for table in own_tables(deployed):
        if not _identified(deployed, table):
            yield Finding(table.qualified, "the table has no primary key", _fix(table))


def _identified(catalog: Catalog, table: Table) -> bool:
    """By a key of its own, of each partition (it may lack the partition key), or of a parent."""
    if table.primary_key:
        return True
    parts = [part for part in catalog.tables if table.qualified in part.inherits]
    if table.kind == "partitioned":
        return bool(parts) and all(_identified(catalog, part) for part in parts)
    parents = [catalog.table(name) for name in table.inherits]
    return any(parent and parent.primary_key for parent in parents)


def _fix(table: Table) -> str:
    alter = f"ALTER TABLE {table.qualified} ADD"
    required = {column.name for column in table.columns if not column.nullable}
    for index in table.indexes:
        if index.unique and not index.predicate and required.issuperset(index.columns):
            return f"{alter} PRIMARY KEY ({listed(index.columns)})"
    taken = {column.name for column in table.columns}
    if "id" in taken:
        return f"{alter} PRIMARY KEY (id), once no two rows have the same and none has NULL"
    name = quote(next(name for name in ("id", f"{table.name}_id", "row_id") if name not in taken))
    return f"{alter} COLUMN {name} bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
