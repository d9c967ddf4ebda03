"""Tables that a crash empties."""

import re
from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.finding import Finding, Severity

# What may well be lost, by its name.
FLEETING = re.compile(
    r"cache|session|temp|tmp|staging|stage|scratch|queue|job|lock|throttl|rate_?limit|import|load"
)


@check(Severity.WARNING)
def unlogged_table(deployed: Catalog) -> Iterator[Finding]:
    """A table is UNLOGGED.

    After a crash, and after a compute that was suspended in mid-flight, it is empty; no replica, no
    backup from the log and no branch has its rows. Caches, queues and the like are no finding.

    ```sql bad
    CREATE UNLOGGED TABLE hero (id bigint PRIMARY KEY);
    ```

    ```sql good
    CREATE TABLE hero (id bigint PRIMARY KEY);
    CREATE UNLOGGED TABLE page_cache (id bigint PRIMARY KEY);
    ```
    """
    for table in deployed.tables:
        if table.persistence == "unlogged" and not FLEETING.search(table.name.lower()):
            yield Finding(
                table.qualified,
                "the table is unlogged: a crash empties it, and no replica has it",
                f"ALTER TABLE {table.qualified} SET LOGGED",
            )
