"""Healthy projects with unusual migrations are not refuted, and unhealthy ones end nothing."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from verification.config import Config
from verification.databases import Server
from verification.databases.session import connect
from verification.engine import discover, look, select
from verification.finding import Severity
from verification.report import Status
from verification.revisions.survivors import Ended, surviving
from verification.target import Target
from verification.tests.revisions.histories import ENV, Change, write

MODELS = """\
from sqlalchemy import Column, Integer, MetaData, Table
metadata = MetaData()
power = Table("power", metadata, Column("id", Integer, primary_key=True, autoincrement=False))
"""
POWER = Change(
    'op.create_table("power", sa.Column("id", sa.Integer, primary_key=True, autoincrement=False))',
    'op.drop_table("power")',
)
CHOSEN = select(discover(), ["migrations", "schema/missing-migration", "schema/drifted-database"])
LED = ENV.replace(
    "    context.configure",
    """\
    connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS shop")
    connection.exec_driver_sql("SET search_path TO shop")
    connection.commit()
    context.configure""",
)
MOOD = """\
op.create_table("%s", sa.Column("mood", sa.Enum("glad", "sad", name="mood")))"""


def quarrels(root: Path, server: Server, url: str = "", metadata: str = "") -> list[str]:
    """What these checks have to say, notes left out."""
    config = Config(root=root, metadata=(metadata,) if metadata else ())
    environment = {"DATABASE_URL": url} if url else {}
    with Target(config=config, server=server, environment=environment) as target:
        results = [look(check, target) for check in CHOSEN]
    return [
        f"{result.check.id} {result.reason}{result.findings}"
        for result in results
        if (result.findings and result.check.severity.rank > Severity.NOTE.rank)
        or result.status is Status.UNKNOWN
    ]


@pytest.fixture
def guests(disposable_server: Server) -> Iterator[list[str]]:
    """Names of roles that a project's deployed server has, and this one not."""
    names = ["guest_of_a_test", 'Guest "2"']
    yield names
    disposable_server.dismiss()
    left = disposable_server._session.run(  # noqa: SLF001 - roles are nobody else's business
        "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", names
    )
    assert left == []


@pytest.mark.parametrize(
    ("up", "down"),
    [
        (
            "GRANT SELECT ON hero TO guest_of_a_test;"  # noqa: ISC004 - a pair of long texts
            ' CREATE POLICY own ON hero TO guest_of_a_test, "Guest ""2""" USING (age > 1);'
            " ALTER TABLE team OWNER TO guest_of_a_test",
            "ALTER TABLE team OWNER TO CURRENT_USER; DROP POLICY own ON hero;"  # noqa: ISC004 - as above
            " REVOKE SELECT ON hero FROM guest_of_a_test",
        ),
        (
            "CREATE ROLE guest_of_a_test; GRANT SELECT ON hero TO guest_of_a_test",
            "REVOKE SELECT ON hero FROM guest_of_a_test; DROP ROLE guest_of_a_test",
        ),
    ],
)
def test_roles_of_the_deployed_server_are_expected(
    up: str, down: str, guests: list[str], tmp_path: Path, disposable_server: Server
) -> None:
    assert guests
    change = (
        "\n".join(f"op.execute({each!r})" for each in text.split("; ")) for text in (up, down)
    )
    assert quarrels(write(tmp_path, Change(*change)), disposable_server) == []


def test_an_enum_may_be_made_by_two_revisions_of_one_deploy(
    tmp_path: Path, disposable_server: Server
) -> None:
    changes = [
        Change(MOOD % "villain", 'op.drop_table("villain")\nop.execute("DROP TYPE mood")'),
        Change(MOOD % "pet", 'op.drop_table("pet")'),
    ]
    root = write(tmp_path, *changes, POWER)
    assert quarrels(root, disposable_server) == []
    root = write(tmp_path / "newest", *changes)
    found = " ".join(quarrels(root, disposable_server))
    assert "migrations/failing-upgrade" in found
    assert 'type "mood" already exists' in found


def test_names_lead_where_env_says(tmp_path: Path, disposable_server: Server) -> None:
    root = write(tmp_path, POWER, env=LED, start=False)
    (root / "shop_models.py").write_text(MODELS)
    assert quarrels(root, disposable_server, metadata="shop_models:metadata") == []


def test_names_lead_where_the_deployed_database_says(
    tmp_path: Path, disposable_server: Server
) -> None:
    root = write(tmp_path, POWER, start=False)
    (root / "store_models.py").write_text(MODELS)
    dsn = disposable_server.create()
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA store")
        cursor.execute(f"ALTER DATABASE {dsn.database} SET search_path = store, public")
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE power (id int CONSTRAINT power_pkey PRIMARY KEY)")
        cursor.execute(
            "CREATE TABLE alembic_version ("
            "version_num varchar(32) CONSTRAINT alembic_version_pkc PRIMARY KEY)"
        )
        cursor.execute("INSERT INTO alembic_version VALUES ('0001')")
    found = quarrels(root, disposable_server, dsn.reveal(), "store_models:metadata")
    disposable_server.drop(dsn)
    assert found == []


def test_several_databases_are_told_and_wait_for_nobody(
    tmp_path: Path, disposable_server: Server
) -> None:
    root = write(tmp_path, POWER)
    file = root / "alembic.ini"
    file.write_text(file.read_text() + "databases = one, two\n")
    found = quarrels(root, disposable_server)
    assert found
    assert all("several databases at once (one, two)" in each for each in found)


def test_a_variable_that_is_not_set_is_no_fault(tmp_path: Path, disposable_server: Server) -> None:
    root = write(tmp_path, Change('import os\nos.environ["SHOP_STAGE"]'))
    found = quarrels(root, disposable_server)
    assert found
    assert not any("Finding(" in each for each in found)
    assert any("SHOP_STAGE is not set" in each for each in found)


def test_an_env_that_looks_at_the_command_line_sees_one(
    tmp_path: Path, disposable_server: Server
) -> None:
    env = ENV.replace("engine =", "assert 'autogenerate' not in context.config.cmd_opts\nengine =")
    assert quarrels(write(tmp_path, POWER, env=env), disposable_server) == []


def test_a_child_may_end_as_it_likes() -> None:
    with surviving():
        if not (child := os.fork()):
            os._exit(7)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        with pytest.raises(Ended, match=r"os\._exit\(7\)"):
            os._exit(7)
