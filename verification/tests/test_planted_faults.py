"""A fault planted in a healthy deployment turns the verdict red: one finding that names it."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from verification.cli import main
from verification.databases import Server
from verification.databases.session import connect
from verification.dsn import Dsn
from verification.revisions import find, load

HEROES = Path(__file__).parent / "projects" / "heroes"

FAULTS = {
    "ALTER TABLE hero DROP COLUMN motto": ("schema/drifted-database", "public.hero.motto"),
    "ALTER TABLE hero ALTER COLUMN name TYPE varchar(40)": (
        "schema/drifted-database",
        "public.hero.name type",
    ),
    "ALTER TABLE hero DROP CONSTRAINT hero_age_check": (
        "schema/drifted-database",
        "public.hero.hero_age_check",
    ),
    "ALTER TABLE hero DROP CONSTRAINT hero_age_check,"
    " ADD CONSTRAINT hero_age_check CHECK (age >= 0 AND age < 300)": (
        "schema/drifted-database",
        "public.hero.hero_age_check definition",
    ),
    "DROP INDEX hero_active_name; CREATE INDEX hero_active_name ON hero (name) WHERE NOT active": (
        "schema/drifted-database",
        "public.hero_active_name predicate",
    ),
    "ALTER TYPE rank ADD VALUE 'legend'": ("schema/drifted-database", "public.rank labels"),
    "DROP INDEX hero_active_name": ("schema/drifted-database", "public.hero_active_name"),
    "UPDATE alembic_version SET version_num = 'deadbeef'": (
        "migrations/unknown-revision",
        "deadbeef",
    ),
}


@pytest.fixture(scope="module")
def healthy(disposable_server: Server) -> Iterator[Dsn]:
    """The heroes' database, migrated to its head."""
    dsn = disposable_server.create()
    file = find(HEROES, "")
    assert file
    load(HEROES, file, {"DATABASE_URL": dsn.reveal("psycopg2")}).upgrade(dsn)
    disposable_server.seal(dsn)
    yield dsn
    disposable_server.drop(dsn)


@pytest.fixture
def deployment(
    healthy: Dsn, disposable_server: Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Dsn]:
    """A copy of it, which the environment says is the one to verify."""
    with disposable_server.clone(healthy) as dsn:
        monkeypatch.setenv("DATABASE_URL", dsn.reveal("psycopg2"))
        monkeypatch.delenv("MIGRATION_DATABASE_URL", raising=False)
        monkeypatch.setenv("VERIFY_SCRATCH_URL", disposable_server.dsn.reveal())
        yield dsn


# The families that look without acting; every family is run where nothing is wrong.
QUICK = [
    word
    for family in ("configuration", "connectivity", "schema", "design", "security", "migrations")
    for word in ("--only", family)
]


def verified(root: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, list[str]]:
    """The exit code, and every finding that refutes as `check subject`."""
    code = main(["--root", str(root), "--report", "json", *more])
    report = json.loads(capsys.readouterr().out)
    graver = [result for result in report["results"] if result["severity"] != "note"]
    return code, [finding["key"] for result in graver for finding in result["findings"]]


@pytest.mark.usefixtures("deployment")
def test_a_healthy_deployment_is_verified(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a fault there is no finding: what follows is found for a reason."""
    assert verified(HEROES, capsys) == (0, [])


@pytest.mark.parametrize("statement", FAULTS)
def test_a_planted_fault_is_named(
    statement: str, deployment: Dsn, capsys: pytest.CaptureFixture[str]
) -> None:
    """One fault, one finding, exit code 1."""
    with closing(connect(deployment)) as connection, connection.cursor() as cursor:
        for part in statement.split("; "):
            cursor.execute(part)
    assert verified(HEROES, capsys, *QUICK) == (1, [" ".join(FAULTS[statement])])


def test_a_fault_of_its_own_that_is_drift_too(
    deployment: Dsn, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong whoever wants it is told as such, and as a departure from the migrations."""
    with closing(connect(deployment)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE hero DROP CONSTRAINT hero_age_check,"
            " ADD CONSTRAINT hero_age_check CHECK (age >= 0 AND age < 200) NOT VALID"
        )
    assert verified(HEROES, capsys, *QUICK) == (
        1,
        [
            "schema/drifted-database public.hero.hero_age_check validated",
            "schema/unvalidated-constraint public.hero.hero_age_check",
        ],
    )


@pytest.mark.usefixtures("deployment")
def test_a_model_without_its_migration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column that only the model has."""
    project = tmp_path / "heroes"
    shutil.copytree(HEROES, project)
    source = (project / "heroes_models.py").read_text(encoding="utf-8")
    (project / "heroes_models.py").unlink()
    (project / "late_models.py").write_text(
        source + "    cape: Mapped[str | None]\n", encoding="utf-8"
    )
    for name in ("pyproject.toml", "migrations/env.py"):
        text = (project / name).read_text(encoding="utf-8")
        (project / name).write_text(text.replace("heroes_models", "late_models"), encoding="utf-8")
    assert verified(project, capsys, *QUICK) == (1, ["schema/missing-migration public.hero.cape"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"port": 9}, "TCP"),
        ({"password": "wrong-canary"}, "authentication"),
        ({"database": "nowhere"}, "database"),
    ],
)
def test_a_database_that_does_not_answer(
    change: dict[str, object],
    said: str,
    deployment: Dsn,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One finding names the layer that failed; nothing tells the password."""
    wrong = replace(deployment, **change)  # type: ignore[arg-type] # each of them fits
    monkeypatch.setenv("DATABASE_URL", wrong.reveal())
    code = main(["--root", str(HEROES)])
    shown = capsys.readouterr()
    assert code == 1
    assert f"no answer, {said}" in shown.out
    assert shown.out.count("x connectivity") == 1
    assert wrong.password not in shown.out + shown.err
