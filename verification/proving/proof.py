"""Plant each fault in a transaction, look, and take it back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field

from verification.catalog import Catalog, read
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.proving.mutation import Mutation

Look = Callable[[Catalog], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one fault: who saw it, or why it could not be planted."""

    mutation: Mutation
    seen_by: frozenset[str] = frozenset()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """The outcomes, and how many faults were not tried for want of time."""

    outcomes: tuple[Outcome, ...] = ()
    untried: int = 0
    seconds: float = field(default=0, compare=False)

    @property
    def planted(self) -> tuple[Outcome, ...]:
        """The faults that PostgreSQL accepted."""
        return tuple(outcome for outcome in self.outcomes if not outcome.refused)

    @property
    def survivors(self) -> tuple[Outcome, ...]:
        """The planted faults that nobody saw."""
        return tuple(outcome for outcome in self.planted if not outcome.seen_by)

    @property
    def score(self) -> float:
        """The share of planted faults that was seen; 0 where none was planted."""
        planted = len(self.planted)
        return (planted - len(self.survivors)) / planted if planted else 0.0


def prove(
    dsn: Dsn,
    faults: Iterable[Mutation],
    look: Look,
    seconds: float = float("inf"),
    heard: Callable[[Outcome], object] = lambda _: None,
) -> Proof:
    """Plant each fault in `dsn`, a disposable database, ask `look` who sees it, roll back.

    `look` names the checks that find something in a catalog that they do not find in the healthy
    one. A fault that PostgreSQL refuses (something depends on the object) is told apart.
    """
    started = time.monotonic()
    outcomes: list[Outcome] = []
    untried = 0
    with closing(connect(dsn)) as connection:
        for fault in faults:
            if time.monotonic() - started > seconds:
                untried += 1
                continue
            outcome = _plant(connection, fault, look)
            heard(outcome)
            outcomes.append(outcome)
    return Proof(tuple(outcomes), untried, time.monotonic() - started)


def _plant(connection: object, fault: Mutation, look: Look) -> Outcome:
    import psycopg2  # noqa: PLC0415 - 30 ms that only a proof needs

    with connection.cursor() as cursor:  # type: ignore[attr-defined] # a psycopg2 connection
        cursor.execute("BEGIN")
        try:
            cursor.execute(fault.sql)
            mutated = read(connection)  # type: ignore[arg-type] # the same
        except psycopg2.Error as error:
            return Outcome(fault, refused=str(error).splitlines()[0])
        finally:
            cursor.execute("ROLLBACK")
    return Outcome(fault, look(mutated))
