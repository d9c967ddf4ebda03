"""Times without a place."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.finding import Finding, Severity


@check(Severity.WARNING)
def naive_timestamp(deployed: Catalog) -> Iterator[Finding]:
    """A column is `timestamp without time zone`.

    It keeps what the clock on the wall said but not where the wall stood: two servers, or one
    before and after a change of its time zone, write different moments as the same value.

    ```sql bad
    CREATE TABLE visit (id bigint PRIMARY KEY, at timestamp NOT NULL);
    ```

    ```sql good
    CREATE TABLE visit (id bigint PRIMARY KEY, at timestamptz NOT NULL, day date NOT NULL);
    ```
    """
    for table in deployed.tables:
        for column in table.columns:
            kind = column.type.removesuffix("[]")
            if kind.startswith("timestamp") and kind.endswith("without time zone"):
                yield Finding(
                    f"{table.qualified}.{column.name}",
                    f"{column.type} does not say which moment it means",
                    f"ALTER TABLE {table.qualified} ALTER COLUMN {column.name}"
                    f" TYPE timestamptz USING {column.name} AT TIME ZONE 'UTC'",
                )
