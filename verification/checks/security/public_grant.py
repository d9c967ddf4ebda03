"""Data that everybody may reach."""

from collections.abc import Iterator

from verification.catalog import PUBLIC, Catalog, quote
from verification.check import check
from verification.checks.security._roles import holders, keyword, to_public
from verification.finding import Finding, Severity


@check(Severity.WARNING)
def public_grant(deployed: Catalog) -> Iterator[Finding]:
    """A privilege on data is granted to PUBLIC, that is to every role of the server.

    The next role, made for a report or by another service on the same server, has it too, and
    revoking it from that role changes nothing.

    ```sql bad
    CREATE TABLE account (id bigint PRIMARY KEY, email text);
    GRANT SELECT ON account TO PUBLIC;
    ```

    ```sql bad
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO PUBLIC;
    ```

    ```sql good
    CREATE TABLE account (id bigint PRIMARY KEY, email text);
    GRANT SELECT ON account TO pg_monitor;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor;
    ```
    """
    for thing in holders(deployed):
        if words := to_public(thing.privileges):
            yield Finding(
                thing.qualified,
                f"every role has {', '.join(words)}",
                f"REVOKE ALL ON {keyword(thing)} {thing.qualified} FROM PUBLIC",
            )
    for table in deployed.tables:
        for column in table.columns:
            if words := to_public(column.privileges):
                yield Finding(
                    table.subject(column),
                    f"every role has {', '.join(words)} on the column",
                    f"REVOKE ALL ({quote(column.name)}) ON TABLE {table.qualified} FROM PUBLIC",
                )
    for default in deployed.default_privileges:
        if default.objects in {"tables", "sequences"} and to_public(default.privileges):
            place = f" IN SCHEMA {quote(default.schema)}" if default.schema else ""
            yield Finding(
                default.qualified,
                f"every role has {', '.join(to_public(default.privileges))} on those to come",
                f"ALTER DEFAULT PRIVILEGES FOR ROLE {quote(default.role)}{place}"
                f" REVOKE ALL ON {default.objects.upper()} FROM {PUBLIC}",
            )
