"""Where, and as whom, a connection is made: the part of its arguments that decides that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from verification.dsn import Dsn

# What decides where, and as whom, the drivers connect; everything else (timeouts, statement
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
    "servicefile",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslnegotiation",
    "ssl",
    "ssl_context",
    "direct_tls",
    "channel_binding",
    "require_auth",
    "gssencmode",
    "target_session_attrs",
    "load_balance_hosts",
    "unix_sock",
}  # fmt: skip - one name a line would hide the short story


def elsewhere(driver: str, named: Mapping[str, Any], dsn: Dsn) -> dict[str, Any]:
    """A driver's named arguments, for the same connection to another database."""
    kept = {key: value for key, value in named.items() if key not in PLACE}
    words = {"asyncpg": for_asyncpg, "pg8000": for_pg8000}.get(driver, Dsn.libpq)
    return {**kept, **words(dsn)}


def for_asyncpg(dsn: Dsn) -> dict[str, Any]:
    """Keyword arguments for `asyncpg.connect`."""
    encrypted = dsn.parameters.get("sslmode", "prefer") not in {"disable", "allow", "prefer"}
    return {**_named(dsn), "database": dsn.database, "ssl": "require" if encrypted else False}


def for_pg8000(dsn: Dsn) -> dict[str, Any]:
    """Keyword arguments for `pg8000.connect`."""
    named = _named(dsn)
    if dsn.host.startswith("/"):
        named["unix_sock"] = f"{named.pop('host')}/.s.PGSQL.{named.pop('port', 5432)}"
    return {**named, "database": dsn.database}


def _named(dsn: Dsn) -> dict[str, Any]:
    libpq = dsn.libpq()
    return {key: libpq[key] for key in ("host", "port", "user", "password") if key in libpq}
