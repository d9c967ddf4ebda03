"""How much of the time of generating rows is left when a database judges each of them.

The ceiling is generating alone. Batched, interactive and "a session and a commit for each" write
the same rows, one after the other in one run. Only the ratios mean anything on a shared machine;
messages are counted exactly, as the statements that are sent to the server.
"""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Numeric, String, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from verification.databases import disposable_server
from verification.databases.session import connect
from verification.generation import rows
from verification.generation.drawing import draw
from verification.generation.searching import counterexample

EXAMPLES, ROUNDS = 1000, 5


class Base(DeclarativeBase):
    """One table with seven generated columns."""


class Hero(Base):
    """Texts, numbers, a flag and a moment."""

    __tablename__ = "hero"
    __table_args__ = (CheckConstraint("age >= 0"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    motto: Mapped[str] = mapped_column(String(100))
    age: Mapped[int]
    rank: Mapped[int]
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    active: Mapped[bool]
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Counting:
    """A cursor that counts the messages it sends."""

    def __init__(self, cursor: Any) -> None:
        """Wrap an open cursor."""
        self.cursor, self.messages = cursor, 0

    def execute(self, statement: Any, values: Any = None) -> None:
        """Send one message."""
        self.messages += 1
        self.cursor.execute(statement, values)

    def __getattr__(self, name: str) -> Any:
        """Everything else is the cursor's."""
        return getattr(self.cursor, name)


def main() -> None:
    """Print the median of several interleaved rounds."""
    strategy = rows(Hero)
    with disposable_server(os.environ) as server:
        dsn = server.create()
        engine = create_engine(dsn.reveal("psycopg2"))
        Base.metadata.create_all(engine)
        sent = [0]
        event.listen(engine, "begin", lambda _: sent.__setitem__(0, sent[0] + 1))
        event.listen(engine, "commit", lambda _: sent.__setitem__(0, sent[0] + 1))
        event.listen(engine, "before_cursor_execute", lambda *_: sent.__setitem__(0, sent[0] + 1))
        with closing(connect(dsn)) as connection, connection.cursor() as plain:
            cursor = Counting(plain)
            cursor.execute("BEGIN")

            def alone() -> int:
                return len(draw(strategy, EXAMPLES)) * 0

            def batched() -> int:
                cursor.messages = 0
                assert counterexample(cursor, Hero.__table__, strategy, EXAMPLES) is None  # noqa: S101 - no row may be refused
                return cursor.messages

            def interactive() -> int:
                cursor.messages = 0
                for row in draw(strategy, EXAMPLES):
                    names = ", ".join(row)
                    text = cursor.mogrify(
                        f"SAVEPOINT s; INSERT INTO hero ({names}) VALUES %s;"
                        " ROLLBACK TO SAVEPOINT s",
                        [tuple(row.values())],
                    )
                    cursor.execute(text)
                return cursor.messages

            def committed() -> int:
                sent[0] = 0
                for row in draw(strategy, EXAMPLES):
                    with Session(engine) as session:
                        hero = Hero(**row)
                        session.add(hero)
                        session.commit()
                        session.refresh(hero)
                return sent[0]

            _report({"generating alone": alone, "batched": batched, "interactive": interactive,
                     "a session and a commit each": committed})  # fmt: skip
        engine.dispose()
        server.drop(dsn)


def _report(ways: dict[str, Callable[[], int]]) -> None:
    times: dict[str, list[float]] = {name: [] for name in ways}
    messages: dict[str, int] = {}
    for way in ways.values():
        way()
    gc.collect()
    gc.freeze()
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.perf_counter()
            messages[name] = way()
            times[name].append(time.perf_counter() - started)
    ceiling = statistics.median(times["generating alone"])
    print(f"{EXAMPLES} rows of seven columns, median of {ROUNDS} interleaved rounds")
    for name, taken in times.items():
        median = statistics.median(taken)
        print(
            f"{name:30} {EXAMPLES / median:7.0f} rows/s {ceiling / median:5.0%} of the ceiling"
            f" {messages[name]:6} messages"
        )


if __name__ == "__main__":
    main()
