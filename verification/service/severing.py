"""What can really be done to a real server of ours, while a service is connected to it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from verification.databases import Server
from verification.databases.server import quoted
from verification.databases.session import Session, connect
from verification.dsn import Dsn

OTHERS = "FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


@dataclass(frozen=True, slots=True)
class Severing:
    """Acts on one scratch database, from the maintenance database of its server."""

    server: Dsn
    dsn: Dsn

    def kill(self) -> None:
        """End every connection, as an administrator or a suspending compute does."""
        self._run(f"SELECT pg_terminate_backend(pid, 2000) {OTHERS}", self.dsn.database)

    def shut(self) -> None:
        """Accept no connection any more, and end those there are."""
        self._run(f"ALTER DATABASE {quoted(self.dsn.database)} ALLOW_CONNECTIONS false")
        self.kill()

    def open(self) -> None:
        """Accept connections again."""
        self._run(f"ALTER DATABASE {quoted(self.dsn.database)} ALLOW_CONNECTIONS true")

    def restrain(self, *, writable: bool) -> None:
        """Let new transactions write, or not; ends every connection so that all are new."""
        state = "RESET default_transaction_read_only"
        if not writable:
            state = "SET default_transaction_read_only = on"
        self._run(f"ALTER DATABASE {quoted(self.dsn.database)} {state}")
        self.kill()

    def idle_in_transaction(self, patience: float = 1.0) -> int:
        """How many sessions sit in an open transaction, after a moment to finish."""
        deadline = time.monotonic() + patience
        while True:
            ((count,),) = self._run(
                f"SELECT count(*) {OTHERS} AND state LIKE 'idle in transaction%%'",
                self.dsn.database,
            )
            if not count or time.monotonic() > deadline:
                return int(str(count))
            time.sleep(0.05)

    def waiting(self) -> int:
        """How many sessions wait for a lock."""
        ((count,),) = self._run(
            f"SELECT count(*) {OTHERS} AND wait_event_type = 'Lock'", self.dsn.database
        )
        return int(str(count))

    def release(self) -> None:
        """End the sessions that sit in an open transaction: a lock would wait for them for ever."""
        if self.idle_in_transaction():
            self._run(
                f"SELECT pg_terminate_backend(pid, 2000) {OTHERS}"
                " AND state LIKE 'idle in transaction%%'",
                self.dsn.database,
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """While open, every table of the database is locked against everybody."""
        self.release()
        with closing(connect(self.dsn)) as connection, connection.cursor() as cursor:
            connection.autocommit = False
            cursor.execute(
                "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c"
                " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
                " AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
            )
            for (table,) in cursor.fetchall():
                cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield
            connection.rollback()

    @contextmanager
    def unwritable(self, tables: Sequence[str]) -> Iterator[None]:
        """While open, these tables can be read and not written: a write waits."""
        self.release()
        with closing(connect(self.dsn)) as connection, connection.cursor() as cursor:
            connection.autocommit = False
            for table in tables:
                cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
            yield
            connection.rollback()

    def _run(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with closing(Session(self.server)) as session:
            return session.run(statement, *values)


def severing(server: Server, dsn: Dsn) -> Severing:
    """What can be done to a database of this server."""
    return Severing(server.dsn, dsn)
