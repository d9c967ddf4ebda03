"""Make every SQLAlchemy engine of this process connect to one database, whatever its URL says."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

from verification.dsn import Dsn

# What decides where, and as whom, the three drivers connect; everything else (timeouts, statement
# caches) is the project's own and stays as it is.
PLACE = {
    "host",
    "hostaddr",
    "port",
    "user",
    "password",
    "passfile",
    "dbname",
    "database",
    "dsn",
    "service",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslnegotiation",
    "ssl",
    "direct_tls",
    "channel_binding",
    "require_auth",
    "gssencmode",
    "target_session_attrs",
}  # fmt: skip - one name a line would hide the short story


@contextlib.contextmanager
def redirected(dsn: Dsn, variables: Mapping[str, str] | None = None) -> Iterator[None]:
    """While open, new connections of any engine go to `dsn`, and `variables` are in os.environ.

    Project code (env.py, an application) chooses its database in ways that cannot be known, so the
    last step before the driver is where it is caught: nothing that it does through SQLAlchemy can
    reach another database. An engine for something that is not PostgreSQL raises RuntimeError.
    """
    from sqlalchemy import Engine, event  # noqa: PLC0415 - 500 ms that only project code needs

    kept: list[Any] = []

    def connect(dialect: Any, record: Any, args: list[Any], options: dict[str, Any]) -> None:
        if dialect.name != "postgresql":
            raise RuntimeError(f"the project connects to {dialect.name}, not to PostgreSQL")
        args.clear()
        for name in PLACE & set(options):
            del options[name]
        asyncpg = dialect.driver == "asyncpg"
        options.update(for_asyncpg(dsn) if asyncpg else dsn.libpq())
        if record is not None and not dialect.is_async:
            kept.append(record)

    before = dict(os.environ)
    event.listen(Engine, "do_connect", connect)
    os.environ.update(variables or {})
    try:
        yield
    finally:
        event.remove(Engine, "do_connect", connect)
        for record in kept:
            record.close()  # what lies in a pool must not be used for another database
        os.environ.clear()
        os.environ.update(before)


def for_asyncpg(dsn: Dsn) -> dict[str, Any]:
    """Keyword arguments for `asyncpg.connect`."""
    libpq = dsn.libpq()
    named: dict[str, Any] = {
        key: libpq[key] for key in ("host", "port", "user", "password") if key in libpq
    }
    encrypted = dsn.parameters.get("sslmode", "prefer") not in {"disable", "allow", "prefer"}
    return {**named, "database": dsn.database, "ssl": "require" if encrypted else False}
