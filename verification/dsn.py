"""A PostgreSQL connection string, taken apart, that never prints its password."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import quote, urlencode

from verification.url import MalformedDsn, parts

__all__ = ["MASK", "Dsn", "MalformedDsn", "libpq_words"]

MASK = "***"


@dataclass(frozen=True, slots=True, repr=False)
class Dsn:
    """The parts of `postgresql[+driver]://user:password@host:port/database?parameters`.

    `str()`, `repr()` and formatting mask the password; `reveal()` is the only way to see it.
    """

    host: str = ""
    port: int | None = None
    user: str = ""
    password: str = ""
    database: str = ""
    scheme: str = "postgresql"
    driver: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URL as SQLAlchemy and libpq accept it. Raises MalformedDsn, without the secret."""
        found = parts(text)
        return cls(
            host=",".join(found.hosts),
            port=int(found.ports[0]) if len(found.ports) == 1 and found.ports[0] else None,
            user=found.user,
            password=found.password,
            database=found.database,
            scheme=found.scheme,
            driver=found.driver,
            parameters=found.parameters,
        )

    def with_database(self, database: str) -> Self:
        """The same server and user, another database."""
        return replace(self, database=database)

    def with_parameters(self, **parameters: str) -> Self:
        """The same, with these query parameters added or replaced."""
        return replace(self, parameters={**self.parameters, **parameters})

    def reveal(self, driver: str | None = None) -> str:
        """The whole URL, password included, for a program to connect with; never for a person."""
        chosen = self.driver if driver is None else driver
        scheme = (self.scheme if not chosen else "postgresql") + (f"+{chosen}" if chosen else "")
        secret = ":" + quote(self.password, safe="") if self.password else ""
        user = quote(self.user, safe="") + secret + "@" if self.user or secret else ""
        socket = self.host.startswith(("/", "@"))
        each = (f"[{name}]" if ":" in name else name for name in self.host.split(","))
        host = "" if socket else ",".join(each)
        port = f":{self.port}" if self.port else ""
        query = dict(self.parameters) | ({"host": self.host} if socket else {})
        tail = f"?{urlencode(query, quote_via=quote)}" if query else ""
        return f"{scheme}://{user}{host}{port}/{quote(self.database, safe='')}{tail}"

    @property
    def secrets(self) -> frozenset[str]:
        """What must never be seen: the password, as it is and as it stands in a URL."""
        hidden = [self.password, *(v for k, v in self.parameters.items() if "password" in k)]
        return frozenset(text for value in hidden if value for text in (value, quote(value, "")))

    def libpq(self) -> dict[str, Any]:
        """Keyword arguments for `psycopg2.connect` (and any other libpq driver).

        Whichever driver the URL is written for: what only others understand is said in libpq's
        words, or left out where it has none.
        """
        named = {
            "host": self.host,
            "port": self.port or "",
            "user": self.user,
            "password": self.password,
            "dbname": self.database,
        }
        given = {key: value for key, value in named.items() if value != ""}
        return {key: v for key, v in {**libpq_words(self.parameters), **given}.items() if v != ""}

    def __str__(self) -> str:
        """The URL with the password (and any password parameter) masked."""
        secrets = {key: MASK for key in self.parameters if "password" in key}
        masked = replace(self.with_parameters(**secrets), password=MASK if self.password else "")
        return masked.reveal().replace(quote(MASK), MASK)

    def __repr__(self) -> str:
        """The masked URL, so that a Dsn in a traceback or a log line gives nothing away."""
        return f"Dsn({str(self)!r})"


# What asyncpg, SQLAlchemy's dialects, Prisma and other programs read in a URL, and libpq refuses.
_OTHERS = frozenset(
    {
        *("ssl", "timeout", "command_timeout", "statement_cache_size", "direct_tls"),
        *("max_cached_statement_lifetime", "max_cacheable_statement_size", "server_settings"),
        *("prepared_statement_cache_size", "prepared_statement_name_func", "async_fallback"),
        *("prepare_threshold", "autocommit", "pgbouncer", "connection_limit", "pool_timeout"),
        *("socket_timeout", "schema", "sslaccept", "sslidentity", "workaround"),
    }
)
_MODES = frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})


def libpq_words(parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a URL for libpq, whichever driver they are written for."""
    words = {name: value for name, value in parameters.items() if name not in _OTHERS}
    mode = parameters.get("ssl", "")
    # asyncpg takes a mode, others a word for yes.
    mode = mode if mode in _MODES else "require" if mode.lower() in {"true", "1", "on"} else ""
    if mode:
        words.setdefault("sslmode", mode)
    with suppress(ValueError):
        seconds = float(parameters.get("timeout", ""))
        words.setdefault("connect_timeout", str(max(2, round(seconds))))
    return words
