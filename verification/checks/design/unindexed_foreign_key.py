"""Foreign keys that make every delete read a whole table."""

from collections.abc import Iterator

from verification.catalog import Catalog, Constraint, Index, Table
from verification.check import check
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

    ```sql good
    CREATE TABLE team (id bigint PRIMARY KEY);
    CREATE TABLE hero (id bigint PRIMARY KEY, team_id bigint REFERENCES team);
    CREATE INDEX ON hero (team_id);
    ```
    """
    for table in deployed.tables:
        for key in table.constraints:
            if key.kind == "foreign key" and not any(_serves(i, key) for i in table.indexes):
                columns = ", ".join(key.columns)
                yield Finding(
                    f"{table.qualified}.{key.name}",
                    f"no index of {table.qualified} starts with ({columns}), so a delete in"
                    f" {key.references} reads all of it",
                    _fix(table, columns),
                )


def _serves(index: Index, key: Constraint) -> bool:
    """Order among the leading columns does not matter; a predicate other than NOT NULL does."""
    whole = not index.predicate or index.predicate in {
        f"({column} IS NOT NULL)" for column in key.columns
    }
    leading = index.columns[: len(key.columns)]
    return index.valid and whole and set(leading) == set(key.columns)


def _fix(table: Table, columns: str) -> str:
    return f"CREATE INDEX CONCURRENTLY ON {table.qualified} ({columns})"
