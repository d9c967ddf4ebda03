"""Privileges that a service has no use for."""

from collections.abc import Iterator

from verification.catalog import Catalog, Role, quote
from verification.check import check
from verification.checks.security._roles import DATA, GRANT_OPTION, granted, names, owns
from verification.finding import Finding, Severity


@check(Severity.NOTE)
def excess_privilege(role: Role, deployed: Catalog) -> Iterator[Finding]:
    """The role of the service may do more with a table or a schema than use its rows.

    TRUNCATE empties a table past its triggers and policies, TRIGGER runs code in other sessions,
    CREATE lets the service make tables of its own, WITH GRANT OPTION hands any of it on. GRANT ALL
    is the usual cause.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY);
    GRANT ALL ON hero TO pg_monitor;
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
    mine = names(role)
    for table in deployed.tables:
        if owns(role, table.owner):
            continue
        own = [privilege for privilege in table.privileges if privilege.grantee in mine]
        extra = sorted(granted(own, mine) - DATA)
        passed_on = any(GRANT_OPTION in word for each in own for word in each.granted)
        if extra or passed_on:
            what = ", ".join(extra) or "GRANT OPTION FOR ALL"
            yield Finding(
                table.qualified,
                f"{role.name} has {what}, which a service does not need",
                f"REVOKE {what} ON {table.qualified} FROM {quote(own[0].grantee)}",
            )
    for schema in deployed.schemas:
        if not owns(role, schema.owner) and "CREATE" in granted(schema.privileges, mine):
            yield Finding(
                schema.qualified,
                f"{role.name} may create objects in the schema, which a service does not need",
                f"REVOKE CREATE ON SCHEMA {schema.qualified} FROM {quote(role.name)}",
            )
