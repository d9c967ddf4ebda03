import io
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from backend.tests.api import Dsn, Server
from backend.tests.conftest import ROOT, alembic_config

LEFT = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
"""


@pytest.fixture
def empty(disposable_server: Server) -> Iterator[Dsn]:
    """A database without a table."""
    dsn = disposable_server.create()
    yield dsn
    disposable_server.drop(dsn)


def rows(dsn: Dsn, sql: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(**dsn.libpq())
    with connection, connection.cursor() as cursor:
        cursor.execute(sql)
        found = list(cursor.fetchall())
    connection.close()
    return found


def test_up_down_and_up_again(empty: Dsn) -> None:
    config = alembic_config(empty)
    command.upgrade(config, "head")
    command.check(config)
    command.downgrade(config, "base")
    assert {str(name) for (name,) in rows(empty, LEFT)} <= {
        "alembic_version",
        "alembic_version_pkc",
        "_alembic_version",
    }
    command.upgrade(config, "head")
    command.current(config, check_heads=True)


def test_check_sees_a_difference(empty: Dsn) -> None:
    config = alembic_config(empty)
    command.upgrade(config, "head")
    rows(empty, "ALTER TABLE tasks ADD note text; SELECT 1")
    with pytest.raises(CommandError, match="New upgrade operations detected"):
        command.check(config)


def test_simultaneous_migrators_wait_for_each_other(empty: Dsn) -> None:
    # Each in a process, as a rolling deploy does it: Alembic's context belongs to the process.
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda _: upgrade_in_a_process(empty), range(2)))
    assert ended == [""] * 2
    assert len(rows(empty, "SELECT * FROM alembic_version")) == 1


def upgrade_in_a_process(dsn: Dsn) -> str:
    environment = {**os.environ, "DATABASE_URL": dsn.reveal(), "APP_ENV": "testing"}
    environment.pop("MIGRATION_DATABASE_URL", None)
    ended = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stderr if ended.returncode else ""


def test_a_migrator_that_meets_a_lock_gives_up(empty: Dsn) -> None:
    config = alembic_config(empty)
    command.upgrade(config, "head")
    blocker = psycopg2.connect(**empty.libpq())
    blocker.cursor().execute("LOCK TABLE tasks IN ACCESS SHARE MODE")
    with pytest.raises(Exception, match="lock timeout"):
        command.downgrade(config, "base")
    blocker.close()
    assert rows(empty, "SELECT count(*) FROM tasks") == [(0,)]


def test_offline_the_sql_is_printed_lock_included(empty: Dsn) -> None:
    printed = io.StringIO()
    config = alembic_config(empty)
    config.output_buffer = printed
    command.upgrade(config, "head", sql=True)
    sql = printed.getvalue()
    assert sql.index("pg_advisory_xact_lock") < sql.index("lock_timeout") < sql.index("CREATE")
    rows(empty, sql + "; SELECT 1")
    command.check(alembic_config(empty))


def test_a_new_revision_knows_only_sqlalchemy(empty: Dsn, tmp_path: Path) -> None:
    config = alembic_config(empty)
    (tmp_path / "versions").mkdir()
    for name in ("env.py", "script.py.mako"):
        (tmp_path / name).write_text((ROOT / "alembic" / name).read_text())
    config.set_main_option("script_location", str(tmp_path))
    config.toml_args["script_location"] = str(tmp_path)
    command.revision(config, "all", autogenerate=True)
    (text,) = [path.read_text() for path in (tmp_path / "versions").glob("*.py")]
    assert "sqlmodel" not in text
    assert "sa.DateTime(timezone=True)" in text
    assert "sa.String(length=320)" in text


def test_the_folder_does_not_hide_the_library() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_revisions_are_one_line_and_import_nothing_of_the_application() -> None:
    script = ScriptDirectory.from_config(alembic_config())
    assert len(script.get_heads()) == 1
    for path in (ROOT / "alembic" / "versions").glob("*.py"):
        assert "backend" not in path.read_text()
        assert "sqlmodel" not in path.read_text()


def test_the_configuration_is_the_one_in_pyproject() -> None:
    assert isinstance(alembic_config(), Config)
    assert not (ROOT / "alembic.ini").exists()
