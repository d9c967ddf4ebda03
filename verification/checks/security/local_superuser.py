"""A service that never meets a permission."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.finding import Finding, Severity


@check(Severity.NOTE)
def local_superuser(bootstrap: bool, deployed: Catalog) -> Iterator[Finding]:
    """The service connects as the first superuser of a server of this machine.

    So do most containers of developers and CI runs, which is why this is but a note: no privilege,
    no policy and no owner is ever asked for here, so whether the service gets along with those of
    its real role cannot be seen.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY);
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
    if bootstrap and deployed.role:
        yield Finding(
            deployed.role.name,
            "the service connects as the server's first superuser, whom nothing is refused",
            "connect as a role with the privileges that the service has in production",
        )
