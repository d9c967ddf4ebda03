"""The sources of a PostgreSQL, in order of preference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from verification.databases.attempt import Attempt, NoServer
from verification.databases.container import container
from verification.databases.embedded import embedded
from verification.databases.explicit import VARIABLE, explicit
from verification.databases.server import Server

Source = Callable[[Mapping[str, str], list[Attempt]], AbstractContextManager[Server | None]]
SOURCES: tuple[Source, ...] = (embedded, container)


@contextmanager
def disposable_server(environment: Mapping[str, str]) -> Iterator[Server]:
    """A server for databases that are thrown away. Raises NoServer with every reason."""
    if url := environment.get(VARIABLE, "").strip():
        with explicit(url) as server:
            yield server
        return
    attempts = [Attempt(VARIABLE, "not set")]
    for source in SOURCES:
        with source(environment, attempts) as found:
            if found is not None:
                yield found
                return
    raise NoServer(attempts)
