"""Names that PostgreSQL has cut off."""

from collections.abc import Iterator

from verification.catalog import Catalog, Column, Constraint, Index, Table, Trigger, quote
from verification.catalog.comparing.naming import LABELS, LIMIT, generated_name
from verification.check import check
from verification.checks.design._columns import own_tables
from verification.finding import Finding, Severity

Parts = tuple[Column | Constraint | Index | Trigger, ...]


@check(Severity.NOTE)
def overlong_name(deployed: Catalog) -> Iterator[Finding]:
    """A name fills all of the 63 bytes there are: most likely its end was cut off.

    PostgreSQL shortens a longer name without an error. Two that begin alike then collide, and a
    tool that compares names sees another one than the code has written.

    ```sql bad
    CREATE TABLE hero (
        id bigint PRIMARY KEY,
        this_is_what_the_hero_has_said_about_the_last_of_all_of_the_adventures text
    );
    ```

    ```sql good
    CREATE TABLE hero (
        id bigint PRIMARY KEY,
        this_is_what_the_hero_has_said_about_the_last_of_them_all text UNIQUE
    );
    ```
    """
    for table in own_tables(deployed):
        named = [(table.qualified, table.name, "table")]
        parts: Parts = (*table.columns, *table.constraints, *table.indexes, *table.triggers)
        named += [
            (table.subject(part), part.name, part.KIND)
            for part in parts
            if not _chosen_by_postgresql(table, part) and not getattr(part, "inherited", False)
        ]
        for subject, name, kind in named:
            if len(name.encode()) == LIMIT:
                rename = (
                    f"RENAME {kind.upper()} {quote(name)} TO" if kind != "table" else "RENAME TO"
                )
                yield Finding(
                    subject,
                    f"the name of the {kind} has {LIMIT} bytes, and may have been longer",
                    f"ALTER TABLE {table.qualified} {rename} ... (a shorter name)",
                )


def _chosen_by_postgresql(table: Table, part: Column | Constraint | Index | Trigger) -> bool:
    """It shortens the parts, not the whole, so that no two of its own collide."""
    if isinstance(part, Index) and part.constraint:
        return True  # it is the constraint's name
    if not isinstance(part, Constraint | Index):
        return False
    labels = (*LABELS.values(), "idx")
    return part.name == generated_name(table.name, part) or part.name.endswith(
        tuple(f"_{label}" for label in labels)
    )
