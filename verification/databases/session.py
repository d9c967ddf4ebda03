"""One connection to a server's maintenance database, for what no transaction may contain."""

from __future__ import annotations

import os
from threading import Lock
from typing import Any

from verification.dsn import Dsn


class Session:
    """Autocommit statements over one connection, opened when first needed and again when lost."""

    def __init__(self, dsn: Dsn) -> None:
        """Nothing is connected yet."""
        self.dsn = dsn
        self._lock = Lock()
        self._connection: Any = None
        self._process = 0

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows, if it has any."""
        from psycopg2 import InterfaceError, OperationalError  # noqa: PLC0415 - 30 ms, only if used

        with self._lock:
            reused = self._reusable()
            try:
                return self._execute(statement, values)
            except (InterfaceError, OperationalError):
                # A server that was restarted in between has closed a connection kept from before.
                if not reused or self._reusable():
                    raise
                return self._execute(statement, values)

    def close(self) -> None:
        """Close the connection, if there is one."""
        with self._lock:
            if self._reusable():
                self._connection.close()
            self._connection = None

    def _reusable(self) -> bool:
        """A connection is never shared with a forked process."""
        return (
            self._connection is not None
            and not self._connection.closed
            and self._process == os.getpid()
        )

    def _execute(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        if not self._reusable():
            self._connection = connect(self.dsn)
            self._process = os.getpid()
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return list(cursor.fetchall()) if cursor.description else []


def connect(dsn: Dsn) -> Any:
    """An autocommit connection that gives up after ten seconds unless the URL says otherwise."""
    import psycopg2  # noqa: PLC0415 - 30 ms, only if used

    parameters: dict[str, Any] = {"connect_timeout": 10, **dsn.libpq()}
    connection = psycopg2.connect(**parameters)
    connection.autocommit = True
    return connection
