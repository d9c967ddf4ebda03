"""Rows that nobody can point at."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
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
    for table in deployed.tables:
        if table.kind == "foreign" or table.partition_bound:
            continue  # a foreign table can have none; a partition has its parent's
        if not any(constraint.kind == "primary key" for constraint in table.constraints):
            yield Finding(
                table.qualified,
                "the table has no primary key",
                f"ALTER TABLE {table.qualified} ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY"
                " PRIMARY KEY",
            )
