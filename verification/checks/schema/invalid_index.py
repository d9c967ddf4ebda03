"""Indexes that cost and do not serve."""

from collections.abc import Iterator

from verification.catalog import Catalog, Table, View
from verification.check import check
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def invalid_index(deployed: Catalog) -> Iterator[Finding]:
    """An index is invalid: kept up to date by every write, used by no query.

    A `CREATE INDEX CONCURRENTLY` that failed leaves one behind; a unique one enforces nothing on
    the rows that were there before. The index of a partitioned table is invalid until every
    partition has attached its own.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY, name text);
    CREATE INDEX hero_name ON hero (name);
    UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'hero_name'::regclass;
    ```

    ```sql bad
    CREATE TABLE seen (at date NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE seen_all PARTITION OF seen DEFAULT;
    CREATE INDEX seen_at ON ONLY seen (at);
    ```

    ```sql good
    CREATE TABLE hero (id bigint PRIMARY KEY, name text);
    CREATE INDEX hero_name ON hero (name);
    ```
    """
    relations: tuple[Table | View, ...] = (*deployed.tables, *deployed.views)
    for whole in relations:
        for index in whole.indexes:
            if not index.valid or not index.ready:
                name = whole.subject(index)
                fix = f"REINDEX INDEX CONCURRENTLY {name}"
                if whole.kind == "partitioned":
                    fix = f"ALTER INDEX {name} ATTACH PARTITION ... for the index of each partition"
                yield Finding(
                    name,
                    f"the index of {whole.qualified} is invalid: written by all, read by none",
                    fix,
                )
