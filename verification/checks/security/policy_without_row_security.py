"""Policies that are switched off."""

from collections.abc import Iterator

from verification.catalog import Catalog
from verification.check import check
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def policy_without_row_security(deployed: Catalog) -> Iterator[Finding]:
    """A table has policies, but row security is not enabled on it.

    CREATE POLICY does not enable it and says nothing. The policies are there to read, and every
    role reads every row.

    ```sql bad
    CREATE TABLE note (id bigint PRIMARY KEY, owner text);
    CREATE POLICY own ON note USING (owner = current_user);
    ```

    ```sql good
    CREATE TABLE note (id bigint PRIMARY KEY, owner text);
    CREATE POLICY own ON note USING (owner = current_user);
    ALTER TABLE note ENABLE ROW LEVEL SECURITY;
    ```
    """
    for table in deployed.tables:
        if table.policies and not table.row_security:
            listed = ", ".join(policy.name for policy in table.policies)
            yield Finding(
                table.qualified,
                f"row security is off, so its policies do nothing: {listed}",
                f"ALTER TABLE {table.qualified} ENABLE ROW LEVEL SECURITY",
            )
