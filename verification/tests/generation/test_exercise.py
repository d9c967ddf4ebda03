from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

import pytest

from verification.catalog import read
from verification.databases import Server
from verification.databases.session import connect
from verification.generation.exercise import exercise
from verification.generation.scratch import Scratch
from verification.generation.trial import Verdict

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
        "public.dead.dead_e_check",
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


def test_a_constraint_that_refuses_what_fulfils_it(disposable_server: Server) -> None:
    """As the server itself says when it is asked without an INSERT."""
    odd = "v > 5 AND (v = 7 OR current_query() NOT LIKE 'INSERT%')"
    sql = f"CREATE TABLE t (id int PRIMARY KEY, v int CONSTRAINT odd CHECK ({odd}))"
    with built(disposable_server, sql) as scratch:
        (trial,) = [each for each in exercise(scratch) if each.name == "odd"]
    assert trial.verdict is Verdict.DEAD
    assert trial.message.startswith("a row that fulfils it is refused")


@pytest.mark.parametrize("by", ["RANGE (at)", "LIST (at)", "HASH (at)"])
def test_a_table_whose_partitions_are_yet_to_be_made(disposable_server: Server, by: str) -> None:
    rules = "PRIMARY KEY (id, at), CHECK (v BETWEEN 1 AND 3)"
    sql = f"CREATE TABLE t (id int, at date, v int, {rules}) PARTITION BY {by}"
    with built(disposable_server, sql) as scratch:
        trials = list(exercise(scratch))
    assert len(trials) == 4
    assert {trial.verdict for trial in trials} == {Verdict.ALIVE}
