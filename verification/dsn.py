"""A PostgreSQL connection string, taken apart, that never prints its password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

SCHEMES = ("postgresql", "postgres")
MASK = "***"


class MalformedDsn(ValueError):
    """A connection string that cannot be understood; the message never holds the password."""


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
        if not text.isprintable():
            raise MalformedDsn("the URL contains a line break or another control character")
        scheme, separator, _ = text.partition("://")
        name, _, driver = scheme.partition("+")
        if not separator or name not in SCHEMES:
            shown = name if separator and name.isidentifier() else "text without a scheme"
            raise MalformedDsn(f"expected postgresql://user:password@host/database, got {shown}")
        try:
            parts = urlsplit("postgresql" + text[len(scheme) :])
            port = parts.port
        except ValueError:
            raise MalformedDsn(
                "host or port cannot be read; a password with / ? # @ or % must be percent-encoded"
            ) from None
        if parts.fragment:
            raise MalformedDsn("the URL contains a bare #; percent-encode it as %23 in a password")
        credentials, _, _ = parts.netloc.rpartition("@")
        user, _, password = credentials.partition(":")
        if "@" in credentials:
            raise MalformedDsn("the URL contains two @; percent-encode one in a password as %40")
        parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
        return cls(
            host=unquote(parts.hostname or parameters.pop("host", "")),
            port=port,
            user=unquote(user),
            password=unquote(password),
            database=unquote(parts.path.removeprefix("/")),
            scheme=name,
            driver=driver,
            parameters=parameters,
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
        socket = self.host.startswith("/")
        host = "" if socket else f"[{self.host}]" if ":" in self.host else self.host
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
        """Keyword arguments for `psycopg2.connect` (and any other libpq driver)."""
        named = {
            "host": self.host,
            "port": self.port or "",
            "user": self.user,
            "password": self.password,
            "dbname": self.database,
        }
        return {key: value for key, value in {**self.parameters, **named}.items() if value != ""}

    def __str__(self) -> str:
        """The URL with the password (and any password parameter) masked."""
        secrets = {key: MASK for key in self.parameters if "password" in key}
        masked = replace(self.with_parameters(**secrets), password=MASK if self.password else "")
        return masked.reveal().replace(quote(MASK), MASK)

    def __repr__(self) -> str:
        """The masked URL, so that a Dsn in a traceback or a log line gives nothing away."""
        return f"Dsn({str(self)!r})"
