import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from verification.catalog import Catalog, read
from verification.databases import Server, disposable_server
from verification.dsn import Dsn

FIXTURE = Path(__file__).with_name("fixture.sql").read_text("utf-8")

Build = Callable[[str], Catalog]


@contextmanager
def connected(dsn: Dsn) -> Iterator[Any]:
    """A connection that leaves nothing behind."""
    with closing(psycopg2.connect(**dsn.libpq())) as connection:
        yield connection
        connection.rollback()


def run(dsn: Dsn, sql: str) -> None:
    """Run statements for good."""
    with connected(dsn) as connection:
        connection.autocommit = True
        connection.cursor().execute(sql)


def catalog_of(dsn: Dsn) -> Catalog:
    """What a database is."""
    with connected(dsn) as connection:
        return read(connection)


def built_on(server: Server, sql: str) -> Catalog:
    """The catalog of a new database made by these statements, which is dropped again."""
    dsn = server.create()
    try:
        if sql.strip():
            run(dsn, sql)
        return catalog_of(dsn)
    finally:
        server.drop(dsn)


@pytest.fixture(scope="session")
def build(disposable_server: Server) -> Build:
    """From statements to the catalog of what they make."""
    return lambda sql: built_on(disposable_server, sql)


@pytest.fixture(scope="session")
def shop(disposable_server: Server) -> Iterator[Dsn]:
    """The database with every kind of object."""
    dsn = disposable_server.create()
    run(dsn, FIXTURE)
    yield dsn
    disposable_server.drop(dsn)


@pytest.fixture(scope="session")
def healthy(shop: Dsn) -> Catalog:
    """Its catalog."""
    return catalog_of(shop)


def other_majors() -> list[Path]:
    """Programs of further PostgreSQL majors: the system's, and those that somebody names."""
    named = os.environ.get("VERIFY_OTHER_PG_BINDIRS", "").split(os.pathsep)
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return [
        path for path in (*map(Path, filter(None, named)), *system) if (path / "initdb").exists()
    ]


OTHER_MAJORS: list[Path | None] = [*other_majors()] or [None]


@pytest.fixture(scope="session")
def newest_server(disposable_server: Server) -> Iterator[Server]:
    """The server of the newest major there is."""
    versions = {path: major(path) for path in filter(None, OTHER_MAJORS)}
    newest = max(versions, key=lambda path: versions[path], default=None)
    if newest is None or versions[newest] <= catalog_of(disposable_server.dsn).facts().major:
        yield disposable_server
        return
    with served(newest) as server:
        yield server


def major(programs: Path) -> int:
    """`18`, of the programs in this folder."""
    command = [str(programs / "postgres"), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - a program that somebody named
    return int(re.findall(r"\) (\d+)", said)[0])


@contextmanager
def served(programs: Path) -> Iterator[Server]:
    """A server of these programs."""
    chosen = {**os.environ, "VERIFY_PG_BINDIR": str(programs)}
    chosen.pop("VERIFY_SCRATCH_URL", None)
    with disposable_server(chosen) as server:
        yield server


@pytest.fixture(
    scope="session",
    params=OTHER_MAJORS,
    ids=lambda path: str(path and path.parent.name),
)
def other_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server that may be of another major."""
    if request.param is None:
        pytest.skip("no other PostgreSQL here; VERIFY_OTHER_PG_BINDIRS may name some")
    with served(request.param) as server:
        yield server
