"""A service that could do anything."""

from collections.abc import Iterator

from verification.catalog import Role, quote
from verification.check import check
from verification.checks.security._roles import names
from verification.finding import Finding, Severity

# Roles that read and write files, run programs, or are a provider's nearest thing to a superuser.
MIGHTY = frozenset(
    {
        "azure_pg_admin",
        "cloudsqlsuperuser",
        "neon_superuser",
        "pg_execute_server_program",
        "pg_read_server_files",
        "pg_write_server_files",
        "rds_superuser",
    }
)


@check(Severity.WARNING)
def privileged_role(role: Role) -> Iterator[Finding]:
    """The service connects as a role that may do more than use its database.

    One SQL injection, or one leaked URL, and whoever has it makes roles and databases, reads every
    table past its policies, or runs programs on the server. Migrations may need such a role; the
    service needs SELECT, INSERT, UPDATE and DELETE.

    ```sql bad
    DO $$ BEGIN
        EXECUTE format(
            'ALTER DATABASE %I SET role = pg_execute_server_program', current_database());
    END $$;
    ```

    ```env bad
    DATABASE_URL=$SERVER
    ```

    ```sql good
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET role = pg_monitor', current_database());
    END $$;
    ```

    ```env good
    DATABASE_URL=$SERVER
    ```
    """
    attributes = {
        "SUPERUSER": role.superuser,
        "CREATEROLE": role.createrole,
        "CREATEDB": role.createdb,
        "REPLICATION": role.replication,
        "BYPASSRLS": role.bypassrls,
    }
    has = [word for word, given in attributes.items() if given]
    member = sorted(names(role) & MIGHTY)
    if has or member:
        what = [*has, *(f"the powers of {name}" for name in member)]
        yield Finding(
            role.name,
            f"the service connects as a role with {', '.join(what)}",
            "CREATE ROLE app LOGIN, GRANT it what the service needs, and connect as it; keep"
            f" {quote(role.name)} for migrations",
        )
