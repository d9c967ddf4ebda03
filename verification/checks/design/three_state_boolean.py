"""Yes, no, and neither."""

from collections.abc import Iterator

from verification.catalog import Catalog, quote
from verification.check import check
from verification.checks.design._columns import own_columns, plain_type, rules_on
from verification.finding import Finding, Severity


@check(Severity.NOTE)
def three_state_boolean(deployed: Catalog) -> Iterator[Finding]:
    """A boolean column may be NULL.

    NULL is neither true nor false: `WHERE active` and `WHERE NOT active` both leave such a row out.
    Where "not known" is meant, an enum says so.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY, active boolean DEFAULT true);
    ```

    ```sql good
    CREATE TABLE hero (id bigint PRIMARY KEY, active boolean NOT NULL DEFAULT true);
    ```
    """
    for table, column in own_columns(deployed):
        domain = deployed.domain(column.type)
        if not column.nullable or (domain and not domain.nullable) or column.generated:
            continue
        name = quote(column.name)
        required = f"{name} IS NOT NULL"
        if plain_type(deployed, column.type) == "boolean" and not any(
            required in rule for rule in rules_on(deployed, table, column)
        ):
            value = column.default if column.default in {"true", "false"} else "false"
            yield Finding(
                f"{table.qualified}.{name}",
                f"rows in which {name} is NULL are found by neither {name} nor NOT {name}",
                f"UPDATE {table.qualified} SET {name} = {value} WHERE {name} IS NULL;"
                f" ALTER TABLE {table.qualified} ALTER COLUMN {name} SET NOT NULL",
            )
