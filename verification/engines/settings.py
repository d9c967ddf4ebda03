"""The values of an engine that decide how it behaves when the network and the server do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from verification.finding import Location

POOLS = {"QueuePool", "AsyncAdaptedQueuePool"}


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """One SQLAlchemy engine of the project, as its code configured it."""

    driver: str
    """`psycopg2`, `psycopg`, `asyncpg`, ..."""
    pool: str
    """The class of its pool, as in `QueuePool` or `NullPool`."""
    size: int = 0
    """Connections the pool keeps."""
    overflow: int = 0
    """Connections beyond that; -1 without limit."""
    recycle: int = -1
    """Seconds after which a connection is replaced; -1 never."""
    pre_ping: bool = False
    host: str = ""
    database: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the driver is given, URL and connect_args together, as text; the password is masked."""
    server_settings: Mapping[str, str] = field(default_factory=dict)
    """asyncpg's `server_settings`, which are sent at start-up."""
    echo: bool = False
    """Whether it logs every statement with its values."""
    autocommit: bool = False
    """Whether each statement is a transaction of its own."""
    made_while_serving: int = 0
    """How many like it were made at that place while requests were answered."""
    own_creator: bool = False
    """Whether the project connects by a function of its own, so that `arguments` are unknown."""
    location: Location | None = None
    """Where it is made, as far as the stack told."""

    @property
    def keeps_connections(self) -> bool:
        """Whether connections outlive their use."""
        return self.pool in POOLS

    @property
    def most(self) -> int | None:
        """The most connections it holds at once; None without limit."""
        if not self.keeps_connections:
            return 0
        return None if self.overflow < 0 else self.size + self.overflow

    def argument(self, name: str) -> str:
        """What the driver is given for this word, empty where it is nothing."""
        return self.arguments.get(name, "")

    def __str__(self) -> str:
        """A stable name for findings: where it is made, or what it uses."""
        return self.location.file if self.location else f"{self.driver} engine"


@dataclass(frozen=True, slots=True)
class Leak:
    """A place where the project's own code printed its password."""

    place: str
    """As in `standard output or error at start-up`."""


@dataclass(frozen=True, slots=True)
class Unregistered:
    """A mapped class whose table Alembic is not told of."""

    name: str
    table: str
    location: Location | None


@dataclass(frozen=True, slots=True)
class Observed:
    """What the project's code showed when it was started with its database out of reach."""

    engines: tuple[EngineSettings, ...] = ()
    leaks: tuple[Leak, ...] = ()
    revealing: tuple[str, ...] = ()
    """Settings whose repr, as a library makes it, shows the password."""
    unregistered: tuple[Unregistered, ...] = ()
    registered: int = -1
    """How many tables Alembic is told of; -1 where env.py could not be asked."""
    trouble: tuple[str, ...] = ()
    """What could not be looked at, and why."""
    migration_host: str = ""
    """Where env.py connects to; empty where it could not be seen."""
