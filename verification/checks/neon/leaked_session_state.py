"""What another client has left behind."""

from collections.abc import Iterator
from contextlib import ExitStack, closing

import psycopg2

from verification.check import check
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.finding import Finding, Severity, Unknown
from verification.neon.drivers import converted

SESSIONS = 4  # a pooler hands out several server connections
# In a session that has set nothing, whatever is set was set by somebody else.
STATE = """
SELECT 'setting ' || name, name || ' = ' || setting FROM pg_catalog.pg_settings
WHERE source = 'session'
  AND lower(name) NOT IN ('datestyle', 'client_encoding', 'application_name', 'timezone',
                          'extra_float_digits', 'transaction_isolation', 'transaction_read_only',
                          'transaction_deferrable')
UNION ALL
SELECT 'role', 'the role is ' || current_user || ', not ' || session_user
WHERE current_user <> session_user
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) given
                  WHERE given LIKE 'role=%'
                    AND s.setrole IN (0, (SELECT oid FROM pg_catalog.pg_roles
                                          WHERE rolname = session_user)))
UNION ALL
SELECT 'advisory lock', 'an advisory lock is held that nobody here has taken'
FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
UNION ALL
SELECT 'temporary table', 'a temporary table is there: ' || relname
FROM pg_catalog.pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'
UNION ALL
SELECT 'prepared statement', 'a prepared statement is there: ' || name
FROM pg_catalog.pg_prepared_statements WHERE from_sql
"""


@check(Severity.ERROR)
def leaked_session_state(dsn: Dsn) -> Iterator[Finding]:
    """A new session already has settings, locks or temporary tables of another client.

    A transaction pooler gives the same server session to one client after another. What a client
    sets for its session (`SET search_path`, `SET ROLE`, `default_transaction_read_only`, an
    advisory lock) stays there, and works on whoever comes next: writes fail, rows of another tenant
    appear, locks are never released.

    ```sql bad
    CREATE FUNCTION lower(text) RETURNS text LANGUAGE sql AS
      $$ SELECT pg_try_advisory_lock_shared(42); SELECT pg_catalog.lower($1) $$;
    DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database());
    END $$;
    ```

    ```sql good
    SELECT 1;
    ```
    """
    plain = converted(dsn, "psycopg2").dsn
    found: dict[str, str] = {}
    try:
        with ExitStack() as stack:
            sessions = [stack.enter_context(closing(connect(plain))) for _ in range(SESSIONS)]
            cursors = [session.cursor() for session in sessions]
            # All transactions stand open at once, so that each is in a server session of its own.
            for cursor in cursors:
                cursor.execute(f"BEGIN READ ONLY; {STATE}")
                found.update(cursor.fetchall())
            for cursor in cursors:
                cursor.execute("ROLLBACK")
    except psycopg2.OperationalError as error:
        raise Unknown(f"the database cannot be reached: {' '.join(str(error).split())}") from None
    for subject, message in sorted(found.items()):
        yield Finding(
            subject,
            f"a new session has what another client left behind: {message}",
            "SET LOCAL in a transaction, ALTER ROLE ... SET, or a direct connection",
        )
