"""How long a walk over a history takes, next to the four built-in tests of pytest-alembic.

`python benchmarks/migrations.py [revisions] [runs]`: both run as whole processes on the same
history and the same server, in turns; shown are the medians. pytest-alembic 0.13.1 does not collect
under pytest 9.2, so it gets an environment of its own with pytest 8.4.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from verification.databases import Server, disposable_server

PEER = ["pytest==8.4.2", "pytest-alembic==0.13.1", "psycopg2-binary", "sqlalchemy", "alembic"]
ENV = """\
import sqlalchemy as sa
from alembic import context

metadata = sa.MetaData()
for n in range({tables}):
    sa.Table(
        f"t{{n}}", metadata, sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False), sa.Column("c", sa.Integer),
        sa.Column("extra", sa.Integer), sa.Index(f"ix_t{{n}}", "c"),
        sa.UniqueConstraint("c", name=f"uq_t{{n}}"),
    )
given = context.config.attributes.get("connection")
engine = given or sa.create_engine("postgresql+psycopg2://", poolclass=sa.pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
CONFTEST = """\
import os
import pytest
from sqlalchemy import create_engine

@pytest.fixture
def alembic_config():
    return {"file": "alembic.ini"}

@pytest.fixture
def alembic_engine():
    return create_engine(os.environ["PEER_URL"])
"""
TESTS = """\
from pytest_alembic.tests import (
    test_model_definitions_match_ddl, test_single_head_revision, test_up_down_consistency,
    test_upgrade,
)
"""
STEPS = (
    (
        """op.create_table("{t}", sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.String(50), nullable=False), sa.Column("c", sa.Integer))""",
        'op.drop_table("{t}")',
    ),
    ('op.add_column("{t}", sa.Column("extra", sa.Integer))', 'op.drop_column("{t}", "extra")'),
    ('op.create_index("ix_{t}", "{t}", ["c"])', 'op.drop_index("ix_{t}")'),
    ('op.create_check_constraint("ck_{t}", "{t}", "c > 0")', 'op.drop_constraint("ck_{t}", "{t}")'),
    ('op.create_unique_constraint("uq_{t}", "{t}", ["c"])', 'op.drop_constraint("uq_{t}", "{t}")'),
)  # fmt: skip
REVISION = '''\
"""Step {n}."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "r{n:04}", {parent!r}
def upgrade():
    {up}
def downgrade():
    {down}
'''
WALK = """\
import os, sys, time
from pathlib import Path
from verification.databases import disposable_server
from verification.revisions import find, load, walk
root = Path(sys.argv[1])
with disposable_server(os.environ) as server:
    migrations = load(root, find(root, ""), {})
    watched = {migrations.revisions[-1].id} if sys.argv[2] == "newest" else set()
    watched = {each.id for each in migrations.revisions} if sys.argv[2] == "all" else watched
    found = walk(migrations, server, watched)
    assert not found.inexact and not found.stopped and len(found.steps) == 3 * int(sys.argv[3])
"""


def history(root: Path, count: int) -> None:
    """Linear revisions: a table, a column, an index, a check, a unique constraint, and again.

    The metadata fits where `count` is a multiple of five.
    """
    (root / "versions").mkdir()
    (root / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    (root / "env.py").write_text(ENV.format(tables=count // len(STEPS)))
    (root / "conftest.py").write_text(CONFTEST)
    (root / "test_migrations.py").write_text(TESTS)
    for n in range(count):
        up, down = (text.replace("{t}", f"t{n // 5}") for text in STEPS[n % 5])
        parent = f"r{n - 1:04}" if n else None
        text = REVISION.format(n=n, parent=parent, up=up, down=down)
        (root / "versions" / f"{n:04}.py").write_text(text)


def environment(folder: Path) -> Path:
    """An environment with pytest-alembic; its Python."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    venv.create(folder, with_pip=not Path(uv).exists())
    python = folder / "bin" / "python"
    pip = [uv, "pip", "install", "-q", "-p", str(python)]
    own = [str(python), "-m", "pip", "install", "-q"]
    subprocess.run([*(pip if Path(uv).exists() else own), *PEER], check=True)  # noqa: S603 - our own
    return python


def timed(command: list[str], cwd: Path, variables: dict[str, str]) -> float:
    """How long a process takes; it must succeed."""
    started = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own
        command, cwd=cwd, env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    return time.perf_counter() - started


def peer(python: Path, root: Path, server: Server) -> float:
    """pytest-alembic's four built-in tests."""
    dsn = server.create()
    variables = {**os.environ, "PEER_URL": dsn.reveal("psycopg2")}
    variables |= {"PGPASSWORD": dsn.password, "PGHOST": dsn.host, "PGPORT": str(dsn.port)}
    variables |= {"PGUSER": dsn.user, "PGDATABASE": dsn.database}
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    try:
        return timed(command, root, variables)
    finally:
        server.drop(dsn)


def ours(root: Path, server: Server, watched: str, count: int) -> float:
    """The walk."""
    variables = {**os.environ, "VERIFY_SCRATCH_URL": server.dsn.reveal()}
    command = [sys.executable, "-c", WALK, str(root), watched, str(count)]
    return timed(command, Path.cwd(), variables)


def main() -> None:
    """Measure in turns and print the medians."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3  # noqa: PLR2004 - the second argument
    with (
        tempfile.TemporaryDirectory() as root_name,
        tempfile.TemporaryDirectory() as env_name,
        disposable_server(os.environ) as server,
    ):
        root = Path(root_name).resolve()
        history(root, count)
        python = environment(Path(env_name) / "peer")
        seen: dict[str, list[float]] = {}
        for _ in range(runs):
            for name, measure in (
                ("pytest-alembic, its 4 tests", lambda: peer(python, root, server)),
                ("walk: digest after every step", lambda: ours(root, server, "none", count)),
                ("walk, newest revision traced", lambda: ours(root, server, "newest", count)),
                ("walk, every revision traced", lambda: ours(root, server, "all", count)),
            ):
                seen.setdefault(name, []).append(measure())
        print(f"{count} revisions, medians of {runs} runs, whole processes")
        base = statistics.median(seen["pytest-alembic, its 4 tests"])
        for name, seconds in seen.items():
            middle = statistics.median(seconds)
            spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
            print(f"{name:32} {middle:6.2f} s  ({spread})  {middle / base:.2f} of pytest-alembic")


if __name__ == "__main__":
    main()
