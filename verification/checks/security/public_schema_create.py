"""A schema in which everybody may build."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.checks.security._roles import to_public
from verification.finding import Finding, Severity

REVOKED_SINCE = 15


@check(Severity.WARNING)
def public_schema_create(deployed: Catalog) -> Iterator[Finding]:
    """Every role of the server may create objects in a schema.

    Whoever can connect plants a function or a table there under a name that others' queries use,
    and has it run with their rights (CVE-2018-1058). A database that was upgraded from before
    PostgreSQL 15 still allows it in `public`.

    ```sql bad
    GRANT CREATE ON SCHEMA public TO PUBLIC;
    ```

    ```sql good
    CREATE SCHEMA shop;
    GRANT USAGE ON SCHEMA shop TO PUBLIC;
    ```
    """
    for schema in deployed.schemas:
        if "CREATE" not in to_public(schema.privileges):
            continue
        # Before PostgreSQL 15 it is how every database is made, a rehearsal's too.
        if schema.name != "public" or deployed.facts().major >= REVOKED_SINCE:
            yield Finding(
                schema.qualified,
                "every role may create objects in this schema",
                f"REVOKE CREATE ON SCHEMA {schema.qualified} FROM PUBLIC",
            )
