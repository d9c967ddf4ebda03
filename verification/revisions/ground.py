"""A database for revisions to run in: what may take how long, and a session that looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from verification.databases import Server
from verification.databases.server import quoted
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.revisions.observing import Observer
from verification.revisions.script import Migrations, Revision
from verification.revisions.step import Direction

# What decides where and how patiently the next revision runs, as far as env.py has set it.
_LOCAL = """
SELECT pg_catalog.format('pg_catalog.set_config(%L, %L, true)', name, setting)
FROM pg_catalog.pg_settings
WHERE name IN ('search_path', 'role', 'lock_timeout', 'statement_timeout') AND source = 'session'
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a migration of a disposable database may take, in seconds."""

    statement: float = 30
    lock: float = 5
    whole: float = 600


@dataclass(frozen=True, slots=True)
class Ground:
    """A database of this run's own, and a session that looks at it."""

    server: Server
    dsn: Dsn
    limits: Limits
    observer: Observer

    def copy(self) -> Ground:
        """A second one, like this one is now."""
        self.observer.close()
        try:
            return ground(self.server, self.limits, self.dsn.database)
        finally:
            self.observer.open()

    @contextmanager
    def clone(self) -> Iterator[Ground]:
        """A second one, until the end of the block."""
        copy = self.copy()
        try:
            yield copy
        finally:
            copy.close()

    def end_sessions(self) -> None:
        """End every session on it but this call's own, also from another thread."""
        with Observer(self.dsn).closing() as observer:
            observer.end_others()

    def close(self) -> None:
        """Drop it."""
        self.observer.close()
        self.server.drop(self.dsn)


def ground(server: Server, limits: Limits, template: str | None = None) -> Ground:
    """A new database, empty or copied, in which nothing can hang on a lock or a statement."""
    dsn = server.create(template)
    name = quoted(dsn.database)
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        for setting, seconds in (
            ("statement_timeout", limits.statement),
            ("lock_timeout", limits.lock),
        ):
            cursor.execute(f"ALTER DATABASE {name} SET {setting} = {int(seconds * 1000)}")
    return Ground(server, dsn, limits, Observer(dsn))


@dataclass(slots=True)
class Follower:
    """A database that has the first revisions of a history, as they are when all goes well."""

    migrations: Migrations
    ground: Ground
    index: int = 0
    memo: dict[str, Any] = field(default_factory=dict)

    def advance(self, order: Sequence[Revision]) -> None:
        """Apply what is still missing of these revisions. Raises what a revision raises."""
        missing = order[self.index :]
        if missing:
            ran = steps(self.migrations, missing, memo=self.memo)
            self.migrations.run(self.ground.dsn, ran)
            self.index = len(order)


def steps(
    migrations: Migrations,
    revisions: Sequence[Revision],
    direction: Direction = Direction.UP,
    memo: dict[str, Any] | None = None,
) -> Callable[..., Iterator[Any]]:
    """For `Migrations.run`: these revisions one after the other, each in its own transaction.

    Alembic remembers for the time of a run which enums it has made, and makes them once; with a
    `memo` several runs are as one.
    """
    from alembic.runtime.migration import MigrationStep  # noqa: PLC0415 - only migrations need it

    up = direction is not Direction.DOWN
    make = MigrationStep.upgrade_from_script if up else MigrationStep.downgrade_from_script

    def run(_at: Any, context: Any) -> Iterator[Any]:
        if memo is not None:
            context.impl.memo = memo
        commit = committing(context)
        for revision in revisions:
            script = migrations.script.get_revision(revision.id)
            yield make(migrations.script.revision_map, script)
            commit()

    return run


def committing(context: Any) -> Callable[[], None]:
    """What ends the transaction of a step, whatever transactions env.py believes in.

    It is done at the driver, so that one step is one transaction in every project: what it did can
    be seen from outside, its locks are gone, and a failure takes only itself back. What env.py has
    set for the one transaction that it means to run everything in holds in the next one too.
    """
    connection = context.connection.connection
    cursor = connection.cursor()
    try:
        cursor.execute(_LOCAL)
        lasting = context._transaction_per_migration  # noqa: SLF001 - told nowhere else
        local = [] if lasting else [call for (call,) in cursor.fetchall()]
    finally:
        cursor.close()

    def commit() -> None:
        connection.dbapi_connection.commit()
        if local:
            cursor = connection.cursor()
            try:
                cursor.execute(f"SELECT {', '.join(local)}")
            finally:
                cursor.close()

    return commit
