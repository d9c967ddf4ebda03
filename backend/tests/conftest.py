"""A migrated PostgreSQL database for each test, and the service on it."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from alembic import command
from alembic.config import Config

from backend.tests.api import Api, Connection, Dsn, Server

ROOT = Path(__file__).parents[2]

# In the background of a script it is ignored, and the processes that are tested would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def alembic_config(dsn: Dsn | None = None) -> Config:
    """Alembic's own configuration, aimed at this database."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    if dsn is not None:
        config.attributes["url"] = dsn.reveal()
    return config


@pytest.fixture(scope="session")
def migrated(disposable_server: Server) -> Iterator[Dsn]:
    """A template at the newest revision."""
    dsn = disposable_server.create()
    command.upgrade(alembic_config(dsn), "head")
    disposable_server.seal(dsn)
    yield dsn
    disposable_server.drop(dsn)


@pytest.fixture
def dsn(disposable_server: Server, migrated: Dsn) -> Iterator[Dsn]:
    """A migrated database of the test's own."""
    with disposable_server.clone(migrated) as copy:
        yield copy


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Api]]:
    """Starts the service on a database, with further settings."""
    monkeypatch.setenv("APP_ENV", "testing")
    monkeypatch.delenv("MIGRATION_DATABASE_URL", raising=False)
    with ExitStack() as stack:

        def start(dsn: Dsn, app: Any = None, **settings: object) -> Api:
            monkeypatch.setenv("DATABASE_URL", dsn.reveal())
            for name, value in settings.items():
                monkeypatch.setenv(name.upper(), str(value))
            api = Api(app)
            stack.callback(api.close)
            return api

        yield start


@pytest.fixture
def api(dsn: Dsn, start: Callable[..., Api]) -> Api:
    """The service on a database of the test's own."""
    return start(dsn)


@pytest.fixture
def direct(dsn: Dsn) -> Iterator[Connection]:
    """A connection past the service, each statement a transaction."""
    connection = psycopg2.connect(**dsn.libpq())
    connection.autocommit = True
    yield connection
    connection.close()
