"""For each shape of constraint: a valid row, rows exactly at its bound, one that breaks only it."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import psycopg2
import pytest

from verification.databases import Server
from verification.databases.session import connect
from verification.generation.exercise import exercise
from verification.generation.outcome import Row
from verification.generation.planting import Planting
from verification.generation.trial import Verdict
from verification.tests.generation.test_exercise import built

NOT_NULL, FOREIGN_KEY, UNIQUE, CHECK, EXCLUSION = "23502", "23503", "23505", "23514", "23P01"


@dataclass(frozen=True)
class Shape:
    """Columns with a constraint `c`, the SQLSTATE of its violation, values at its bound."""

    sql: str
    sqlstate: str = CHECK
    bounds: tuple[Mapping[str, str | None], ...] = field(default=())


def check(columns: str, rule: str, *bounds: Mapping[str, str | None]) -> Shape:
    """A shape with a CHECK."""
    return Shape(f"{columns}, CONSTRAINT c CHECK ({rule})", CHECK, bounds)


SHAPES = [
    check("i int", "i > 10 AND i < 12", {"i": "11"}),
    check("i int", "i >= 18", {"i": "18"}),
    check("i int", "i < 150", {"i": "149"}),
    check("i int", "i BETWEEN 700000 AND 700009", {"i": "700000"}, {"i": "700009"}),
    check("i bigint", "i * 7 <= 700000000000", {"i": "100000000000"}),
    check("n smallint", "abs(n) < 4", {"n": "3"}, {"n": "-3"}),
    check("n int", "n IN (3, 7, 20)", {"n": "20"}),
    check("s text", "s IN ('red', 'green', 'blue')", {"s": "blue"}),
    check("s text", "s IN ('a', 'b') OR s IS NULL", {"s": "b"}),
    check("s text", "length(s) = 12"),
    check("s text", "char_length(s) BETWEEN 2 AND 9", {"s": "d4"}, {"s": "a" * 9}),
    check("s varchar(80)", "length(s) <= 50", {"s": "a" * 50}),
    check("s text", "length(s) * 3 >= 100", {"s": "a" * 34}),
    check("s text", "length(s) * 3 <= 100", {"s": "user@example.com" + "m" * 17}),
    check("s text", "s ~ '^[A-Z]{2}\\d{7}$'"),
    check("s text", "s ~ '^[a-z]+-[0-9]+$'"),
    check("s text", "s SIMILAR TO '(a|b)%z'"),
    check("s varchar(8)", "s LIKE 'ab%'", {"s": "ab"}),
    check("s text", "s = upper(s) AND s <> ''"),
    check("s text", "btrim(s) <> ''"),
    check("s text, n int", "s <> 'paid' OR n IS NOT NULL"),
    check("a int, b int", "a < b"),
    check("a date, b date", "a + 7 <= b"),
    check("a int, b int", "a IS NULL OR b IS NULL"),
    check("a int, b int", "num_nonnulls(a, b) = 1"),
    check("a numeric(5,2)", "a * 4 = 101", {"a": "25.25"}),
    check("p numeric(10,2)", "p > 0", {"p": "0.01"}),
    check("f double precision", "f >= 0 AND f <= 1", {"f": "0"}, {"f": "1"}),
    check(
        "t timestamptz", "t > '2020-01-01 00:00:00+00'", {"t": "2020-01-01 00:00:00.000001+00:00"}
    ),
    check("d date", "d >= '2015-03-01'", {"d": "2015-03-01"}),
    check("d date", "extract(isodow FROM d) < 6"),
    check("j jsonb", "j ? 'key' AND jsonb_typeof(j -> 'key') = 'number'"),
    check("t text[]", "t <@ ARRAY['red', 'green']"),
    check("t int[]", "cardinality(t) BETWEEN 1 AND 3"),
    check("e int4range", "lower(e) >= 5 AND upper(e) <= 9"),
    check("u uuid", "u <> '00000000-0000-0000-0000-000000000000'"),
    check("g int GENERATED ALWAYS AS (id * 2) STORED", "g > 2"),
    check("m mood", "m <> 'sad'"),
    Shape("i small", CHECK, ({"i": "9"},)),
    Shape("k int GENERATED ALWAYS AS IDENTITY, CONSTRAINT c UNIQUE (k)", UNIQUE),
    Shape("a int, b text, CONSTRAINT c UNIQUE (a, b)", UNIQUE, ({"b": None},)),
    Shape("a int, b text, CONSTRAINT c UNIQUE NULLS NOT DISTINCT (a, b)", UNIQUE),
    Shape("a int, b text, CONSTRAINT c UNIQUE (b) INCLUDE (a) DEFERRABLE", UNIQUE),
    Shape("s text); CREATE UNIQUE INDEX c ON t (lower(s)", UNIQUE),
    Shape("s text, off boolean NOT NULL); CREATE UNIQUE INDEX c ON t (s) WHERE (NOT off", UNIQUE),
    Shape("a int, b int, CONSTRAINT c EXCLUDE (a WITH =, b WITH =)", EXCLUSION),
    Shape("r int, w tsrange, CONSTRAINT c EXCLUDE USING gist (w WITH &&)", EXCLUSION),
    Shape(
        "up int, CONSTRAINT c FOREIGN KEY (up) REFERENCES t DEFERRABLE",
        FOREIGN_KEY,
        ({"up": None},),
    ),
    Shape("p int NOT NULL, CONSTRAINT c FOREIGN KEY (p) REFERENCES parent", FOREIGN_KEY),
    Shape(
        "p int, q int, CONSTRAINT c FOREIGN KEY (p, q) REFERENCES pair", FOREIGN_KEY, ({"q": None},)
    ),
    Shape("c text NOT NULL", NOT_NULL, ({"c": ""},)),
    Shape("c jsonb NOT NULL", NOT_NULL, ({"c": "null"},)),
]
AROUND = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN small AS int CONSTRAINT c CHECK (VALUE < 10);
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE pair (a int, b int, PRIMARY KEY (a, b));
"""


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.sql)
def test_a_valid_row_boundary_rows_and_a_near_miss(disposable_server: Server, shape: Shape) -> None:
    with built(
        disposable_server, f"{AROUND}CREATE TABLE t (id int PRIMARY KEY, {shape.sql})"
    ) as scratch:
        (trial,) = [each for each in exercise(scratch) if each.subject.endswith(".c")]
        assert trial.verdict is Verdict.ALIVE, trial.message
        assert trial.near_miss is not None
        assert trial.boundary
        for bound in shape.bounds:
            assert any(bound.items() <= row.items() for row in trial.boundary), trial.boundary
        table = scratch.catalog.table("public.t")
        assert table is not None
        # Once more, on a copy of its own, without what tried it.
        with scratch.clone() as dsn, closing(connect(dsn)) as connection:
            connection.autocommit = False
            with connection.cursor() as cursor:
                planting = Planting(scratch.catalog, cursor)
                assert planting.row(table)  # the valid one
                planting.fresh(table)  # with all its parents
                assert put(cursor, trial.near_miss.row) == (shape.sqlstate, "c")
                if shape.sqlstate == CHECK:
                    cursor.execute("DELETE FROM t")
                assert [put(cursor, row) for row in trial.boundary] == [None] * len(trial.boundary)


def put(cursor: Any, row: Row) -> tuple[str, str] | None:
    """How PostgreSQL refuses a row; None where it does not."""
    cursor.execute("SAVEPOINT put")
    try:
        names = ", ".join(row)
        cursor.execute(
            f"INSERT INTO t ({names}) OVERRIDING SYSTEM VALUE VALUES"
            f" ({', '.join(['%s'] * len(row))})",
            list(row.values()),
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg2.Error as error:
        return error.pgcode or "", error.diag.constraint_name or error.diag.column_name or ""
    finally:
        cursor.execute("ROLLBACK TO SAVEPOINT put")
    return None
