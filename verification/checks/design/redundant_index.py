"""An index that another one begins with."""

from collections.abc import Iterator

from verification.catalog import Catalog, Index
from verification.check import check
from verification.checks.design._indexes import drop, keys, needed, relations
from verification.finding import Finding, Severity


@check(Severity.NOTE)
def redundant_index(deployed: Catalog) -> Iterator[Finding]:
    """An index is the beginning of another one, which can serve its queries too.

    Every write pays for both. Where the shorter one is much smaller and much read it may be worth
    its price; else it can go.

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY, team_id bigint, name text);
    CREATE INDEX ON hero (team_id);
    CREATE INDEX ON hero (team_id, name);
    ```

    ```sql good
    CREATE TABLE hero (id bigint PRIMARY KEY, team_id bigint, name text, age int UNIQUE);
    CREATE INDEX ON hero (name);
    CREATE INDEX ON hero (team_id, name);
    CREATE INDEX ON hero (age, name);
    CREATE INDEX ON hero (team_id) WHERE name IS NULL;
    CREATE INDEX ON hero (team_id DESC);
    ```
    """
    for whole in relations(deployed):
        for short in whole.indexes:
            if short.unique or short.constraint or needed(short, whole):
                continue
            longer = next((long for long in whole.indexes if _begins(long, short)), None)
            if longer:
                yield Finding(
                    whole.subject(short),
                    f"the index of {whole.qualified} is the beginning of {whole.subject(longer)}",
                    drop(short, whole),
                )


def _begins(long: Index, short: Index) -> bool:
    start = keys(short)
    return (
        long.valid
        and short.valid
        and long.method == short.method == "btree"
        and len(keys(long)) > len(start)
        and keys(long)[: len(start)] == start
        and long.predicate == short.predicate
        and set(short.include) <= {*long.columns, *long.include}
    )
