"""Constraints whose name is an accident."""

import re
from collections.abc import Iterator

from verification.catalog import Catalog, quote
from verification.check import check
from verification.checks.design._columns import own_tables
from verification.finding import Finding, Severity

NUMBERED = re.compile(r"_(key|fkey|check|excl)[1-9][0-9]*\Z")


@check(Severity.NOTE)
def unnamed_constraint(deployed: Catalog) -> Iterator[Finding]:
    """A constraint has no name of its own, and the one that PostgreSQL chose tells nothing.

    `hero_check1` is what the second nameless one is called: after another order of migrations it is
    a different constraint, so a migration that drops it by name drops the wrong one elsewhere, and
    an error that names it says nothing.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY, born date, died date, CHECK (died > born));
    ```

    ```sql good
    CREATE TABLE hero (
        id bigint PRIMARY KEY,
        name text UNIQUE,
        age int CHECK (age > 0),
        born date,
        died date,
        CONSTRAINT hero_dies_after_birth CHECK (died > born)
    );
    ```
    """
    for table in own_tables(deployed):
        for constraint in table.constraints:
            by_number = NUMBERED.search(constraint.name) is not None
            by_table = constraint.kind == "check" and constraint.name == f"{table.name}_check"
            if (by_number or by_table) and not constraint.inherited:
                yield Finding(
                    table.subject(constraint),
                    f"the name was chosen by PostgreSQL and says nothing: {constraint.definition}",
                    f"ALTER TABLE {table.qualified} RENAME CONSTRAINT {quote(constraint.name)}"
                    " TO ... (in the models: name=..., or a naming_convention)",
                )
