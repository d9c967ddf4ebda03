"""What the application does with its database, seen from inside its process."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from verification.service.exchange import Failure, Statement

SHOWN = 400  # characters of the values of a statement
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|WITH)\b", re.IGNORECASE)


@dataclass(slots=True)
class Trace:
    """What one request does to the database."""

    statements: list[Statement] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


_request: ContextVar[Trace | None] = ContextVar("trace", default=None)


@dataclass(slots=True)
class Tally:
    """Which connections are out of their pools, and which engines have been used."""

    taken: set[int] = field(default_factory=set)
    engines: set[int] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def watch(self) -> None:
        """Listen to every engine and pool that this process has or will make."""
        from sqlalchemy import Engine, event  # noqa: PLC0415 - 500 ms, only in a service's process
        from sqlalchemy.pool import Pool  # noqa: PLC0415

        event.listen(Engine, "after_cursor_execute", self._executed)
        event.listen(Engine, "handle_error", _failed)
        event.listen(Pool, "checkout", self._taken)
        event.listen(Pool, "checkin", self._returned)

    def _executed(
        self, connection: Any, cursor: Any, text: str, values: Any, _context: Any, _many: bool
    ) -> None:
        self.engines.add(id(connection.engine))
        trace = _request.get()
        if trace is not None:
            affected = getattr(cursor, "rowcount", 0) if WRITES.match(text) else 0
            trace.statements.append(Statement(text, repr(values)[:SHOWN], max(0, affected or 0)))

    @property
    def in_use(self) -> int:
        """How many connections are out of their pools now."""
        return len(self.taken)

    def waits(self) -> Iterator[float | None]:
        """For how many seconds each pool of a limited size lets a request wait."""
        from sqlalchemy.pool import QueuePool  # noqa: PLC0415 - as above

        for pool in gc.get_objects():
            if isinstance(pool, QueuePool):
                yield pool._timeout  # noqa: SLF001 - it is nowhere else

    def _taken(self, _connection: Any, record: Any, *_: Any) -> None:
        with self._lock:
            self.taken.add(id(record))

    def _returned(self, _connection: Any, record: Any) -> None:
        with self._lock:
            self.taken.discard(id(record))


def _failed(context: Any) -> None:
    trace, error = _request.get(), context.original_exception
    if trace is not None:
        inner = getattr(error, "__cause__", None) or error
        state = next(
            (
                str(found)
                for each in (error, inner)
                for name in ("sqlstate", "pgcode")
                if (found := getattr(each, name, None))
            ),
            "",
        )
        named = getattr(getattr(error, "diag", None), "constraint_name", None)
        named = named or getattr(inner, "constraint_name", None)
        trace.failures.append(Failure(state, named or "", type(error).__name__))


def attributed() -> Trace:
    """From here on, what this task and those it starts do is written down here."""
    trace = Trace()
    _request.set(trace)
    return trace
