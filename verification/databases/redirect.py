"""Make every SQLAlchemy engine of this process connect to one database, whatever its URL says."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

from verification.databases.drivers import Place, diverted
from verification.databases.ossp import substituted
from verification.databases.place import elsewhere
from verification.dsn import Dsn


@contextlib.contextmanager
def redirected(dsn: Dsn, variables: Mapping[str, str] | None = None) -> Iterator[None]:
    """While open, new connections of any engine go to `dsn`, and `variables` are in os.environ.

    Project code (env.py, an application) chooses its database in ways that cannot be known, so the
    last step before the driver is where it is caught, and the driver itself behind it: an engine
    with a `creator` of its own, and code that connects past SQLAlchemy, get there too. An engine
    for something that is not PostgreSQL raises RuntimeError.
    """
    from sqlalchemy import Engine, event  # noqa: PLC0415 - 500 ms that only project code needs

    def connect(dialect: Any, _: Any, args: list[Any], options: dict[str, Any]) -> None:
        if dialect.name != "postgresql":
            raise RuntimeError(f"the project connects to {dialect.name}, not to PostgreSQL")
        args.clear()
        there = elsewhere(dialect.driver, options, dsn)
        options.clear()
        options.update(there)

    def send(_: Any, cursor: Any, statement: str, parameters: Any, *__: Any) -> tuple[str, Any]:
        return substituted(cursor, statement), parameters

    before = dict(os.environ)
    event.listen(Engine, "do_connect", connect)
    event.listen(Engine, "before_cursor_execute", send, retval=True)
    os.environ.update(variables or {})
    try:
        with confined(lambda *_: dsn):
            yield
    finally:
        event.remove(Engine, "do_connect", connect)
        event.remove(Engine, "before_cursor_execute", send)
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def confined(place: Place) -> Iterator[None]:
    """While open, PostgreSQL is what `place` says, whoever of the project's code connects to it.

    What its pools have got meanwhile is closed at the end: it must not be used for another
    database.
    """
    from sqlalchemy import event  # noqa: PLC0415 - as above
    from sqlalchemy.engine import AdaptedConnection  # noqa: PLC0415 - as above
    from sqlalchemy.pool import Pool  # noqa: PLC0415 - as above

    kept: list[Any] = []

    def note(connection: Any, record: Any) -> None:
        # One of asyncio cannot be closed from here, and ends with its loop.
        if not isinstance(connection, AdaptedConnection):
            kept.append(record)

    event.listen(Pool, "connect", note)
    try:
        with diverted(place):
            yield
    finally:
        event.remove(Pool, "connect", note)
        for record in kept:
            record.close()
