import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import psycopg2
import pytest

from verification.dsn import Dsn
from verification.neon.client import Neon
from verification.neon.drivers import converted
from verification.neon.standin.pooler import NoPooler, program
from verification.neon.standin.running import Standin

CLIENTS = 3


def by(neon: Neon, running: Standin, *, pooled: bool) -> Dsn:
    role = running.world.server.dsn.user
    return neon.connection(running.world.root.id, "neondb", role, pooled=pooled)


@pytest.fixture
def pooled(neon: Neon, running: Standin) -> Dsn:
    if running.world.pools.program is None:
        pytest.skip(running.world.pools.note)
    return neon.connection(
        running.world.root.id, "neondb", running.world.server.dsn.user, pooled=True
    )


@pytest.fixture
def direct(neon: Neon, running: Standin) -> Dsn:
    return neon.connection(
        running.world.root.id, "neondb", running.world.server.dsn.user, pooled=False
    )


def connected(stack: ExitStack, dsn: Dsn) -> Any:
    connection = stack.enter_context(closing(psycopg2.connect(**dsn.libpq())))
    connection.autocommit = True
    return connection


def run(connection: Any, statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


def told(dsn: Dsn, *statements: str) -> list[tuple[Any, ...]]:
    """What the last of these gives, in a session of their own."""
    with ExitStack() as stack:
        connection = connected(stack, dsn)
        return [run(connection, statement) for statement in statements][-1]


def test_what_one_client_sets_the_next_one_gets(pooled: Dsn, direct: Dsn) -> None:
    told(pooled, "SET statement_timeout = '7s'")
    assert told(pooled, "SHOW statement_timeout") == [("7s",)]
    assert told(direct, "SHOW statement_timeout") == [("0",)]
    told(pooled, "SET statement_timeout = 0")
    told(pooled, "BEGIN", "SET LOCAL statement_timeout = '7s'", "COMMIT")
    assert told(pooled, "SHOW statement_timeout") == [("0",)]


def test_locks_of_a_session_exclude_nobody_and_those_of_a_transaction_do(
    pooled: Dsn, direct: Dsn
) -> None:
    with ExitStack() as stack:
        first, second = connected(stack, pooled), connected(stack, pooled)
        got = [run(each, "SELECT pg_try_advisory_lock(42)") for each in (first, second)]
        assert got == [[(True,)], [(True,)]]
        run(first, "SELECT pg_advisory_unlock_all()")
        run(first, "BEGIN")
        assert run(first, "SELECT pg_try_advisory_xact_lock(43)") == [(True,)]
        run(second, "BEGIN")
        assert run(second, "SELECT pg_try_advisory_xact_lock(43)") == [(False,)]
    with ExitStack() as stack:
        first, second = connected(stack, direct), connected(stack, direct)
        assert run(first, "SELECT pg_try_advisory_lock(44)") == [(True,)]
        assert run(second, "SELECT pg_try_advisory_lock(44)") == [(False,)]


def test_who_listens_hears_nothing_through_the_pooler(pooled: Dsn, direct: Dsn) -> None:
    heard = {}
    for dsn in (pooled, direct):
        with ExitStack() as stack:
            listening, speaking = connected(stack, dsn), connected(stack, direct)
            run(listening, "LISTEN news")
            # Somebody else's transaction takes that server session, as it does under load.
            if dsn is pooled:
                told(pooled, "BEGIN", "SELECT 1", "COMMIT")
            run(speaking, "NOTIFY news, 'hello'")
            time.sleep(0.2)
            listening.poll()
            heard[dsn.host] = [each.payload for each in listening.notifies]
    assert heard == {pooled.host: [], direct.host: ["hello"]}


def test_temporary_tables_and_prepared_statements_of_sql_are_somebody_elses_too(
    pooled: Dsn, direct: Dsn
) -> None:
    told(pooled, "CREATE TEMP TABLE basket (id int)", "PREPARE answer AS SELECT 42")
    assert told(pooled, "SELECT count(*) FROM basket") == [(0,)]
    assert told(pooled, "EXECUTE answer") == [(42,)]
    with pytest.raises(psycopg2.errors.DuplicatePreparedStatement):
        told(pooled, "PREPARE answer AS SELECT 43")
    with pytest.raises(psycopg2.errors.UndefinedTable):
        told(direct, "SELECT count(*) FROM basket")


def test_prepared_statements_of_the_protocol_survive_psycopg(pooled: Dsn) -> None:
    with ExitStack() as stack:
        clients = [
            stack.enter_context(psycopg.connect(**pooled.libpq(), prepare_threshold=0))
            for _ in range(CLIENTS)
        ]
        for round_ in range(4):
            for number, client in enumerate(clients):
                row = client.execute("SELECT %s::int + %s::int", (round_, number)).fetchone()
                client.commit()
                assert row == (round_ + number,)


def test_prepared_statements_of_the_protocol_survive_asyncpg(
    pooled: Dsn, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncpg = pytest.importorskip("asyncpg")
    real = socket.getaddrinfo

    def here(host: Any, *rest: Any, **more: Any) -> Any:  # asyncpg knows no hostaddr
        return real("127.0.0.1" if str(host).endswith(".neon.tech") else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    plain = converted(pooled, "asyncpg")

    async def interleaved() -> list[int]:
        clients = [
            await asyncpg.connect(plain.dsn.reveal(""), **plain.connect_args)
            for _ in range(CLIENTS)
        ]
        found = [
            await client.fetchval("SELECT $1::int + $2::int", round_, number)
            for round_ in range(4)
            for number, client in enumerate(clients)
        ]
        for client in clients:
            await client.close()
        return found

    expected = [round_ + number for round_ in range(4) for number in range(CLIENTS)]
    assert asyncio.run(interleaved()) == expected


def test_the_pooler_is_gone_with_its_compute_and_back_when_it_wakes(
    neon: Neon, pooled: Dsn, running: Standin
) -> None:
    (compute,) = running.world.of(running.world.root)
    with ExitStack() as stack:
        connection = connected(stack, pooled)
        assert run(connection, "SELECT 1") == [(1,)]
        neon.suspend(compute.id)
        with pytest.raises(psycopg2.OperationalError, match=r"closed the connection|EOF"):
            run(connection, "SELECT 1")
    assert told(pooled, "SHOW application_name") == [("pgbouncer",)]
    assert compute.woken == 1


def test_a_wrong_password_and_another_role(pooled: Dsn, direct: Dsn) -> None:
    with pytest.raises(psycopg2.OperationalError, match="authentication failed"):
        told(replace(pooled, password="wrong"), "SELECT 1")
    name = f"guest_{os.getpid()}"
    told(direct, f"CREATE ROLE {name} LOGIN PASSWORD 'g%:\"x'")
    try:
        guest = replace(pooled, user=name, password='g%:"x')
        assert told(guest, "SELECT current_user::text") == [(name,)]
    finally:
        told(direct, f"DROP ROLE {name}")


WITNESS = """
import os, sys, time
from verification.dsn import Dsn
from verification.neon.standin.pooler import program, start
pooler = start(program(os.environ), Dsn.parse(sys.stdin.readline().strip()), 10)
print(pooler.folder, flush=True)
time.sleep(60)
"""


def test_the_pooler_ends_with_whoever_started_it(running: Standin) -> None:
    if running.world.pools.program is None:
        pytest.skip(running.world.pools.note)
    process = subprocess.Popen(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", WITNESS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        process.stdin.write(running.world.server.dsn.reveal("") + "\n")
        process.stdin.flush()
        folder = Path(process.stdout.readline().strip())
        there = str(folder / ".s.PGSQL.6432")
        assert answers(there)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    deadline = time.monotonic() + 5
    while answers(there) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not answers(there)


def answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(path) == 0


@pytest.fixture
def fake(tmp_path: Path) -> Any:
    def made(said: str) -> dict[str, str]:
        path = tmp_path / "pgbouncer"
        path.write_text(f"#!/bin/sh\necho '{said}'\n")
        path.chmod(0o755)
        return {"VERIFY_PGBOUNCER": str(path)}

    return made


def test_an_old_pooler_is_refused_with_its_version_and_the_way_to_a_newer_one(fake: Any) -> None:
    with pytest.raises(NoPooler, match=r"1\.18\.0 is too old.*apt-get install.*brew install"):
        program(fake("PgBouncer 1.18.0"))
    with pytest.raises(NoPooler, match="there is no PgBouncer"):
        program({"PATH": os.devnull, "VERIFY_PGBOUNCER": "/nowhere/pgbouncer"})
    assert program(fake("PgBouncer 1.25.1")).version == "1.25.1"
    assert program(fake("PgBouncer 2.0.0")).version == "2.0.0"
