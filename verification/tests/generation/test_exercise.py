from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

import pytest

from verification.catalog import read
from verification.databases import Server
from verification.databases.session import connect
from verification.generation.exercise import Verdict, exercise
from verification.generation.scratch import Scratch

HERE = Path(__file__).parent


@contextmanager
def built(server: Server, sql: str) -> Iterator[Scratch]:
    dsn = server.create()
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        catalog = read(connection)
    server.seal(dsn)
    yield Scratch(server, dsn, catalog)
    server.drop(dsn)


def test_every_constraint_of_a_healthy_schema_is_tried_and_alive(disposable_server: Server) -> None:
    with built(disposable_server, (HERE / "healthy.sql").read_text()) as scratch:
        trials = {trial.subject: trial for trial in exercise(scratch)}
    assert {s: t for s, t in trials.items() if t.verdict is not Verdict.ALIVE} == {}
    demanded = {
        table.subject(constraint)
        for table in scratch.catalog.tables
        for constraint in table.constraints
        if not table.partition_bound
    }
    assert demanded <= set(trials)


def test_every_dead_constraint_is_found_and_nothing_else(disposable_server: Server) -> None:
    with built(disposable_server, (HERE / "dead.sql").read_text()) as scratch:
        trials = list(exercise(scratch))
    assert {trial.subject for trial in trials if trial.verdict is Verdict.DEAD} == {
        "public.c1.c1_p_id_fkey",
        "public.c2.c2_p_id_fkey",
        "public.dead.dead_a_check",
        "public.dead.dead_b_check",
        "public.dead.dead_c_check",
        "public.dead.dead_d_check",
        "public.iu_n",
        "public.nul.nul_l_check",
        "public.nul.nul_s_check",
        "public.nul.nul_z_check",
        "public.ru",
        "public.sw.n",
    }
    # Nothing can be seen of what a function does, so this is not passed either.
    unknown = [trial.subject for trial in trials if trial.verdict is Verdict.UNKNOWN]
    assert unknown == ["public.f.f_v_check"]


def test_no_copy_remains(disposable_server: Server) -> None:
    with built(disposable_server, "CREATE TABLE t (id int PRIMARY KEY)") as scratch:
        before = disposable_server.databases()
        trials = exercise(scratch)
        next(trials)
        cast("Generator[object]", trials).close()
        assert disposable_server.databases() == before


@pytest.mark.parametrize(
    ("shape", "constraint"),
    [
        ("i int, CONSTRAINT c CHECK (i > 10 AND i < 12)", "c"),
        ("i int, CONSTRAINT c CHECK (i BETWEEN 700000 AND 700001)", "c"),
        ("s text, CONSTRAINT c CHECK (length(s) = 12)", "c"),
        ("s text, CONSTRAINT c CHECK (s ~ '^[A-Z]{2}\\d{7}$')", "c"),
        ("s text, CONSTRAINT c CHECK (s SIMILAR TO '(a|b)%z')", "c"),
        ("s text, CONSTRAINT c CHECK (s = upper(s) AND s <> '')", "c"),
        ("s text, n int, CONSTRAINT c CHECK (s <> 'paid' OR n IS NOT NULL)", "c"),
        ("a date, b date, CONSTRAINT c CHECK (a + 7 <= b)", "c"),
        ("a numeric(5,2), CONSTRAINT c CHECK (a * 4 = 101)", "c"),
        ("j jsonb, CONSTRAINT c CHECK (j ? 'key' AND jsonb_typeof(j -> 'key') = 'number')", "c"),
        ("t text[], CONSTRAINT c CHECK (t <@ ARRAY['red', 'green'])", "c"),
        ("e int4range, CONSTRAINT c CHECK (lower(e) >= 5 AND upper(e) <= 9)", "c"),
        ("u uuid, CONSTRAINT c CHECK (u <> '00000000-0000-0000-0000-000000000000')", "c"),
        ("a int, b int, CONSTRAINT c EXCLUDE (a WITH =, b WITH =)", "c"),
        ("a int, b text, CONSTRAINT c UNIQUE NULLS NOT DISTINCT (a, b)", "c"),
        ("a int, b text, CONSTRAINT c UNIQUE (b) INCLUDE (a) DEFERRABLE", "c"),
        ("n smallint, CONSTRAINT c CHECK (abs(n) < 4)", "c"),
        ("s text, CONSTRAINT c CHECK (s IN ('a', 'b') OR s IS NULL)", "c"),
        ("s varchar(8), CONSTRAINT c CHECK (s LIKE 'ab%')", "c"),
        ("t timestamptz, CONSTRAINT c CHECK (t > '2020-01-01')", "c"),
        ("a int, b int, CONSTRAINT c CHECK (a IS NULL OR b IS NULL)", "c"),
        ("a int, b int, CONSTRAINT c CHECK (num_nonnulls(a, b) = 1)", "c"),
        ("f double precision, CONSTRAINT c CHECK (f >= 0 AND f <= 1)", "c"),
        ("g int GENERATED ALWAYS AS (id * 2) STORED, CONSTRAINT c CHECK (g > 2)", "c"),
        ("k int GENERATED ALWAYS AS IDENTITY, CONSTRAINT c UNIQUE (k)", "c"),
        ("t int[], CONSTRAINT c CHECK (cardinality(t) BETWEEN 1 AND 3)", "c"),
        ("up int, CONSTRAINT c FOREIGN KEY (up) REFERENCES t DEFERRABLE", "c"),
        ("d date, CONSTRAINT c CHECK (extract(isodow FROM d) < 6)", "c"),
    ],
)
def test_shape(disposable_server: Server, shape: str, constraint: str) -> None:
    with built(disposable_server, f"CREATE TABLE t (id int PRIMARY KEY, {shape})") as scratch:
        trials = {trial.subject: trial for trial in exercise(scratch)}
    assert trials[f"public.t.{constraint}"].verdict is Verdict.ALIVE
