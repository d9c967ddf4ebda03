"""The release now running, read from a git ref, against the schema of the next one."""

import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from verification.catalog import Catalog
from verification.config import Config
from verification.databases import Server
from verification.databases.session import connect
from verification.engine import discover, look, select
from verification.finding import Location, Unknown
from verification.rehearsal import troubles
from verification.report import Result, Status
from verification.revisions.checkout import files_at
from verification.target import Target
from verification.target.catalogs import catalog_of
from verification.tests.revisions.histories import Change, write

MODELS = """\
import enum
from sqlalchemy import BigInteger, Enum, Identity, Integer, Numeric, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Rank(enum.Enum):
    novice = 1
    veteran = 2

class Knight(Base):
    __tablename__ = "knight"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    motto: Mapped[str | None] = mapped_column(String(200))
    rank: Mapped[Rank | None] = mapped_column(Enum(Rank, name="knighthood"))
    level: Mapped[int] = mapped_column(Integer, server_default="1")
"""
TABLES = (
    "CREATE TYPE knighthood AS ENUM ('novice', 'veteran');"
    "CREATE TABLE knight (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " name varchar(50) NOT NULL, motto varchar(200), rank knighthood,"
    " level int NOT NULL DEFAULT 1, unused text)"
)
KNIGHT = Change(
    f"op.execute({TABLES!r})",
    'op.execute("DROP TABLE knight")\nop.execute("DROP TYPE knighthood")',
)
CHECKS = select(
    discover(),
    [f"migrations/{name}" for name in ("incompatible-*", "stricter-schema", "deploy-order")],
)
RELEASE, STRICTER = "incompatible-release", "stricter-schema"


def git(root: Path, *words: str) -> str:
    name = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    return subprocess.run(  # noqa: S603 - the test's own words
        ["git", "-C", str(root), *name, *words],  # noqa: S607 - the git of whoever runs this
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def project(folder: Path, up: str) -> Path:
    """A repository with the project in a folder of it: v1 is tagged, and v2 has a revision more."""
    root = folder / "services" / "order"
    write(root, KNIGHT, start=False)
    (root / "order_models.py").write_text(MODELS)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    git(folder, "tag", "v1")
    write(root, KNIGHT, Change(f"op.execute({up!r})", 'op.execute("SELECT 1")'), start=False)
    return root


def found(root: Path, server: Server, previous: str = "v1") -> dict[str, Result]:
    config = Config(root=root, metadata=("order_models:Base.metadata",), previous=previous)
    with Target(config=config, server=server, environment={}) as target:
        return {check.id.partition("/")[2]: look(check, target) for check in CHECKS}


@pytest.mark.parametrize(
    ("up", "certain", "subject"),
    [
        ("ALTER TABLE knight DROP motto", True, "public.knight.motto"),
        ("ALTER TABLE knight RENAME motto TO slogan", True, "public.knight.motto"),
        ("ALTER TABLE knight RENAME TO sir", True, "public.knight"),
        ("ALTER TABLE knight ADD age int NOT NULL", True, "public.knight.age"),
        ("ALTER TABLE knight ALTER level DROP DEFAULT", True, "public.knight.level"),
        ("ALTER TABLE knight ALTER level TYPE text", True, "public.knight.level"),
        (
            "ALTER TYPE knighthood RENAME VALUE 'novice' TO 'page'",
            True,
            "public.knighthood novice",
        ),
        ("ALTER TABLE knight ALTER name TYPE varchar(20)", False, "public.knight.name"),
        ("ALTER TABLE knight ALTER level TYPE smallint", False, "public.knight.level"),
        ("ALTER TABLE knight ALTER motto SET NOT NULL", False, "public.knight.motto"),
        ("ALTER TABLE knight ADD CONSTRAINT c CHECK (level > 0)", False, "public.knight c"),
        ("ALTER TABLE knight ADD CONSTRAINT u UNIQUE (name)", False, "public.knight u"),
        ("CREATE UNIQUE INDEX u ON knight (lower(name), motto)", False, "public.knight u"),
        ("ALTER TABLE knight DROP unused", None, ""),
        ("ALTER TABLE knight ADD age int, ADD born date NOT NULL DEFAULT now()", None, ""),
        ("ALTER TABLE knight ADD code int UNIQUE CHECK (code > 0)", None, ""),
        ("ALTER TABLE knight ALTER name TYPE text, ALTER level TYPE bigint", None, ""),
        ("ALTER TYPE knighthood ADD VALUE 'legend'", None, ""),
        ("CREATE TABLE horse (name text NOT NULL UNIQUE)", None, ""),
    ],
)
def test_what_the_running_release_cannot_live_with_is_found(
    up: str, certain: bool | None, subject: str, disposable_server: Server
) -> None:
    before, after = (built(disposable_server, TABLES, more) for more in ("", up))
    code = built(disposable_server, TABLES, "ALTER TABLE knight DROP unused")
    seen = [(each.certain, each.subject) for each in troubles(code, after, before)]
    assert seen == ([] if certain is None else [(certain, subject)])
    assert not list(troubles(code, before))


def built(server: Server, *statements: str) -> Catalog:
    dsn = server.create()
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(";".join(each for each in statements if each))
    try:
        return catalog_of(dsn)
    finally:
        server.drop(dsn)


def test_a_git_ref_is_read_and_the_tree_left_alone(
    tmp_path: Path, disposable_server: Server
) -> None:
    root = project(tmp_path, "ALTER TABLE knight DROP motto, ADD CONSTRAINT u UNIQUE (name)")
    before = git(tmp_path, "status", "--porcelain", "--ignored")
    results = found(root, disposable_server)
    after = git(tmp_path, "status", "--porcelain", "--ignored")
    assert [line for line in after.splitlines() if "__pycache__" not in line] == before.splitlines()
    place = Location("versions/0002.py", 11)
    told = [
        (each.subject, each.location)
        for name in (RELEASE, STRICTER)
        for each in results[name].findings
    ]
    assert told == [("public.knight.motto", place), ("public.knight u", place)]
    assert [each.subject for each in results["deploy-order"].findings] == ["0002"]
    assert results["incompatible-change"].status is Status.SKIPPED


def test_a_ref_that_is_not_there_is_unknown(tmp_path: Path) -> None:
    root = project(tmp_path, "SELECT 1")
    for ref in ("v9", "--output=x"):
        with pytest.raises(Unknown, match=f"there is no commit '{ref}' here"):
            files_at(root, ref)
    assert not (root / "x").exists()


def test_models_that_do_not_import_are_unknown(tmp_path: Path, disposable_server: Server) -> None:
    root = project(tmp_path, "SELECT 1")
    old = root / "old"
    old.mkdir()
    (old / "order_models.py").write_text(MODELS + "\nimport nothing_of_that_name\n")
    result = found(root, disposable_server, "old")[RELEASE]
    assert result.status is Status.UNKNOWN
    assert "nothing_of_that_name" in result.reason
