"""What means the same is the same, however it was written, and awkward schemas are no drift."""
# ruff: noqa: E501, ISC004 - statements read best where they are not broken

import pytest

from verification.catalog import Catalog, difference, fingerprint, read
from verification.dsn import Dsn
from verification.tests.catalog.conftest import Build, connected

SAME = {
    "casts, parentheses and case": (
        "CREATE TABLE t (id int PRIMARY KEY, a varchar(10) DEFAULT 'x', n numeric,"
        " CHECK (a <> '' AND (n > 1 OR n < 0)))",
        "create table T (ID int4, A character varying(10) default ('x')::varchar, N decimal,"
        " primary key (ID), check (((A <> ''::text) and ((N > 1) or N<0))))",
    ),
    "quoting": (
        'CREATE TABLE t (id int, "select" text); CREATE INDEX i ON t ("select")',
        'CREATE TABLE "public"."t" ("id" INTEGER, "select" "text"); CREATE INDEX "i" ON "t" ("select")',
    ),
    "IN and = ANY": (
        "CREATE TABLE t (s text CHECK (s IN ('a', 'b')))",
        "CREATE TABLE t (s text CHECK (s = ANY (ARRAY['a', 'b'])))",
    ),
    "BETWEEN and two comparisons": (
        "CREATE TABLE t (n int CHECK (n BETWEEN 1 AND 5))",
        "CREATE TABLE t (n int CHECK (n >= 1 AND n <= 5))",
    ),
    "constraints in the table or added to it, in another order": (
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a_id int UNIQUE"
        " REFERENCES a ON DELETE CASCADE, n int CHECK (n > 0)); CREATE INDEX b_n ON b (n)",
        "CREATE TABLE b (id int NOT NULL, a_id int, n int); CREATE INDEX b_n ON b USING btree (n);"
        " ALTER TABLE b ADD CHECK (n > 0); CREATE TABLE a (id int NOT NULL);"
        " ALTER TABLE b ADD UNIQUE (a_id); ALTER TABLE a ADD PRIMARY KEY (id); ALTER TABLE b ADD"
        " PRIMARY KEY (id), ADD FOREIGN KEY (a_id) REFERENCES a (id) MATCH SIMPLE ON UPDATE NO"
        " ACTION ON DELETE CASCADE NOT DEFERRABLE",
    ),
    "serial and what it stands for": (
        "CREATE TABLE t (id serial PRIMARY KEY)",
        "CREATE SEQUENCE t_id_seq AS integer; CREATE TABLE t (id integer NOT NULL DEFAULT"
        " nextval('t_id_seq'), PRIMARY KEY (id)); ALTER SEQUENCE t_id_seq OWNED BY t.id",
    ),
    "grants that were taken back, and comments that were removed": (
        "CREATE TABLE t (id int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE t (id int); GRANT SELECT ON t TO PUBLIC; REVOKE SELECT ON t FROM PUBLIC;"
        " COMMENT ON TABLE t IS 'x'; COMMENT ON TABLE t IS NULL;"
        " CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
        " REVOKE EXECUTE ON FUNCTION f FROM PUBLIC; GRANT EXECUTE ON FUNCTION f TO PUBLIC",
    ),
    "dropped columns and options set in another order": (
        "CREATE TABLE t (a int, b int) WITH (fillfactor = 70, autovacuum_enabled = off);"
        " CREATE UNIQUE INDEX i ON t (a, b)",
        "CREATE TABLE t (a int, x text, b int); CREATE UNIQUE INDEX i ON t (a, b);"
        " ALTER TABLE t DROP x; ALTER TABLE t SET (autovacuum_enabled = off);"
        " ALTER TABLE t SET (fillfactor = 70)",
    ),
    "views that select everything": (
        "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a, b FROM t WHERE a > 0",
        "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT * FROM public.t WHERE (t.a > 0)",
    ),
    "a default given as text": (
        "CREATE TABLE t (d date DEFAULT '2020-01-31', at timestamptz DEFAULT '2020-01-31 00:00+00')",
        "SET DateStyle = 'German'; SET TimeZone = 'UTC';"
        " CREATE TABLE t (d date DEFAULT '31.01.2020', at timestamptz DEFAULT '31.01.2020 00:00+00')",
    ),
}

