"""A connection that reads a database nobody may harm: the server refuses every write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from verification.dsn import Dsn

CONNECT_TIMEOUT = 10  # seconds; what Neon advises for a compute that has to wake up first
STATEMENT_TIMEOUT = 15_000  # milliseconds
LOCK_TIMEOUT = 2_000  # milliseconds

_BEGIN = (
    "BEGIN TRANSACTION READ ONLY;"
    f" SET LOCAL statement_timeout = {STATEMENT_TIMEOUT}; SET LOCAL lock_timeout = {LOCK_TIMEOUT};"
)
_READ_ONLY = "-c default_transaction_read_only=on"


class Reader:
    """Queries, each in a read-only transaction of its own, in one round trip."""

    def __init__(self, connection: Any) -> None:
        """Take over an open psycopg2 connection."""
        self._connection = connection
        self._begun = False
        connection.autocommit = True

    @property
    def raw(self) -> Any:
        """The psycopg2 connection itself, for what libpq knows of it (TLS, server version)."""
        return self._connection

    def rows(
        self, sql: str, values: tuple[object, ...] | Mapping[str, object] | None = None
    ) -> list[tuple[Any, ...]]:
        """The rows of one query. Raises psycopg2.Error; a write is error 25006."""
        with self._connection.cursor() as cursor:
            # Nothing of the last transaction is needed, so its end costs no round trip of its own.
            ended = "ROLLBACK; " if self._begun else ""
            self._begun = True
            cursor.execute(f"{ended}{_BEGIN} {sql}", values)
            return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def reading(dsn: Dsn) -> Iterator[Reader]:
    """Connect to look, never to touch. Raises psycopg2.OperationalError.

    The whole session is read-only where the server takes start-up options; behind a transaction
    pooler, which refuses them and shares its sessions, each transaction is.
    """
    connection = _connect(dsn)
    try:
        yield Reader(connection)
    finally:
        connection.close()


def _connect(dsn: Dsn) -> Any:
    import psycopg2  # noqa: PLC0415 - 30 ms that only a connection needs

    settings = {"connect_timeout": CONNECT_TIMEOUT, "application_name": "verify", **dsn.libpq()}
    options = f"{settings.get('options', '')} {_READ_ONLY}".strip()
    try:
        return psycopg2.connect(**{**settings, "options": options})
    except psycopg2.OperationalError as error:
        if "startup parameter" not in str(error):
            raise
        return psycopg2.connect(**settings)
