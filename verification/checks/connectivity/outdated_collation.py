"""An order of text that has changed under the indexes."""

from collections.abc import Iterator

from verification.check import check
from verification.databases.reader import Reader
from verification.finding import Finding, Severity

SINCE = 150000  # PostgreSQL 15 notes the version of a database's own collation
DATABASE = """
SELECT datname, datcollversion, pg_catalog.pg_database_collation_actual_version(oid)
FROM pg_catalog.pg_database
WHERE datname = current_database()
  AND datcollversion <> pg_catalog.pg_database_collation_actual_version(oid)
"""
OTHERS = """
SELECT format('%I.%I', n.nspname, c.collname), c.collversion,
       pg_catalog.pg_collation_actual_version(c.oid)
FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
WHERE c.collversion <> pg_catalog.pg_collation_actual_version(c.oid)
  AND EXISTS (SELECT FROM pg_catalog.pg_depend d
              WHERE d.refclassid = 'pg_catalog.pg_collation'::regclass AND d.refobjid = c.oid)
ORDER BY 1
"""


@check(Severity.WARNING)
def outdated_collation(connection: Reader) -> Iterator[Finding]:
    """The order of text has changed since indexes were built on it.

    An index on text is sorted by its collation. When an update of the operating system changes
    that order, the index is no longer sorted: rows are not found, and a unique index takes a value
    twice. PostgreSQL notes the version under which it was built, and here it is another one.

    ```sql bad
    UPDATE pg_database SET datcollversion = '0.1' WHERE datname = current_database();
    ```

    ```sql good
    CREATE TABLE hero (name text PRIMARY KEY);
    ```
    """
    if connection.raw.server_version >= SINCE:
        for name, before, now in connection.rows(DATABASE):
            yield Finding(
                name,
                f"the database's collation was version {before} when it was made, and is {now} now",
                f'REINDEX DATABASE "{name}"; ALTER DATABASE "{name}" REFRESH COLLATION VERSION',
            )
    for name, before, now in connection.rows(OTHERS):
        yield Finding(
            name,
            f"the collation was version {before} when it was made, and is {now} now",
            f"REINDEX what uses it; ALTER COLLATION {name} REFRESH VERSION",
        )
