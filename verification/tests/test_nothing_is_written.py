"""A live database is looked at, never touched; the server sees to it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from verification.catalog import fingerprint
from verification.check import check
from verification.cli import main
from verification.databases import Server
from verification.databases.reader import Reader, reading
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.engine import look
from verification.finding import Finding, Severity
from verification.report import Status
from verification.revisions import find, load
from verification.target import Target
from verification.target.catalogs import catalog_of

HEROES = Path(__file__).parent / "projects" / "heroes"
ROWS = "INSERT INTO team (name) SELECT 'team ' || n FROM generate_series(1, 20) AS n"
STATE = """
SELECT (SELECT count(*) FROM team), (SELECT count(*) FROM hero), pg_current_xact_id_if_assigned(),
       (SELECT last_value FROM team_id_seq), (SELECT array_agg(datname ORDER BY 1) FROM pg_database)
"""


@pytest.fixture
def live(disposable_server: Server) -> Iterator[Dsn]:
    """A database with rows, in use."""
    dsn = disposable_server.create()
    file = find(HEROES, "")
    assert file
    load(HEROES, file, {"DATABASE_URL": dsn.reveal("psycopg2")}).upgrade(dsn)
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(ROWS)
    yield dsn
    disposable_server.drop(dsn)


def state(dsn: Dsn) -> tuple[object, ...]:
    """Everything that a write would change."""
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(STATE)
        row: tuple[object, ...] = cursor.fetchone()
        return (*row, fingerprint(catalog_of(dsn)))


def test_a_whole_run_changes_nothing(
    live: Dsn,
    monkeypatch: pytest.MonkeyPatch,
    disposable_server: Server,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Same rows, same sequences, same schema, no database left on the server."""
    monkeypatch.setenv("DATABASE_URL", live.reveal())
    monkeypatch.setenv("VERIFY_SCRATCH_URL", disposable_server.dsn.reveal())
    before = state(live)
    assert main(["--root", str(HEROES)]) == 0
    assert "verified" in capsys.readouterr().out
    assert state(live) == before


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM team",
        "CREATE TABLE mine ()",
        "SELECT nextval('team_id_seq')",
        "COMMIT; DELETE FROM team",
        "COMMIT; BEGIN; DROP TABLE hero",
    ],
)
def test_a_check_that_tries_to_write_is_refused_by_the_server(live: Dsn, statement: str) -> None:
    """It becomes an unknown with PostgreSQL's own words, and nothing has changed."""

    @check(Severity.ERROR)
    def vandal(connection: Reader) -> Iterator[Finding]:
        """Try to write."""
        connection.rows(statement)
        yield from ()

    before = state(live)
    with reading(live) as connection:
        result = look(vandal, Target(connection=connection))
    assert result.status is Status.UNKNOWN
    assert "read-only transaction" in result.reason
    assert state(live) == before


def test_the_error_is_the_servers(live: Dsn) -> None:
    """SQLSTATE 25006, not a rule of ours."""
    with reading(live) as connection, pytest.raises(psycopg2.Error) as caught:
        connection.rows("TRUNCATE hero")
    assert caught.value.pgcode == "25006"
