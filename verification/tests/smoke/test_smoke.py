import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest

from verification.databases import Server
from verification.neon.standin.running import Standin, standin
from verification.neon.standin.world import World
from verification.smoke.command import main
from verification.smoke.subject import PREFIX

RUN = "import sys; from verification.smoke import command; sys.exit(command.main(sys.argv[1:]))"
REVISION = """
from alembic import op
import sqlalchemy as sa

revision, down_revision = "{number}", {before!r}

def upgrade():
    op.create_table("{table}", sa.Column("id", sa.BigInteger, primary_key=True))

def downgrade():
    op.drop_table("{table}")
"""
ENV = """
from alembic import context
from sqlalchemy import create_engine, pool

with create_engine("postgresql+psycopg2://", poolclass=pool.NullPool).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


@pytest.fixture
def running(disposable_server: Server) -> Iterator[Standin]:
    with standin(disposable_server) as made:
        yield made


@pytest.fixture
def world(running: Standin, monkeypatch: pytest.MonkeyPatch) -> World:
    for name, value in variables(running).items():
        monkeypatch.setenv(name, value)
    return running.world


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    (tmp_path / "migrations" / "env.py").write_text(ENV)
    (versions / "1_hero.py").write_text(REVISION.format(number="1", before=None, table="hero"))
    return tmp_path


def variables(running: Standin) -> dict[str, str]:
    return {
        "NEON_API_KEY": running.world.key,
        "NEON_PROJECT_ID": running.world.project,
        "NEON_API_HOST": running.base,
        "VERIFY_NEON_STANDIN": "1",
    }


def smoke(project: Path, *words: str) -> int:
    return main(["--root", str(project), "--only", "neon", "--only", "connectivity", *words])


def tables(world: World) -> list[str]:
    with (
        closing(psycopg2.connect(**world.root.database.libpq())) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT relname FROM pg_class WHERE relname IN ('hero', 'team')")
        return [name for (name,) in cursor.fetchall()]


def test_makes_migrates_verifies_compares_and_deletes(
    world: World, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert smoke(project) == 0, capsys.readouterr()
    out, err = capsys.readouterr()
    assert "CREATE TABLE public.hero" in out
    assert "verified:" in out
    assert "suspended, it wakes (direct)" in out
    assert "suspended, it wakes (pooled)" in out
    assert world.key not in out + err
    assert world.server.dsn.password not in out + err
    assert [branch.name for branch in world.branches.values()] == ["main"]
    assert tables(world) == []


def test_a_migration_that_fails_leaves_nothing_behind(
    world: World, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = project / "migrations" / "versions" / "2_broken.py"
    broken.write_text('revision, down_revision = "2", "1"\n\ndef upgrade():\n    1 / 0\n')
    assert smoke(project) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert [branch.name for branch in world.branches.values()] == ["main"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_still_deletes(
    running: Standin, project: Path, number: signal.Signals
) -> None:
    slow = project / "migrations" / "versions" / "2_slow.py"
    body = "import time\n\ndef upgrade():\n    time.sleep(60)\n"
    slow.write_text(f'revision, down_revision = "2", "1"\n{body}')
    process = subprocess.Popen(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", RUN, "--root", str(project), "--only", "neon"],
        env={**os.environ, **variables(running)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        assert "deleted at the end" in process.stdout.readline()
        assert len(running.world.branches) == 2
        time.sleep(1)
        process.send_signal(number)
        process.wait(30)
    assert process.returncode != 0
    assert [branch.name for branch in running.world.branches.values()] == ["main"]


def test_killed_it_leaves_a_branch_that_the_next_run_tells_of_and_that_expires(
    running: Standin,
    project: Path,
    world: World,
    capsys: pytest.CaptureFixture[str],
) -> None:
    slow = project / "migrations" / "versions" / "2_slow.py"
    body = "import time\n\ndef upgrade():\n    time.sleep(60)\n"
    slow.write_text(f'revision, down_revision = "2", "1"\n{body}')
    process = subprocess.Popen(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", RUN, "--root", str(project), "--minutes", "20"],
        env={**os.environ, **variables(running)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        assert "deleted at the end" in process.stdout.readline()
        process.kill()
        process.wait(30)
    (left,) = (branch for branch in world.branches.values() if branch.name != "main")
    slow.unlink()
    assert main(["--root", str(project), "--only", "neon/leaked-branches"]) == 0
    told = capsys.readouterr().out
    assert f"of one that was killed: {left.name}" in told
    assert left.id in world.branches  # which may be another run's, so it is left alone
    world.later = timedelta(minutes=21)
    world.expire()
    assert [branch.name for branch in world.branches.values()] == ["main"]


def test_two_runs_do_not_touch_each_other(running: Standin, project: Path) -> None:
    both = [
        subprocess.Popen(  # noqa: S603 - this very interpreter
            [sys.executable, "-c", RUN, "--root", str(project), "--only", "connectivity"],
            env={**os.environ, **variables(running)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    ended = [(process.communicate(timeout=120)[1], process.returncode) for process in both]
    assert [code for _, code in ended] == [0, 0], ended
    assert [branch.name for branch in running.world.branches.values()] == ["main"]


def test_a_given_branch_may_be_migrated_and_compared(
    world: World, project: Path, tmp_path: Path
) -> None:
    child = world.create("preview/pr-1")
    child.state = "ready"
    world.compute(child)
    diff = tmp_path / "schema.diff"
    assert smoke(project, child.name, "--migrate", "--diff", str(diff)) == 0
    assert "+CREATE TABLE public.hero" in diff.read_text()
    assert child.id in world.branches
    assert tables(world) == []


@pytest.mark.parametrize("protected", [False, True])
def test_nothing_is_written_to_a_default_or_protected_branch(
    world: World, project: Path, protected: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = world.root
    if protected:
        wanted = world.create("kept")
        world.compute(wanted)
        wanted.protected = True
    assert smoke(project, wanted.name, "--migrate") == 2
    assert "nothing is written to it" in capsys.readouterr().err
    assert tables(world) == []


def test_a_given_branch_is_looked_at_and_left_as_it_is(
    world: World, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert smoke(project, world.root.id) == 0, capsys.readouterr()
    assert tables(world) == []
    assert len(world.branches) == 1


def test_a_branch_of_another_name_answers(
    world: World, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = world.create("other")
    (compute,) = world.of(world.root)
    compute.branch_id = other.id  # the endpoint has moved to another branch
    other_compute = world.compute(other)
    del world.computes[other_compute.id]
    assert smoke(project, "main") == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("no-such-branch",), "no branch named"),
        (("postgresql://u:npg_S3cret@db.example/d",), "not a Neon host"),
        (("--minutes", "1"), "--minutes 1"),
        (("--parent", "nobody"), "no branch named"),
    ],
)
def test_bad_input_is_one_line(
    world: World,
    project: Path,
    words: tuple[str, ...],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert smoke(project, *words) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert "S3cret" not in err
    assert len(world.branches) == 1


def test_without_a_key_it_says_so(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NEON_API_KEY", raising=False)
    assert smoke(project) == 2
    assert "NEON_API_KEY" in capsys.readouterr().err


def test_an_expired_key(
    world: World,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NEON_API_KEY", "napi_" + "z" * 30)
    assert smoke(project) == 2
    err = capsys.readouterr().err
    assert "401" in err
    assert "zzz" not in err
    assert len(world.branches) == 1


def test_what_earlier_runs_left_is_told(
    world: World, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world.create(f"{PREFIX}old")
    assert smoke(project) == 0
    assert f"left behind by an earlier run: {PREFIX}old" in capsys.readouterr().out
