"""Indexes that cost and do not serve."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def invalid_index(deployed: Catalog) -> Iterator[Finding]:
    """An index is invalid: kept up to date by every write, used by no query.

    A `CREATE INDEX CONCURRENTLY` that failed leaves one behind; a unique one enforces nothing on
    the rows that were there before.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY, name text);
    CREATE INDEX hero_name ON hero (name);
    UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'hero_name'::regclass;
    ```

    ```sql good
    CREATE TABLE hero (id bigint PRIMARY KEY, name text);
    CREATE INDEX hero_name ON hero (name);
    ```
    """
    for table in deployed.tables:
        for index in table.indexes:
            if not index.valid:
                yield Finding(
                    f"{table.schema}.{index.name}",
                    f"the index of {table.qualified} is invalid: written by all, read by none",
                    f"REINDEX INDEX CONCURRENTLY {table.schema}.{index.name}",
                )
