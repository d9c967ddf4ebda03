"""A service that could drop its own tables."""

from collections.abc import Iterator

from verification.catalog import Catalog, Role
from verification.check import check
from verification.checks.security._roles import names
from verification.finding import Finding, Severity


@check(Severity.NOTE)
def owning_role(role: Role, deployed: Catalog) -> Iterator[Finding]:
    """The service connects as the owner of its tables.

    An owner may drop and alter them, disable their triggers, and is exempt from their policies, so
    one SQL injection does too. A second role that only uses what the first one has made costs two
    lines.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY);
    ALTER TABLE hero OWNER TO pg_monitor;
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET role = pg_monitor', current_database());
    END $$;
    ```

    ```env bad
    DATABASE_URL=$SERVER
    ```

    ```sql good
    CREATE TABLE hero (id bigint PRIMARY KEY);
    GRANT SELECT, INSERT, UPDATE, DELETE ON hero TO pg_monitor;
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET role = pg_monitor', current_database());
    END $$;
    ```

    ```env good
    DATABASE_URL=$SERVER
    ```
    """
    own = [table.qualified for table in deployed.tables if table.owner in names(role)]
    if own and not role.superuser:
        more = f" and {len(own) - 1} more" if len(own) > 1 else ""
        yield Finding(
            role.name,
            f"the service connects as the owner of {own[0]}{more}",
            "CREATE ROLE app LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA"
            " ... TO app; connect as app, and migrate as the owner",
        )
