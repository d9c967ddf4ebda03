"""Objects that migrations may not touch."""

from collections.abc import Iterator

from verification.catalog import Catalog, Enum, Sequence, Table, View, quote
from verification.catalog.comparing.sameness import prevailing_owner
from verification.check import check
from verification.databases.reader import Reader
from verification.finding import Finding, Severity


@check(Severity.WARNING)
def foreign_owner(deployed: Catalog, connection: Reader) -> Iterator[Finding]:
    """An object belongs to another role than the rest, and that one has no say over it.

    Somebody made it by hand under a name of his own. The next migration that alters it fails with
    "must be owner", in the middle of a deploy.

    ```sql bad
    CREATE TABLE team (id bigint PRIMARY KEY);
    CREATE TABLE hero (id bigint PRIMARY KEY);
    CREATE TABLE by_hand (id bigint PRIMARY KEY);
    ALTER TABLE team OWNER TO pg_monitor;
    ALTER TABLE hero OWNER TO pg_monitor;
    ```

    ```sql good
    CREATE TABLE team (id bigint PRIMARY KEY);
    CREATE TABLE hero (id bigint PRIMARY KEY);
    CREATE TABLE settings (id bigint PRIMARY KEY);
    ALTER TABLE team OWNER TO pg_monitor;
    ALTER TABLE hero OWNER TO pg_monitor;
    ALTER TABLE settings OWNER TO pg_read_all_settings; -- of which pg_monitor is a member
    ```
    """
    migrator = prevailing_owner(deployed)
    others = [thing for thing in _made(deployed) if thing.owner != migrator]
    if not others:
        return
    rows = connection.rows(
        "SELECT owner, pg_has_role(%s::name, owner::name, 'USAGE') FROM unnest(%s) owner",
        (migrator, sorted({thing.owner for thing in others})),
    )
    allowed = {owner for owner, may in rows if may}
    for thing in others:
        if thing.owner not in allowed:
            keyword = "TYPE" if isinstance(thing, Enum) else thing.KIND.upper()
            if isinstance(thing, View):
                keyword = "MATERIALIZED VIEW"
            yield Finding(
                thing.qualified,
                f"the {thing.KIND} belongs to {thing.owner}, nearly all else to {migrator}",
                f"ALTER {keyword} {thing.qualified} OWNER TO {quote(migrator)}",
            )


def _made(catalog: Catalog) -> Iterator[Table | View | Sequence | Enum]:
    """What migrations come back to; a function may well have an owner for its rights' sake."""
    yield from catalog.tables
    yield from (view for view in catalog.views if view.kind != "view")
    yield from (sequence for sequence in catalog.sequences if not sequence.owned_by)
    yield from catalog.enums
