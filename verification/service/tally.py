"""What the application does with its database, seen from inside its process."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from verification.service.exchange import Statement

SHOWN = 400  # characters of the values of a statement
_request: ContextVar[list[Statement] | None] = ContextVar("statements", default=None)


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

        event.listen(Engine, "before_cursor_execute", self._executes)
        event.listen(Pool, "checkout", self._taken)
        event.listen(Pool, "checkin", self._returned)

    def _executes(
        self, connection: Any, _cursor: Any, text: str, values: Any, _context: Any, _many: bool
    ) -> None:
        self.engines.add(id(connection.engine))
        seen = _request.get()
        if seen is not None:
            seen.append(Statement(text, repr(values)[:SHOWN]))

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


def attributed() -> list[Statement]:
    """From here on, the statements of this task and of what it starts belong to this list."""
    seen: list[Statement] = []
    _request.set(seen)
    return seen
