"""Foreign keys that nobody watches over."""

from collections.abc import Iterator

from verification.check import check
from verification.databases.reader import Reader
from verification.finding import Finding, Severity

QUESTION = """
SELECT DISTINCT format('%I.%I', n.nspname, t.relname), format('%I', k.conname),
       format('%I.%I', wn.nspname, w.relname)
FROM pg_trigger g
JOIN pg_constraint k ON k.oid = g.tgconstraint AND k.contype = 'f'
JOIN pg_class t ON t.oid = k.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_class w ON w.oid = g.tgrelid JOIN pg_namespace wn ON wn.oid = w.relnamespace
WHERE g.tgisinternal AND g.tgenabled = 'D'
ORDER BY 1, 2
"""


@check(Severity.ERROR)
def disabled_foreign_key(connection: Reader) -> Iterator[Finding]:
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
    for table, name, where in connection.rows(QUESTION):
        if (table, name) not in told:
            told.add((table, name))
            yield Finding(
                f"{table}.{name}",
                f"the foreign key is not enforced: its triggers on {where} are disabled",
                f"ALTER TABLE {where} ENABLE TRIGGER ALL, and look for orphans",
            )
