"""Migrations through a pooler that shares its sessions."""

from collections.abc import Iterator

from verification.check import check
from verification.dsn import Dsn
from verification.finding import Finding, Severity
from verification.neon.dsn import is_pooled


@check(Severity.ERROR)
def pooled_migration_url(migration_dsn: Dsn) -> Iterator[Finding]:
    """Migrations run through a transaction pooler.

    There, `SET` leaks to other clients, session advisory locks exclude nobody (two migrators both
    hold one), and prepared statements and temporary tables disappear between transactions.

    ```env bad
    MIGRATION_DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678-pooler.eu-central-1.aws.neon.tech/app
    ```

    ```env good
    MIGRATION_DATABASE_URL=postgresql://a:b@ep-cool-rain-12345678.eu-central-1.aws.neon.tech/app
    ```
    """
    if is_pooled(migration_dsn):
        yield Finding(
            migration_dsn.host,
            "migrations go through a transaction pooler",
            f"use the direct host {migration_dsn.host.replace('-pooler', '', 1)}",
        )
