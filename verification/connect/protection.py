"""How a connection string lets libpq protect the connection: encrypted, and to the right server."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from verification.dsn import Dsn
from verification.neon.drivers import converted

LOCAL = {"", "localhost", "host.docker.internal"}
OPPORTUNE = {"disable", "allow", "prefer"}  # they do not insist on encryption
SYSTEM = "system"
OTHER_WORDS = {"asyncpg": "ssl", "pg8000": "ssl_context"}


@dataclass(frozen=True, slots=True)
class Protection:
    """What the URL, or else libpq's environment, asks for."""

    mode: str
    """As `sslmode` says it; `prefer` where nobody says anything."""
    bound: bool
    """Whether the channel must be bound to the password: no stranger between can forward it."""
    root: str
    """The file with the authorities to believe, or `system`; empty where none is named."""

    @property
    def encrypted(self) -> bool:
        """Whether it insists on encryption."""
        return self.mode not in OPPORTUNE

    @property
    def verified(self) -> bool:
        """Whether it insists that the server proves its name, or knows the password too."""
        return self.mode == "verify-full" or (self.encrypted and self.bound)


def protection(dsn: Dsn, environment: Mapping[str, str]) -> Protection:
    """What this connection string insists on, whichever driver it is written for."""
    given = converted(dsn, "psycopg2").dsn.parameters
    return Protection(
        given.get("sslmode") or environment.get("PGSSLMODE") or "prefer",
        (given.get("channel_binding") or environment.get("PGCHANNELBINDING")) == "require",
        given.get("sslrootcert") or environment.get("PGSSLROOTCERT") or "",
    )


def protection_of(
    driver: str, arguments: Mapping[str, str], environment: Mapping[str, str]
) -> Protection:
    """What an engine insists on, by what it really gives to its driver, its URL included."""
    if driver not in OTHER_WORDS:
        return protection(Dsn(parameters=arguments), environment)
    # An SSLContext is noted as the mode that it comes to; `True` makes a default one, which proves.
    # One that is in libpq's words is refused, which configuration/rejected-parameter tells.
    said = arguments.get(OTHER_WORDS[driver]) or arguments.get("sslmode", "")
    silent = (environment.get("PGSSLMODE") or "prefer") if driver == "asyncpg" else "disable"
    modes = {"": silent, "None": silent, "False": "disable", "True": "verify-full"}
    return Protection(modes.get(said, said), bound=False, root="")


def crosses_a_network(dsn: Dsn) -> bool:
    """Whether others could read what is sent.

    Not through a socket, on this machine, or to a name without a dot, which only a network of
    containers on one machine resolves.
    """
    host = dsn.host.lower()
    if host in LOCAL or host.startswith(("/", "@")):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return "." in host


def missing_file(name: str, root: Path) -> bool:
    """Whether a file that the URL names is not there, seen from the project's folder."""
    return bool(name) and name != SYSTEM and not (root / Path(name).expanduser()).is_file()
