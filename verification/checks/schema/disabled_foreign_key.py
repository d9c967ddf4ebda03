"""Foreign keys that nobody watches over."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity


@check(Severity.ERROR)
def disabled_foreign_key(unenforced: tuple[tuple[str, str, str], ...]) -> Iterator[Finding]:
    """The triggers that enforce a foreign key are disabled.

    `ALTER TABLE ... DISABLE TRIGGER ALL`, as data loaders run it, switches them off too. The key is
    still listed everywhere, and rows that refer to nothing are accepted.

    ```sql bad
    CREATE TABLE team (id bigint PRIMARY KEY);
    CREATE TABLE hero (id bigint PRIMARY KEY, team_id bigint REFERENCES team);
    ALTER TABLE hero DISABLE TRIGGER ALL;
    ```

    ```sql good
    CREATE TABLE team (id bigint PRIMARY KEY);
    CREATE TABLE hero (id bigint PRIMARY KEY, team_id bigint REFERENCES team);
    ALTER TABLE hero DISABLE TRIGGER USER;
    ```
    """
    told = set()
    for table, name, where in unenforced:
        if (table, name) not in told:
            told.add((table, name))
            yield Finding(
                f"{table}.{name}",
                f"the foreign key is not enforced: its triggers on {where} are disabled",
                f"ALTER TABLE {where} ENABLE TRIGGER ALL, and look for orphans",
            )
