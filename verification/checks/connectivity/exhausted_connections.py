"""No room for one more."""

from collections.abc import Iterator

from verification.check import check
from verification.databases.reader import Reader
from verification.finding import Finding, Severity

SHARE = 0.85
# Everybody may count sessions; who they are and what they do is not needed. One is our own.
USE = """
SELECT current_database(), current_user,
       current_setting('max_connections')::int
         - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true), '0')::int,
       (SELECT sum(numbackends)::int - 1 FROM pg_stat_database WHERE datid <> 0),
       (SELECT datconnlimit FROM pg_database WHERE datname = current_database()),
       (SELECT numbackends - 1 FROM pg_stat_database WHERE datname = current_database()),
       (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user),
       (SELECT count(*)::int - 1 FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
        WHERE r.rolname = current_user)
"""


@check(Severity.WARNING)
def exhausted_connections(connection: Reader) -> Iterator[Finding]:
    """Hardly any connection is left on the server, in the database or to the role.

    The next instance, the next deploy or the person who wants to find out why is turned away with
    `too many clients already`. Counted is what is in use against `max_connections` less what is
    reserved, and against the limits of the database and the role.

    ```sql bad
    DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 0', current_database());
    END $$;
    ```

    ```sql good
    DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 50', current_database());
    END $$;
    ```
    """
    ((database, role, slots, used, database_limit, in_database, role_limit, by_role),) = (
        connection.rows(USE)
    )
    for subject, limit, taken in (
        ("max_connections", slots, used),
        (f"database {database}", database_limit, in_database),
        (f"role {role}", role_limit, by_role),
    ):
        if limit >= 0 and taken >= limit * SHARE:
            yield Finding(
                subject,
                f"{max(taken, 0)} of {limit} connections are in use",
                "use a pooler, smaller pools or fewer processes; or raise the limit",
            )
