"""Names that mean something else than they seem to."""

from collections.abc import Iterator

from verification.catalog import Catalog, Table, View
from verification.check import check
from verification.finding import Finding, Severity


@check(Severity.WARNING)
def hijacked_search_path(entire: Catalog) -> Iterator[Finding]:
    """On the search_path of the service, one table hides another of the same name.

    A query without a schema reads and writes the first one, a migration may have made the second.
    And where `pg_catalog` is named after another schema, a function there replaces PostgreSQL's
    own.

    ```sql bad
    CREATE SCHEMA shop;
    CREATE TABLE shop.hero (id bigint PRIMARY KEY);
    CREATE TABLE public.hero (id bigint PRIMARY KEY);
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET search_path = shop, public', current_database());
    END $$;
    ```

    ```sql bad
    DO $$ BEGIN
        EXECUTE format(
            'ALTER DATABASE %I SET search_path = public, pg_catalog', current_database());
    END $$;
    ```

    ```sql good
    CREATE SCHEMA shop;
    CREATE TABLE shop.hero (id bigint PRIMARY KEY);
    CREATE TABLE public.hero (id bigint PRIMARY KEY);
    ```
    """
    path = _path(entire)
    if "pg_catalog" in path[1:] and path[0] != "pg_catalog":
        yield Finding(
            "search_path",
            f"{path[0]} is searched before pg_catalog: its functions replace PostgreSQL's own",
            "leave pg_catalog out of search_path: it then comes first by itself",
        )
    seen: dict[str, str] = {}
    relations: tuple[Table | View, ...] = (*entire.tables, *entire.views)
    for schema in path:
        for thing in relations:
            if thing.schema != schema:
                continue
            first = seen.setdefault(thing.name, thing.qualified)
            if first != thing.qualified:
                yield Finding(
                    first,
                    f"the {thing.KIND} hides {thing.qualified}, which search_path has later",
                    f"ALTER {thing.KIND.upper()} {first} RENAME TO ..., or drop the one that is"
                    " left over, or name the schema in the models",
                )


def _path(catalog: Catalog) -> list[str]:
    """The schemas in the order in which they are searched."""
    written = catalog.facts().setting("search_path") or ""
    user = catalog.role.name if catalog.role else ""
    entries = [entry.strip() for entry in written.split(",") if entry.strip()]
    names = [
        entry[1:-1].replace('""', '"') if entry.startswith('"') else entry for entry in entries
    ]
    unique = dict.fromkeys(user if name == "$user" else name for name in names)
    there = {schema.name for schema in catalog.schemas} | {"pg_catalog"}
    return [name for name in unique if name in there]