AWKWARD = {
    "empty": "",
    "two schemas with equal table names": (
        "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.t (id int PRIMARY KEY);"
        " CREATE TABLE b.t (id int PRIMARY KEY, a_id int REFERENCES a.t);"
        " CREATE INDEX t_idx ON a.t (id); CREATE INDEX t_idx ON b.t (id)"
    ),
    "partitions of partitions": (
        "CREATE TABLE m (d date, k int, PRIMARY KEY (d, k)) PARTITION BY RANGE (d);"
        " CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"
        " PARTITION BY HASH (k); CREATE TABLE m1a PARTITION OF m1 FOR VALUES WITH (MODULUS 2,"
        " REMAINDER 0); CREATE TABLE m1b PARTITION OF m1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);"
        " CREATE TABLE r (d date, k int, FOREIGN KEY (d, k) REFERENCES m)"
    ),
    "expression indexes": (
        "CREATE TABLE t (a text, b jsonb); CREATE INDEX ON t (lower(a), (b ->> 'k'), (b -> 'x'));"
        " CREATE UNIQUE INDEX ON t ((a || 'x')) WHERE (b ->> 'k') IS NOT NULL"
    ),
    "names": (
        'CREATE SCHEMA "ünï.côde"; CREATE TABLE "ünï.côde"."a""b\'c;d" ("e.f" int PRIMARY KEY, "g\nh"'
        " int, \"%s %(x)s\" text DEFAULT '%s', "
        + "x" * 63
        + ' int CHECK (length(\'}{\') > 0)); COMMENT ON TABLE "ünï.côde"."a""b\'c;d" IS \'"\\ \n\''
    ),
    "extension objects": (
        "CREATE EXTENSION citext; CREATE EXTENSION pg_trgm; CREATE TABLE t (a citext UNIQUE);"
        " CREATE INDEX ON t USING gin (a gin_trgm_ops)"
    ),
    "cyclic foreign keys": (
        "CREATE TABLE a (id int PRIMARY KEY, b_id int); CREATE TABLE b (id int PRIMARY KEY, a_id int"
        " REFERENCES a); ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b"
    ),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_other_words_for_the_same(build: Build, pair: tuple[str, str]) -> None:
    one, other = map(build, pair)
    assert difference(one, other) == ()
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize("sql", AWKWARD.values(), ids=AWKWARD)
def test_an_awkward_schema_equals_itself(build: Build, sql: str) -> None:
    one, other = build(sql), build(sql)
    assert difference(one, other) == ()
    assert difference(one, other, models=True) == ()
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    "settings",
    [
        "SET search_path = shop, archive, public",
        "SET search_path = ''",
        "SET quote_all_identifiers = on; SET bytea_output = escape",
        "SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Tokyo'; SET IntervalStyle = iso_8601",
        "SET extra_float_digits = -5; SET standard_conforming_strings = on",
        "SET ROLE pg_monitor",
        "CREATE TEMPORARY TABLE orders (id int); CREATE TEMPORARY VIEW customer AS SELECT 1",
        "ANALYZE; SELECT nextval('shop.ticket')",
    ],
)
def test_whoever_looks_sees_the_same(shop: Dsn, healthy: Catalog, settings: str) -> None:
    with connected(shop) as connection:
        connection.cursor().execute(settings)
        seen = read(connection)
    assert difference(healthy, seen) == ()
    assert fingerprint(seen) == fingerprint(healthy)


def test_objects_of_extensions_are_not_the_projects(build: Build) -> None:
    catalog = build("CREATE EXTENSION citext; CREATE EXTENSION pg_trgm")
    assert [each.name for each in catalog.extensions] == ["citext", "pg_trgm", "plpgsql"]
    assert [
        (each.KIND, each.qualified) for each in catalog.things() if each not in catalog.extensions
    ] == [("schema", "public")]


def test_the_owner_of_most_is_the_same_whatever_his_name(build: Build) -> None:
    tables = "CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int);"
    mine = build(tables + "ALTER TABLE c OWNER TO pg_monitor")
    theirs = build(
        tables + "ALTER TABLE a OWNER TO pg_monitor; ALTER TABLE b OWNER TO pg_monitor;"
        "ALTER TABLE c OWNER TO pg_monitor"
    )
    assert [f"{each.subject} {each.aspect}" for each in difference(mine, theirs)] == []
    told = difference(build(tables), mine)
    assert [f"{each.subject} {each.aspect}" for each in told] == ["public.c owner"]
    exact = difference(build(tables), theirs, exact_owners=True)
    assert [each.aspect for each in exact] == ["owner"] * 3


def test_of_two_owners_of_as_much_the_first_objects_prevails(build: Build) -> None:
    """Whatever they are called: on the other side they have other names."""
    tables = "CREATE TABLE a (id int); CREATE TABLE b (id int);"
    here, there = (
        build(f"{tables} ALTER TABLE a OWNER TO {one}; ALTER TABLE b OWNER TO {other}")
        for one, other in (
            ("pg_monitor", "pg_read_all_data"),
            ("pg_read_all_stats", "pg_read_all_data"),
        )
    )
    assert difference(here, there) == ()
