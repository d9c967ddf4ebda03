"""Identifiers that take three times their room."""

from collections.abc import Iterator

from verification.catalog import Catalog, Column, quote
from verification.check import check
from verification.checks.design._columns import length, own_columns, plain_type, words
from verification.finding import Finding, Severity

TEXTS = {"text", "character varying", "character"}
WRITTEN = 36  # characters of a UUID with its hyphens


@check(Severity.NOTE)
def uuid_as_text(deployed: Catalog) -> Iterator[Finding]:
    """A UUID is kept as text.

    37 bytes in place of 16, in the table and in every index on it; upper and lower case make two
    out of one; and anything else that is 36 characters long is accepted.

    ```sql bad
    CREATE TABLE hero (id varchar(36) PRIMARY KEY);
    ```

    ```sql bad
    CREATE TABLE hero (id bigint PRIMARY KEY, session_uuid text NOT NULL);
    ```

    ```sql good
    CREATE TABLE hero (id uuid PRIMARY KEY, name varchar(36), slug text);
    ```
    """
    for table, column in own_columns(deployed):
        if plain_type(deployed, column.type) in TEXTS and _holds_uuids(deployed, column):
            name = quote(column.name)
            yield Finding(
                f"{table.qualified}.{name}",
                f"{column.type} keeps a UUID as text",
                f"ALTER TABLE {table.qualified} ALTER COLUMN {name} TYPE uuid USING {name}::uuid"
                " (in the models: Uuid)",
            )


def _holds_uuids(catalog: Catalog, column: Column) -> bool:
    said = words(column.name)
    room = length(catalog, column.type)
    if "gen_random_uuid()" in (column.default or "") or "uuid_generate" in (column.default or ""):
        return True
    if {"uuid", "guid"} & set(said):
        return room is None or room >= WRITTEN - 4  # 32 without the hyphens
    return room == WRITTEN and said[-1:] == ["id"]
