"""A copy of the project's schema to plant rows in, gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from verification.catalog import qualify, read
from verification.databases.session import connect
from verification.generation.planting import Planting
from verification.generation.scratch import Scratch

STATEMENT_TIMEOUT = 20_000
WITHOUT_PARTITION = """
SELECT n.nspname, c.relname, p.partstrat
FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid)
"""


@contextmanager
def copied(scratch: Scratch) -> Iterator[Planting]:
    """Nothing planted yet, in one open transaction that nobody ever commits."""
    with scratch.clone() as dsn, closing(connect(dsn)) as connection:
        connection.autocommit = False
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {STATEMENT_TIMEOUT}")
            catalog = read(connection) if _complete(cursor) else scratch.catalog
            yield Planting(catalog, cursor)
        connection.rollback()


def _complete(cursor: Any) -> bool:
    """Whether a table got a partition: some services make theirs only while they run."""
    cursor.execute(WITHOUT_PARTITION)
    lacking = cursor.fetchall()
    for number, (schema, table, strategy) in enumerate(lacking):
        bound = "FOR VALUES WITH (MODULUS 1, REMAINDER 0)" if strategy == "h" else "DEFAULT"
        name = qualify(schema, f"verify_partition_{number}")
        cursor.execute(f"CREATE TABLE {name} PARTITION OF {qualify(schema, table)} {bound}")
    return bool(lacking)
