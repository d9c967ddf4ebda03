"""Tables of which neither can have the first row."""

from collections.abc import Iterator, Mapping

from verification.catalog import Catalog, Constraint, Table, quote
from verification.check import check
from verification.finding import Finding, Severity

Edges = Mapping[str, list[tuple[str, Constraint]]]


@check(Severity.WARNING)
def cyclic_foreign_keys(deployed: Catalog) -> Iterator[Finding]:
    """Foreign keys that must be filled at once lead round in a circle.

    Each row needs the other one to be there first, so no ordinary INSERT can make either, and no
    order of tables can load a dump. One key of the circle that may be NULL, or is deferrable, is
    enough to open it.

    ```sql bad
    CREATE TABLE team (id bigint PRIMARY KEY, captain_id bigint NOT NULL);
    CREATE TABLE hero (id bigint PRIMARY KEY, team_id bigint NOT NULL REFERENCES team);
    ALTER TABLE team ADD FOREIGN KEY (captain_id) REFERENCES hero;
    ```

    ```sql good
    CREATE TABLE team (id bigint PRIMARY KEY, captain_id bigint NOT NULL);
    CREATE TABLE hero (id bigint PRIMARY KEY, team_id bigint NOT NULL REFERENCES team);
    ALTER TABLE team ADD FOREIGN KEY (captain_id) REFERENCES hero DEFERRABLE;
    ```

    ```sql good
    CREATE TABLE team (id bigint PRIMARY KEY, captain_id bigint);
    CREATE TABLE hero (
        id bigint PRIMARY KEY,
        team_id bigint NOT NULL REFERENCES team,
        boss_id bigint NOT NULL REFERENCES hero
    );
    ALTER TABLE team ADD FOREIGN KEY (captain_id) REFERENCES hero;
    ```
    """
    edges = {
        table.qualified: [
            (key.references, key) for key in table.constraints if _demands(table, key)
        ]
        for table in deployed.tables
    }
    told: set[frozenset[str]] = set()
    for start, keys in edges.items():
        circle = _back_to(start, edges)
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            key = next(key for far, key in keys if far == circle[1 % len(circle)])
            yield Finding(
                f"{start}.{quote(key.name)}",
                f"no first row can be inserted: {' needs '.join((*circle, start))}",
                f"ALTER TABLE {start} ALTER CONSTRAINT {quote(key.name)} DEFERRABLE"
                " INITIALLY DEFERRED (in the models: deferrable=True, initially='DEFERRED')",
            )


def _demands(table: Table, key: Constraint) -> bool:
    if key.kind != "foreign key" or key.deferrable or not key.enforced:
        return False
    own = {column.name: column for column in table.columns}
    # A row may refer to itself, so a key to the same table closes no circle.
    return key.references != table.qualified and not any(own[n].nullable for n in key.columns)


def _back_to(start: str, edges: Edges) -> tuple[str, ...]:
    """The shortest way from a table to itself, without the return."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for way in ways:
        for far, _ in edges.get(way[-1], ()):
            if far == start:
                return way
            if far not in seen:
                seen.add(far)
                ways.append((*way, far))
    return ()
