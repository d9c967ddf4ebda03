"""Foreign keys that make every delete read a whole table."""

from collections.abc import Iterator

from verification.catalog import Catalog, Constraint, Index, Table, quote
from verification.check import check
from verification.checks.design._columns import listed
from verification.finding import Finding, Severity


@check(Severity.WARNING)
def unindexed_foreign_key(deployed: Catalog) -> Iterator[Finding]:
    """A foreign key has no index that starts with its columns.

    Deleting or re-keying a row of the referenced table reads the whole referencing table, once a
    row, under a lock; so do joins along the relationship.

    ```sql bad
    CREATE TABLE team (id bigint PRIMARY KEY);
    CREATE TABLE hero (id bigint PRIMARY KEY, team_id bigint REFERENCES team);
    ```

    ```sql bad
    CREATE TABLE team (id bigint PRIMARY KEY);
    CREATE TABLE hero (id bigint PRIMARY KEY, alive bool, team_id bigint REFERENCES team);
    CREATE INDEX ON hero (team_id) WHERE alive;
    ```

    ```sql good
    CREATE TABLE team (id bigint PRIMARY KEY);
    CREATE TABLE hero (id bigint PRIMARY KEY, team_id bigint REFERENCES team);
    CREATE INDEX ON hero (team_id);
    ```

    ```sql good
    CREATE TABLE team (id bigint PRIMARY KEY);
    CREATE TABLE hero (id bigint PRIMARY KEY, "Team" bigint REFERENCES team);
    CREATE INDEX ON hero ("Team", id) WHERE "Team" IS NOT NULL;
    ```
    """
    for table in deployed.tables:
        for key in table.constraints:
            if key.kind != "foreign key" or not key.enforced or _served(deployed, table, key):
                continue
            columns = listed(key.columns)
            yield Finding(
                table.subject(key),
                f"no index of {table.qualified} starts with ({columns}), so a delete in"
                f" {key.references} reads all of it",
                _fix(table, columns),
            )


def _served(catalog: Catalog, table: Table, key: Constraint) -> bool:
    if any(_serves(index, key) for index in table.indexes):
        return True
    parts = [part for part in catalog.tables if table.qualified in part.inherits]
    return (
        table.kind == "partitioned"
        and bool(parts)
        and all(_served(catalog, part, key) for part in parts)
    )


def _serves(index: Index, key: Constraint) -> bool:
    """Order among the leading columns does not matter; a predicate other than NOT NULL does."""
    if not index.valid or index.method == "brin" or not _covers(index.predicate, key):
        return False
    unique = index.unique and bool(index.columns) and set(index.columns) <= set(key.columns)
    return unique or set(index.columns[: len(key.columns)]) == set(key.columns)


def _covers(predicate: str, key: Constraint) -> bool:
    """A row that refers to nothing need not be found."""
    for column in key.columns:
        predicate = predicate.replace(f"({quote(column)} IS NOT NULL)", "")
    return not predicate.replace(" AND ", "").strip("()")


def _fix(table: Table, columns: str) -> str:
    # An index of a partitioned table cannot be built concurrently.
    how = "" if table.kind == "partitioned" else "CONCURRENTLY "
    return f"CREATE INDEX {how}ON {table.qualified} ({columns})"
