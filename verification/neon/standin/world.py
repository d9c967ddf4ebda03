"""The state behind the stand-in: a project, its branches, their computes and databases."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any, Protocol
from uuid import uuid4

from verification.dsn import Dsn
from verification.neon.standin.pooler import Pools, pools

REGION, DATABASE = "us-east-2", "neondb"
STEPS = ("scheduling", "running", "finished")  # an operation goes on each time it is asked for
LONGEST_LIFE = timedelta(days=30)


class Databases(Protocol):
    """What the stand-in asks of a PostgreSQL server."""

    @property
    def dsn(self) -> Dsn:
        """Its maintenance database."""

    def create(self, template: str | None = None) -> Dsn:
        """A new database, empty or a copy."""

    def drop(self, dsn: Dsn) -> None:
        """Drop one that was made here."""


class Refused(Exception):
    """The API says no: a status, a code and a message, as Neon gives them."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        """Keep all three."""
        self.status, self.message, self.code = status, message, code
        super().__init__(message)


@dataclass(slots=True)
class Compute:
    """A compute: what has a host name, and is awake or not."""

    id: str
    branch_id: str
    created_at: datetime
    state: str = "active"
    disabled: bool = False
    trouble: str = ""
    """What it answers to every connection instead of serving it, such as a quota message."""
    after_suspension: str = ""
    """The trouble that it has once it was suspended: it never wakes again."""
    waking: float | None = None
    """Seconds that it takes to wake; else what is usual."""
    woken: int = 0
    """How often it had to wake up."""


@dataclass(slots=True)
class Line:
    """A branch: a database of its own, copied from its parent's."""

    id: str
    name: str
    database: Dsn
    created_at: datetime
    parent_id: str = ""
    default: bool = False
    protected: bool = False
    expires_at: datetime | None = None
    state: str = "ready"


@dataclass(slots=True)
class Job:
    """An operation that is under way."""

    id: str
    branch_id: str
    action: str
    created_at: datetime
    step: int = 0


