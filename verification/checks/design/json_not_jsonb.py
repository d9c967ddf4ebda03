"""JSON that can be neither compared nor indexed."""

from collections.abc import Iterator

from verification.catalog import Catalog, quote
from verification.check import check
from verification.checks.design._columns import own_columns, plain_type
from verification.finding import Finding, Severity


@check(Severity.NOTE)
def json_not_jsonb(deployed: Catalog) -> Iterator[Finding]:
    """A column is `json` and not `jsonb`.

    `json` is the text as it came: parsed again by every query, not indexable, and without `=`, so
    DISTINCT, UNION and GROUP BY on such a row are errors. It is right only where the very text must
    be kept, as of a signed message.

    ```sql bad
    CREATE TABLE event (id bigint PRIMARY KEY, payload json NOT NULL);
    ```

    ```sql good
    CREATE TABLE event (id bigint PRIMARY KEY, payload jsonb NOT NULL);
    ```
    """
    for table, column in own_columns(deployed):
        kind = plain_type(deployed, column.type)
        if kind.removesuffix("[]") == "json":
            name = quote(column.name)
            better = kind.replace("json", "jsonb")
            yield Finding(
                f"{table.qualified}.{name}",
                f"{column.type} has no equality, so DISTINCT and UNION fail, and no index",
                f"ALTER TABLE {table.qualified} ALTER COLUMN {name} TYPE {better}"
                f" USING {name}::{better} (in the models: JSONB)",
            )
