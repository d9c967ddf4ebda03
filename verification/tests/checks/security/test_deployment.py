"""Whose role is judged: the service's, never that of a rehearsal or of a throwaway server."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from verification.config import Config
from verification.databases import Server
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.engine import discover, look
from verification.finding import NotApplicable
from verification.report import Status
from verification.target import Target
from verification.target.deployment import is_near

CHECKS = {check.id: check for check in discover()}
OF_THE_ROLE = [check for check in CHECKS.values() if {"role", "bootstrap"} & set(check.needs)]
AS_SERVICE = (
    "CREATE TABLE hero (id bigint PRIMARY KEY);"
    " DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET role = pg_execute_server_program',"
    " current_database()); END $$"
)


@pytest.fixture
def database(disposable_server: Server) -> Iterator[Dsn]:
    """A database in which whoever connects is a role that may run programs."""
    dsn = disposable_server.create()
    with closing(connect(dsn)) as connection:
        connection.cursor().execute(AS_SERVICE)
    yield dsn
    disposable_server.drop(dsn)


def target(environment: Mapping[str, str], server: Server) -> Target:
    config = Config(Path("/nowhere"))
    return Target(config=config, environment=environment, server=server)


def test_an_explicit_url_is_judged(database: Dsn, disposable_server: Server) -> None:
    with target({"DATABASE_URL": database.reveal()}, disposable_server) as known:
        result = look(CHECKS["security/privileged-role"], known)
    assert [finding.subject for finding in result.findings] == ["pg_execute_server_program"]


def test_what_lies_on_the_scratch_server_is_not(database: Dsn, disposable_server: Server) -> None:
    environment = {
        "DATABASE_URL": database.reveal(),
        "VERIFY_SCRATCH_URL": disposable_server.dsn.reveal(),
    }
    with target(environment, disposable_server) as known:
        for check in OF_THE_ROLE:
            result = look(check, known)
            assert (result.status, "disposable" in result.reason) == (Status.SKIPPED, True)


def test_a_rehearsal_is_not(disposable_server: Server) -> None:
    with target({}, disposable_server) as known, pytest.raises(NotApplicable, match="rehearsal"):
        known["deployment"]


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "[::1]", "db", "/run/postgresql"])
def test_near(address: str) -> None:
    host = address.strip("[]")
    assert is_near(Dsn(host=host))
    assert is_near(Dsn(host="db.example", parameters={"hostaddr": "127.0.0.1"}))


@pytest.mark.parametrize("host", ["db.example", "10.0.0.7", "2a01:4f8::1", "ep-a.neon.tech"])
def test_far(host: str) -> None:
    assert not is_near(Dsn(host=host))
    assert not is_near(Dsn(host="db", parameters={"hostaddr": host}))
