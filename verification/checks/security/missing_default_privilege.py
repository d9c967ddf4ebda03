"""The table of the next migration, which the service may not read."""

from collections.abc import Iterator

from verification.catalog import PUBLIC, Catalog, Role, quote
from verification.catalog.comparing.sameness import prevailing_owner
from verification.check import check
from verification.checks.security._roles import granted, names, owns
from verification.finding import Finding, Severity

ALL_DATA = {"pg_read_all_data", "pg_write_all_data"}


@check(Severity.WARNING)
def missing_default_privilege(
    role: Role, migrated: Catalog, deployed: Catalog
) -> Iterator[Finding]:
    """The service has its privileges by single grants, and nothing grants it those to come.

    The next migration makes a table that the service may not read: the deploy succeeds, and every
    query on it fails with "permission denied". Migrations that GRANT by themselves are no finding.

    ```python bad versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade(): op.execute("CREATE TABLE hero (id bigint PRIMARY KEY)")
    ```

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY);
    GRANT SELECT, INSERT ON hero TO pg_monitor;
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET role = pg_monitor', current_database());
    END $$;
    ```

    ```env bad
    DATABASE_URL=$SERVER
    ```

    ```python good versions/1_start.py
    from alembic import op
    revision, down_revision = "1", None
    def upgrade(): op.execute("CREATE TABLE hero (id bigint PRIMARY KEY)")
    ```

    ```sql good
    CREATE TABLE hero (id bigint PRIMARY KEY);
    GRANT SELECT, INSERT ON hero TO pg_monitor;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO pg_monitor;
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET role = pg_monitor', current_database());
    END $$;
    ```

    ```env good
    DATABASE_URL=$SERVER
    ```
    """
    mine = names(role) | {PUBLIC}
    if any(table.privileges for table in migrated.tables) or mine & ALL_DATA:
        return
    migrator = prevailing_owner(deployed)
    if owns(role, migrator):
        return
    used = {table.schema for table in deployed.tables if granted(table.privileges, mine)}
    coming = {
        default.schema
        for default in deployed.default_privileges
        if default.role == migrator
        and default.objects == "tables"
        and granted(default.privileges, mine)
    }
    for schema in sorted(used - coming if "" not in coming else ()):
        yield Finding(
            quote(schema),
            f"a table that {migrator} makes in this schema next is closed to {role.name}",
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {quote(migrator)} IN SCHEMA {quote(schema)}"
            f" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {quote(role.name)}",
        )
