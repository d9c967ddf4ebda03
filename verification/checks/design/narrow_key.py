"""Keys that will run out."""

from collections.abc import Iterator

from verification.catalog import Catalog, Column, quote
from verification.check import check
from verification.checks.design._columns import own_tables, plain_type
from verification.finding import Finding, Severity

LAST = {"smallint": 32_767, "integer": 2_147_483_647}


@check(Severity.NOTE)
def narrow_key(deployed: Catalog) -> Iterator[Finding]:
    """A primary key that the database counts up is narrower than `bigint`.

    After 32,767 (`smallint`) or 2,147,483,647 (`integer`) rows, deleted and failed ones included,
    every insert fails, and widening the key then rewrites the table while nobody may use it.

    ```sql bad
    CREATE TABLE hero (id serial PRIMARY KEY);
    ```

    ```sql bad
    CREATE TABLE hero (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
    ```

    ```sql good
    CREATE TABLE hero (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
    CREATE TABLE country (number smallint PRIMARY KEY);
    ```
    """
    for table in own_tables(deployed):
        key = table.primary_key
        column = table.column(key.columns[0]) if key and len(key.columns) == 1 else None
        if column is None or column.inherited or not _counted(column):
            continue
        kind = plain_type(deployed, column.type)
        if kind in LAST:
            name = quote(column.name)
            yield Finding(
                f"{table.qualified}.{name}",
                f"the key is {column.type}: insert number {LAST[kind] + 1:,} fails",
                f"ALTER TABLE {table.qualified} ALTER COLUMN {name} TYPE bigint, and every column"
                " that refers to it (in the models: BigInteger)",
            )


def _counted(column: Column) -> bool:
    return bool(column.identity) or "nextval(" in (column.default or "")
