"""Names that SQL takes for something else."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.checks.design._columns import own_columns, own_tables
from verification.finding import Finding, Severity

# What pg_get_keywords() calls reserved in PostgreSQL 18, with or without an exception.
RESERVED = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check
    collate collation column concurrently constraint create cross current_catalog current_date
    current_role current_schema current_time current_timestamp current_user default deferrable desc
    distinct do else end except false fetch for foreign freeze from full grant group having ilike in
    initially inner intersect into is isnull join lateral leading left like limit localtime
    localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
    references returning right select session_user similar some symmetric system_user table
    tablesample then to trailing true union unique user using variadic verbose when where window
    with
    """.split()  # noqa: SIM905 - so many words read better as prose
)


@check(Severity.NOTE)
def reserved_name(deployed: Catalog) -> Iterator[Finding]:
    """A table or a column is called by a reserved word of SQL.

    It has to be quoted everywhere. Where somebody forgets, the best case is a syntax error; the
    worst is `SELECT * FROM user`, which answers with the name of the role.

    ```sql bad
    CREATE TABLE "user" (id bigint PRIMARY KEY);
    ```

    ```sql good
    CREATE TABLE account (id bigint PRIMARY KEY, position int, name text, "group of" text);
    ```
    """
    for table in own_tables(deployed):
        if table.name in RESERVED:
            yield Finding(
                table.qualified,
                f"{table.name} is a reserved word of SQL",
                f"ALTER TABLE {table.qualified} RENAME TO {table.name}s",
            )
    for table, column in own_columns(deployed):
        if column.name in RESERVED:
            yield Finding(
                table.subject(column),
                f"{column.name} is a reserved word of SQL",
                f'ALTER TABLE {table.qualified} RENAME COLUMN "{column.name}" TO {column.name}_',
            )
