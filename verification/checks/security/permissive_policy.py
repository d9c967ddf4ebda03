"""Policies that refuse nothing."""

from collections.abc import Iterator

from verification.catalog import PUBLIC, Catalog, Policy, Table, quote
from verification.check import check
from verification.finding import Finding, Severity

ALWAYS = {"true", "(true)", "(1 = 1)"}
CHANGING = {"all", "update", "delete"}


@check(Severity.WARNING)
def permissive_policy(deployed: Catalog) -> Iterator[Finding]:
    """A policy lets everybody change every row.

    Permissive policies are joined by OR: one that is always true makes all the others of its
    command worthless. A SELECT of everything may be meant, where there is no narrower policy beside
    it; a role of its own with full access is no finding.

    ```sql bad
    CREATE TABLE note (id bigint PRIMARY KEY, owner text);
    ALTER TABLE note ENABLE ROW LEVEL SECURITY;
    CREATE POLICY anybody ON note USING (true);
    ```

    ```sql bad
    CREATE TABLE note (id bigint PRIMARY KEY, owner text);
    ALTER TABLE note ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON note USING (owner = current_user) WITH CHECK (true);
    ```

    ```sql good
    CREATE TABLE note (id bigint PRIMARY KEY, owner text);
    ALTER TABLE note ENABLE ROW LEVEL SECURITY;
    CREATE POLICY readable ON note FOR SELECT USING (true);
    CREATE POLICY own ON note FOR UPDATE USING (owner = current_user);
    CREATE POLICY support ON note TO pg_monitor USING (true);
    ```
    """
    for table in deployed.tables:
        for policy in table.policies:
            if not policy.permissive or not _for_everybody(policy, table):
                continue
            if policy.using in ALWAYS and (policy.command in CHANGING or _undoes(policy, table)):
                what = "every row" if policy.command == "all" else f"every row to {policy.command}"
                message, part = f"the policy lets everybody have {what}", "USING"
            elif policy.check in ALWAYS and policy.command in CHANGING:
                message, part = "the policy lets a row be given to somebody else", "WITH CHECK"
            else:
                continue
            yield Finding(
                f"{table.qualified}.{quote(policy.name)}",
                message,
                f"ALTER POLICY {quote(policy.name)} ON {table.qualified} {part} (...)",
            )


def _for_everybody(policy: Policy, table: Table) -> bool:
    """To PUBLIC, or to the only roles that any policy of the table is for."""
    others = {role for other in table.policies for role in other.roles}
    return PUBLIC in policy.roles or others <= set(policy.roles)


def _undoes(policy: Policy, table: Table) -> bool:
    """Whether another policy of this command says less."""
    return any(
        other.permissive
        and other.command == policy.command
        and other.using not in {None, *ALWAYS}
        and {PUBLIC, *policy.roles} & set(other.roles)
        for other in table.policies
    )
