"""Constraints that were never held against the rows that are there."""

from collections.abc import Iterator

from verification.catalog import Catalog, Table, quote
from verification.check import check
from verification.finding import Finding, Severity


@check(Severity.WARNING)
def unvalidated_constraint(deployed: Catalog) -> Iterator[Finding]:
    """A constraint is NOT VALID, or NOT ENFORCED.

    New rows are checked, the old ones were not, so the code may still meet what the constraint
    forbids, and the planner cannot count on it. The second half of the recipe, VALIDATE CONSTRAINT
    in a later transaction, was forgotten.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY, age int);
    ALTER TABLE hero ADD CONSTRAINT hero_age CHECK (age >= 0) NOT VALID;
    ```

    ```sql bad
    CREATE DOMAIN share AS numeric;
    ALTER DOMAIN share ADD CONSTRAINT share_low CHECK (VALUE >= 0) NOT VALID;
    ```

    ```sql good
    CREATE TABLE hero (id bigint PRIMARY KEY, age int);
    ALTER TABLE hero ADD CONSTRAINT hero_age CHECK (age >= 0) NOT VALID;
    ALTER TABLE hero VALIDATE CONSTRAINT hero_age;
    ```
    """
    for table in deployed.tables:
        # PostgreSQL takes the other server's word for the rows of a foreign table.
        if table.kind != "foreign":
            yield from _of_table(table)
    for domain in deployed.domains:
        for rule in domain.constraints:
            if not rule.validated:
                yield Finding(
                    domain.subject(rule),
                    "the constraint was never checked against the rows that were there",
                    f"ALTER DOMAIN {domain.qualified} VALIDATE CONSTRAINT {quote(rule.name)}",
                )


def _of_table(table: Table) -> Iterator[Finding]:
    alter = f"ALTER TABLE {table.qualified}"
    for part in table.constraints:
        name = quote(part.name)
        if not part.enforced:
            yield Finding(
                table.subject(part),
                f"the {part.kind} constraint is not enforced",
                f"{alter} DROP CONSTRAINT {name}, and add it again without NOT ENFORCED",
            )
        elif not part.validated:
            yield Finding(
                table.subject(part),
                f"the {part.kind} constraint was never checked against the rows that were there",
                f"{alter} VALIDATE CONSTRAINT {name}",
            )
    for column in table.columns:
        if column.not_null and not column.not_null.validated:
            yield Finding(
                table.subject(column),
                "NOT NULL was never checked against the rows that were there",
                f"{alter} VALIDATE CONSTRAINT {quote(column.not_null.name)}",
            )
