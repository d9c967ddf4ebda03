"""Schemas that look odd and are right: no check of a schema has anything to say about them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from verification.config import Config
from verification.databases import Server
from verification.databases.session import connect
from verification.engine import discover, look
from verification.report import Status
from verification.target import Target
from verification.target.catalogs import catalog_of

FAMILIES = {"design", "schema", "security"}
KNOWN = {"deployed", "entire", "connection"}
CHECKS = [c for c in discover() if c.family in FAMILIES and set(c.needs) <= KNOWN]

HEALTHY = {
    "empty": "SELECT 1",
    "quoted, non-ASCII and hostile names": """
        CREATE SCHEMA "Ünï";
        CREATE TABLE "Ünï"."He""ro;" (
            "Ïd" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "na me" varchar(50) NOT NULL);
        CREATE INDEX "i;d""x" ON "Ünï"."He""ro;" (lower("na me"));
        CREATE TABLE "Ünï".kid (id bigint PRIMARY KEY, "H;o'" bigint REFERENCES "Ünï"."He""ro;");
        CREATE INDEX ON "Ünï".kid ("H;o'") WHERE "H;o'" IS NOT NULL;
        INSERT INTO "Ünï"."He""ro;" ("na me") VALUES ('x');
    """,
    "partitions": """
        CREATE TABLE kid (id bigint PRIMARY KEY);
        CREATE TABLE seen (
            id bigserial, at timestamptz NOT NULL, kid bigint REFERENCES kid, name varchar(20),
            PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE INDEX ON seen (kid);
        CREATE UNIQUE INDEX ON seen (name, at) WHERE name IS NOT NULL;
        CREATE TABLE seen_1 PARTITION OF seen FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
        CREATE TABLE seen_rest PARTITION OF seen DEFAULT;
        INSERT INTO seen (at) VALUES ('2020-05-05'), ('2030-05-05');
        CREATE TABLE spread (k int NOT NULL, id bigint) PARTITION BY LIST (k);
        CREATE TABLE spread_1 PARTITION OF spread (id PRIMARY KEY) FOR VALUES IN (1);
    """,
    "inheritance": """
        CREATE TABLE vehicle (id bigint PRIMARY KEY, bought timestamptz);
        CREATE TABLE car (doors int) INHERITS (vehicle);
    """,
    "what extensions own": "CREATE EXTENSION citext; CREATE EXTENSION pg_trgm;"
    " CREATE EXTENSION btree_gist; CREATE EXTENSION pg_stat_statements;",
    "two schemas with equal names": """
        CREATE SCHEMA one; CREATE SCHEMA two;
        CREATE TABLE one.hero (id bigint PRIMARY KEY, name varchar(9) UNIQUE);
        CREATE TABLE two.hero (id bigint PRIMARY KEY, name varchar(9) UNIQUE);
    """,
    "a tree, and a circle that can be entered": """
        CREATE TABLE node (id bigint PRIMARY KEY, above bigint NOT NULL REFERENCES node);
        CREATE INDEX ON node (above);
        CREATE TABLE team (id bigint PRIMARY KEY, captain bigint NOT NULL UNIQUE);
        CREATE TABLE hero (id bigint PRIMARY KEY, team bigint NOT NULL UNIQUE REFERENCES team);
        ALTER TABLE team ADD FOREIGN KEY (captain) REFERENCES hero DEFERRABLE INITIALLY DEFERRED;
    """,
    "indexes that resemble each other": """
        CREATE TABLE hero (id bigint PRIMARY KEY, name varchar(20), age int NOT NULL, tags text[]);
        CREATE INDEX ON hero (name); CREATE INDEX ON hero (name text_pattern_ops);
        CREATE INDEX ON hero (name) WHERE age > 1; CREATE INDEX ON hero (name DESC NULLS LAST);
        CREATE INDEX ON hero (name COLLATE "C"); CREATE INDEX ON hero (lower(name));
        CREATE INDEX ON hero (upper(name)); CREATE INDEX ON hero USING hash (name);
        CREATE INDEX ON hero USING gin (tags); CREATE UNIQUE INDEX ON hero (age) INCLUDE (name);
        CREATE INDEX ON hero (age) WHERE age > 5;
    """,
    "row security by the book": """
        CREATE TABLE note (id bigint PRIMARY KEY, owner varchar(63) NOT NULL);
        ALTER TABLE note ENABLE ROW LEVEL SECURITY;
        ALTER TABLE note FORCE ROW LEVEL SECURITY;
        CREATE POLICY readable ON note FOR SELECT USING (true);
        CREATE POLICY own ON note FOR UPDATE USING (owner = current_user);
        CREATE POLICY made ON note FOR INSERT WITH CHECK (owner = current_user);
        CREATE VIEW notes WITH (security_invoker) AS SELECT id FROM note;
        CREATE FUNCTION pinned() RETURNS bigint LANGUAGE sql SECURITY DEFINER
            BEGIN ATOMIC SELECT count(*) FROM note; END;
        REVOKE EXECUTE ON FUNCTION pinned() FROM PUBLIC;
    """,
    "a version table without a key": "CREATE TABLE alembic_version (version_num varchar(32));",
}


@pytest.fixture(params=list(HEALTHY.values()), ids=list(HEALTHY))
def target(request: pytest.FixtureRequest, disposable_server: Server) -> Iterator[Target]:
    """A database with one of these schemas."""
    dsn = disposable_server.create()
    with closing(connect(dsn)) as connection:
        connection.cursor().execute(request.param)
    deployed = catalog_of(dsn)
    given = {"deployed": deployed, "entire": deployed}
    with Target(config=Config(Path("/nowhere")), environment={}, dsn=dsn, **given) as it:
        yield it
    disposable_server.drop(dsn)


def test_nothing_is_found(target: Target) -> None:
    assert len(CHECKS) > 35
    for check in CHECKS:
        result = look(check, target)
        assert (result.status, result.reason, result.findings) == (Status.PASSED, "", ()), check.id
