"""One walk over any project's revisions, whatever its env.py does and whatever goes wrong."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from verification.catalog import difference
from verification.databases import Server
from verification.finding import Unknown
from verification.revisions import Direction, Limits, Migrations, Past, Walk, find, load, walk
from verification.telling import listening
from verification.tests.revisions.histories import Change, write

INDEX_AGAIN, INDEX_LAST = (
    Change(
        f'op.create_index("ix{n}", "hero", ["name"])\n'
        f'op.add_column("hero", sa.Column("x{n}", sa.Text))',
        f'op.drop_column("hero", "x{n}")',
    )
    for n in (3, 4)
)
QUICK = Limits(statement=3, lock=1, whole=20)
BODY = """\
    context.configure(connection=connection{options})
    with context.begin_transaction():
        context.run_migrations()
"""
ASYNC = """\
import asyncio
from alembic import context
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine
def go(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
async def main():
    engine = create_async_engine(
        "postgresql+{driver}://somewhere/else", poolclass=pool.NullPool
    )
    async with engine.{opened}() as connection:
        await connection.run_sync(go)
    await engine.dispose()
asyncio.run(main())
"""
HEAD = "from alembic import context\nfrom sqlalchemy import create_engine, pool, text\n"
ENGINE = f'{HEAD}engine = create_engine("postgresql+{{driver}}://u:p@somewhere/else")\n'
SYNC = ENGINE + "with engine.connect() as connection:\n" + BODY
ENVS = {
    "psycopg2": SYNC.format(driver="psycopg2", options=""),
    "psycopg": SYNC.format(driver="psycopg", options=""),
    "a transaction each": SYNC.format(
        driver="psycopg2", options=", transaction_per_migration=True"
    ),
    "its own transaction": (ENGINE + "with engine.begin() as connection:\n" + BODY).format(
        driver="psycopg2", options=""
    ),
    "a lock first": (ENGINE + "with engine.connect() as connection:\n" + BODY)
    .format(driver="psycopg2", options="")
    .replace(
        "        context.run",
        "        connection.execute(text('SELECT pg_advisory_xact_lock(1)'))\n        context.run",
    ),
    "a given connection": f"{HEAD}given = context.config.attributes.get('connection')\n"
    'engine = create_engine("postgresql+psycopg2://", poolclass=pool.NullPool)\n'
    "with given or engine.connect() as connection:\n" + BODY.format(options=""),
    "asyncpg": ASYNC.format(driver="asyncpg", opened="connect"),
    "psycopg, async": ASYNC.format(driver="psycopg", opened="begin"),
    "another version table": SYNC.format(
        driver="psycopg2", options=', version_table="revisions", version_table_schema="public"'
    ),
}
INDEX = Change(
    'op.create_index("ix", "hero", ["name"])\nop.add_column("hero", sa.Column("x", sa.Text))',
    'op.drop_column("hero", "x")',
)


def loaded(root: Path) -> Migrations:
    file = find(root, "")
    assert file
    return load(root, file, {})


def walked(root: Path, server: Server, limits: Limits = QUICK) -> Walk:
    migrations = loaded(root)
    before = server.databases()
    found = walk(migrations, server, {migrations.revisions[-1].id}, limits)
    assert server.databases() == before
    return found


@pytest.mark.parametrize("env", ENVS.values(), ids=ENVS.keys())
def test_any_env_is_walked_and_its_statements_seen(
    env: str, tmp_path: Path, disposable_server: Server
) -> None:
    found = walked(write(tmp_path, INDEX, env=env), disposable_server)
    assert found.stopped == ""
    assert [step.direction for step in found.steps[:3]] == list(Direction)
    assert [str(each) for each in found.inexact["0002"]] == ["index public.ix is not expected"]
    step = found.step("0002", Direction.UP)
    assert step
    statement = step.statements[0]
    assert statement.location.line == 11
    assert [lock.mode for lock in statement.locks if lock.table == "public.hero"] == ["Share"]
    assert statement.scanned == ("public.hero",)
    assert found.step("0002", Direction.AGAIN)


@pytest.mark.parametrize("driver", ["psycopg2", "asyncpg"])
def test_what_env_sets_for_its_transaction_holds_for_every_revision(
    driver: str, tmp_path: Path, disposable_server: Server
) -> None:
    env = ENVS["psycopg2"] if driver == "psycopg2" else ENVS["asyncpg"]
    local = """context.execute("SET LOCAL lock_timeout = '7s'")"""
    indent = re.search(r"^( *)context.run_migrations", env, re.MULTILINE)
    assert indent
    patient = env.replace("context.run", f"{local}\n{indent[1]}context.run")
    for name, content, bounded in (("a", env, False), ("b", patient, True)):
        found = walked(write(tmp_path / name, INDEX, env=content), disposable_server)
        step = found.step("0002", Direction.UP)
        assert step
        assert [each.bounded for each in step.statements] == [bounded, bounded]


@pytest.mark.parametrize(
    ("up", "said"),
    [
        ('op.get_bind().exec_driver_sql("SELECT pg_sleep(60)")', "statement timeout"),
        ('op.execute("SET statement_timeout = 0")\nop.execute("SELECT pg_sleep(60)")', "within"),
        ("import time\ntime.sleep(60)", "within 4 s"),
        ("while True: pass", "within 4 s"),
        ("import sys\nsys.exit(3)", "sys.exit(3)"),
        ("import os\nos._exit(0)", "os._exit(0)"),
        ("import os\nos.abort()", "os.abort()"),
        ("import os\nos.kill(os.getpid(), 9)", "os.kill("),
        ("from signal import raise_signal\nraise_signal(15)", "signal.raise_signal(15)"),
        ("op.get_bind().close()", "closed"),
        ('op.execute("SELECT pg_terminate_backend(pg_backend_pid())")', "connection"),
        ('op.execute("CREATE EXTENSION postgis")', "postgis"),
        ('op.execute("GRANT SELECT ON hero TO nobody_here")', "nobody_here"),
        ("import nothing_of_that_name", "nothing_of_that_name"),
        ('op.execute("COMMIT")\nop.execute("SELECT 1/0")', "division by zero"),
        ("raise KeyboardInterrupt", None),
    ],
)
def test_whatever_a_revision_does_is_told(
    up: str, said: str | None, tmp_path: Path, disposable_server: Server
) -> None:
    root = write(tmp_path, Change(up))
    started = time.monotonic()
    if said is None:
        with pytest.raises(KeyboardInterrupt):
            walked(root, disposable_server)
        return
    found = walked(root, disposable_server, Limits(statement=2, lock=1, whole=4))
    failures = [step.failure.message for step in found.steps if step.failure]
    assert said in " ".join([*failures, found.stopped])
    assert "0002" in found.stopped
    assert time.monotonic() - started < 15
    assert found.step("0001", Direction.AGAIN)


def test_a_transaction_left_open_is_named(tmp_path: Path, disposable_server: Server) -> None:
    first = Change(
        'import builtins\nother = sa.create_engine("postgresql+psycopg2://").connect()\n'
        'other.exec_driver_sql("SELECT * FROM hero")\nbuiltins.left_open = other'
    )
    second = Change('op.drop_table("hero")')
    found = walked(write(tmp_path, first, second), disposable_server)
    failed = found.steps[-1]
    assert failed.failure
    assert failed.revision == "0003"
    assert "left a transaction open" in failed.failure.message


def test_what_a_failed_downgrade_leaves_does_not_spoil_the_rest(
    tmp_path: Path, disposable_server: Server
) -> None:
    half = Change(
        'op.execute("ALTER TABLE hero ADD x text, ADD y text")',
        'with op.get_context().autocommit_block():\n    op.drop_column("hero", "x")\n'
        'op.drop_column("hero", "z")',
    )
    last = Change('op.drop_column("hero", "x")', 'op.add_column("hero", sa.Column("x", sa.Text))')
    found = walked(write(tmp_path, half, last), disposable_server)
    assert found.stopped == ""
    assert [s.revision for s in found.steps if s.failure] == ["0002"]
    assert found.step("0003", Direction.AGAIN)
    assert list(found.inexact) == ["0003"]  # the column comes back at another place


def test_branches_are_walked_to_every_head(tmp_path: Path, disposable_server: Server) -> None:
    root = write(tmp_path, INDEX)
    text = (root / "versions" / "0002.py").read_text()
    other = text.replace('"0002"', '"0003"').replace('"ix"', '"ix2"').replace('"x"', '"x2"')
    (root / "versions" / "0003.py").write_text(other)
    merge = 'revision, down_revision = "4", ("0002", "0003")\ndef upgrade(): pass\n'
    merge += "def downgrade(): pass\n"
    (root / "versions" / "0004.py").write_text(merge)
    found = walked(root, disposable_server)
    assert found.stopped == ""
    assert len(found.steps) == 12
    assert set(found.inexact) == {"0002", "0003"}
    assert not found.irreversible


def test_an_env_without_alembic_is_unknown(tmp_path: Path, disposable_server: Server) -> None:
    with pytest.raises(Unknown, match="none of the steps"):
        walked(write(tmp_path, env="pass\n"), disposable_server)
    with pytest.raises(Unknown, match=r"env\.py does not run"):
        walked(write(tmp_path, env="raise RuntimeError('no')\n"), disposable_server)


def test_the_past_is_built_up_to_a_revision(tmp_path: Path, disposable_server: Server) -> None:
    past = Past(loaded(write(tmp_path, INDEX)), disposable_server)
    before = past.before("0002")
    assert before.table("public.hero")
    assert not any(index.name == "ix" for index in before.table("public.hero").indexes)  # type: ignore[union-attr] # just seen
    assert difference(past.before("0002"), before) == ()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_it_leaves_nothing_and_runs_again(
    how: signal.Signals, tmp_path: Path, disposable_server: Server
) -> None:
    slow = [Change("import time\ntime.sleep(0.3)") for _ in range(30)]
    root = write(tmp_path, *slow)
    before = set(disposable_server.databases())
    program = (
        "import os, sys; from pathlib import Path\n"
        "from verification.databases import disposable_server\n"
        "from verification.revisions import find, load, walk\n"
        "root = Path(sys.argv[1])\n"
        "with disposable_server(os.environ) as server:\n"
        "    print('ready', flush=True)\n"
        "    walk(load(root, find(root, ''), {}), server)\n"
    )
    environment = {**os.environ, "VERIFY_SCRATCH_URL": disposable_server.dsn.reveal()}
    run = subprocess.Popen(  # noqa: S603 - this file's own program
        [sys.executable, "-c", program, str(root)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert run.stdout
    assert run.stdout.readline() == b"ready\n"
    time.sleep(1.5)
    run.send_signal(how)
    run.wait(20)
    run.stdout.close()
    everything = disposable_server._session.run  # noqa: SLF001 - databases of other runs too
    names = "SELECT count(*) FROM pg_database WHERE datname LIKE %s"
    for _ in range(100):
        ((left,),) = everything(names, f"verify_{run.pid}_%")
        if not left:
            break
        time.sleep(0.1)
    assert left == 0
    assert set(disposable_server.databases()) == before


def test_what_came_before_is_one_step_where_only_the_newest_are_asked_for(
    tmp_path: Path, disposable_server: Server
) -> None:
    migrations = loaded(write(tmp_path, INDEX, INDEX_AGAIN, INDEX_LAST))
    told: list[str] = []
    with listening(told.append):
        found = walk(migrations, disposable_server, {"0004"}, QUICK, since={"0003"})
    assert [(step.revision, step.direction) for step in found.steps] == [
        ("0001", Direction.UP),
        ("0002", Direction.UP),
        *(("0003", each) for each in Direction),
        *(("0004", each) for each in Direction),
    ]
    assert [str(each) for each in found.inexact["0003"]] == ["index public.ix3 is not expected"]
    assert set(found.inexact) == {"0003", "0004"}
    assert told == [f"revision {number} of 4" for number in (1, 2, 3, 4)]
