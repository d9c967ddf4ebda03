from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import psycopg2
import pytest

from verification.connect.answer import Unanswered
from verification.connect.asking import ask
from verification.dsn import Dsn
from verification.neon.client import Neon
from verification.neon.standin.running import Standin


def connected(dsn: Dsn) -> Any:
    connection = psycopg2.connect(**dsn.libpq())
    connection.autocommit = True
    return connection


def run(dsn: Dsn, statement: str) -> list[tuple[Any, ...]]:
    with closing(connected(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


@pytest.fixture
def role(running: Standin) -> str:
    return running.world.server.dsn.user


@pytest.fixture
def root(neon: Neon, running: Standin, role: str) -> Dsn:
    return neon.connection(running.world.root.id, "neondb", role, pooled=False)


def layer(dsn: Dsn) -> str:
    with pytest.raises(Unanswered) as caught:
        ask(dsn)
    return caught.value.failure.layer


def test_a_branch_is_a_copy_that_goes_its_own_way(neon: Neon, root: Dsn, role: str) -> None:
    run(root, "CREATE TABLE hero (id bigint PRIMARY KEY); INSERT INTO hero VALUES (1)")
    made = neon.create("child")
    child = neon.connection(made.branch.id, "neondb", role, pooled=False)
    assert run(child, "SELECT id FROM hero") == [(1,)]
    run(child, "INSERT INTO hero VALUES (2); ALTER TABLE hero ADD COLUMN name text")
    assert run(root, "SELECT count(*) FROM hero") == [(1,)]
    parent = made.branch.parent_id
    assert "ADD COLUMN name text" in neon.compare(made.branch.id, parent, "neondb")
    assert "CREATE TABLE public.hero" in neon.schema(made.branch.id, "neondb")
    neon.restore(made.branch.id, parent)
    assert run(child, "SELECT count(*) FROM hero") == [(1,)]


def test_the_name_is_real_the_certificate_proves_it_and_the_branch_says_who_it_is(
    root: Dsn, running: Standin
) -> None:
    assert root.host.endswith(".us-east-2.aws.neon.tech")
    answer = ask(root)
    assert answer.tls.startswith("TLSv1.")
    assert answer.identity.branch == running.world.root.id
    assert layer(replace(root, host="db.example")) == "TLS"


def test_a_suspended_compute_closes_its_sessions_and_wakes(
    neon: Neon, root: Dsn, running: Standin
) -> None:
    (compute,) = running.world.of(running.world.root)
    with psycopg.connect(**root.libpq()) as connection:
        neon.suspend(compute.id)
        with pytest.raises(psycopg.errors.AdminShutdown):
            connection.execute("SELECT 1")
        assert connection.closed
    assert compute.state == "idle"
    cold, warm = ask(root), ask(root)
    assert (compute.state, compute.woken) == ("active", 1)
    assert cold.seconds > running.front.waking
    assert warm.seconds < cold.seconds


def test_what_neon_refuses(root: Dsn, running: Standin) -> None:
    (compute,) = running.world.of(running.world.root)
    assert layer(root.with_parameters(sslmode="disable")) == "TLS"
    unproven = root.with_parameters(sslmode="require", sslsni="0")
    unproven = replace(
        unproven, parameters={k: v for k, v in unproven.parameters.items() if k != "sslrootcert"}
    )
    assert layer(unproven) == "SNI"
    assert ask(unproven.with_parameters(options=f"endpoint={compute.id}")).identity.branch
    assert layer(root.with_parameters(options="endpoint=ep-other-1")) == "SNI"
    other = replace(root, host=root.host.replace(compute.id, "ep-other-12345678"))
    assert layer(other) == "Neon, not-found"
    compute.disabled = True
    assert layer(root) == "Neon, endpoint-disabled"
    compute.disabled = False
    compute.trouble = "Your account or project has exceeded the compute time quota. Upgrade."
    assert layer(root) == "Neon, quota"
    compute.trouble = ""
    assert layer(replace(root, password="wrong")) == "authentication"


def test_the_pooler_refuses_options_and_neon_drops_other_parameters(
    neon: Neon, root: Dsn, running: Standin, role: str
) -> None:
    asyncpg = pytest.importorskip("asyncpg")
    assert asyncpg
    pooled = neon.connection(running.world.root.id, "neondb", role, pooled=True)
    assert "-pooler." in pooled.host
    assert ask(pooled).identity.branch == running.world.root.id
    limit = "-c statement_timeout=5000"
    assert layer(pooled.with_parameters(options=limit)) == "pooler"
    assert run(root.with_parameters(options=limit), "SHOW statement_timeout") == [("5s",)]
    # Sent at start-up, as asyncpg sends its server_settings: a plain server would obey.
    dropped = root.with_parameters(client_encoding="LATIN1")
    assert ask(dropped).identity.client_encoding == "UTF8"


def test_what_is_past_its_expiry_is_gone(neon: Neon, running: Standin, role: str) -> None:
    made = neon.create("short", expires_at=datetime.now(UTC) + timedelta(minutes=5))
    dsn = neon.connection(made.branch.id, "neondb", role, pooled=False)
    assert ask(dsn).identity.branch == made.branch.id
    running.world.later = timedelta(minutes=6)
    assert layer(dsn) == "Neon, not-found"
    assert [branch.name for branch in neon.branches()] == ["main"]


def test_nothing_stays_behind(disposable_server: Any) -> None:
    from verification.neon.standin.running import standin  # noqa: PLC0415 - its end is the point

    before = disposable_server.databases()
    with standin(disposable_server) as made:
        made.world.create("child")
        assert len(disposable_server.databases()) == len(before) + 2
    assert disposable_server.databases() == before
