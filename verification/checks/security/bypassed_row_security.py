"""Policies that the service never meets."""

from collections.abc import Iterator

from verification.catalog import Catalog, Role
from verification.check import check
from verification.checks.security._roles import names
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def bypassed_row_security(role: Role, deployed: Catalog) -> Iterator[Finding]:
    """A table has row security, and the role of the service is exempt from it.

    Superusers, roles with BYPASSRLS and, without FORCE, a table's owner see and change every row.
    The policies are there, the tests of them pass, and every tenant reads every other one's rows.

    ```sql bad
    CREATE TABLE note (id bigint PRIMARY KEY, owner text);
    ALTER TABLE note ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON note USING (owner = current_setting('app.user'));
    ALTER TABLE note OWNER TO pg_monitor;
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET role = pg_monitor', current_database());
    END $$;
    ```

    ```env bad
    DATABASE_URL=$SERVER
    ```

    ```sql good
    CREATE TABLE note (id bigint PRIMARY KEY, owner text);
    ALTER TABLE note ENABLE ROW LEVEL SECURITY;
    ALTER TABLE note FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON note USING (owner = current_setting('app.user'));
    ALTER TABLE note OWNER TO pg_monitor;
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET role = pg_monitor', current_database());
    END $$;
    ```

    ```env good
    DATABASE_URL=$SERVER
    ```
    """
    mighty = "is a superuser" if role.superuser else "has BYPASSRLS" if role.bypassrls else ""
    for table in deployed.tables:
        if not table.row_security:
            continue
        own = "owns it" if table.owner in names(role) and not table.force_row_security else ""
        if why := mighty or own:
            yield Finding(
                table.qualified,
                f"row security does not hold for the service: {role.name} {why}",
                "connect as a role without BYPASSRLS that owns no table"
                if mighty
                else f"ALTER TABLE {table.qualified} FORCE ROW LEVEL SECURITY",
            )
