"""Grants that stand in no migration."""

from collections.abc import Iterator
from itertools import groupby

from verification.catalog import Catalog
from verification.catalog.choosing import chosen
from verification.check import check
from verification.checks.schema._grants import ungoverned
from verification.config import Config
from verification.finding import Finding, Severity


@check(Severity.NOTE)
def ungoverned_grant(promised: Catalog, deployed: Catalog, config: Config) -> Iterator[Finding]:
    """A role that no migration names has been granted something in the database.

    Often the role of the service, made with the server. It is worth knowing who is on the list:
    nothing in the project says that they should be, and a database built anew will not have them.

    ```sql bad promised
    CREATE TABLE hero (id bigint PRIMARY KEY);
    ```

    ```sql bad deployed
    CREATE TABLE hero (id bigint PRIMARY KEY);
    GRANT SELECT ON hero TO pg_monitor;
    ```

    ```sql good promised
    CREATE TABLE hero (id bigint PRIMARY KEY);
    GRANT SELECT ON hero TO pg_monitor;
    ```

    ```sql good deployed
    CREATE TABLE hero (id bigint PRIMARY KEY);
    GRANT SELECT ON hero TO pg_monitor;
    ```
    """
    granted = sorted(ungoverned(promised, chosen(deployed, config.schemas)))
    for role, objects in groupby(granted, key=lambda pair: pair[0]):
        names = list(dict.fromkeys(name for _, name in objects))
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        yield Finding(
            role,
            f"no migration names this role, which has privileges on {names[0]}{more}",
            "grant them in a migration, or keep them with what makes the role",
        )
