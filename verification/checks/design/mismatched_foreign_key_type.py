"""Foreign keys that cannot hold what they refer to."""

from collections.abc import Iterator

from verification.catalog import Catalog, Column, quote
from verification.check import check
from verification.checks.design._columns import length, plain_type
from verification.finding import Finding, Severity

TEXTS = {"text", "character varying"}


@check(Severity.WARNING)
def mismatched_foreign_key_type(deployed: Catalog) -> Iterator[Finding]:
    """A foreign key has another type than the column it refers to.

    A narrower one cannot refer to every row: the first that does not fit is refused. Any other
    difference makes each join convert one side, and may keep it from using an index.

    ```sql bad
    CREATE TABLE team (id bigint PRIMARY KEY);
    CREATE TABLE hero (id bigint PRIMARY KEY, team_id int REFERENCES team);
    ```

    ```sql bad
    CREATE TABLE team (code varchar(20) PRIMARY KEY);
    CREATE TABLE hero (id bigint PRIMARY KEY, team varchar(10) REFERENCES team);
    ```

    ```sql good
    CREATE DOMAIN code AS varchar(20);
    CREATE TABLE team (id bigint PRIMARY KEY, code varchar(20) UNIQUE);
    CREATE TABLE hero (
        id bigint PRIMARY KEY,
        team_id bigint REFERENCES team,
        code code REFERENCES team (code),
        long_code text REFERENCES team (code)
    );
    ```
    """
    for table in deployed.tables:
        for key in table.constraints:
            target = deployed.table(key.references)
            if key.kind != "foreign key" or target is None or key.period:
                continue
            for name, far in zip(key.columns, key.referenced_columns, strict=True):
                mine, theirs = table.column(name), target.column(far)
                if mine and theirs and not _fits(deployed, mine, theirs):
                    yield Finding(
                        f"{table.qualified}.{quote(name)}",
                        f"{mine.type} refers to {target.qualified}.{quote(far)},"
                        f" which is {theirs.type}",
                        f"ALTER TABLE {table.qualified} ALTER COLUMN {quote(name)}"
                        f" TYPE {theirs.type}",
                    )


def _fits(catalog: Catalog, mine: Column, theirs: Column) -> bool:
    types = {plain_type(catalog, mine.type), plain_type(catalog, theirs.type)}
    room, wanted = length(catalog, mine.type), length(catalog, theirs.type)
    enough = room is None or (wanted is not None and room >= wanted)
    return (len(types) == 1 or types <= TEXTS) and enough
