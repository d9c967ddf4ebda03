"""What a report draws beside its findings: tables, the way to the database, locks, a score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from verification.finding import Location


@dataclass(frozen=True, slots=True)
class Row:
    """A column of a drawn table."""

    name: str
    type: str
    key: bool = False
    absent: bool = False  # models or migrations have it, the database has not


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key to another drawn table, or that it is a part of it (then without columns)."""

    table: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A table as it is drawn."""

    name: str  # as in `public.hero`
    rows: tuple[Row, ...] = ()
    links: tuple[Link, ...] = ()
    absent: bool = False
    partition: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A lock that a revision took on a table which was there before it, and for how long."""

    revision: str
    place: Location
    statement: str
    mode: str
    table: str
    blocks: str
    begin: float  # seconds after the revision's first statement
    seconds: float


@dataclass(frozen=True, slots=True)
class Score:
    """How many of the faults that were planted in this very schema were seen."""

    seen: int
    planted: int
    untried: int = 0

    @property
    def share(self) -> float:
        """The share of planted faults that was seen; 0 where none was planted."""
        return self.seen / self.planted if self.planted else 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is drawn; empty where nothing was learnt of it."""

    tables: tuple[Box, ...] = ()
    places: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """The full name of whatever belongs to a table: the table, and the columns it is about."""
    steps: tuple[tuple[str, float], ...] = ()
    """How long each step of one connection took."""
    revisions: tuple[tuple[str, float], ...] = ()
    """The revisions whose locks were looked at, and how long each ran."""
    held: tuple[Held, ...] = ()
    score: Score | None = None
