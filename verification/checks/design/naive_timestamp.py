"""Times without a place."""

from collections.abc import Iterator

from verification.catalog import Catalog, quote
from verification.check import check
from verification.checks.design._columns import own_columns, plain_type
from verification.finding import Finding, Severity


@check(Severity.WARNING)
def naive_timestamp(deployed: Catalog) -> Iterator[Finding]:
    """A column is `timestamp without time zone`.

    It keeps what the clock on the wall said but not where the wall stood: two servers, or one
    before and after a change of its time zone, write different moments as the same value.

    ```sql bad
    CREATE TABLE visit (id bigint PRIMARY KEY, at timestamp NOT NULL);
    ```

    ```sql bad
    CREATE DOMAIN moment AS timestamp(3);
    CREATE TABLE visit (id bigint PRIMARY KEY, at moment NOT NULL);
    ```

    ```sql good
    CREATE TABLE visit (id bigint PRIMARY KEY, at timestamptz NOT NULL, day date NOT NULL);
    ```
    """
    for table, column in own_columns(deployed):
        kind = plain_type(deployed, column.type)
        element = kind.removesuffix("[]")
        if element != "timestamp without time zone":
            continue
        name, aware = quote(column.name), f"timestamptz{kind.removeprefix(element)}"
        using = f"{name} AT TIME ZONE 'UTC'" if kind == element else f"{name}::text[]::{aware}"
        yield Finding(
            f"{table.qualified}.{name}",
            f"{column.type} does not say which moment it means",
            f"ALTER TABLE {table.qualified} ALTER COLUMN {name} TYPE {aware} USING {using}"
            " (in the models: DateTime(timezone=True))",
        )
