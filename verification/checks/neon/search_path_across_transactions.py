"""The same name, another table in every transaction."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import psycopg2

from verification.check import check
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.engines.place import Place
from verification.finding import Finding, NotApplicable, Severity, Unknown

SESSIONS = 4  # a pooler hands out several server connections


@check(Severity.ERROR)
def search_path_across_transactions(dsn: Dsn, place: Place) -> Iterator[Finding]:
    """Through the pooler, the search path is not the same in every transaction.

    A pooler gives each transaction whichever server session is free. Where one of them was given
    another search path (by a client's `SET`, a migration, a tool), the same statement finds another
    table there, or none: `relation does not exist`, now and then.

    ```env bad
    DATABASE_URL=$SERVER?pgbouncer=true
    ```

    ```sql bad
    CREATE FUNCTION current_setting(text) RETURNS text LANGUAGE sql AS $$
      SELECT CASE WHEN $1 = 'search_path' AND count(*) % 2 = 0 THEN 'public'
             ELSE pg_catalog.current_setting($1) END
      FROM pg_stat_activity WHERE datname = current_database() AND pid < pg_backend_pid() $$;
    DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database());
    END $$;
    ```

    ```env good
    DATABASE_URL=$SERVER?pgbouncer=true
    ```

    ```sql good
    DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET search_path = shop, public', current_database());
    END $$;
    ```
    """
    if not place.pooled:
        raise NotApplicable("no transaction pooler is in between")
    try:
        with ExitStack() as stack:
            cursors = [stack.enter_context(closing(connect(dsn))).cursor() for _ in range(SESSIONS)]
            # All transactions stand open at once, so that each is in a server session of its own.
            for cursor in cursors:
                cursor.execute("BEGIN READ ONLY")
            found = [_path(cursor) for cursor in cursors]
            for cursor in cursors:
                cursor.execute("ROLLBACK")
    except psycopg2.OperationalError as error:
        raise Unknown(f"the database cannot be reached: {' '.join(str(error).split())}") from None
    if len(set(found)) > 1:
        shown = "; ".join(sorted(set(found)))
        yield Finding(
            "search_path",
            f"the search path differs from one transaction to the next: {shown}",
            "ALTER ROLE ... SET search_path, or SET LOCAL in each transaction; never SET",
        )


def _path(cursor: Any) -> str:
    cursor.execute("SELECT current_setting('search_path')")
    return str(cursor.fetchone()[0])
