"""Sessions that would wait for each other for ever, in a database of our own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import closing

from verification.databases.session import Session
from verification.dsn import Dsn

LOCK = 10  # seconds; nobody else is there whom it could be worth waiting for
_ALTER = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {}', current_database()); END $$"
_OTHERS = """
SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user
"""


@contextlib.contextmanager
def impatient(dsn: Dsn) -> Iterator[None]:
    """Inside, new sessions on the database give up on a lock; one env.py may open several."""
    with closing(Session(dsn)) as session:
        session.run(_ALTER.format(f"SET lock_timeout = {LOCK * 1000}"))
        try:
            yield
        finally:
            session.run(_ALTER.format("RESET lock_timeout"))


def end_sessions(dsn: Dsn) -> None:
    """End every other session on the database, also from another thread."""
    with closing(Session(dsn)) as session:
        session.run(_OTHERS)
