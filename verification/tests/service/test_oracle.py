from collections.abc import Iterator
from contextlib import closing

import pytest

from verification.catalog import read
from verification.databases import Server
from verification.databases.session import connect
from verification.service.oracle import Oracle
from verification.service.rows import Rows

SCHEMA = """
CREATE TABLE "100% teams" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text,
    shout text GENERATED ALWAYS AS (upper(name)) STORED);
CREATE TABLE hero (id serial PRIMARY KEY, team_id int REFERENCES "100% teams", at timestamptz);
CREATE TABLE accounts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), balance numeric, slug text);
INSERT INTO "100% teams" (name) VALUES ('it''s'), (NULL);
INSERT INTO hero (team_id, at) VALUES (1, now());
"""


@pytest.fixture
def oracle(disposable_server: Server) -> Iterator[Oracle]:
    """It looks at a database with a few rows."""
    dsn = disposable_server.create()
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(SCHEMA)
    oracle = Oracle(dsn)
    oracle.open()
    with closing(oracle):
        yield oracle
    disposable_server.drop(dsn)


def test_everything_is_put_back(oracle: Oracle) -> None:
    everything = (
        'SELECT (SELECT jsonb_agg(t) FROM "100%% teams" t), (SELECT jsonb_agg(h) FROM hero h)'
    )
    before = oracle.rows(everything, ())
    oracle.rows("DELETE FROM hero")
    oracle.rows("INSERT INTO accounts (balance) VALUES (1)")
    change = oracle.look()
    assert change is not None
    assert change.tables == {"public.hero", "public.accounts"}
    assert oracle.diminished
    assert oracle.reset()
    assert oracle.rows(everything, ()) == before
    assert oracle.look() is None
    assert oracle.rows("INSERT INTO hero (team_id) VALUES (1) RETURNING id") == [(2,)]


def test_a_lock_that_is_kept_costs_no_more_than_patience(oracle: Oracle) -> None:
    with closing(connect(oracle.dsn)) as other, other.cursor() as cursor:
        other.autocommit = False
        cursor.execute("INSERT INTO hero (team_id) VALUES (1)")
        oracle.rows("INSERT INTO accounts (balance) VALUES (1)")
        assert not oracle.reset()
        other.rollback()
    assert oracle.reset()


def test_rows_are_found_by_the_names_people_use(oracle: Oracle) -> None:
    oracle.rows("INSERT INTO accounts (balance, slug) VALUES (1, 'a'), (2, 'b')")
    with closing(connect(oracle.dsn)) as connection:
        rows = Rows(oracle, read(connection))
    assert rows.named("team_id") == 1
    used: set[str] = set()
    first, second = (rows.named(name, "", used) for name in ("fromAccountId", "to_account_id"))
    assert first != second
    assert {first, second} == {k for (k,) in oracle.rows("SELECT id::text FROM accounts")}
    assert rows.named("hero_id") == 1
    assert rows.named("slug", "accounts") == "a"
    assert rows.named("anything_id") is None
    assert rows.named("id") is None
    assert rows.like("/api/v1/accounts") == {"balance": 1, "slug": "abc"}
