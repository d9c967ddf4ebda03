"""A second session on the database of a walk: digests, catalogs, and the end of other sessions."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from importlib.resources import files
from typing import Any

from verification.catalog import Catalog, read
from verification.databases.session import connect
from verification.dsn import Dsn

# The statement is sent once and planned once; nested loops over catalogs that were empty when it
# was planned would become the most expensive part of a walk.
_SETTINGS = (
    "SET jit = off; SET plan_cache_mode = force_generic_plan; SET enable_nestloop = off;"
    " SET statement_timeout = 0; SET lock_timeout = 0"
)
_DIGEST = files(__package__).joinpath("digest.sql").read_text("utf-8")
SINCE = 150000  # the first major with what --15 marks in the statement
_OTHERS = """
SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user
"""
_HOLDERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle in transaction'
"""


class Observer:
    """Looks at committed states only; never in a transaction, so nobody ever waits for it."""

    def __init__(self, dsn: Dsn) -> None:
        """Connect, and prepare the digest."""
        self._dsn = dsn
        self.open()

    def open(self) -> None:
        """Connect again after `close`, as one must who lets the database be copied."""
        self._connection = connect(self._dsn)
        text = _DIGEST.replace("--15 ", "" if self._connection.server_version >= SINCE else "-- ")
        self._rows(f"{_SETTINGS}; PREPARE digest AS {text}")

    def digest(self) -> tuple[Any, ...]:
        """Equal digests, equal schemas; different ones may still be equal."""
        (row,) = self._rows("SET search_path = pg_catalog; EXECUTE digest")
        return row

    def catalog(self) -> Catalog:
        """The whole schema."""
        return read(self._connection)

    def idle_in_transaction(self) -> int:
        """How many other sessions have a transaction open that has not failed, and do nothing."""
        return int(self._rows(_HOLDERS)[0][0])

    def end_others(self) -> None:
        """End every other session on this database."""
        self._rows(_OTHERS)

    def closing(self) -> AbstractContextManager[Observer]:
        """Itself, until the end of the block."""
        return contextlib.closing(self)

    def close(self) -> None:
        """End this one too."""
        self._connection.close()

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall()) if cursor.description else []
