"""Indexes that cannot look inside a value."""

from collections.abc import Iterator

from verification.catalog import Catalog, quote
from verification.check import check
from verification.checks.design._columns import own_tables, plain_type
from verification.finding import Finding, Severity

INSIDE = {"jsonb", "tsvector"}


@check(Severity.WARNING)
def index_on_array_btree(deployed: Catalog) -> Iterator[Finding]:
    """A btree index is on an array, a `jsonb` or a `tsvector`.

    It knows whole values only: no query for one element (`@>`, `&&`, `?`, `@@`) can use it, and a
    value longer than 2,704 bytes cannot be stored at all. A GIN index does what was meant.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY, powers text[] NOT NULL);
    CREATE INDEX hero_powers ON hero (powers);
    ```

    ```sql good
    CREATE TABLE hero (id bigint PRIMARY KEY, powers text[], spot int[] UNIQUE, more jsonb);
    CREATE INDEX hero_powers ON hero USING gin (powers);
    CREATE INDEX hero_nick ON hero ((more ->> 'nick'));
    ```
    """
    for table in own_tables(deployed):
        for index in table.indexes:
            if index.method != "btree" or index.unique:
                continue
            for name in index.columns:
                column = table.column(name)
                kind = plain_type(deployed, column.type) if column else ""
                if kind.endswith("[]") or kind in INSIDE:
                    yield Finding(
                        table.subject(index),
                        f"a btree index on {name}, which is {kind}, finds whole values only",
                        f"CREATE INDEX CONCURRENTLY ON {table.qualified} USING gin ({quote(name)});"
                        f" DROP INDEX CONCURRENTLY {table.subject(index)}",
                    )
