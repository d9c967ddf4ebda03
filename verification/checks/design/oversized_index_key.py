"""Values that the table could hold and the index cannot."""

from collections.abc import Iterator

from verification.catalog import Catalog, Column, Table, quote
from verification.check import check
from verification.checks.design._columns import length, own_tables, plain_type, rules_on
from verification.finding import Finding, Severity

ROOM = 2704  # bytes of one key in a btree, on pages of 8 kB
UNBOUNDED = {"text", "character varying", "bytea", "jsonb", "tsvector"}
# A rule with one of these bounds the length, or the values themselves.
BOUNDS = ("length(", "~", "= ANY", "LIKE", " = ", " <= ", " < ")


@check(Severity.NOTE)
def oversized_index_key(deployed: Catalog) -> Iterator[Finding]:
    """A btree index is on a column whose values have no bound.

    A value of more than 2,704 bytes, after compression, is refused with "index row size exceeds
    btree maximum": an input of the wrong size ends in an error of the server.

    ```sql bad
    CREATE TABLE page (id bigint PRIMARY KEY, url text NOT NULL UNIQUE);
    ```

    ```sql good
    CREATE TABLE page (
        id bigint PRIMARY KEY,
        slug varchar(200) NOT NULL UNIQUE,
        url text NOT NULL CHECK (length(url) <= 2000),
        body text
    );
    CREATE INDEX ON page (url);
    CREATE INDEX ON page (md5(body));
    CREATE INDEX ON page USING hash (body);
    ```
    """
    for table in own_tables(deployed):
        told = set()
        for index in table.indexes:
            for name in (*index.columns, *index.include) if index.method == "btree" else ():
                column = table.column(name)
                if column is None or name in told or not _unbounded(deployed, table, column):
                    continue
                told.add(name)
                yield Finding(
                    f"{table.qualified}.{quote(name)}",
                    f"{column.type} has no bound, and {table.subject(index)} refuses a value of"
                    f" more than {ROOM:,} bytes",
                    f"ALTER TABLE {table.qualified} ADD CHECK (length({quote(name)}) <= 500), or"
                    f" an index on md5({quote(name)}::text)",
                )


def _unbounded(catalog: Catalog, table: Table, column: Column) -> bool:
    room = length(catalog, column.type)
    if plain_type(catalog, column.type) not in UNBOUNDED or (room and room <= ROOM):
        return False
    if any(key.kind == "foreign key" and column.name in key.columns for key in table.constraints):
        return False  # no longer than what it refers to, of which it is told
    return not any(b in rule for rule in rules_on(catalog, table, column) for b in BOUNDS)
