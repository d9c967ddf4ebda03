import asyncio
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from os import environ
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from alembic import command

from backend import health
from backend.tests.api import USERS, Api, Connection, Dsn
from backend.tests.conftest import alembic_config
from backend.tests.locks import checked_out, locked, waiting
from backend.tests.proxy import Proxy


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readiness answers for now, not for a moment ago."""
    monkeypatch.setattr(health, "CACHED_SECONDS", 0)


@pytest.fixture
def proxy(dsn: Dsn) -> Iterator[Proxy]:
    """A proxy before the database."""
    proxy = Proxy(dsn)
    yield proxy
    proxy.close()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail if the block takes longer: far more than it needs, far less than the wrong timeout."""
    started = time.monotonic()
    yield
    elapsed = time.monotonic() - started
    assert elapsed <= seconds, f"{elapsed:.2f} s"


def unavailable(api: Api) -> None:
    """See that the service says so, everywhere, and stays alive."""
    for method, path in (("GET", USERS), ("POST", USERS), ("GET", "/health/ready")):
        response = api(method, path, **({"json": {"email": "a@b.org"}} if method == "POST" else {}))
        assert response.status_code == 503
        assert response.headers["retry-after"] == "5"
        assert "127.0.0.1" not in response.text
    with at_most(1):
        assert api.get("/health/live").status_code == 200


def available(api: Api) -> None:
    """See that the service works."""
    assert api.get(USERS).status_code == 200
    assert api.get("/health/ready").status_code == 200
    assert checked_out() == 0


def test_started_while_the_database_is_down(proxy: Proxy, start: Callable[..., Api]) -> None:
    proxy.refuse()
    api = start(proxy.dsn)
    unavailable(api)
    proxy.listen()
    available(api)


def test_refused_is_answered_at_once(proxy: Proxy, start: Callable[..., Api]) -> None:
    api = start(proxy.dsn)
    available(api)
    proxy.refuse()
    api.get(USERS)  # finds its connection dead
    with at_most(1):
        assert api.get(USERS).status_code == 503
    unavailable(api)
    proxy.listen()
    available(api)


def test_killed_connections_cost_nobody_an_error(api: Api, direct: Connection) -> None:
    calls = [lambda: api.send("GET", USERS)] * 5
    for _ in range(3):
        assert Counter(a.status_code for a in api.together(*calls)) == {200: 5}
        direct.cursor().execute(
            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
            " WHERE application_name = 'backend' AND datname = current_database()"
        )
        assert api.get(USERS).status_code == 200


def test_reset_connections_cost_nobody_an_error(proxy: Proxy, start: Callable[..., Api]) -> None:
    api = start(proxy.dsn)
    available(api)
    proxy.reset()
    available(api)


def test_a_connection_that_dies_in_the_middle(api: Api, dsn: Dsn, direct: Connection) -> None:
    async def drill() -> int:
        with locked(dsn):
            request = asyncio.create_task(api.send("POST", USERS, {"email": "ada@example.org"}))
            await waiting(direct)
            direct.cursor().execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'backend' AND datname = current_database()"
            )
            return (await request).status_code

    assert api.run(drill()) == 503
    available(api)
    assert api.get(USERS).json()["total"] == 0


def test_a_silent_server_is_bounded_by_the_connect_timeout(
    proxy: Proxy, start: Callable[..., Api]
) -> None:
    proxy.freeze()
    api = start(proxy.dsn, database_connect_timeout=2)
    with at_most(6):
        assert api.get(USERS).status_code == 503
    proxy.thaw()
    available(api)


@contextmanager
def full_backlog() -> Iterator[int]:
    """A port that answers no SYN, as behind a firewall that drops packets."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        for _ in range(3):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
            waiting.append(client)
        yield listener.getsockname()[1]
        for client in waiting:
            client.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems answer a full backlog")
def test_a_black_hole_is_bounded_by_the_connect_timeout(
    dsn: Any, start: Callable[..., Api]
) -> None:
    with full_backlog() as port:
        hole = replace(dsn, port=port).with_parameters(hostaddr="127.0.0.1")
        api = start(hole, database_connect_timeout=2)
        with at_most(6):
            assert api.get(USERS).status_code == 503


def test_established_connections_into_a_black_hole(
    proxy: Proxy, start: Callable[..., Api], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.database.PING_TIMEOUT", 0.5)
    api = start(proxy.dsn, database_deadline=1, database_connect_timeout=2)
    available(api)
    proxy.freeze()
    with at_most(6):
        answers = api.together(*[lambda: api.send("GET", USERS)] * 20)
    assert Counter(answer.status_code for answer in answers) == {503: 20}
    with at_most(5):
        assert api.get("/health/ready").status_code == 503
    proxy.thaw()
    available(api)


def test_an_exhausted_pool(dsn: Dsn, start: Callable[..., Api]) -> None:
    api = start(
        dsn,
        database_pool_size=1,
        database_max_overflow=1,
        database_pool_timeout=0.3,
        database_deadline=1,
    )
    available(api)
    with locked(dsn), at_most(6):
        answers = api.together(*[lambda: api.send("GET", USERS)] * 14)
        assert Counter(answer.status_code for answer in answers) == {503: 14}
    available(api)


def test_a_wrong_password_is_an_outage_and_stays_secret(
    dsn: Any, start: Callable[..., Api], caplog: pytest.LogCaptureFixture
) -> None:
    api = start(replace(dsn, password="canary"))
    unavailable(api)
    record = next(r for r in caplog.records if r.message == "database error")
    assert "password authentication failed" in record.fields["reason"]  # type: ignore[attr-defined] # ours
    assert "canary" not in caplog.text


def test_a_name_that_does_not_resolve(dsn: Any, start: Callable[..., Api]) -> None:
    unavailable(start(replace(dsn, host="no-such-host.invalid")))


def test_a_database_that_accepts_nobody(
    dsn: Any, start: Callable[..., Api], disposable_server: Any
) -> None:
    disposable_server.seal(dsn)
    unavailable(start(dsn))


@contextmanager
def private_server() -> Iterator[tuple[str, Callable[[], None]]]:
    """A server in a process of its own, which ends with its input; its URL and how to stop it."""
    chosen = {"DATABASE_URL", "VERIFY_SCRATCH_URL"}
    with subprocess.Popen(
        [sys.executable, "-m", "verification.databases"],
        env={name: value for name, value in environ.items() if name not in chosen},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdout.readline().strip(), process.stdin.close


def test_the_server_is_stopped_and_replaced(dsn: Any, start: Callable[..., Api]) -> None:
    def migrated(url: str) -> Any:
        parts = urlsplit(url)
        server = replace(
            dsn, host=parts.hostname, port=parts.port, password=parts.password, database="postgres"
        )
        connection = psycopg2.connect(**server.libpq())
        with connection, connection.cursor() as cursor:
            cursor.execute("ALTER ROLE postgres PASSWORD 'the same on both'")
        connection.close()
        server = replace(server, password="the same on both")
        command.upgrade(alembic_config(server), "head")
        return server

    with private_server() as (first, stop):
        proxy = Proxy(migrated(first))
        api = start(proxy.dsn)
        available(api)
        api.user()
        stop()
        unavailable(api)
    with private_server() as (second, _):
        proxy.behind = migrated(second)
        available(api)
        assert api.get(USERS).json()["total"] == 0  # another server, the same process
        proxy.close()
