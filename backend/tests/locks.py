"""Requests held up on purpose, and what the pool and the server say meanwhile."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2

from backend.database import database
from backend.tests.api import Connection, Dsn


@contextmanager
def locked(dsn: Dsn) -> Iterator[None]:
    """Hold a lock that no request for users or tasks gets past."""
    connection = psycopg2.connect(**dsn.libpq())
    connection.cursor().execute("LOCK TABLE users, tasks IN ACCESS EXCLUSIVE MODE")
    try:
        yield
    finally:
        connection.close()


def checked_out() -> int:
    """How many connections are in use."""
    return int(database().engine.sync_engine.pool.checkedout())  # type: ignore[attr-defined] # of QueuePool


async def waiting(direct: Connection) -> None:
    """Return as soon as a request waits for that lock."""
    for _ in range(200):
        if states(direct).get("active"):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("no request reached the lock")


def states(direct: Connection) -> dict[str, int]:
    """What the service's connections do, as the server sees it."""
    with direct.cursor() as cursor:
        cursor.execute(
            "SELECT state, count(*) FROM pg_stat_activity WHERE application_name = 'backend'"
            " AND datname = current_database() GROUP BY state"
        )
        return dict(cursor.fetchall())


async def at_rest(direct: Connection) -> None:
    """See the pool, and the server, come to rest within a second."""
    for _ in range(100):
        if checked_out() == 0 and states(direct).keys() <= {"idle"}:
            return
        await asyncio.sleep(0.01)
    raise AssertionError((checked_out(), states(direct)))
