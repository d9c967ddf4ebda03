"""Start the project's service on a database of ours, as a person would: by its variables."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from verification.databases.child import launch
from verification.dsn import Dsn
from verification.service.running import NotStarted, Running

# A URL without a driver may be refused by an engine that needs an asynchronous one, or the reverse.
DRIVERS = ("psycopg", "asyncpg", "psycopg2")
ABOUT_THE_DRIVER = re.compile(
    r"async|greenlet|driver|dialect|scheme|No module named|NoSuchModule|validation error"
    r"|url|dsn|psycopg",
    re.IGNORECASE,
)
FORBIDDEN = ("PGSERVICE", "PGHOSTADDR", "PGSERVICEFILE", "PGPASSFILE", "PGOPTIONS")


@dataclass(frozen=True, slots=True)
class Service:
    """How the service is started, and copies of the database it works on."""

    root: Path
    app: str
    url_variables: tuple[str, ...]
    variables: Mapping[str, str]
    clone: Callable[[], AbstractContextManager[Dsn]]
    drivers: tuple[str, ...] = ("",)
    folders: tuple[Path, ...] = ()
    """Where modules are imported from; the root, where nothing is said."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with every request."""
    login: str = ""
    """A function of the project that gives such headers."""
    _works: list[str] = field(default_factory=list)

    @property
    def secrets(self) -> frozenset[str]:
        """What must never be seen."""
        return frozenset(self.headers.values())

    @contextmanager
    def start(self, dsn: Dsn) -> Iterator[Running]:
        """The service in a process of its own, connected to `dsn`. Raises NotStarted."""
        running = self._start(dsn)
        try:
            yield running
        finally:
            running.close()

    @contextmanager
    def fresh(self) -> Iterator[tuple[Running, Dsn]]:
        """The service on a new copy of the database. Raises NotStarted."""
        with self.clone() as dsn, self.start(dsn) as running:
            yield running, dsn

    def _start(self, dsn: Dsn) -> Running:
        first: NotStarted | None = None
        for driver in self._works or dict.fromkeys((*self.drivers, *DRIVERS)):
            running = Running(launch("verification.service.worker", self._job(dsn, driver)))
            try:
                running.await_start()
            except BaseException as error:
                running.close()
                if not isinstance(error, NotStarted):
                    raise
                first = first or error
                if not ABOUT_THE_DRIVER.search(str(error)):
                    break
            else:
                self._works[:] = [driver]
                return running
        raise first or NotStarted("there is no way to start it")

    def _job(self, dsn: Dsn, driver: str) -> dict[str, object]:
        url = dsn.reveal(driver)
        return {
            "dsn": dsn.reveal(""),
            "root": str(self.root),
            "folders": [str(folder) for folder in (self.folders or (self.root,))],
            "app": self.app,
            "headers": dict(self.headers),
            "login": self.login,
            "variables": {
                **self.variables,
                **libpq_variables(dsn),
                **dict.fromkeys(self.url_variables, url),
            },
            "without": [name for name in FORBIDDEN if name in os.environ],
        }


def libpq_variables(dsn: Dsn) -> dict[str, str]:
    """What libpq and asyncpg use where the code names nothing."""
    named = {
        "PGHOST": dsn.host,
        "PGPORT": str(dsn.port or ""),
        "PGUSER": dsn.user,
        "PGPASSWORD": dsn.password,
        "PGDATABASE": dsn.database,
    }
    return {name: value for name, value in named.items() if value}