@dataclass(slots=True)
class World:
    """One account with one project, guarded by one lock."""

    server: Databases
    key: str = field(default_factory=lambda: f"napi_{token_hex(32)}", repr=False)
    project: str = field(default_factory=lambda: f"quiet-hill-{token_hex(4)}")
    branches: dict[str, Line] = field(default_factory=dict)
    computes: dict[str, Compute] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    refusals: list[Refused] = field(default_factory=list)
    """What the next requests are answered with, to try how a client takes it."""
    wide: bool = False
    """Whether the key is one of a whole account, which sees other projects too."""
    later: timedelta = timedelta(0)
    """By how much the stand-in's clock is ahead."""
    pools: Pools = field(default_factory=lambda: pools(os.environ), repr=False)
    """What serves the `-pooler` hosts."""
    lock: Any = field(default_factory=threading.RLock, repr=False)

    def __post_init__(self) -> None:
        """The project has its default branch from the start."""
        root = self._branch("main", self.server.create())
        root.default = True
        self.compute(root)

    def now(self) -> datetime:
        """The stand-in's own clock."""
        return datetime.now(UTC) + self.later

    def branch(self, id_: str) -> Line:
        """A branch by id. Raises Refused 404."""
        self.expire()
        if id_ not in self.branches:
            raise Refused(404, f"branch {id_} not found")
        return self.branches[id_]

    def create(self, name: str, parent_id: str = "", expires_at: datetime | None = None) -> Line:
        """A copy of another branch, by default of the default one. Raises Refused."""
        self.expire()
        if any(branch.name == name for branch in self.branches.values()):
            raise Refused(409, "branch already exists")
        if expires_at and not self.now() < expires_at < self.now() + LONGEST_LIFE:
            raise Refused(400, "expires_at must be in the future, and at most 30 days away")
        parent = self.branch(parent_id) if parent_id else self.root
        if parent.expires_at is not None:
            raise Refused(422, "a branch with an expiration has no children")
        new = self._branch(name, self._copy(parent.database))
        new.parent_id, new.expires_at, new.state = parent.id, expires_at, "init"
        return new

    def delete(self, id_: str) -> None:
        """Delete a branch with its database. Raises Refused."""
        branch = self.branch(id_)
        if branch.default or branch.protected:
            raise Refused(422, "cannot delete a default or protected branch")
        if any(other.parent_id == id_ for other in self.branches.values()):
            raise Refused(422, "cannot delete a branch that has children")
        self._remove(branch)

    def restore(self, id_: str, source: str) -> Line:
        """Give a branch the data of another one again."""
        branch, origin = self.branch(id_), self.branch(source)
        old, branch.database = branch.database, self._copy(origin.database)
        self._named(branch)
        self.server.drop(old)
        return branch

    @property
    def root(self) -> Line:
        """The default branch."""
        return next(branch for branch in self.branches.values() if branch.default)

    def compute(self, branch: Line) -> Compute:
        """A new compute for a branch."""
        made = Compute(f"ep-calm-rain-{token_hex(4)}", branch.id, self.now())
        self.computes[made.id] = made
        return made

    def of(self, branch: Line) -> list[Compute]:
        """The computes of a branch."""
        return [compute for compute in self.computes.values() if compute.branch_id == branch.id]

    def job(self, branch: Line, action: str) -> Job:
        """Something that takes a while."""
        made = Job(str(uuid4()), branch.id, action, self.now())
        self.jobs[made.id] = made
        return made

    def look(self, id_: str) -> Job:
        """An operation, one step further. Raises Refused 404."""
        if id_ not in self.jobs:
            raise Refused(404, f"operation {id_} not found")
        job = self.jobs[id_]
        job.step = min(job.step + 1, len(STEPS) - 1)
        if job.step == len(STEPS) - 1 and job.branch_id in self.branches:
            self.branches[job.branch_id].state = "ready"
        return job

    def suspend(self, compute: Compute) -> None:
        """Put it to sleep: its sessions are told 57P01 and closed, by PostgreSQL itself.

        Its pooler ends with it, and says nothing to the clients that it drops.
        """
        self.pools.close(compute.id)
        self.disconnect(self.branches[compute.branch_id].database)
        compute.state = "idle"
        compute.trouble = compute.trouble or compute.after_suspension

    def pooled(self, compute: Compute) -> socket.socket:
        """A connection to the pooler of a compute. Raises NoPooler, OSError."""
        ((most,),) = rows(self.server.dsn, "SELECT current_setting('max_connections')::int")
        return self.pools.connect(compute.id, self.server.dsn, most)

    def disconnect(self, database: Dsn) -> None:
        """End every session of a database."""
        self._run(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = %s",
            database.database,
        )

    def expire(self) -> None:
        """Delete what is past its time, as Neon does by itself."""
        for branch in list(self.branches.values()):
            if branch.expires_at is not None and branch.expires_at <= self.now():
                self._remove(branch)

    def close(self) -> None:
        """Drop every database."""
        for branch in list(self.branches.values()):
            self._remove(branch)

    def _branch(self, name: str, database: Dsn) -> Line:
        branch = Line(f"br-calm-rain-{token_hex(4)}", name, database, self.now())
        self.branches[branch.id] = branch
        self._named(branch)
        return branch

    def _named(self, branch: Line) -> None:
        """Let the database say which branch it is, as a compute does."""
        quoted = branch.database.database.replace('"', '""')
        for setting, value in (("branch_id", branch.id), ("project_id", self.project)):
            self._run(f"ALTER DATABASE \"{quoted}\" SET neon.{setting} = '{value}'")

    def _copy(self, origin: Dsn) -> Dsn:
        self.disconnect(origin)
        return self.server.create(origin.database)

    def _remove(self, branch: Line) -> None:
        for compute in self.of(branch):
            self.pools.close(compute.id)
            del self.computes[compute.id]
        del self.branches[branch.id]
        self.server.drop(branch.database)

    def _run(self, statement: str, *values: str) -> None:
        for _ in rows(self.server.dsn, statement, values):
            pass


def rows(dsn: Dsn, statement: str, values: tuple[str, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """What a statement gives, over a connection of its own."""
    import psycopg2  # noqa: PLC0415 - only where the stand-in runs

    connection = psycopg2.connect(**dsn.libpq())
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            yield from cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
