"""What a walk over the revisions has seen, as values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from verification.catalog import Catalog, Difference
from verification.finding import Location


class Direction(StrEnum):
    """Each revision is applied, undone, and applied again."""

    UP = "upgrade"
    DOWN = "downgrade"
    AGAIN = "upgrade after its downgrade"


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock on a table that was there before the revision, by its full name."""

    table: str
    mode: str  # as pg_locks says it, without "Lock": "AccessExclusive"

    @property
    def blocks(self) -> str:
        """What everybody else has to wait with; empty where it is nothing."""
        if self.mode == "AccessExclusive":
            return "reads and writes"
        return "writes" if self.mode in {"Share", "ShareRowExclusive", "Exclusive"} else ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that a revision sent, and what the server did for it."""

    text: str
    location: Location
    seconds: float = 0.0
    locks: tuple[Lock, ...] = ()  # held when it ended: its own and those of its transaction
    before: tuple[Lock, ...] = ()  # held when it began
    rewritten: tuple[str, ...] = ()  # tables written anew
    scanned: tuple[str, ...] = ()  # tables read from end to end
    bounded: bool = True  # a lock_timeout of the project's own was in force
    traced: bool = False  # the four above were looked at

    @property
    def first_word(self) -> str:
        """Its first keyword, in capitals."""
        return next(iter(words(self.text)), "")

    @property
    def short(self) -> str:
        """Enough of it to recognise it on one line."""
        text = " ".join(self.text.split())
        return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


SHOWN = 120


# Comments, literals and dollar-quoted bodies, which may say anything.
_SPOKEN = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$",
    re.DOTALL,
)


def words(text: str) -> list[str]:
    """The words of a statement in capitals, without its comments and literals."""
    return re.findall(r"[A-Z_]+", _SPOKEN.sub(" ", text).upper())


_LABEL = re.compile(r"\s*ALTER\s+TYPE\s+\S+\s+ADD\s+VALUE\s+IF\s+NOT\s+EXISTS\b", re.IGNORECASE)


def only_adds_labels(statements: Sequence[Statement]) -> bool:
    """Whether they do nothing but extend enums, which PostgreSQL cannot undo.

    A label more hurts nobody, and with IF NOT EXISTS the next upgrade passes.
    """
    done = [each for each in statements if each.first_word not in {"COMMIT", "BEGIN", "SELECT"}]
    return bool(done) and all(_LABEL.match(each.text) for each in done)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step did not work."""

    message: str
    location: Location
    sqlstate: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One revision in one direction."""

    revision: str
    direction: Direction
    seconds: float
    statements: tuple[Statement, ...] = ()
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Irreversible:
    """A revision that changes something and has no downgrade: how that shows, and where."""

    revision: str
    how: str
    location: Location


@dataclass(frozen=True, slots=True)
class Walk:
    """Every revision applied, undone and applied again on an empty database."""

    steps: tuple[Step, ...] = ()
    inexact: Mapping[str, tuple[Difference, ...]] = field(default_factory=dict)
    """What a downgrade leaves different from what was there before the upgrade."""
    unrepeatable: Mapping[str, tuple[Difference, ...]] = field(default_factory=dict)
    """What an upgrade builds differently each time it runs."""
    irreversible: tuple[Irreversible, ...] = ()
    catalogs: Mapping[str, tuple[Catalog, Catalog]] = field(default_factory=dict)
    """The schema before and after the upgrade, of the watched revisions."""
    places: Mapping[str, Location] = field(default_factory=dict)
    """Where each revision's downgrade is written."""
    watched: frozenset[str] = frozenset()
    """The revisions that can still be changed."""
    versions: str = "public.alembic_version"
    """The table in which Alembic keeps its versions."""
    stopped: str = ""
    """Why it could not go on to the end; empty where it got there."""

    def step(self, revision: str, direction: Direction) -> Step | None:
        """This step of this revision, if the walk got there."""
        return next(
            (s for s in self.steps if (s.revision, s.direction) == (revision, direction)), None
        )
