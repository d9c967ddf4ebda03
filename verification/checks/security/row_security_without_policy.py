"""A table in which nobody sees anything."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.finding import Finding, Severity


@check(Severity.WARNING)
def row_security_without_policy(deployed: Catalog) -> Iterator[Finding]:
    """Row security is enabled on a table, and no policy lets anybody see a row.

    Queries do not fail: they find nothing, and updates change nothing, for every role but the
    owner and superusers. A restrictive policy alone lets nobody in; it only narrows another one.

    ```sql bad
    CREATE TABLE note (id bigint PRIMARY KEY, owner text);
    ALTER TABLE note ENABLE ROW LEVEL SECURITY;
    ```

    ```sql good
    CREATE TABLE note (id bigint PRIMARY KEY, owner text);
    ALTER TABLE note ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON note USING (owner = current_user);
    ```

    ```sql good
    CREATE TABLE seen (at date NOT NULL, owner text) PARTITION BY RANGE (at);
    CREATE TABLE seen_all PARTITION OF seen DEFAULT;
    ALTER TABLE seen ENABLE ROW LEVEL SECURITY;
    ALTER TABLE seen_all ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON seen USING (owner = current_user);
    ```
    """
    for table in deployed.tables:
        # A partition without policies is only closed to those who would go past its parent.
        if not table.row_security or table.partition_bound:
            continue
        if not any(policy.permissive for policy in table.policies):
            what = "only restrictive policies" if table.policies else "no policy"
            yield Finding(
                table.qualified,
                f"row security is on with {what}: no role but the owner sees a row",
                f"CREATE POLICY ... ON {table.qualified} USING (...)",
            )
